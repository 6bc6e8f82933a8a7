"""The catalogue's figures, drawn from its rows; pages of this app and of those above show them."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.catalogue import darkness, queries, search_index
from leaps.catalogue.finder import InstrumentFacts
from leaps.catalogue.models import Upgrade
from leaps.core.figures import energy
from leaps.core.figures import map as map_figure
from leaps.core.figures import timeline as timeline_figure


def facility_map(rows: list[queries.FacilityRow], title: str, *, close: bool = False) -> str:
    """The facilities on the map of Europe: shape for the kind, filled when running.

    `close` shows only the surroundings of the first one.
    """
    points = [
        map_figure.MapPoint(
            longitude_deg=row.facility.longitude_deg,
            latitude_deg=row.facility.latitude_deg,
            label=row.facility.short_name,
            kind=row.facility.kind,
            filled=row.running.state is True,
            url=reverse("catalogue:facility", args=[row.facility.slug]),
            hint=f"{row.facility.get_kind_display()}, {row.running.words}",
            weight=row.instruments + (100 if row.facility.partnership == "LEAPS" else 0),
        )
        for row in rows
        if row.facility.longitude_deg is not None and row.facility.latitude_deg is not None
    ]
    return map_figure.map_svg(points, title=title, around=points[0] if close and points else None)


def energy_figure(
    instruments: Iterable[InstrumentFacts], title: str, asked_ev: tuple[float | None, float | None] | None = None
) -> str:
    """Energy bars of instruments; those without any recorded energy are left out."""
    bars = [
        energy.EnergyBar(
            label=f"{f.facility_short_name} {f.name}",
            minimum_ev=f.photon_energy_min_ev,
            maximum_ev=f.photon_energy_max_ev,
            url=reverse("catalogue:instrument", args=[f.key]),
            hint=f.full_name,
        )
        for f in instruments
        if f.photon_energy_min_ev or f.photon_energy_max_ev
    ]
    return energy.energy_svg(bars, title=title, asked_ev=asked_ev) if bars else ""


def dark_timeline(lanes: list[tuple[str, str, list[Upgrade]]]) -> str:
    """Dark periods by facility, given as (name, slug, upgrades); empty when none has a date."""
    drawn = []
    for label, slug, upgrades in lanes:
        periods = [
            darkness.figure_period(search_index.dark_period(u), reverse("catalogue:upgrade", args=[u.slug]))
            for u in upgrades
        ]
        if known := tuple(p for p in periods if p):
            drawn.append(timeline_figure.Lane(label, reverse("catalogue:facility", args=[slug]), known))
    if not drawn:
        return ""
    day = queries.today()
    years = [p.possible_start.year for lane in drawn for p in lane.periods]
    ends = [min(p.possible_end.year if p.possible_end else 9999, day.year + 6) for lane in drawn for p in lane.periods]
    return timeline_figure.timeline_svg(
        drawn,
        title=_("Dark periods"),
        today=day,
        first=min([*years, day.year - 1]),
        last=max([*ends, day.year + 3]),
    )
