"""Numbers with units as people write them: `8-12 keV`, `1,5 nm`, `< 5 um`, `10^12 ph/s`."""

import re
from typing import Final

from leaps.catalogue.finder import units

NUMBER: Final = r"[0-9]{1,20}(?:[.,][0-9]{1,20})?(?:[eE][+-]?[0-9]{1,3})?"
POWER: Final = rf"(?:(?:{NUMBER}\s*[x×·*]\s*)?10\s*\^\s*[+-]?[0-9]{{1,2}}|{NUMBER})"
UNIT: Final = (
    r"(?:[kKmM]?[eE][vV]|[nN][mM]|[pP][mM]|[uµμ][mM]|[mM][mM]|[tT][hH][zZ]|[cC][mM](?:-1|\^-1|⁻¹|−1)|1/cm|"
    r"(?i:nanomet(?:er|re)s?|micromet(?:er|re)s?|microns?|millimet(?:er|re)s?|[åa]ngstr[oö]ms?)|[ÅA]|å)"
    r"(?![^\W_])"
)
DASH: Final = r"(?:-|–|—|−|\bto\b|\band\b|\.\.\.?|…)"

_NUMBER: Final = re.compile(rf"[+-]?{NUMBER}")
_POWER: Final = re.compile(r"(?:(?P<factor>[^x×·*]+?)\s*[x×·*]\s*)?10\s*\^\s*(?P<exponent>[+-]?[0-9]{1,2})")
_ENERGY: Final = re.compile(
    rf"(?P<low>{NUMBER})\s*(?P<first>{UNIT})?(?:\s*{DASH}\s*(?P<high>{NUMBER}))?\s*(?P<unit>{UNIT})?"
)
_LENGTH: Final = re.compile(rf"(?P<number>{NUMBER})\s*(?P<unit>{UNIT})")


def read_number(text: str) -> float | None:
    """The number, or None. A comma is a decimal point unless it could part thousands (`8,000`)."""
    text = text.strip()
    power = _POWER.fullmatch(text)
    if power:
        factor = read_number(power["factor"]) if power["factor"] else 1.0
        return (
            None
            if factor is None
            else float(f"{factor!r}e{int(power['exponent'])}")
            if _plain(factor)
            else None
        )
    if not _NUMBER.fullmatch(text):
        return None
    if re.search(r",[0-9]{3}(?![0-9])", text):
        return None
    value = float(text.replace(",", "."))
    return value if abs(value) != float("inf") else None


def _plain(value: float) -> bool:
    return "e" not in repr(value)


def read_energy(text: str, unit: str) -> tuple[float | None, float | None, str] | None:
    """An energy or wavelength, single or as a range, as (lower number, upper number, unit).

    `unit` counts where none is written; with an empty one the text must bring its own. The numbers
    stay in the unit written; where the two ends have different ones, in that of the upper end.
    """
    match = _ENERGY.fullmatch(text.strip())
    if match is None:
        return None
    low, high = read_number(match["low"]), read_number(match["high"] or match["low"])
    last = match["unit"] or match["first"]
    found = units.energy_unit(last) if last else unit
    own = units.energy_unit(match["first"]) if match["first"] and match["high"] else found
    if low is None or high is None or not found or not own or low <= 0 or high <= 0:
        return None
    if own != found:
        if not (1e-15 <= low <= 1e15):
            return None
        low = units.from_ev(units.to_ev(low, own), found)
    return min(low, high), max(low, high), found


def read_length(text: str) -> float | None:
    """A beam size with its unit in µm, or None."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        return None
    number, unit = read_number(match["number"]), units.length_unit(match["unit"])
    return None if number is None or unit is None or number <= 0 else units.to_um(number, unit)
