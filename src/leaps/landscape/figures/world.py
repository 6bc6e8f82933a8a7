"""F13: Europe's storage rings among those of the world, by what every ring tells: energy, emittance, circumference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.core.figures import plane
from leaps.core.figures.series import Look
from leaps.landscape import queries
from leaps.landscape.figures import emittance, wording
from leaps.landscape.figures.base import Figure, Options
from leaps.landscape.models import WorldSource
from leaps.landscape.types import Ring, Status
from leaps.record.specs import readable_number

COLUMNS = (
    "where", "source", "source_name", "country", "status", "electron_energy_gev", "circumference_m", "horizontal_emittance_pm_rad", "emittance_per_gamma2_pm_rad",
    "confidence", "source_url", "as_of",
)  # fmt: skip
ELSEWHERE = Look(7, 3)
"""Grey diamonds: no facility of Europe has this look."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A ring of either side, as it is drawn and as it stands in the data."""

    name: str
    look: Look
    is_design: bool
    words: str
    url: str
    energy_gev: float
    circumference_m: float | None
    emittance_pm_rad: float
    record: Mapping[str, Any]

    @property
    def per_gamma2(self) -> float:
        """The emittance in pm rad with the energy taken out."""
        return emittance.per_gamma2(self.emittance_pm_rad, self.energy_gev)

    def spot(self, x: float, y: float) -> plane.Spot:
        """Its mark at a place."""
        return plane.Spot(self.name, self.look, x, y, self.words, hollow=self.is_design, url=self.url)


def make(_viewer: object, _given: Options) -> Figure:
    """F13: rings of the record that run or are designed, and rings elsewhere, each with energy and emittance on record."""
    here = [_of_europe(ring) for ring in queries.rings() if ring.energy_gev and ring.emittance_x_pm_rad and ring.status != Status.RETIRED]
    there = [_elsewhere(one) for one in queries.world() if one.horizontal_emittance_pm_rad and one.status != WorldSource.Status.DECOMMISSIONED]
    every = [*here, *there]
    title = _finding(here, there)

    def draw(heading: str, footer: str) -> str:
        if not there:
            return ""
        planes = [
            plane.Plane(
                plane.Scale(_("Electron energy in GeV"), 0.0, max(one.energy_gev for one in every) * 1.08, log=False),
                plane.Scale(_("Horizontal emittance in pm rad"), *_ends([one.emittance_pm_rad for one in every], 1.6)),
                spots=tuple(one.spot(one.energy_gev, one.emittance_pm_rad) for one in every), title=_("Emittance and energy"), tall=430.0,
            )
        ]  # fmt: skip
        if around := [(one, one.circumference_m) for one in every if one.circumference_m]:
            planes.append(
                plane.Plane(
                    plane.Scale(_("Circumference in m"), *_ends([length for _one, length in around], 1.25)),
                    plane.Scale(_("Horizontal emittance over γ², in pm rad"), *_ends([one.per_gamma2 for one, _length in around], 1.6)),
                    spots=tuple(one.spot(length, one.per_gamma2) for one, length in around),
                    title=_("What the lattice contributes: the energy taken out"), tall=430.0,
                )
            )  # fmt: skip
        legend = [("filled", _("in operation")), ("hollow", _("design values")), ("diamond", _("outside Europe"))]
        return plane.planes_svg(planes, title=title, heading=heading, footer=footer, legend=legend)

    return Figure(
        key="F13", slug="world", title=title,
        caption=_("Storage rings of the record in the colours of their facilities, rings outside Europe as grey diamonds; natural or effective horizontal emittance as each source tells it. Not every ring of the world is on record. From the record on %(day)s.") % {"day": wording.today_words()},
        alt=_("%(title)s. Two diagrams with logarithmic emittance: over electron energy, and divided by γ² over circumference. %(told)s.") % {"title": title, "told": "; ".join(one.words for one in every)},
        method=_("Emittance and energy as on record; γ = E / 0.511 MeV. The same formula for all rings."),
        columns=COLUMNS, records=tuple(dict(one.record) for one in every) if there else (), draw=draw,
    )  # fmt: skip


def _ends(values: Sequence[float], beyond: float) -> tuple[float, float]:
    return min(values) / beyond, max(values) * beyond


def _finding(here: Sequence[Entry], there: Sequence[Entry]) -> str:
    if not there:
        return _("No ring outside Europe is on record with its emittance")
    best = [min((one for one in side if not one.is_design), key=lambda one: one.emittance_pm_rad, default=None) for side in (here, there)]
    if best[0] is None or best[1] is None:
        return _("Rings of Europe among %(n)d rings elsewhere") % {"n": len(there)}
    return _("In operation, the smallest emittance on record in Europe is %(here)s pm rad (%(who)s), elsewhere %(there)s pm rad (%(other)s)") % {
        "here": readable_number(best[0].emittance_pm_rad), "who": best[0].name, "there": readable_number(best[1].emittance_pm_rad), "other": best[1].name,
    }  # fmt: skip


def _of_europe(ring: Ring) -> Entry:
    energy, size = ring.energy_gev or 0, ring.emittance_x_pm_rad or 0
    told = {"confidence": ring.confidence, "source_url": ring.source_url, "as_of": ring.as_of}
    return Entry(
        wording.short_name(ring.name), wording.look(ring), ring.status == Status.DESIGN, emittance.words(ring), reverse("catalogue:source", args=[ring.slug]),
        energy, ring.circumference_m, size, _record("Europe", ring.slug, ring.name, None, ring.status.value, energy, ring.circumference_m, size, told),
    )


def _elsewhere(one: WorldSource) -> Entry:
    energy, size = one.electron_energy_gev, one.horizontal_emittance_pm_rad or 0
    told = one.provenance.get("horizontal_emittance_pm_rad") or {}
    unverified = wording.standing_words(told.get("confidence", ""))
    words = _("%(name)s (%(country)s), %(status)s: %(emittance)s pm rad at %(energy)s GeV%(unverified)s") % {
        "name": one.name, "country": one.country, "status": one.get_status_display(), "emittance": readable_number(size), "energy": f"{energy:g}",
        "unverified": f", {unverified}" if unverified else "",
    }  # fmt: skip
    is_design = one.status in (WorldSource.Status.PLANNED, WorldSource.Status.COMMISSIONING)
    return Entry(
        one.name, ELSEWHERE, is_design, words, reverse("landscape:world-source", args=[one.slug]), energy, one.circumference_m, size,
        _record("elsewhere", one.slug, one.name, one.country, one.status, energy, one.circumference_m, size, told),
    )


def _record(
    where: str, slug: str, name: str, country: str | None, status: str, energy: float, around: float | None, size: float, told: Mapping[str, str]
) -> dict[str, Any]:
    values = (
        where, slug, name, country, status, energy, around, size, float(f"{emittance.per_gamma2(size, energy):.4g}"),
        *(told.get(key) or None for key in ("confidence", "source_url", "as_of")),
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))
