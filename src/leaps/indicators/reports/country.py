"""The sheet of a country: who came from it, as far as it is released, and which facilities it hosts."""

from collections.abc import Sequence
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from leaps.catalogue.models import Facility
from leaps.catalogue.places import country_name
from leaps.indicators.computed.registry import all_indicators
from leaps.indicators.queries.computed import Computed, visible
from leaps.indicators.reports.entries import Audience, Entry, Filled, Report, Subject, World
from leaps.indicators.types import Origin, Qualifier, Shown

LEAGUE: Final = ("ACC-10", "ACC-07", "ACC-01", "ACC-02", "ACC-03", "ACC-05", "ACC-18", "ACC-16", "PPL-02", "PPL-05", "IND-01")
"""What is counted by country over the league."""
BY_FACILITY: Final = ("ACC-10", "ACC-07")
"""What is released by country for each facility."""
_MADE: Final = {Origin.RAW: Filled.COMPUTED, Origin.FINISHED: Filled.FINISHED, Origin.MIXED: Filled.MIXED}


def hosted(code: str) -> "QuerySet[Facility]":
    """The facilities of the partnership that lie in the country."""
    return Facility.objects.filter(country=code, partnership="LEAPS", membership="member").order_by("short_name")


def country(*, code: str, world: World) -> Report:
    """What everybody may know, whoever asks: released values only, withheld ones said to be. Four queries."""
    name = country_name(code)
    here = {"dimension": "country", "category": code, "is_synthetic": world is World.SYNTHETIC}
    rows = _standard(visible(None, **here, facility="", indicator__in=LEAGUE))
    rows += _standard(visible(None, **here, indicator__in=BY_FACILITY))
    names = dict(Facility.objects.values_list("slug", "short_name"))
    known = all_indicators()
    order = {c: i for i, c in enumerate(LEAGUE)}
    seen: dict[tuple[str, str, int], Computed] = {(row.indicator, row.facility, row.year): row for row in rows}
    entries = [
        _entry(row, Subject(row.indicator, str(known[row.indicator].title), "", known[row.indicator].unit), names.get(row.facility, ""), name)
        for row in sorted(seen.values(), key=lambda r: (order[r.indicator], names.get(r.facility, "").casefold(), r.facility, r.year))
    ]
    places = list(hosted(code).values_list("slug", "short_name"))
    entries += [_hosted(slug, short, code, name) for slug, short in places]
    years = sorted({row.year for row in seen.values()})
    return Report(
        kind="country", title=_("%(country)s and the league's facilities") % {"country": name}, about=code,
        period=f"{years[0]}-{years[-1]}" if years else "", world=world, audience=Audience.PUBLIC, entries=tuple(entries),
        method=_(
            "By the country of the institution at which a person works, not by passport. Users of several facilities count once in the league, "
            "so facilities must not be added. Counts of people are rounded to five; small ones are withheld, and others that would tell them."
        ),
        notes=(_("Papers by country are not computed: publications come without the countries of their authors."),),
    )  # fmt: skip


def _standard(rows: Sequence[Computed]) -> list[Computed]:
    known = all_indicators()
    return [row for row in rows if row.variant == known[row.indicator].standard_variant]


def _entry(row: Computed, subject: Subject, facility_name: str, name: str) -> Entry:
    one = all_indicators()[row.indicator]
    what = subject.name if not row.facility else _("%(what)s at %(facility)s") % {"what": subject.name, "facility": facility_name}
    bounded = row.low is not None and row.low != row.high
    sharp = Qualifier.MAX if bounded else Qualifier.APPROX if one.unit == "person" else Qualifier.EXACT
    filled = Filled(_MADE[Origin(row.origin)])
    why = ""
    if row.value is None:
        filled, why = Filled.UNDEFINED, _("There is nothing to divide by.")
        if row.shown == Shown.SUPPRESSED:
            filled, why = Filled.WITHHELD, _("Fewer than five people or companies stand behind it, or behind what could be worked out from it.")
    return Entry(
        subject, what, filled, facility=row.facility, facility_name=facility_name, year=row.year, indicator=row.indicator, rule=str(one.rule),
        dimension=row.dimension, category=row.category, category_name=name, value=row.value, unit=one.unit,
        qualifier=sharp.value if row.value is not None else "", numerator=row.numerator, denominator=row.denominator, low=row.low, high=row.high,
        n_records=row.n_records, n_facilities=None if row.facility else row.n_facilities, why=why, period=str(row.year), method=row.method,
    )  # fmt: skip


def _hosted(slug: str, short: str, code: str, name: str) -> Entry:
    subject = Subject("HOSTED", _("Facilities in the country"), "", "count")
    return Entry(
        subject, _("%(facility)s lies in %(country)s") % {"facility": short, "country": name}, Filled.PUBLISHED, facility=slug, facility_name=short,
        dimension="country", category=code, category_name=name, value=1.0, unit="count", qualifier=Qualifier.EXACT.value,
    )  # fmt: skip
