"""F13: Europe's storage rings among those of the world, by what every ring tells: energy, emittance, circumference."""

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


def _is_design(one: WorldSource) -> bool:
    return one.status in (WorldSource.Status.PLANNED, WorldSource.Status.COMMISSIONING)


def _words(one: WorldSource) -> str:
    told = (one.provenance.get("horizontal_emittance_pm_rad") or {}).get("confidence", "")
    unverified = wording.standing_words(told)
    return _("%(name)s (%(country)s), %(status)s: %(emittance)s pm rad at %(energy)s GeV%(unverified)s") % {
        "name": one.name, "country": one.country, "status": one.get_status_display(), "emittance": readable_number(one.horizontal_emittance_pm_rad or 0),
        "energy": f"{one.electron_energy_gev:g}", "unverified": f", {unverified}" if unverified else "",
    }  # fmt: skip


def make(_viewer: object, _given: Options) -> Figure:
    """F13: rings of the record that run or are designed, and rings elsewhere, each with energy and emittance on record."""
    here = [ring for ring in queries.rings() if ring.energy_gev and ring.emittance_x_pm_rad and ring.status != Status.RETIRED]
    there = [one for one in queries.world() if one.horizontal_emittance_pm_rad and one.status != WorldSource.Status.DECOMMISSIONED]
    title = _finding(here, there)

    def draw(heading: str, footer: str) -> str:
        if not there:
            return ""
        spots = [(ring.energy_gev or 0, ring.circumference_m, ring.emittance_x_pm_rad or 0, _ring_spot(ring)) for ring in here]
        spots += [(one.electron_energy_gev, one.circumference_m, one.horizontal_emittance_pm_rad or 0, _world_spot(one)) for one in there]
        emittances = [size for _energy, _around, size, _made in spots]
        planes = [
            plane.Plane(
                plane.Scale(_("Electron energy in GeV"), 0.0, max(energy for energy, *_rest in spots) * 1.08, log=False),
                plane.Scale(_("Horizontal emittance in pm rad"), min(emittances) / 1.6, max(emittances) * 1.6),
                spots=tuple(made(energy, size) for energy, _around, size, made in spots), title=_("Emittance and energy"), tall=430.0,
            )
        ]  # fmt: skip
        long = [(around, emittance.per_gamma2(size, energy), made) for energy, around, size, made in spots if around]
        if long:
            lengths, values = [around for around, *_rest in long], [value for _around, value, _made in long]
            planes.append(
                plane.Plane(
                    plane.Scale(_("Circumference in m"), min(lengths) / 1.25, max(lengths) * 1.25),
                    plane.Scale(_("Horizontal emittance over γ², in pm rad"), min(values) / 1.6, max(values) * 1.6),
                    spots=tuple(made(around, value) for around, value, made in long), title=_("What the lattice contributes: the energy taken out"), tall=430.0,
                )
            )  # fmt: skip
        legend = [("filled", _("in operation")), ("hollow", _("design values")), ("diamond", _("outside Europe"))]
        return plane.planes_svg(planes, title=title, heading=heading, footer=footer, legend=legend)

    told = "; ".join([*(emittance.words(ring) for ring in here), *(_words(one) for one in there)])
    return Figure(
        key="F13", slug="world", title=title,
        caption=_("Storage rings of the record in the colours of their facilities, rings outside Europe as grey diamonds; natural or effective horizontal emittance as each source tells it. Not every ring of the world is on record. From the record on %(day)s.") % {"day": wording.today_words()},
        alt=_("%(title)s. Two diagrams with logarithmic emittance: over electron energy, and divided by γ² over circumference. %(told)s.") % {"title": title, "told": told},
        method=_("Emittance and energy as on record; γ = E / 0.511 MeV. The same formula for all rings."),
        columns=COLUMNS, records=(*(_ring_record(ring) for ring in here), *(_world_record(one) for one in there)) if there else (), draw=draw,
    )  # fmt: skip


def _finding(here: list[Ring], there: list[WorldSource]) -> str:
    if not there:
        return _("No ring outside Europe is on record with its emittance")
    running = min((ring for ring in here if ring.status == Status.ROUTINE), key=lambda ring: ring.emittance_x_pm_rad or 0, default=None)
    elsewhere = min((one for one in there if not _is_design(one)), key=lambda one: one.horizontal_emittance_pm_rad or 0, default=None)
    if running is None or elsewhere is None:
        return _("Rings of Europe among %(n)d rings elsewhere") % {"n": len(there)}
    return _("In operation, the smallest emittance on record in Europe is %(here)s pm rad (%(who)s), elsewhere %(there)s pm rad (%(other)s)") % {
        "here": readable_number(running.emittance_x_pm_rad or 0), "who": wording.short_name(running.name),
        "there": readable_number(elsewhere.horizontal_emittance_pm_rad or 0), "other": elsewhere.name,
    }  # fmt: skip


def _ring_spot(ring: Ring) -> Any:
    def made(x: float, y: float) -> plane.Spot:
        return plane.Spot(
            wording.short_name(ring.name), wording.look(ring), x, y, emittance.words(ring), hollow=ring.status == Status.DESIGN,
            url=reverse("catalogue:source", args=[ring.slug]),
        )  # fmt: skip

    return made


def _world_spot(one: WorldSource) -> Any:
    def made(x: float, y: float) -> plane.Spot:
        return plane.Spot(one.name, ELSEWHERE, x, y, _words(one), hollow=_is_design(one), url=reverse("landscape:world-source", args=[one.slug]))

    return made


def _ring_record(ring: Ring) -> dict[str, Any]:
    return {
        "where": "Europe", "source": ring.slug, "source_name": ring.name, "country": None, "status": ring.status.value, "electron_energy_gev": ring.energy_gev,
        "circumference_m": ring.circumference_m, "horizontal_emittance_pm_rad": ring.emittance_x_pm_rad,
        "emittance_per_gamma2_pm_rad": float(f"{emittance.per_gamma2(ring.emittance_x_pm_rad or 0, ring.energy_gev or 0):.4g}"), "confidence": ring.confidence or None,
        "source_url": ring.source_url or None, "as_of": ring.as_of or None,
    }  # fmt: skip


def _world_record(one: WorldSource) -> dict[str, Any]:
    told = one.provenance.get("horizontal_emittance_pm_rad") or {}
    return {
        "where": "elsewhere", "source": one.slug, "source_name": one.name, "country": one.country, "status": one.status, "electron_energy_gev": one.electron_energy_gev,
        "circumference_m": one.circumference_m, "horizontal_emittance_pm_rad": one.horizontal_emittance_pm_rad,
        "emittance_per_gamma2_pm_rad": float(f"{emittance.per_gamma2(one.horizontal_emittance_pm_rad or 0, one.electron_energy_gev):.4g}"),
        "confidence": told.get("confidence") or None, "source_url": told.get("source_url") or None, "as_of": told.get("as_of") or None,
    }  # fmt: skip
