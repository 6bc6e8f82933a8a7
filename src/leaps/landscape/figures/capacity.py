"""F1: where in Europe the instruments are, and how many at each place."""

import math

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leaps.catalogue import queries as catalogue_queries
from leaps.catalogue.models import Facility
from leaps.core.figures.map import MapPoint, map_svg
from leaps.core.figures.svg import framed, number, text
from leaps.landscape import queries
from leaps.landscape.figures import wording
from leaps.landscape.figures.base import Figure, Options

COLUMNS = ("facility", "facility_name", "kind", "country", "latitude_deg", "longitude_deg", "instruments")
LARGEST = 34.0
"""The radius of the largest circle, in units of the drawing; areas are in proportion to the instruments."""


def make(_viewer: object, _given: Options) -> Figure:
    """F1: a circle for each facility with an open instrument and a place on record."""
    counts = queries.open_instruments()
    most = max(counts.values(), default=1)
    today = catalogue_queries.today()
    rows = [row for row in catalogue_queries.facility_rows(catalogue_queries.facilities(), today) if counts.get(row.facility.slug)]
    placed = [row for row in rows if row.facility.longitude_deg is not None and row.facility.latitude_deg is not None]
    points = []
    for row in placed:
        one, count = row.facility, counts[row.facility.slug]
        hint = ngettext("%(n)d open instrument", "%(n)d open instruments", count) % {"n": count}
        assert one.longitude_deg is not None and one.latitude_deg is not None  # noqa: S101, PT018  asked above
        points.append(
            MapPoint(
                one.longitude_deg, one.latitude_deg, one.short_name, one.kind, row.running.state is True, reverse("catalogue:facility", args=[one.slug]), hint,
                count, _radius(count, most),
            )
        )  # fmt: skip
    shown = sum(counts[row.facility.slug] for row in placed)
    title = (
        ngettext("%(n)d open instrument at %(places)d facilities", "%(n)d open instruments at %(places)d facilities", shown) % {"n": shown, "places": len(placed)}
        if placed
        else _("No open instrument with a place on record")
    )
    ranked = sorted(placed, key=lambda row: (-counts[row.facility.slug], row.facility.short_name))
    told = "; ".join(f"{row.facility.short_name} {counts[row.facility.slug]}" for row in ranked)
    records = tuple(
        {
            "facility": row.facility.slug, "facility_name": row.facility.short_name, "kind": row.facility.kind, "country": row.facility.country,
            "latitude_deg": row.facility.latitude_deg, "longitude_deg": row.facility.longitude_deg, "instruments": counts[row.facility.slug],
        }
        for row in sorted(rows, key=lambda row: row.facility.slug)
    )  # fmt: skip
    unplaced = len(rows) - len(placed)
    notes = (ngettext("%(n)d facility without a place on record is in the data only.", "%(n)d facilities without a place on record are in the data only.", unplaced) % {"n": unplaced},) if unplaced else ()
    return Figure(
        key="F1", slug="map", title=title,
        caption=_("Open instruments on record on %(day)s. The area of a circle is in proportion to the instruments; its colour tells the kind of infrastructure, a hollow mark that it does not serve users now. Places that would cover each other are drawn a little apart.") % {"day": wording.today_words()},
        alt=_("%(title)s. A map of Europe with a circle for each facility. Instruments: %(told)s.") % {"title": title, "told": told},
        method=_("Instruments that are neither planned nor closed, counted by facility; places in the projection ETRS89-LAEA."),
        columns=COLUMNS, records=records, notes=notes,
        draw=lambda heading, footer: framed(_with_legend(map_svg(points, title=title), most, {row.facility.kind for row in placed}), heading, footer) if points else "",
    )  # fmt: skip


def _radius(count: int, most: int) -> float:
    return LARGEST * math.sqrt(count / most)


def _with_legend(drawn: str, most: int, kinds: set[str]) -> str:
    """The map with what circles and colours mean, in its upper left corner."""
    parts, y = [], 26.0
    for kind in (kind for kind in Facility.Kind if kind.value in kinds):
        parts.append(f'<circle class="fig-capacity kind-{kind.value}" cx="24" cy="{number(y - 4)}" r="7"/><text class="fig-text fig-halo" x="40" y="{number(y)}">{text(kind.label)}</text>')
        y += 22
    sizes = sorted({count for count in (5, 20, most) if count <= most})
    y += 8
    for count in sizes:
        radius = _radius(count, most)
        y += radius
        parts.append(f'<circle class="fig-axis" cx="40" cy="{number(y)}" r="{number(radius)}"/><text class="fig-text fig-halo" x="84" y="{number(y + 4)}">{text(_("%(n)d instruments") % {"n": count})}</text>')
        y += radius + 8
    return f'{drawn[: drawn.rindex("</svg>")]}<g>{"".join(parts)}</g></svg>'
