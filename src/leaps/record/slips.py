"""What people type instead of a number or a date, and the sentence that helps them on.

Nothing is guessed into the record: a slip is refused, with the text that was most likely meant.
"""

import datetime as dt
import re

from django.utils.translation import gettext as _

_GROUPED = re.compile(r"[+-]?\d{1,3}([ ,.'’_\u00a0\u2009\u202f])\d{3}(\1\d{3})*")
_GROUPED_COMMA = re.compile(r"[+-]?\d{1,3}([ .'’\u00a0\u2009\u202f]\d{3})*,\d+|[+-]?\d+,\d+")
_WITH_UNIT = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*([^\W\d_].{0,15}|%|°)")
_RANGE = re.compile(r"[\d.]+\s*(-|–|—|to|\.\.+)\s*[\d.]+")
_ABOUT = re.compile(r"(~|≈|<|>|≤|≥|ca\.?|about|up to)\s*\S+", re.IGNORECASE)
_PREFIXES = {"p": 1e-12, "n": 1e-9, "µ": 1e-6, "μ": 1e-6, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
_BASES = ("eV", "m", "Hz", "A", "J", "s")
_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.]?(\d{1,2})[/.]?(\d{1,2})")
# Days since 1899-12-30, as spreadsheets count: 1982 to 2064.
_SERIAL = re.compile(r"[3-5]\d{4}")


def number_slip(text: str, unit: str) -> tuple[str, str]:
    """What is wrong with a text that should be a number, and the cure."""
    if grouped := _GROUPED.fullmatch(text):
        plain = text.replace(grouped[1], "")
        if grouped[1] in ",." and text.count(grouped[1]) == 1:
            meant = {"whole": plain, "point": text.replace(",", ".")}
            return _("uses a comma that can mean two things"), _("Write %(whole)s or %(point)s.") % meant
        return _("has separators between thousands"), _("Write %(number)s.") % {"number": plain}
    if _GROUPED_COMMA.fullmatch(text):
        plain = re.sub(r"[^\d,+-]", "", text).replace(",", ".")
        return _("uses a decimal comma"), _("Write a decimal point: %(number)s.") % {"number": plain}
    if with_unit := _WITH_UNIT.fullmatch(text):
        number = _converted(with_unit[1], with_unit[2].strip(), unit)
        if not unit:
            return _("has words behind the number"), _("Write the number alone: %(number)s.") % {"number": with_unit[1]}
        cure = _("This field is in %(unit)s; write the number alone.") % {"unit": unit}
        if number:
            cure = _("This field is in %(unit)s; write %(number)s.") % {"unit": unit, "number": number}
        return _("has a unit"), cure
    if _RANGE.fullmatch(text):
        return _("is a range"), _("Write one number; ranges have a column for each end.")
    if _ABOUT.fullmatch(text):
        return _("is not a number alone"), _("Write the number, and what limits it in a note or the source.")
    return _("is not a number"), _("Use digits with a point and no unit, such as 0.5 or 1e12.")


def _converted(number: str, given: str, wanted: str) -> str:
    """The number in the wanted unit, where both units are the same but for a prefix."""
    given_factor, wanted_factor = _factor(given), _factor(wanted)
    if given_factor is None or wanted_factor is None or given_factor[1] != wanted_factor[1]:
        return ""
    return f"{float(number) * given_factor[0] / wanted_factor[0]:.12g}"


def _factor(unit: str) -> tuple[float, str] | None:
    for base in _BASES:
        if unit == base:
            return 1.0, base
        if unit[1:] == base and unit[0] in _PREFIXES:
            return _PREFIXES[unit[0]], base
    return None


def date_slip(text: str) -> tuple[str, str]:
    """What is wrong with a text that should be a date, and the cure."""
    order = _("is not a date as year-month-day")
    if found := _DAY_FIRST.fullmatch(text):
        first, mark, second, year = int(found[1]), found[2], int(found[3]), int(found[4])
        meant = [_iso(year, second, first)]
        # Only with full stops is the day surely first.
        if mark != "." and first != second:
            meant.append(_iso(year, first, second))
        if good := [day for day in meant if day]:
            return order, _("Write %(days)s.") % {"days": _(" or ").join(good)}
    elif (found := _YEAR_FIRST.fullmatch(text)) and (day := _iso(int(found[1]), int(found[2]), int(found[3]))):
        return order, _("Write %(days)s.") % {"days": day}
    elif _SERIAL.fullmatch(text):
        day = (dt.date(1899, 12, 30) + dt.timedelta(days=int(text))).isoformat()
        cure = _("It looks like a spreadsheet's count of days: format the cell as a date, or write %(day)s.")
        return order, cure % {"day": day}
    elif re.fullmatch(r"\d{4}(-\d{2})?", text):
        cure = _("Write its first day, such as %(day)s; a column for the precision says how much of it to believe.")
        return _("is not a whole date"), cure % {"day": (text + "-01-01")[:10]}
    return _("is not a date of the calendar"), _("Write year-month-day, such as 2027-01-15.")


def _iso(year: int, month: int, day: int) -> str:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return ""
