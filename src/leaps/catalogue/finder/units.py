"""Photon energy in the units people think in, converted so that the unit never changes the answer.

Every energy is rounded to nine significant digits in eV, the query's and the instrument's alike:
far finer than any monochromator, far coarser than the error of a conversion there and back.
"""

from typing import Final

HC_EV_NM: Final = 1239.841984
"""Planck constant times speed of light, CODATA 2022, in eV nm."""

_C_NM_THZ: Final = 299792.458

ENERGY_UNITS: Final = ("eV", "keV", "nm", "Å", "meV", "MeV", "µm", "pm", "THz", "cm-1")
WAVELENGTH_UNITS: Final = frozenset({"nm", "Å", "µm", "pm"})
"""Units in which the larger number is the lower energy."""

_FACTOR: Final = {
    "eV": 1.0,
    "keV": 1e3,
    "meV": 1e-3,
    "MeV": 1e6,
    "THz": HC_EV_NM / _C_NM_THZ,
    "cm-1": HC_EV_NM * 1e-7,
}
_NANOMETRES: Final = {"nm": 1.0, "Å": 0.1, "µm": 1e3, "pm": 1e-3}

_ALIASES: Final = {
    "a": "Å", "å": "Å", "angstrom": "Å", "angstroms": "Å", "ångström": "Å", "angström": "Å",
    "ångstrom": "Å", "ev": "eV", "kev": "keV", "nm": "nm", "nanometre": "nm", "nanometer": "nm",
    "nanometres": "nm", "nanometers": "nm", "um": "µm", "μm": "µm", "µm": "µm", "micron": "µm",
    "microns": "µm", "micrometre": "µm", "micrometer": "µm", "micrometres": "µm", "micrometers": "µm",
    "pm": "pm", "thz": "THz", "cm-1": "cm-1", "cm^-1": "cm-1", "cm⁻¹": "cm-1", "1/cm": "cm-1",
    "cm−1": "cm-1",
}  # fmt: skip

_MICROMETRES: Final = {"µm": 1.0, "nm": 1e-3, "mm": 1e3, "Å": 1e-4, "pm": 1e-6}

MIN_ENERGY_EV: Final = 1e-6
MAX_ENERGY_EV: Final = 1e9


def canonical(value: float) -> float:
    """The value with nine significant digits."""
    return float(f"{value:.8e}")


def energy_unit(text: str) -> str | None:
    """The unit meant by what somebody typed, or None.

    `meV` and `MeV` differ by nine orders of magnitude and only by case, so any other spelling of
    these two (`mev`, `MEV`) is refused rather than guessed.
    """
    text = text.strip()
    if text in ENERGY_UNITS:
        return text
    return _ALIASES.get(text.lower())


def length_unit(text: str) -> str | None:
    """The unit of a beam size meant by what somebody typed, or None."""
    lowered = text.strip().lower()
    if lowered in {"mm", "millimetre", "millimetres", "millimeter", "millimeters"}:
        return "mm"
    unit = energy_unit(text)
    return unit if unit in _MICROMETRES else None


def to_ev(value: float, unit: str) -> float:
    """Photon energy in eV, nine significant digits. A wavelength must be above zero."""
    if unit in _NANOMETRES:
        return canonical(HC_EV_NM / (value * _NANOMETRES[unit]))
    return canonical(value * _FACTOR[unit])


def from_ev(energy_ev: float, unit: str) -> float:
    """The energy in a unit, unrounded, so that `to_ev` gives back the canonical energy."""
    if unit in _NANOMETRES:
        return HC_EV_NM / energy_ev / _NANOMETRES[unit]
    return energy_ev / _FACTOR[unit]


def to_um(value: float, unit: str) -> float:
    """A beam size in µm, nine significant digits."""
    return canonical(value * _MICROMETRES[unit])
