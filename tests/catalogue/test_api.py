"""Instruments over HTTP: the finder's twin, and PIDINST."""

from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leaps.catalogue import search_index
from leaps.record import queries, registry
from tests.record.factories import delete, facility, instrument, technique, update, write
from tests.rest import ANYBODY, problems_of

QUESTIONS = [
    "",
    "technique=PaNET01089",
    "technique=PaNET01089&energy=90+eV&from=2027-09&to=2027-11",
    "energy_min=8&energy_max=12&energy_unit=keV&beam_size_max=1",
    "energy=0.1-0.15+nm&country=FR&country=DE",
    "q=ptychography&sort=facility",
    "q=ptichography",
    "remote=yes&industry=yes&mail_in=yes",
    "field=magnetism+and+quantum+materials&source=storage_ring&partnership=LEAPS",
    "kind=neutron&status=operating,commissioning",
    "flux_min=1e13&resolution_max=0.0001&sort=-flux",
    "facility=max-iv&device=undulator&sort=-name",
    "q=&technique=PaNET01089&energy_min=&energy_max=&energy_unit=eV&country=&sort=",
]


class TestTheFinder:
    """The same filters and the same answers as the page."""

    @pytest.fixture(autouse=True)
    def _loaded(self, real_record: None, db: None) -> None: ...

    @pytest.mark.parametrize("question", QUESTIONS)
    def test_its_answers_are_those_of_the_page(self, question: str) -> None:
        page = Client().get(f"/instruments/export.json?{question}").json()

        first = ANYBODY.json(f"instruments?{question}&limit=200".replace("?&", "?"))
        found = list(ANYBODY.walk(f"instruments?{question}&limit=200".replace("?&", "?")))

        assert {name: first["counts"][name] for name in ("fits", "may_fit")} == page["counts"]
        assert first["counts"]["total"] == 531
        assert [(i["key"], i["fit"], [n["condition"] for n in i["not_recorded"]]) for i in found] == [
            (i["slug"], i["fit"], i["not_recorded"]) for i in page["instruments"]
        ]
        assert [i["values"]["name"] for i in found] == [i["name"] for i in page["instruments"]]

    def test_following_next_visits_every_instrument_once(self) -> None:
        keys = [item["key"] for item in ANYBODY.walk("instruments?limit=37")]

        assert (len(keys), set(keys)) == (531, set(queries.states(registry.get("instrument"))))

    def test_each_unit_gives_the_same_instruments(self) -> None:
        asked = ("energy=10+keV", "energy_min=10000&energy_max=10000", "energy=0.1239841984332+nm", "energy=1.239841984332+Å")

        answers = [[i["key"] for i in ANYBODY.walk(f"instruments?{question}&limit=200")] for question in asked]

        assert len(answers[0]) > 50
        assert answers == [answers[0]] * 4

    def test_may_fit_says_what_is_not_recorded(self) -> None:
        found = ANYBODY.json("instruments?technique=PaNET01089&beam_size_max=10&limit=200")

        reasons = {(n["condition"], n["reason"]) for i in found["items"] if i["fit"] == "may_fit" for n in i["not_recorded"]}
        assert ("beam_size", "not_recorded") in reasons
        assert all(i["not_recorded"] == [] for i in found["items"] if i["fit"] == "fits")

    def test_facets_count_what_each_value_would_leave(self) -> None:
        found = ANYBODY.json("instruments?technique=PaNET01089&facets=yes&limit=1")

        for entry in found["facets"]["country"]:
            alone = ANYBODY.json(f"instruments?technique=PaNET01089&country={entry['value']}&limit=1")["counts"]
            assert (entry["fits"], entry["may_fit"]) == (alone["fits"], alone["may_fit"])
        assert found["ranges"]["energy"]["recorded"] > 0
        assert "facets" not in ANYBODY.json("instruments?limit=1")

    def test_when_nothing_fits_it_says_what_to_relax(self) -> None:
        found = ANYBODY.json("instruments?technique=PaNET01089&energy=90+eV&country=PT" if has_country("PT") else "instruments?technique=PaNET01089&energy=100+keV&facility=max-iv")

        assert found["counts"]["fits"] == 0
        assert found["near_misses"][0]["failed"]
        for step in found["relaxations"]:
            answer = ANYBODY.json(step["url"].removeprefix("http://testserver"))
            assert (answer["counts"]["fits"], answer["counts"]["may_fit"]) == (step["fits"], step["may_fit"])
        assert max(step["fits"] for step in found["relaxations"]) > 0

    def test_a_sentence_is_searched_for_as_words_and_offered_as_filters(self) -> None:
        found = ANYBODY.json(f"instruments?{urlencode({'q': 'ARPES at 90 eV in Sweden'})}")

        assert found["meant"]["parameters"] == {
            "technique": ["PaNET01089"], "country": ["SE"], "energy_min": ["90"], "energy_max": ["90"],
        }  # fmt: skip
        assert ANYBODY.json(found["meant"]["url"].removeprefix("http://testserver"))["counts"]["fits"] > 0

    def test_forgiven_spelling_is_told(self) -> None:
        assert ANYBODY.json("instruments?q=ptichography&limit=1")["corrected"] == {"ptichography": "ptychography"}

    def test_the_period_is_the_day_it_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import datetime as dt

        from leaps.catalogue import queries as catalogue_queries

        etags = []
        for day in (dt.date(2026, 11, 24), dt.date(2027, 11, 24)):
            monkeypatch.setattr(catalogue_queries, "today", lambda day=day: day)
            etags.append(ANYBODY.etag("instruments?limit=1"))

        assert etags[0] != etags[1]

    @pytest.mark.parametrize(
        ("query", "fields"),
        [
            ("technique=ARPES", ["technique"]),
            ("technique=PaNET99999", ["technique"]),
            ("energy=much", ["energy"]),
            ("energy_min=ten&energy_max=-3", ["energy_min", "energy_max"]),
            ("energy_unit=furlong&energy_min=3", ["energy_unit"]),
            ("energy_min=9&energy_max=3", ["energy_min"]),
            ("beam_size_max=0", ["beam_size_max"]),
            ("flux_min=1e99", ["flux_min"]),
            ("country=Sweden", ["country"]),
            ("facility=nothing&status=asleep", ["facility", "status"]),
            ("remote=perhaps", ["remote"]),
            ("from=2027-13&sort=colour&limit=many", ["limit", "from", "sort"]),
            ("to=2027", ["to"]),
            ("facets=all", ["facets"]),
            ("field=magnetism", ["field"]),
            ("techniques=PaNET01089", ["techniques"]),
            ("cursor=%00", ["cursor"]),
            ("cursor=W10", ["cursor"]),
            ("sort=name&sort=facility", ["sort"]),
            ("q=" + "x" * 500, ["q"]),
        ],
    )
    def test_what_cannot_be_used_as_meant_is_refused_with_a_cure(self, query: str, fields: list[str]) -> None:
        assert [field for field, cure in problems_of(ANYBODY.get(f"instruments?{query}")) if cure] == fields

    def test_a_cursor_belongs_to_its_question(self) -> None:
        cursor = ANYBODY.json("instruments?country=SE&limit=1")["next"].partition("cursor=")[2]

        assert [field for field, _ in problems_of(ANYBODY.get(f"instruments?country=DE&cursor={cursor}"))] == ["cursor"]

    def test_the_number_of_queries_does_not_depend_on_the_page(self) -> None:
        ANYBODY.json("instruments?limit=1")
        counts = []
        for size in (1, 3, 200):
            with CaptureQueriesContext(connection) as statements:
                ANYBODY.json(f"instruments?technique=PaNET01089&facets=yes&limit={size}")
            counts.append(len(statements))

        assert counts == [counts[0]] * 3

    @pytest.mark.parametrize("kind", [t.kind for t in registry.all_types()])
    def test_every_object_of_the_record_is_served_once(self, kind: str) -> None:
        record_type = registry.get(kind)
        states = queries.states(record_type)

        found = {item["key"]: item for item in ANYBODY.walk(f"{record_type.table}?limit=200")}

        assert {key: (item["values"], item["provenance"]) for key, item in found.items()} == {
            key: (state.values, state.provenance) for key, state in states.items()
        }


def has_country(code: str) -> bool:
    return any(f.country == code for f in search_index.current().index.instruments)


@pytest.mark.django_db
class TestPagesWhileTheRecordChanges:
    """A cursor holds its place by the instrument it stopped at."""

    def _second_page(self, change: Any) -> list[str]:
        write(facility(), *(instrument(f"ring-i{n}") for n in range(5)))
        first = ANYBODY.json("instruments?facility=ring&sort=name&limit=2")
        assert [i["key"] for i in first["items"]] == ["ring-i0", "ring-i1"]
        write(change)
        return [i["key"] for i in ANYBODY.walk(first["next"].removeprefix("http://testserver/api/v1/"))]

    def test_one_added_in_front_repeats_nothing(self) -> None:
        assert self._second_page(instrument("ring-a0")) == ["ring-i2", "ring-i3", "ring-i4"]

    def test_one_removed_in_front_skips_nothing(self) -> None:
        assert self._second_page(delete("instrument", "ring-i0")) == ["ring-i2", "ring-i3", "ring-i4"]


# PIDINST 1.0 (doi:10.15497/RDA00070), table 1: which properties must be there, and the closed lists.
MANDATORY = {"identifier", "schemaVersion", "landingPage", "name", "owners", "manufacturers"}
OPTIONAL = {"model", "description", "instrumentTypes", "measuredVariables", "dates", "relatedIdentifiers", "alternateIdentifiers"}
RELATIONS = {
    "IsDescribedBy", "IsNewVersionOf", "IsPreviousVersionOf", "HasComponent", "IsComponentOf", "References", "HasMetadata",
    "WasUsedIn", "IsIdenticalTo", "IsAttachedTo",
}  # fmt: skip


class TestPidinst:
    """Metadata for a persistent identifier."""

    @pytest.fixture(autouse=True)
    def _loaded(self, real_record: None, db: None) -> None: ...

    def test_every_instrument_has_the_mandatory_properties_and_no_unknown_one(self) -> None:
        keys = list(queries.states(registry.get("instrument")))
        for key in keys[::9]:
            found = ANYBODY.json(f"instruments/{key}/pidinst")

            assert set(found) >= MANDATORY
            assert set(found) - MANDATORY <= OPTIONAL
            assert found["schemaVersion"] == "1.0"
            assert set(found["identifier"]) == {"identifier", "identifierType"}
            assert found["landingPage"] == found["identifier"]["identifier"] == f"http://localhost:8000/instruments/{key}/"
            assert all(owner["ownerName"] for owner in found["owners"])
            assert all(maker["manufacturerName"] for maker in found["manufacturers"])
            assert {r["relationType"] for r in found["relatedIdentifiers"]} <= RELATIONS
            assert all(a["alternateIdentifierType"] == "Other" for a in found["alternateIdentifiers"])

    def test_it_says_what_the_record_says(self) -> None:
        state = queries.state("instrument", "max-iv-bloch")
        assert state is not None

        found = ANYBODY.json("instruments/max-iv-bloch/pidinst")

        assert (found["name"], found["description"]) == (state.values["name"], state.values["full_name"])
        assert found["owners"] == [
            {
                "ownerName": "Lund University",
                "ownerIdentifier": {"ownerIdentifier": "https://ror.org/012a77v79", "ownerIdentifierType": "ROR"},
            }
        ]
        assert found["manufacturers"] == [{"manufacturerName": ":unav"}]
        assert [t["instrumentTypeIdentifier"]["instrumentTypeIdentifier"].rpartition("/")[2] for t in found["instrumentTypes"]] == state.values["techniques"]

    def test_what_is_not_recorded_is_absent(self) -> None:
        write(facility("bare"), instrument("bare-i01", "bare"))

        found = ANYBODY.json("instruments/bare-i01/pidinst")

        assert set(found) == MANDATORY | {"relatedIdentifiers", "alternateIdentifiers"}
        assert found["owners"] == [{"ownerName": "The bare"}]

    def test_xml_holds_the_same(self) -> None:
        answer = ANYBODY.get("instruments/max-iv-bloch/pidinst?format=xml")
        root = ET.fromstring(answer.content)
        told = ANYBODY.json("instruments/max-iv-bloch/pidinst")

        assert answer.headers["Content-Type"] == "application/xml"
        assert [element.tag for element in root] == list(told)
        assert (root.find("identifier").attrib, root.find("identifier").text) == ({"identifierType": "URL"}, told["landingPage"])  # type: ignore[union-attr]
        owner = root.find("owners/owner")
        assert owner is not None
        assert [(e.tag, e.text, e.attrib) for e in owner] == [
            ("ownerName", "Lund University", {}),
            ("ownerIdentifier", "https://ror.org/012a77v79", {"ownerIdentifierType": "ROR"}),
        ]
        assert [e.text for e in root.iterfind("instrumentTypes/instrumentType/instrumentTypeName")] == [
            t["instrumentTypeName"] for t in told["instrumentTypes"]
        ]

    def test_formats_have_etags_of_their_own(self) -> None:
        path = "instruments/max-iv-bloch/pidinst"

        assert ANYBODY.etag(path) != ANYBODY.etag(f"{path}?format=xml")

    def test_nonsense_is_refused(self) -> None:
        assert problems_of(ANYBODY.get("instruments/max-iv-bloch/pidinst?format=pdf")) == [("format", "Use one of: json, xml.")]
        assert ANYBODY.get("instruments/nothing/pidinst").status_code == 404

    def test_a_new_technique_changes_it(self) -> None:
        before = ANYBODY.etag("instruments/max-iv-bloch/pidinst")
        write(technique("PaNET99999", "a new one"))
        write(update("instrument", "max-iv-bloch", techniques=["PaNET99999"]))

        assert ANYBODY.etag("instruments/max-iv-bloch/pidinst") != before
