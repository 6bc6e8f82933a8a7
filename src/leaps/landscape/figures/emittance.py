"""F2: how small the emittance of storage rings is, and what lattices alone contribute."""

from typing import Any

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.core.figures import plane
from leaps.landscape import queries
from leaps.landscape.figures import wording
from leaps.landscape.figures.base import Figure, Options
from leaps.landscape.types import Ring, Status
from leaps.physics import rings as physics
from leaps.record.specs import readable_number

COLUMNS = (
    "source", "source_name", "facility", "status", "electron_energy_gev", "circumference_m", "horizontal_emittance_pm_rad", "emittance_per_gamma2_pm_rad",
    "confidence", "source_url", "as_of",
)  # fmt: skip
METRES_PER_BEND = {"multi": 3.8, "double": 12.0}
"""Circumference over bends: ESRF-EBS 844 m / 224 and MAX IV 528 m / 140; Diamond 562 m / 48."""
LATTICE = 5.0
"""How far above the theoretical minimum the two lines are drawn; the rings themselves lie 4 to 13 times above it."""


def per_gamma2(emittance_pm_rad: float, energy_gev: float) -> float:
    """Emittance in pm rad with the energy taken out: over γ²."""
    return float(physics.normalised_emittance_m_rad(emittance_pm_rad * 1e-12, energy_gev)) * 1e12


def _per_gamma2(ring: Ring) -> float:
    return per_gamma2(ring.emittance_x_pm_rad or 0, ring.energy_gev or 0)


def words(ring: Ring) -> str:
    """A ring with its emittance and energy in a sentence."""
    return _("%(name)s, %(status)s: %(emittance)s pm rad at %(energy)s GeV%(unverified)s") % {
        "name": wording.short_name(ring.name), "status": wording.status_words(ring.status), "emittance": readable_number(ring.emittance_x_pm_rad or 0),
        "energy": f"{ring.energy_gev:g}", "unverified": f", {wording.standing_words(ring.confidence)}" if wording.standing_words(ring.confidence) else "",
    }  # fmt: skip


def _ends(values: list[float]) -> tuple[float, float]:
    return min(values) / 1.6, max(values) * 1.6


def _lines(low: float, high: float) -> tuple[plane.Guide, ...]:
    """ε/γ² = F C_q θ³ with θ = 2π metres-per-bend / circumference: falls with the cube of the circumference."""
    around = np.geomspace(low, high, 40)
    found = []
    for kind, label in (("double", _("two bends a cell, one each 12 m")), ("multi", _("many bends, one each 3.8 m"))):
        bends = around / METRES_PER_BEND[kind]
        value = physics.normalised_emittance_m_rad(physics.natural_emittance_m_rad(1.0, bends, factor=LATTICE * physics.THEORETICAL_MINIMUM), 1.0) * 1e12
        found.append((label, tuple(zip(around.tolist(), value.tolist(), strict=True))))
    return tuple(plane.Guide(label, points) for label, points in found)


def make(_viewer: object, _given: Options) -> Figure:
    """F2: rings with energy and emittance on record; the second plane those with a circumference too."""
    rings = [ring for ring in queries.rings() if ring.energy_gev and ring.emittance_x_pm_rad]
    around = [ring for ring in rings if ring.circumference_m]
    running = [ring.emittance_x_pm_rad or 0 for ring in rings if ring.status == Status.ROUTINE]
    designed = [ring.emittance_x_pm_rad or 0 for ring in rings if ring.status == Status.DESIGN]
    if running and designed:
        title = _("Rings in operation reach %(now)s pm rad, designs aim at %(then)s") % {"now": readable_number(min(running)), "then": readable_number(min(designed))}
    elif rings:
        title = _("Emittances from %(low)s to %(high)s pm rad are on record") % {
            "low": readable_number(min(r.emittance_x_pm_rad or 0 for r in rings)), "high": readable_number(max(r.emittance_x_pm_rad or 0 for r in rings)),
        }  # fmt: skip
    else:
        title = _("No emittance on record")

    def draw(heading: str, footer: str) -> str:
        if not rings:
            return ""
        energies, emittances = [r.energy_gev or 0 for r in rings], [r.emittance_x_pm_rad or 0 for r in rings]
        successors = _successors(rings)
        planes = [
            plane.Plane(
                plane.Scale(_("Electron energy in GeV"), 0.0, max(energies) * 1.08, log=False), plane.Scale(_("Horizontal emittance in pm rad"), *_ends(emittances)),
                spots=tuple(_spot(ring, ring.energy_gev or 0, ring.emittance_x_pm_rad or 0, (to.energy_gev or 0, to.emittance_x_pm_rad or 0) if (to := successors.get(ring.slug)) else None) for ring in rings),
                title=_("Emittance and energy"), tall=430.0,
            )
        ]  # fmt: skip
        if around:
            lengths = [r.circumference_m or 0 for r in around]
            low, high = min(lengths) / 1.25, max(lengths) * 1.25
            values = [_per_gamma2(r) for r in around]
            bottom, top = _ends(values)
            guides = tuple(plane.Guide(g.label, tuple(p for p in g.points if bottom <= p[1] <= top)) for g in _lines(low, high))
            planes.append(
                plane.Plane(
                    plane.Scale(_("Circumference in m"), low, high), plane.Scale(_("Horizontal emittance over γ², in pm rad"), bottom, top),
                    spots=tuple(_spot(ring, ring.circumference_m or 0, _per_gamma2(ring)) for ring in around),
                    guides=tuple(g for g in guides if len(g.points) > 1), title=_("What the lattice contributes: the energy taken out"), tall=430.0,
                )
            )  # fmt: skip
        legend = [("filled", _("in operation, or once so")), ("hollow", _("design values")), ("lead", _("from a ring to its design")), ("guide", _("∝ 1/circumference³, 5 times the theoretical minimum"))]
        return plane.planes_svg(planes, title=title, heading=heading, footer=footer, legend=legend)

    told = "; ".join(words(ring) for ring in rings)
    return Figure(
        key="F2", slug="emittance", title=title,
        caption=_("Natural or effective horizontal emittance as each source tells it. Below, ε/γ² against the circumference: the lines fall with its cube at a fixed length per bend. Status is that of the ring. From the record on %(day)s.") % {"day": wording.today_words()},
        alt=_("%(title)s. Two diagrams with logarithmic emittance: over electron energy, and divided by γ² over circumference. %(told)s.") % {"title": title, "told": told},
        method=_("Emittance and energy as on record; γ = E / 0.511 MeV. Lines: ε = F C_q γ² θ³, F five times 1/(12√15), θ = 2π · length per bend / circumference."),
        columns=COLUMNS, records=tuple(_record(ring) for ring in rings), draw=draw,
    )  # fmt: skip


def _successors(rings: list[Ring]) -> dict[str, Ring]:
    """The design that follows each ring in operation: of the same facility, nearest in circumference."""
    found: dict[str, Ring] = {}
    for design in (ring for ring in rings if ring.status == Status.DESIGN):
        olds = [ring for ring in rings if ring.facility == design.facility and ring.status != Status.DESIGN]
        if olds:
            nearest = min(olds, key=lambda old: (abs((old.circumference_m or 0) - (design.circumference_m or 0)), old.status != Status.ROUTINE))
            found[nearest.slug] = design
    return found


def _spot(ring: Ring, x: float, y: float, towards: tuple[float, float] | None = None) -> plane.Spot:
    return plane.Spot(
        wording.short_name(ring.name), wording.look(ring), x, y, words(ring), hollow=ring.status == Status.DESIGN,
        url=reverse("catalogue:source", args=[ring.slug]), towards=towards,
    )  # fmt: skip


def _record(ring: Ring) -> dict[str, Any]:
    return {
        "source": ring.slug, "source_name": ring.name, "facility": ring.facility, "status": ring.status.value, "electron_energy_gev": ring.energy_gev,
        "circumference_m": ring.circumference_m, "horizontal_emittance_pm_rad": ring.emittance_x_pm_rad,
        "emittance_per_gamma2_pm_rad": float(f"{_per_gamma2(ring):.4g}"), "confidence": ring.confidence or None, "source_url": ring.source_url or None,
        "as_of": ring.as_of or None,
    }  # fmt: skip
