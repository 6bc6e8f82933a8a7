"""What a field of the record is: its type, unit, limits, and how text becomes a value.

One description, derived from the model, serves the pack's Table Schema, forms, the API, the
display and every error message.
"""

import datetime as dt
import difflib
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from leaps.record import slips
from leaps.record.types import Value, ValueType

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SEPARATOR = ";"
MAX_TERMS = 100
MAX_INTEGER = 2**31 - 1

# The unit is the last part of a field's name; longest endings first.
UNITS: tuple[tuple[str, str], ...] = (
    ("_pm_rad", "pm rad"),
    ("_ph_s", "photons/s"),
    ("_meur", "million €"),
    ("_gev", "GeV"),
    ("_deg", "°"),
    ("_ev", "eV"),
    ("_um", "µm"),
    ("_mm", "mm"),
    ("_ma", "mA"),
    ("_uj", "µJ"),
    ("_hz", "Hz"),
    ("_fs", "fs"),
    ("_m", "m"),
    ("_t", "T"),
    ("_resolution_s", "s"),
)

_TRUE = {"yes", "true", "1", "y"}
_FALSE = {"no", "false", "0", "n"}
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
_MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0+)?)?Z?$")
# Characters no text of the record may hold: they cannot be kept everywhere or not be put in XML.
# Lone surrogates come in by JSON escapes and have no bytes in UTF-8.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class ValueRefused(ValueError):
    """A value that does not fit its field: what is wrong and what would cure it."""

    def __init__(self, message: str, cure: str = "") -> None:
        self.message, self.cure = message, cure
        super().__init__(message)


def plain_text(text: str, most: int) -> str:
    """Free text such as a reason, without characters that cannot be kept or shown, cut to a length."""
    return _CONTROL.sub("", text).strip()[:most]


def unit_of(name: str) -> str:
    """The unit that a field's name ends with, as people write it; empty for none."""
    return next((unit for ending, unit in UNITS if name.endswith(ending)), "")


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a record type.

    `choices` are (code, words) pairs of a CODE field; `minimum` and `maximum` limit numbers;
    `target` is the kind a REFERENCE or REFERENCES field points to. `validators` are the model
    field's own checks, such as the pattern of a key or the checksum of a ROR identifier.
    """

    name: str
    title: "StrOrPromise"
    type: ValueType
    description: "StrOrPromise" = ""
    unit: str = ""
    required: bool = False
    choices: "tuple[tuple[str, StrOrPromise], ...]" = ()
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    target: str = ""
    validators: tuple[Callable[[Any], None], ...] = ()

    @property
    def is_list(self) -> bool:
        """Whether the field holds several entries."""
        return self.type in (ValueType.TERMS, ValueType.REFERENCES)

    @property
    def is_numeric(self) -> bool:
        """Whether the field holds a number (a year counts)."""
        return self.type in (ValueType.INTEGER, ValueType.NUMBER, ValueType.YEAR)

    def words_for(self, code: object) -> str:
        """The words people see for a code."""
        return next((str(words) for known, words in self.choices if known == code), str(code))

    # -- text to value and back -------------------------------------------------------------

    def from_text(self, text: str) -> Value:
        """Read a cell of a table. Empty means not recorded.

        Raises ValueRefused with a cure when the text does not fit the field.
        """
        text = text.strip()
        if not text:
            return self.clean(None)
        match self.type:
            case ValueType.TERMS | ValueType.REFERENCES:
                return self.clean([part.strip() for part in text.split(SEPARATOR) if part.strip()])
            case ValueType.FLAG:
                lowered = text.lower()
                if lowered in _TRUE:
                    return True
                if lowered in _FALSE:
                    return False
                raise ValueRefused(
                    _("is neither yes nor no"), _("Write yes, no, or leave it empty when not recorded.")
                )
            case ValueType.INTEGER | ValueType.YEAR | ValueType.NUMBER:
                return self.clean(_number(text, self.unit))
            case _:
                return self.clean(text)

    def to_text(self, value: Value) -> str:
        """Write a value as the cell of a table, in the one canonical way."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, list):
            return SEPARATOR.join(value)
        if isinstance(value, float):
            return number_text(value)
        return str(value)

    def clean(self, value: Any) -> Value:
        """Bring a JSON value into canonical form.

        Raises ValueRefused with a cure when it does not fit the field.
        """
        if value in (None, "", []):
            if self.required:
                raise ValueRefused(_("is missing"), _("Give a value; this field is required."))
            return [] if self.is_list else None
        match self.type:
            case ValueType.TERMS | ValueType.REFERENCES:
                return self._clean_list(value)
            case ValueType.FLAG:
                if not isinstance(value, bool):
                    raise ValueRefused(_("is neither true nor false"), _("Use true, false or null."))
                return value
            case ValueType.INTEGER | ValueType.YEAR | ValueType.NUMBER:
                return self._clean_number(value)
            case ValueType.DATE:
                return _clean_date(value)
            case ValueType.CODE:
                return self._clean_code(value)
            case ValueType.URL:
                return self._validated(_clean_url(self._clean_text(value)))
            case _:
                return self._validated(self._clean_text(value))

    def _validated(self, text: str) -> str:
        for validator in self.validators:
            try:
                validator(text)
            except ValidationError as error:
                raise ValueRefused(_("does not have the right form"), " ".join(error.messages)) from None
        return text

    def _clean_text(self, value: object) -> str:
        if not isinstance(value, str):
            raise ValueRefused(_("is not text"), _("Give text."))
        text = value.strip()
        if _CONTROL.search(text):
            raise ValueRefused(_("holds control characters"), _("Remove the invisible characters."))
        if self.max_length and len(text) > self.max_length:
            raise ValueRefused(
                _("has %(have)d characters, %(most)d are allowed")
                % {"have": len(text), "most": self.max_length},
                _("Shorten it."),
            )
        return text

    def _clean_list(self, value: object) -> list[str]:
        if not isinstance(value, list | tuple):
            raise ValueRefused(_("is not a list"), _("Give a list of texts."))
        if len(value) > MAX_TERMS:
            raise ValueRefused(
                _("has %(have)d entries, %(most)d are allowed") % {"have": len(value), "most": MAX_TERMS}
            )
        entries = [self._clean_text(entry) for entry in value]
        for entry in entries:
            if SEPARATOR in entry or not entry:
                raise ValueRefused(
                    _("has an entry that is empty or holds a semicolon"),
                    _("Semicolons separate entries; remove them from inside an entry."),
                )
            if entries.count(entry) > 1:
                raise ValueRefused(
                    _("names %(entry)s twice") % {"entry": entry}, _("Remove the repetition.")
                )
        return entries

    def _clean_number(self, value: object) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
            raise ValueRefused(_("is not a number"), _("Use digits with a point, such as 0.5 or 1e12."))
        if self.type is not ValueType.NUMBER:
            if value != int(value):
                raise ValueRefused(_("is not a whole number"), _("Round it or use another field."))
            value = int(value)
            if abs(value) > MAX_INTEGER:
                raise ValueRefused(_("is too large"), _("Check the number of digits."))
        if self.minimum is not None and value < self.minimum:
            raise ValueRefused(
                _("is below %(limit)s") % {"limit": number_text(self.minimum)}, self._limits_cure()
            )
        if self.maximum is not None and value > self.maximum:
            raise ValueRefused(
                _("is above %(limit)s") % {"limit": number_text(self.maximum)}, self._limits_cure()
            )
        return float(value) if self.type is ValueType.NUMBER else value

    def _limits_cure(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        if self.minimum is not None and self.maximum is not None:
            return _("Give a value from %(low)s to %(high)s%(unit)s.") % {
                "low": number_text(self.minimum),
                "high": number_text(self.maximum),
                "unit": unit,
            }
        return _("Check the unit%(unit)s.") % {"unit": f" ({self.unit})" if self.unit else ""}

    def _clean_code(self, value: object) -> str:
        text = self._clean_text(value)
        codes = [code for code, _words in self.choices]
        if text in codes:
            return text
        folded = text.lower().replace(" ", "_").replace("-", "_")
        for code, words in self.choices:
            if folded == code.lower().replace("-", "_") or text.lower() == str(words).lower():
                return code
        raise ValueRefused(_("is not one of the allowed values"), _codes_cure(folded, codes))


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number with more digits than a float can hold
        return False


def _codes_cure(folded: str, codes: list[str]) -> str:
    if near := difflib.get_close_matches(folded, codes, n=1, cutoff=0.7):
        cure = _("Did you mean %(code)s? The allowed values are: %(codes)s.")
        return cure % {"code": near[0], "codes": ", ".join(codes)}
    return _("Use one of: %(codes)s.") % {"codes": ", ".join(codes)}


def number_text(value: float) -> str:
    """The shortest text that reads back as the same number; whole numbers without a point."""
    if isinstance(value, int) or (value == int(value) and abs(value) < 1e15):
        return str(int(value))
    text = repr(value)
    mantissa, mark, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if mark else text


def _number(text: str, unit: str) -> int | float:
    # A spreadsheet's own minus sign, and the apostrophe some programs put before a number.
    plain = text.replace("−", "-").removeprefix("'")
    if not _NUMBER.fullmatch(plain):
        raise ValueRefused(*slips.number_slip(text, unit))
    value = float(plain)
    if not math.isfinite(value):
        raise ValueRefused(_("is too large"), _("Check the exponent."))
    return int(value) if value == int(value) and abs(value) < 2**53 else value


def _clean_date(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    text = _MIDNIGHT.sub("", str(value).strip())
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValueError
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueRefused(*slips.date_slip(text)) from None


def _clean_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
    except ValueError:
        good = False
    if not good:
        raise ValueRefused(
            _("is not a web address"), _("Give the whole address, beginning with https:// or http://.")
        )
    return text


def clean_words(text: str, longest: int) -> str:
    """Check a text that is no field of the record, such as the reason for a change.

    Raises ValueRefused when it is too long or holds what no text holds.
    """
    return FieldSpec("", "", ValueType.TEXT, max_length=longest)._clean_text(text)  # noqa: SLF001  same module


def clean_partial_date(text: str) -> str:
    """Check the date a source speaks about: a year, a month or a day.

    Raises ValueRefused when it is none of these.
    """
    text = text.strip()
    if not text:
        return ""
    try:
        if not _PARTIAL_DATE.fullmatch(text):
            raise ValueError
        dt.date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        raise ValueRefused(
            _("is not a year, month or day"), _("Write 2025, 2025-06 or 2025-06-30.")
        ) from None
    return text


def display(spec: FieldSpec, value: Value) -> str:
    """A value in words for people: with its unit, thin spaces in large numbers, codes as words."""
    if value is None or value == []:
        return _("not recorded")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(value)
    if spec.type is ValueType.CODE:
        return spec.words_for(value)
    if spec.type is ValueType.YEAR:
        return str(value)
    if isinstance(value, int | float):
        text = readable_number(value)
        return f"{text}\u202f{spec.unit}" if spec.unit == "°" else f"{text} {spec.unit}".strip()
    if spec.type is ValueType.DATE:
        return readable_date(value)
    return value


def readable_number(value: float) -> str:
    """A number for reading: 12 345 with thin spaces, 1.2 × 10¹³ for the very large and small."""
    if value != 0 and (abs(value) >= 1e7 or abs(value) < 1e-3):
        mantissa, _mark, exponent = f"{value:.3e}".partition("e")
        mantissa = mantissa.rstrip("0").rstrip(".")
        power = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"10{power}" if mantissa == "1" else f"{mantissa} × 10{power}"
    if value == int(value):
        return f"{int(value):,}".replace(",", "\u202f")
    whole, _point, rest = number_text(value).partition(".")
    return f"{int(whole):,}".replace(",", "\u202f") + "." + rest if abs(value) >= 1 else number_text(value)


def readable_date(iso: str) -> str:
    """22 Nov 2026 for a whole date; a year or a month stays what it is."""
    from django.utils.formats import date_format  # needs configured settings, not at import time

    if len(iso) < 10:
        return iso
    return date_format(dt.date.fromisoformat(iso), "j M Y")


def codes(choices: Sequence[tuple[Any, Any]]) -> "tuple[tuple[str, StrOrPromise], ...]":
    """Choices of a Django field as (code, words) pairs, the empty one left out."""
    return tuple((str(code), words) for code, words in choices if code not in ("", None))
