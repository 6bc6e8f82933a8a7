"""schema.org descriptions of the record's objects, for machines that read pages."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from leaps.core.linked_data import CONTEXT
from leaps.record.presentation import object_url
from leaps.record.types import State

SKOS = "http://www.w3.org/2004/02/skos/core#"
PANET = "http://purl.org/pan-science/PaNET/"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def _about(state: State, type_: str, name: str, **more: Any) -> dict[str, Any]:
    address = f"{settings.BASE_URL}{object_url(state.kind, state.key)}"
    found = {"@context": CONTEXT, "@type": type_, "@id": address, "url": address, "identifier": state.key, "name": name}
    return found | {k: v for k, v in more.items() if v not in (None, "", [], {})}


def _place(state: State) -> dict[str, Any]:
    v = state.values
    place: dict[str, Any] = {
        "@type": "Place",
        "address": {
            "@type": "PostalAddress",
            "addressCountry": v.get("country"),
            **({"addressLocality": v["city"]} if v.get("city") else {}),
        },
    }
    if v.get("latitude_deg") is not None and v.get("longitude_deg") is not None:
        place["geo"] = {"@type": "GeoCoordinates", "latitude": v["latitude_deg"], "longitude": v["longitude_deg"]}
    return place


def _property(name: str, value: Any, unit: str) -> dict[str, Any] | None:
    if value is None:
        return None
    return {"@type": "PropertyValue", "name": name, "value": value, "unitText": unit}


def _facility(key: str, name: str) -> dict[str, Any]:
    return {"@type": "ResearchOrganization", "@id": f"{settings.BASE_URL}{object_url('facility', key)}", "name": name}


def facility(state: State) -> dict[str, Any]:
    """A facility as a research organisation at a place."""
    v = state.values
    parent = {"@type": "Organization", "name": v["operator"], **({"sameAs": v["operator_ror"]} if v.get("operator_ror") else {})} if v.get("operator") else None
    return _about(
        state, "ResearchOrganization", v["name"], alternateName=v.get("short_name"), location=_place(state),
        parentOrganization=parent, sameAs=v.get("homepage"),
        memberOf={"@type": "Organization", "name": v["partnership"]} if v.get("partnership") not in (None, "other") else None,
    )


def instrument(state: State, facility_name: str, techniques: list[tuple[str, str]]) -> dict[str, Any]:
    """An instrument as equipment offered by its facility."""
    v = state.values
    properties = [
        _property("lowest photon energy", v.get("photon_energy_min_ev"), "eV"),
        _property("highest photon energy", v.get("photon_energy_max_ev"), "eV"),
        _property("horizontal beam size", v.get("beam_size_h_um"), "µm"),
        _property("vertical beam size", v.get("beam_size_v_um"), "µm"),
        _property("photon flux", v.get("flux_ph_s"), "1/s"),
    ]
    terms = [{"@type": "DefinedTerm", "@id": PANET + i, "name": n, "inDefinedTermSet": PANET} for i, n in techniques]
    return _about(
        state, "Product", v["name"], description=v.get("full_name"), category="research instrument",
        brand=_facility(v["facility"], facility_name),
        additionalProperty=[p for p in properties if p], keywords=terms, sameAs=v.get("homepage"),
    )


def technique(state: State, parents: list[tuple[str, str]]) -> dict[str, Any]:
    """A technique as a term of PaNET, under PaNET's own licence."""
    v = state.values
    found = _about(
        state, "DefinedTerm", v["label"], alternateName=v.get("alt_labels"), termCode=state.key, sameAs=PANET + state.key,
        inDefinedTermSet={
            "@type": "DefinedTermSet", "@id": PANET, "name": "PaNET", "version": "1.3.0", "license": LICENCE,
            "sameAs": "https://doi.org/10.5281/zenodo.4806026",
        },
    )
    if parents:
        # schema.org has no word for a broader term.
        found["@context"] = [CONTEXT, {"skos": SKOS}]
        found["skos:broader"] = [{"@type": "DefinedTerm", "@id": PANET + i, "name": n} for i, n in parents]
    return found


def source(state: State, facility_name: str) -> dict[str, Any]:
    """A photon source as equipment of its facility."""
    v = state.values
    properties = [
        _property("electron energy", v.get("electron_energy_gev"), "GeV"),
        _property("circumference", v.get("circumference_m"), "m"),
        _property("horizontal emittance", v.get("horizontal_emittance_pm_rad"), "pm rad"),
    ]
    return _about(
        state, "Product", v["name"], category="photon source",
        brand=_facility(v["facility"], facility_name), additionalProperty=[p for p in properties if p],
    )


def device(state: State, source_name: str) -> dict[str, Any]:
    """An insertion device as a part of its source."""
    v = state.values
    properties = [_property("magnetic period", v.get("period_mm"), "mm"), _property("length", v.get("length_m"), "m")]
    return _about(
        state, "Product", v["name"], category="insertion device", additionalProperty=[p for p in properties if p],
        isRelatedTo={"@type": "Product", "name": source_name, "@id": f"{settings.BASE_URL}{object_url('source', v['source'])}"},
    )


def organisation(state: State) -> dict[str, Any]:
    """An organisation."""
    v = state.values
    where = {"@type": "PostalAddress", "addressCountry": v["country"]} if v.get("country") else None
    return _about(state, "Organization", v["name"], description=v.get("role"), address=where, sameAs=v.get("homepage"))


def upgrade(state: State, facility_name: str) -> dict[str, Any]:
    """An upgrade as a project of its facility."""
    v = state.values
    return _about(
        state, "Project", v["project"], description=v.get("phase"),
        parentOrganization=_facility(v["facility"], facility_name),
    )


def partnership(slug: str, name: str, members: list[tuple[str, str]]) -> dict[str, Any]:
    """A partnership with its facilities, given as (key, name) pairs."""
    address = f"{settings.BASE_URL}{reverse('catalogue:partnership', args=[slug])}"
    return {
        "@context": CONTEXT, "@type": "Organization", "@id": address, "url": address, "identifier": slug, "name": name,
        "member": [_facility(key, title) for key, title in members],
    }  # fmt: skip
