"""F10: where free-electron lasers work: photon energy, pulses a second, pulse energy."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.catalogue.facility_marks import look_of
from leaps.core.figures import plane
from leaps.landscape import queries
from leaps.landscape.figures import wording
from leaps.landscape.figures.base import Figure, Options
from leaps.landscape.types import LaserSource
from leaps.physics.constants import HC_EV_M
from leaps.record.specs import readable_number

COLUMNS = (
    "source", "source_name", "facility", "status", "kind", "photon_energy_min_ev", "photon_energy_max_ev", "repetition_rate_hz", "pulse_energy_uj", "pulse_length_fs",
    "average_power_w", "confidence", "source_url",
)  # fmt: skip


def _energy_words(microjoule: float) -> str:
    return f"{microjoule / 1000:g} mJ" if microjoule >= 1000 else f"{microjoule:g} µJ"


def _words(line: LaserSource) -> str:
    words = _("%(name)s: %(low)s to %(high)s eV, %(rate)s pulses a second") % {
        "name": line.name, "low": f"{line.energy_min_ev:g}", "high": f"{line.energy_max_ev:g}", "rate": readable_number(line.repetition_rate_hz or 0),
    }  # fmt: skip
    if line.pulse_energy_uj:
        words += ", " + _("up to %(energy)s a pulse") % {"energy": _energy_words(line.pulse_energy_uj)}
    return words


def _above(ev: float) -> str:
    nm = HC_EV_M / ev * 1e9
    if nm >= 1e6:
        return f"{nm / 1e6:.3g} mm"
    return f"{nm / 1000:.3g} µm" if nm >= 1000 else f"{nm:.3g} nm" if nm >= 1 else f"{10 * nm:.3g} Å"


def make(_viewer: object, _given: Options) -> Figure:
    """F10: lines with photon energies and pulse rate on record."""
    every = [line for line in queries.lasers() if line.status not in ("decommissioned", "planned")]
    lines = [line for line in every if line.energy_min_ev and line.energy_max_ev and line.repetition_rate_hz]
    silent = [line for line in every if line not in lines]
    told = "; ".join(_words(line) for line in lines)
    if lines:
        title = _("Laser lines cover %(low)s to %(high)s and %(slow)s to %(fast)s pulses a second") % {
            "low": _ev_words(min(line.energy_min_ev or 0 for line in lines)), "high": _ev_words(max(line.energy_max_ev or 0 for line in lines)),
            "slow": readable_number(min(line.repetition_rate_hz or 0 for line in lines)), "fast": readable_number(max(line.repetition_rate_hz or 0 for line in lines)),
        }  # fmt: skip
    else:
        title = _("No laser line with photon energies and pulse rate on record")

    def draw(heading: str, footer: str) -> str:
        if not lines:
            return ""
        rates = [line.repetition_rate_hz or 0 for line in lines]
        one = plane.Plane(
            plane.Scale(_("Photon energy in eV"), min(line.energy_min_ev or 0 for line in lines) / 2, max(line.energy_max_ev or 0 for line in lines) * 2),
            plane.Scale(_("Pulses a second"), min(rates) / 4, max(rates) * 4),
            spots=tuple(_spot(line) for line in lines), above=_above, tall=440.0,
        )  # fmt: skip
        legend = [("span", _("range of photon energies; the label tells the highest pulse energy on record"))]
        return plane.planes_svg([one], title=title, heading=heading, footer=footer, legend=legend)

    return Figure(
        key="F10", slug="lasers", title=title,
        caption=_("Lines in operation or being renewed, from the record on %(day)s. Pulse energies are the highest on record of a line and hold at its best photon energy only. Without pulse rate or energies on record: %(silent)s.") % {"day": wording.today_words(), "silent": ", ".join(line.name for line in silent) or _("none")},
        alt=_("%(title)s. A diagram of photon energy against pulses a second, both logarithmic. %(told)s.") % {"title": title, "told": told},
        method=_("As on record; nothing is computed but the average power, pulse energy times pulses a second, in the data."),
        columns=COLUMNS, records=tuple(_record(line) for line in lines), draw=draw,
    )  # fmt: skip


def _ev_words(ev: float) -> str:
    return f"{ev / 1000:g} keV" if ev >= 1000 else f"{ev:g} eV" if ev >= 0.1 else f"{ev * 1000:.3g} meV"


def _spot(line: LaserSource) -> plane.Spot:
    low, high = line.energy_min_ev or 0, line.energy_max_ev or 0
    name = wording.short_name(line.name)
    label = f"{name}, {_energy_words(line.pulse_energy_uj)}" if line.pulse_energy_uj else name
    return plane.Spot(
        label, look_of(line.facility), (low * high) ** 0.5, line.repetition_rate_hz or 0, _words(line), hollow=line.status != "operating",
        url=reverse("catalogue:source", args=[line.slug]), span=(low, high),
    )  # fmt: skip


def _record(line: LaserSource) -> dict[str, Any]:
    power = line.pulse_energy_uj * 1e-6 * line.repetition_rate_hz if line.pulse_energy_uj and line.repetition_rate_hz else None
    found: dict[str, Any] = {name: getattr(line, name, None) for name in COLUMNS}
    found |= {
        "source": line.slug, "source_name": line.name, "photon_energy_min_ev": line.energy_min_ev, "photon_energy_max_ev": line.energy_max_ev,
        "average_power_w": float(f"{power:.3g}") if power else None, "confidence": line.confidence or None, "source_url": line.source_url or None,
    }  # fmt: skip
    return found
