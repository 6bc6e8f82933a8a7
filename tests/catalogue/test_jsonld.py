"""The JSON-LD of each kind of page: words of schema.org only, about this page, equal to the record."""

import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from leaps.catalogue.queries import PARTNERSHIPS
from leaps.record import queries, registry
from leaps.record.presentation import object_url
from tests.record.factories import update, write
from tests.roadmaps.factories import benchmark, readiness

# What schema.org (version 29) lets each type say, as far as the pages use it; own words, then what they inherit.
THING = {"additionalType", "alternateName", "description", "identifier", "image", "name", "sameAs", "url"}
ORGANIZATION = THING | {
    "address", "department", "employee", "foundingDate", "keywords", "location", "member", "memberOf",
    "parentOrganization", "subOrganization", "numberOfEmployees",
}  # fmt: skip
WORDS = {
    "Organization": ORGANIZATION,
    "ResearchOrganization": ORGANIZATION,
    "Project": ORGANIZATION,
    "Product": THING | {"additionalProperty", "brand", "category", "isRelatedTo", "keywords", "manufacturer", "model"},
    "DefinedTerm": THING | {"termCode", "inDefinedTermSet"},
    "DefinedTermSet": THING | {"hasDefinedTerm", "license", "version"},
    "Place": THING | {"address", "geo"},
    "PostalAddress": THING | {"addressCountry", "addressLocality"},
    "GeoCoordinates": THING | {"latitude", "longitude"},
    "PropertyValue": THING | {"unitCode", "unitText", "value"},
    "Observation": THING | {"measuredProperty", "observationAbout", "observationPeriod", "unitText", "value"},
    "Event": THING | {"organizer", "startDate"},
    "WebSite": THING | {"potentialAction"},
    "SearchAction": THING | {"target", "query", "query-input"},
    "EntryPoint": THING | {"urlTemplate"},
    "Dataset": THING | {"creator", "dateModified", "distribution", "isAccessibleForFree", "license", "version"},
    "DataDownload": THING | {"contentUrl", "encodingFormat"},
}
TYPES = {
    "facility": "ResearchOrganization",
    "instrument": "Product",
    "technique": "DefinedTerm",
    "source": "Product",
    "insertion_device": "Product",
    "organisation": "Organization",
    "upgrade": "Project",
    "indicator_definition": "DefinedTerm",
    "published_value": "Observation",
    "technology": "DefinedTerm",
    "technology_target": "PropertyValue",
    "technology_measurement": "Observation",
    "technology_benchmark": "PropertyValue",
    "technology_readiness": "PropertyValue",
    "milestone": "Event",
    "challenge": "DefinedTerm",
    "need": "DefinedTerm",
    "observable": "DefinedTerm",
    "challenge_need": "DefinedTerm",
    "observable_technique": "DefinedTerm",
    "world_source": "Product",
}

# Of these the shipped pack holds none, for no source tells one.
UNSTATED = {
    "technology_benchmark": benchmark(technology="mba-lattice"),
    "technology_readiness": readiness(technology="mba-lattice", facility="esrf"),
}


def described(page: str, client: Client) -> dict[str, Any]:
    response = client.get(page)
    assert response.status_code == 200, page
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', response.content.decode(), re.DOTALL)
    found: dict[str, Any] = json.loads(block)
    return found


def check_words(node: Any, where: str = "$") -> None:
    """Every node has a type that is known, and says only what that type may say."""
    if isinstance(node, list):
        for number, entry in enumerate(node):
            check_words(entry, f"{where}[{number}]")
    if not isinstance(node, dict):
        return
    said = {word for word in node if not word.startswith(("@", "skos:"))}
    assert said <= WORDS[node["@type"]], (where, node["@type"], said - WORDS[node["@type"]])
    for word in said | {w for w in node if w.startswith("skos:")}:
        check_words(node[word], f"{where}.{word}")


@pytest.mark.usefixtures("real_record", "db")
class TestThePages:
    """Each kind of page of the shipped record."""

    @pytest.mark.parametrize("kind", list(TYPES))
    def test_describes_the_object_it_shows(self, kind: str, client: Client) -> None:
        record_type = registry.get(kind)
        if kind in UNSTATED:
            write(UNSTATED[kind])
        states = sorted(queries.states(record_type).values(), key=lambda s: s.key)
        for state in (states[0], states[len(states) // 2], states[-1]):
            page = object_url(kind, state.key)

            found = described(page, client)

            check_words(found)
            assert found["@type"] == TYPES[kind]
            assert found["@id"] == found["url"] == f"{settings.BASE_URL}{page}"
            assert found["identifier"] == state.key
            name_field = "name" if kind == "facility" else record_type.label_field
            if name_field != record_type.key_field:  # a page finds better words than a key
                assert found["name"] == state.values[name_field]

    def test_every_registered_kind_is_looked_at(self) -> None:
        assert set(TYPES) == {record_type.kind for record_type in registry.all_types()}

    def test_an_instruments_values_are_the_records(self, client: Client) -> None:
        state = queries.state("instrument", "bessy-ii-pm4-lowdosepes")
        assert state is not None

        found = described("/instruments/bessy-ii-pm4-lowdosepes/", client)

        told = {p["name"]: (p["value"], p["unitText"]) for p in found["additionalProperty"]}
        assert told == {
            "lowest photon energy": (state.values["photon_energy_min_ev"], "eV"),
            "highest photon energy": (state.values["photon_energy_max_ev"], "eV"),
            "horizontal beam size": (state.values["beam_size_h_um"], "µm"),
            "vertical beam size": (state.values["beam_size_v_um"], "µm"),
            "photon flux": (state.values["flux_ph_s"], "1/s"),
        }
        assert [t["@id"].rpartition("/")[2] for t in found["keywords"]] == state.values["techniques"]
        assert found["brand"]["@id"] == f"{settings.BASE_URL}/facilities/bessy-ii/"

    def test_a_facility_is_where_the_record_says(self, client: Client) -> None:
        state = queries.state("facility", "esrf")
        assert state is not None

        found = described("/facilities/esrf/", client)

        assert found["location"]["geo"]["latitude"] == state.values["latitude_deg"]
        assert found["location"]["geo"]["longitude"] == state.values["longitude_deg"]
        assert found["location"]["address"]["addressCountry"] == "FR"
        assert found["memberOf"]["name"] == "LEAPS"

    def test_what_is_not_recorded_is_not_said(self, client: Client) -> None:
        write(update("instrument", "bessy-ii-pm4-lowdosepes", flux_ph_s=None, homepage=None))

        found = described("/instruments/bessy-ii-pm4-lowdosepes/", client)

        assert "photon flux" not in {p["name"] for p in found["additionalProperty"]}
        assert "sameAs" not in found

    def test_a_technique_names_its_broader_ones(self, client: Client) -> None:
        state = queries.state("technique", "PaNET01188")
        assert state is not None

        found = described("/techniques/PaNET01188/", client)

        assert [b["@id"].rpartition("/")[2] for b in found["skos:broader"]] == state.values["parents"]
        assert found["inDefinedTermSet"]["license"] == "https://creativecommons.org/licenses/by/4.0/"

    @pytest.mark.parametrize("slug", list(PARTNERSHIPS))
    def test_a_partnership_names_its_facilities(self, slug: str, client: Client) -> None:
        found = described(f"/partnerships/{slug}/", client)

        check_words(found)
        states = queries.states(registry.get("facility")).values()
        assert {m["name"] for m in found["member"]} == {
            s.values["name"] for s in states if s.values["partnership"] == PARTNERSHIPS[slug]
        }

    @pytest.mark.parametrize(("page", "type_"), [("/", "WebSite"), ("/data/", "Dataset"), ("/glossary/", "DefinedTermSet")])
    def test_the_public_pages_describe_themselves(self, page: str, type_: str, client: Client) -> None:
        found = described(page, client)

        check_words(found)
        assert found["@type"] == type_
        assert found["@id"] == f"{settings.BASE_URL}{page}"

    def test_a_name_cannot_end_the_block(self, client: Client) -> None:
        nasty = '</script><script>alert("x")</script>&<!--'
        write(update("organisation", "leaps", name=nasty))

        response = client.get("/organisations/leaps/")

        assert described("/organisations/leaps/", client)["name"] == nasty
        assert b'alert("x")</script>' not in response.content


def test_the_check_refuses_a_word_of_another_type() -> None:
    with pytest.raises(AssertionError, match="termCode"):
        check_words({"@type": "Product", "name": "x", "termCode": "y"})
