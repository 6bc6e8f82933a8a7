import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaps.catalogue.finder import units


@settings(max_examples=400, derandomize=True, deadline=None)
@given(energy=st.floats(units.MIN_ENERGY_EV, units.MAX_ENERGY_EV), unit=st.sampled_from(units.ENERGY_UNITS))
def test_there_and_back_gives_the_canonical_energy(energy: float, unit: str) -> None:
    assert units.to_ev(units.from_ev(units.canonical(energy), unit), unit) == units.canonical(energy)


@pytest.mark.parametrize(
    ("value", "unit", "energy"),
    [
        (8.048, "keV", 8048.0),
        (1.0, "Å", 12398.4198),
        (0.15406, "nm", 8047.78647),
        (13.5, "nm", 91.8401470),
        (10.6, "µm", 0.116966225),
        (1.0, "THz", 0.00413566770),
        (1000.0, "cm-1", 0.123984198),
        (25.0, "meV", 0.025),
        (1.0, "pm", 1239841.98),
        (1.0, "MeV", 1e6),
    ],
)
def test_known_conversions(value: float, unit: str, energy: float) -> None:
    assert units.to_ev(value, unit) == pytest.approx(energy, rel=1e-8)


@pytest.mark.parametrize(
    ("written", "unit"),
    [("KEV", "keV"), ("ev", "eV"), ("A", "Å"), ("\u212b", "Å"), ("angstroms", "Å"), ("um", "µm"), ("\u03bcm", "µm"),
     ("microns", "µm"), ("meV", "meV"), ("MeV", "MeV"), ("mev", None), ("MEV", None), ("parsec", None), ("", None)],
)  # fmt: skip
def test_spellings_of_units(written: str, unit: str | None) -> None:
    assert units.energy_unit(written) == unit


def test_beam_sizes() -> None:
    assert units.to_um(300, "nm") == 0.3
    assert units.to_um(0.1, "mm") == 100
    assert units.length_unit("microns") == "µm"
    assert units.length_unit("keV") is None
