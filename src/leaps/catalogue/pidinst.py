"""An instrument as metadata for a persistent identifier: PIDINST 1.0 (doi:10.15497/RDA00070).

Property names as in the JSON and XML forms that the working group publishes with its schema. Only
recorded facts are written. Of the mandatory properties two are not in the record, and we say so in
the standard way instead of guessing: the identifier is the address of our page (type URL), because
no identifier has been registered, and the manufacturer is `:unav` (value unavailable).
"""

from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings

from leaps.catalogue.jsonld import PANET
from leaps.record.presentation import object_url
from leaps.record.types import State

VERSION = "1.0"
UNAVAILABLE = ":unav"


def describe(instrument: State, facility: State, technique_labels: list[tuple[str, str]]) -> dict[str, Any]:
    """The metadata of an instrument; `technique_labels` are (PaNET id, label) pairs, the main one first."""
    page = settings.BASE_URL + object_url("instrument", instrument.key)
    values = instrument.values
    found: dict[str, Any] = {
        "identifier": {"identifier": page, "identifierType": "URL"},
        "schemaVersion": VERSION,
        "landingPage": page,
        "name": values["name"],
        "owners": [_owner(facility)],
        "manufacturers": [{"manufacturerName": UNAVAILABLE}],
    }
    if values.get("full_name"):
        found["description"] = values["full_name"]
    types: list[dict[str, Any]] = [
        {
            "instrumentTypeName": label,
            "instrumentTypeIdentifier": {"instrumentTypeIdentifier": PANET + id_, "instrumentTypeIdentifierType": "URL"},
        }
        for id_, label in technique_labels
    ]
    types += [{"instrumentTypeName": term} for term in values.get("technique_terms") or []]
    if types:
        found["instrumentTypes"] = types
    found["relatedIdentifiers"] = _related(instrument, facility)
    found["alternateIdentifiers"] = [
        {
            "alternateIdentifier": instrument.key,
            "alternateIdentifierType": "Other",
            "alternateIdentifierName": "LEAPS Commons key",
        }
    ]
    return found


def _owner(facility: State) -> dict[str, Any]:
    """Who is responsible: the facility's operator, where it is recorded, with its ROR identifier."""
    values = facility.values
    if not values.get("operator"):
        return {"ownerName": values["name"]}
    owner: dict[str, Any] = {"ownerName": values["operator"]}
    if values.get("operator_ror"):
        owner["ownerIdentifier"] = {"ownerIdentifier": values["operator_ror"], "ownerIdentifierType": "ROR"}
    return owner


def _related(instrument: State, facility: State) -> list[dict[str, Any]]:
    related = [
        {
            "relatedIdentifier": settings.BASE_URL + object_url("facility", facility.key),
            "relatedIdentifierType": "URL",
            "relationType": "IsComponentOf",
            "relatedIdentifierName": facility.values["name"],
        },
        {
            "relatedIdentifier": f"{settings.BASE_URL}/api/v1/instruments/{instrument.key}",
            "relatedIdentifierType": "URL",
            "relationType": "HasMetadata",
            "relatedIdentifierName": "LEAPS Commons",
        },
    ]
    if instrument.values.get("homepage"):
        related.append(
            {
                "relatedIdentifier": instrument.values["homepage"],
                "relatedIdentifierType": "URL",
                "relationType": "IsDescribedBy",
            }
        )
    return related


# In XML the types of identifiers are attributes, and lists have an element around their entries.
_ATTRIBUTES = {
    "identifierType", "ownerIdentifierType", "instrumentTypeIdentifierType", "relatedIdentifierType", "relationType",
    "relatedIdentifierName", "alternateIdentifierType", "alternateIdentifierName",
}  # fmt: skip


def as_xml(described: dict[str, Any]) -> bytes:
    """The same metadata in XML."""
    root = Element("instrument")
    for name, value in described.items():
        _append(root, name, value)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode").encode()


def _append(parent: Element, name: str, value: Any) -> None:
    element = SubElement(parent, name)
    if isinstance(value, list):
        for entry in value:
            _append(element, name.removesuffix("s"), entry)
    elif isinstance(value, dict):
        for inner, content in value.items():
            if inner in _ATTRIBUTES:
                element.set(inner, content)
            elif inner == name:
                element.text = content
            else:
                _append(element, inner, content)
    else:
        element.text = str(value)
