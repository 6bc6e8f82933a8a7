"""Sentences as people type them."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaps.catalogue.finder import Index, InstrumentFacts, Query, understand
from tests.catalogue.finder.generated import TECHNIQUES

TODAY = date(2026, 11, 24)
FACTS = (
    InstrumentFacts(1, "max-iv-bloch", "BLOCH", facility="max-iv", facility_name="MAX IV Laboratory",
                    facility_short_name="MAX IV", country="SE", partnership="LEAPS", facility_kind="synchrotron",
                    techniques=("PaNET01089",), science_fields=("cultural heritage",)),
    InstrumentFacts(2, "diamond-i15", "I15", facility="diamond", facility_name="Diamond Light Source",
                    facility_short_name="Diamond", country="GB", partnership="LEAPS", facility_kind="synchrotron",
                    techniques=("PaNET01101",), sample_environments=("diamond anvil cell", "cryostat")),
    InstrumentFacts(3, "ill-d3", "D3", facility="ill", facility_name="Institut Laue-Langevin",
                    facility_short_name="ILL", country="FR", partnership="LENS", facility_kind="neutron"),
)  # fmt: skip
INDEX = Index(FACTS, TECHNIQUES)
VOCABULARY = INDEX.vocabulary
ARPES = ("PaNET01089",)


def autumn(year: int) -> dict[str, date]:
    return {"running_from": date(year, 9, 1), "running_to": date(year, 11, 30)}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("angle-resolved photoemission at 90 eV with a spot below 10 µm, running next autumn",
         Query(techniques=ARPES, energy_min=90, energy_max=90, beam_size_max_um=10, **autumn(2027))),
        ("Where in Europe can I do ARPES?", Query(techniques=ARPES)),
        ("angle resolved photoelectron spectroscopy", Query(techniques=ARPES)),
        ("Angle-Resolved PhotoEmission Spectroscopy beamlines", Query(techniques=ARPES)),
        ("X-rays powder diffraction in the UK", Query(techniques=("PaNET01101",), countries=("GB",))),
        ("saxs between 8 and 12 keV", Query(techniques=("PaNET01188",), energy_min=8, energy_max=12, energy_unit="keV")),
        ("8-12 keV", Query(energy_min=8, energy_max=12, energy_unit="keV")),
        ("from 8 to 12 keV", Query(energy_min=8, energy_max=12, energy_unit="keV")),
        ("1.5 nm", Query(energy_min=1.5, energy_max=1.5, energy_unit="nm")),
        ("below 1,5 Å", Query(energy_max=1.5, energy_unit="Å")),
        ("above 60 keV", Query(energy_min=60, energy_unit="keV")),
        ("photon energy of about 700 eV", Query(energy_min=700, energy_max=700)),
        ("< 5 um", Query(beam_size_max_um=5)),
        ("spot size smaller than 300 nm", Query(beam_size_max_um=0.3)),
        ("a 10 x 5 µm beam", Query(beam_size_max_um=10)),
        ("100 nm focus at 90 eV", Query(beam_size_max_um=0.1, energy_min=90, energy_max=90)),
        ("infrared light at 10 µm", Query(text="infrared light", energy_min=10, energy_max=10, energy_unit="µm")),
        ("flux above 10^12 ph/s", Query(flux_min_ph_s=1e12)),
        ("2e13 photons/s", Query(flux_min_ph_s=2e13)),
        ("resolving power of 10000", Query(resolution_max_rel=1e-4)),
        ("100 eV with 10 meV resolution", Query(energy_min=100, energy_max=100, resolution_max_rel=1e-4)),
        ("MAX IV in 2027", Query(facilities=("max-iv",), running_from=date(2027, 1, 1), running_to=date(2027, 12, 31))),
        ("diamond light source this autumn", Query(facilities=("diamond",), **autumn(2026))),
        ("diamond anvil cell", Query(sample_environments=("diamond anvil cell",))),
        ("open in March 2027", Query(running_from=date(2027, 3, 1), running_to=date(2027, 3, 31))),
        ("winter 2026", Query(running_from=date(2026, 12, 1), running_to=date(2027, 2, 28))),
        ("next year at ILL", Query(facilities=("ill",), running_from=date(2027, 1, 1), running_to=date(2027, 12, 31))),
        ("cultural heritage with remote access", Query(science_fields=("cultural heritage",), remote=True)),
        ("LENS", Query(partnerships=("LENS",))),
        ("ill may lens", Query(text="ill may lens")),
        ("npd", Query(text="npd")),
        ("NPD", Query(techniques=("PaNET01100",))),
        ("BLOCH hemispherical", Query(text="BLOCH hemispherical")),
        ("90 mev", Query(text="90 mev")),
        ("spot above 10 µm", Query(text="spot above 10 µm")),
    ],
)  # fmt: skip
def test_sentence_becomes_filters(sentence: str, expected: Query) -> None:
    assert understand(sentence, VOCABULARY, today=TODAY).apply(Query()) == expected


def test_suggestions_say_which_words_they_stand_for() -> None:
    rest, suggestions = understand("cheap ARPES below 10 µm", VOCABULARY)
    assert rest == "cheap"
    assert [(s.code.value, s.phrase, s.label) for s in suggestions] == [
        ("technique", "ARPES", "angle resolved photoemission spectroscopy"), ("beam_size", "below 10 µm", "")
    ]  # fmt: skip


def test_seasons_need_a_year_when_the_day_is_unknown() -> None:
    assert understand("ARPES next autumn", VOCABULARY).apply(Query()).running_from is None
    assert understand("ARPES autumn 2027", VOCABULARY).apply(Query()) == Query(
        techniques=ARPES, **autumn(2027)
    )


def test_sentence_adds_to_what_was_asked_already() -> None:
    asked = understand("ARPES Sweden", VOCABULARY).apply(Query(countries=("GB",), text="ARPES Sweden"))
    assert asked == Query(countries=("GB", "SE"), techniques=ARPES)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(
    text=st.one_of(
        st.text(max_size=80),
        st.lists(
            st.sampled_from(
                ("ARPES", "at", "90", "eV", "8-12", "keV", "below", "10", "µm", "spot", "x", "in", "may", "2027", "next",
                 "to", "between", "and", "1e999", "10^99", "ph/s", "resolution", "UK", "ray", "-", "=", "<", "0", "nm")
            ),
            max_size=12,
        ).map(" ".join),
    )
)  # fmt: skip
def test_understand_never_raises_and_never_invents(text: str) -> None:
    understood = understand(text, VOCABULARY, today=TODAY)
    query = understood.apply(Query())
    INDEX.search(query, today=TODAY)
    for suggestion in understood.suggestions:
        assert suggestion.apply(Query()) != Query()
