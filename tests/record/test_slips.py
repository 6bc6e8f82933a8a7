"""What people type instead of a number or a date is refused with what they most likely meant."""

import datetime as dt
import io

import pytest
from openpyxl import Workbook

from leaps.record.packs import reading
from leaps.record.slips import date_slip, number_slip


@pytest.mark.parametrize(
    ("text", "unit", "cure"),
    [
        ("12 000", "eV", "12000"),
        ("12.000,5", "eV", "12000.5"),
        ("12,5", "eV", "12.5"),
        ("1,234", "eV", "1234 or 1.234"),
        ("1,234,567", "eV", "1234567"),
        ("3 keV", "eV", "write 3000"),
        ("0.5 mm", "µm", "write 500"),
        ("90 nm", "eV", "This field is in eV"),
        ("5-20", "eV", "one number"),
        ("~ 40", "µm", "what limits it"),
        ("many", "", "digits"),
    ],
)
def test_a_number_with_more_than_digits_is_answered_with_the_number(text: str, unit: str, cure: str) -> None:
    assert cure in number_slip(text, unit)[1]


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("15.01.2027", "2027-01-15."),
        ("15/01/2027", "2027-01-15."),
        ("01/02/2027", "2027-02-01 or 2027-01-02"),
        ("2027/1/5", "2027-01-05"),
        ("46402", (dt.date(1899, 12, 30) + dt.timedelta(days=46402)).isoformat()),
        ("2027", "2027-01-01"),
        ("2027-02-30", "year-month-day"),
        ("soon", "year-month-day"),
    ],
)
def test_a_date_in_another_order_is_answered_with_the_date(text: str, cure: str) -> None:
    assert cure in date_slip(text)[1]


def _workbook(fill: dict[str, object], merge: str = "") -> bytes:
    book = Workbook()
    book.active.title = "facilities"
    for place, value in fill.items():
        book.active[place] = value
    if merge:
        book.active.merge_cells(merge)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (_workbook({"A1": "slug", "B1": "city", "A2": "ring", "B2": "Lund", "A3": "hall"}, merge="B2:B3"), "merged cells"),
        (_workbook({"A1": "slug", "B1": "city", "A2": "ring", "B2": "=A2"}), "a formula without a result"),
    ],
)
def test_a_workbook_hides_nothing_behind_empty_cells(content: bytes, said: str) -> None:
    problems = reading.read_bytes("facilities.xlsx", content).problems

    assert [said in p.message and p.row == 2 for p in problems] == [True]
