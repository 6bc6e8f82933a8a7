"""F8: from which countries users come, and to which facilities."""

from collections import defaultdict

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.catalogue.facility_marks import look_of
from leaps.catalogue.places import country_name
from leaps.core.figures.flows import Band, Node, flows_svg
from leaps.indicators.queries import computed
from leaps.indicators.queries.computed import Computed
from leaps.landscape.figures.base import Figure, Options
from leaps.record.specs import readable_number

VISITS = "ACC-07"
COLUMNS = ("year", "country", "country_name", "facility", "facility_name", "visits", "is_synthetic")
MOST_COUNTRIES, MOST_FACILITIES = 16, 16
OTHERS = "others"


def make(_viewer: object, given: Options) -> Figure:
    """F8: visits by country of affiliation and facility in the last year that is released; `year` chooses another.

    Shows everybody what the public may see: small counts are withheld.
    """
    rows = [
        row for row in computed.standard(computed.visible(AnonymousUser(), indicator=VISITS, dimension="country"))
        if row.facility and row.category and row.value
    ]  # fmt: skip
    years = sorted({row.year for row in rows})
    asked = str(given.get("year", ""))
    year = int(asked) if asked.isdigit() and int(asked) in years else max(years, default=0)
    rows = [row for row in rows if row.year == year]
    names = computed.facility_names()
    synthetic = any(row.is_synthetic for row in rows)
    total = sum(row.value or 0 for row in rows)
    countries = len({row.category for row in rows})
    title = _("No facility has released its visits by country yet")
    if rows:
        title = _("In %(year)d users came from %(countries)d countries to %(facilities)d facilities") % {
            "year": year, "countries": countries, "facilities": len({row.facility for row in rows}),
        }  # fmt: skip
    if synthetic:
        title = _("Synthetic: %(title)s") % {"title": title}
    told = "; ".join(f"{country_name(code)} {readable_number(n)}" for code, n in _ranked(rows, "category")[:12])
    return Figure(
        key="F8", slug="users", title=title,
        caption=_("Visits by country of the user's affiliation and by facility, %(year)s, from signed returns; a person who comes twice makes two visits. Small counts are withheld, so sums fall short.") % {"year": year or "–"}
        + (" " + _("Synthetic values of a trial: no real facility counted them.") if synthetic else ""),
        alt=_("%(title)s. Bands from countries to facilities, as wide as there were visits; %(total)s in all. Most: %(told)s.") % {"title": title, "total": readable_number(total), "told": told or "–"},
        method=_("Indicator ACC-07 by the dimension country, as published; see the page of the indicator for its rule."),
        columns=COLUMNS,
        records=tuple(
            {
                "year": row.year, "country": row.category, "country_name": country_name(row.category), "facility": row.facility,
                "facility_name": names.get(row.facility, row.facility), "visits": row.value, "is_synthetic": row.is_synthetic,
            }
            for row in sorted(rows, key=lambda row: (row.category, row.facility))
        ),
        draw=lambda heading, footer: _svg(rows, names, title, heading, footer), is_synthetic=synthetic,
    )  # fmt: skip


def _ranked(rows: list[Computed], by: str) -> list[tuple[str, float]]:
    sums: dict[str, float] = defaultdict(float)
    for row in rows:
        sums[getattr(row, by)] += row.value or 0
    return sorted(sums.items(), key=lambda item: (-item[1], item[0]))


def _svg(rows: list[Computed], names: dict[str, str], title: str, heading: str, footer: str) -> str:
    """The largest countries and facilities on their own, the rest together."""
    origins, hosts = ([key for key, _n in _ranked(rows, by)] for by in ("category", "facility"))
    own_from = origins if len(origins) <= MOST_COUNTRIES + 1 else origins[:MOST_COUNTRIES]
    own_to = hosts if len(hosts) <= MOST_FACILITIES + 1 else hosts[:MOST_FACILITIES]
    widths: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows:
        widths[row.category if row.category in own_from else OTHERS, row.facility if row.facility in own_to else OTHERS] += row.value or 0
    nodes = [Node(f"from/{code}", 0, country_name(code), reverse("indicators:country", args=[code])) for code in own_from]
    if len(own_from) < len(origins):
        nodes.append(Node(f"from/{OTHERS}", 0, _("%(n)d other countries") % {"n": len(origins) - len(own_from)}))
    nodes += [Node(f"to/{slug}", 1, names.get(slug, slug), reverse("catalogue:facility", args=[slug]), f"hue-{look_of(slug).hue}") for slug in own_to]
    if len(own_to) < len(hosts):
        nodes.append(Node(f"to/{OTHERS}", 1, _("%(n)d other facilities") % {"n": len(hosts) - len(own_to)}))
    label = {node.key: node.label for node in nodes}
    bands = [
        Band(f"from/{a}", f"to/{b}", n, True, _("%(from)s to %(to)s: %(n)s visits") % {"from": label[f"from/{a}"], "to": label[f"to/{b}"], "n": readable_number(n)})
        for (a, b), n in sorted(widths.items())
    ]
    return flows_svg((_("Country of affiliation"), _("Facility")), nodes, bands, title=title, shares=(3.6, 1.6), heading=heading, footer=footer)
