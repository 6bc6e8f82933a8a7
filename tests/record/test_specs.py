"""Text becomes a value and comes back; what does not fit is refused with a cure."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaps.record import registry
from leaps.record.packs.guard import guard, unguard
from leaps.record.specs import FieldSpec, ValueRefused, clean_partial_date, display, number_text
from leaps.record.types import ValueType

NUMBER = FieldSpec("photon_energy_min_ev", "lowest", ValueType.NUMBER, unit="eV", minimum=0, maximum=1e6)
FLAG = FieldSpec("mail_in", "mail-in", ValueType.FLAG)
TERMS = FieldSpec("detectors", "detectors", ValueType.TERMS, max_length=50)
TEXT = FieldSpec("name", "name", ValueType.TEXT, required=True, max_length=20)
CODE = FieldSpec("status", "status", ValueType.CODE, choices=(("operating", "in operation"), ("closed", "closed")))
DATE = FieldSpec("dark_start", "dark from", ValueType.DATE)
LINK = FieldSpec("homepage", "home page", ValueType.URL, max_length=100)


@given(st.floats(min_value=0, max_value=1e6, allow_nan=False))
def test_number_text_and_back_is_the_same_number(value: float) -> None:
    assert NUMBER.from_text(NUMBER.to_text(NUMBER.clean(value))) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_number_text_reads_back_for_any_float(value: float) -> None:
    assert float(number_text(value)) == value


@given(st.text())
def test_guarded_text_comes_back_and_never_starts_a_formula(text: str) -> None:
    assert unguard(guard(text)) == text
    assert guard(text)[:1] not in tuple("=+-@\t\r")


@pytest.mark.parametrize(
    ("spec", "text", "word"),
    [
        (NUMBER, "12,5", "decimal point"),
        (NUMBER, "ten", "digits"),
        (NUMBER, "-1", "eV"),
        (NUMBER, "1e400", "exponent"),
        (NUMBER, "nan", "digits"),
        (FLAG, "perhaps", "yes, no"),
        (TERMS, "a;a", "repetition"),
        (TEXT, "", "required"),
        (TEXT, "x" * 21, "Shorten"),
        (TEXT, "bell\x07", "invisible"),
        (CODE, "running", "operating, closed"),
        (DATE, "2027-02-30", "year-month-day"),
        (DATE, "01/02/2027", "2027-02-01 or 2027-01-02"),
        (LINK, "javascript:alert(1)", "https://"),
        (LINK, "http://[", "https://"),
    ],
)
def test_text_that_does_not_fit_is_refused_with_a_cure(spec: FieldSpec, text: str, word: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        spec.from_text(text)

    assert word in refused.value.cure


def test_not_recorded_is_neither_yes_nor_no() -> None:
    assert [FLAG.from_text(text) for text in ("yes", "no", "")] == [True, False, None]
    assert [display(FLAG, value) for value in (True, False, None)] == ["yes", "no", "not recorded"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(90.0, "90 eV"), (12345.0, "12\u202f345 eV"), (0.0083, "0.0083 eV"), (5e-5, "5 × 10⁻⁵ eV"), (1e8, "10⁸ eV")],
)
def test_numbers_are_shown_with_unit_and_thin_spaces(value: float, shown: str) -> None:
    assert display(NUMBER, value) == shown


@pytest.mark.parametrize("text", ["2025", "2025-06", "2025-06-30", ""])
def test_partial_date_is_kept(text: str) -> None:
    assert clean_partial_date(text) == text


@pytest.mark.parametrize("text", ["25", "2025-13", "2025-06-31", "June 2025"])
def test_partial_date_of_no_calendar_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused):
        clean_partial_date(text)


def test_every_field_has_a_title_and_every_unit_is_in_its_name() -> None:
    for record_type in registry.all_types():
        for spec in record_type.specs.values():
            assert str(spec.title).strip()
            assert not (spec.unit and not spec.is_numeric), spec.name
            assert spec.minimum is None or not math.isnan(spec.minimum)
