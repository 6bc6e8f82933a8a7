"""Table Schemas and the Data Package descriptor, generated from the record's own fields.

Source of the formats: Data Package v1 and Table Schema v1 (specs.frictionlessdata.io).
"""

from typing import Any

from leaps.record import registry
from leaps.record.packs.checking import PROVENANCE_COLUMNS, PROVENANCE_TABLE
from leaps.record.registry import RecordType
from leaps.record.specs import SEPARATOR, FieldSpec
from leaps.record.types import Confidence, ValueType

_TYPES = {
    ValueType.TEXT: "string",
    ValueType.CODE: "string",
    ValueType.URL: "string",
    ValueType.TERMS: "string",
    ValueType.REFERENCE: "string",
    ValueType.REFERENCES: "string",
    ValueType.INTEGER: "integer",
    ValueType.YEAR: "year",
    ValueType.NUMBER: "number",
    ValueType.DATE: "date",
    ValueType.FLAG: "boolean",
}


def field_schema(spec: FieldSpec, *, key: bool) -> dict[str, Any]:
    """One field as a Table Schema field; the unit stands beside the title."""
    described: dict[str, Any] = {"name": spec.name, "type": _TYPES[spec.type], "title": str(spec.title)}
    if spec.description:
        described["description"] = str(spec.description)
    if spec.type is ValueType.URL:
        described["format"] = "uri"
    if spec.type is ValueType.FLAG:
        described |= {"trueValues": ["yes"], "falseValues": ["no"]}
    if spec.unit:
        described["unit"] = spec.unit
    if spec.is_list:
        described["separator"] = SEPARATOR
    constraints: dict[str, Any] = {}
    if spec.required:
        constraints["required"] = True
    if key:
        constraints["unique"] = True
    if spec.choices:
        constraints["enum"] = [code for code, _words in spec.choices]
    if spec.minimum is not None:
        constraints["minimum"] = _limit(spec, spec.minimum)
    if spec.maximum is not None:
        constraints["maximum"] = _limit(spec, spec.maximum)
    if spec.max_length and not spec.choices and not spec.is_list:
        constraints["maxLength"] = spec.max_length
    if constraints:
        described["constraints"] = constraints
    return described


def _limit(spec: FieldSpec, limit: float) -> float | int:
    return limit if spec.type is ValueType.NUMBER else int(limit)


def table_schema(record_type: RecordType) -> dict[str, Any]:
    """The Table Schema of one kind, with primary and foreign keys."""
    schema: dict[str, Any] = {
        "fields": [
            field_schema(spec, key=spec.name == record_type.key_field) for spec in record_type.specs.values()
        ],
        "missingValues": [""],
        "primaryKey": record_type.key_field,
    }
    foreign = [
        {
            "fields": name,
            "reference": {"resource": target.table, "fields": target.key_field},
        }
        for name, target in record_type.references.items()
        if record_type.specs[name].type is ValueType.REFERENCE
    ]
    if foreign:
        schema["foreignKeys"] = foreign
    return schema


def provenance_schema() -> dict[str, Any]:
    """The Table Schema of the provenance table: one row for each value of the other tables."""
    enums = {
        "table": [record_type.table for record_type in registry.all_types()],
        "confidence": list(Confidence.values),
    }
    fields = []
    for name in PROVENANCE_COLUMNS:
        described: dict[str, Any] = {"name": name, "type": "date" if name == "vouched_on" else "string"}
        if name in PROVENANCE_COLUMNS[:4]:
            described["constraints"] = {"required": True}
        if name in enums:
            described["constraints"]["enum"] = enums[name]
        fields.append(described)
    return {"fields": fields, "missingValues": [""], "primaryKey": list(PROVENANCE_COLUMNS[:3])}


def descriptor() -> dict[str, Any]:
    """The datapackage.json of the whole record."""
    common = {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "profile": "tabular-data-resource"}
    resources = [
        {
            "name": record_type.table,
            "title": str(record_type.title_plural),
            "path": f"{record_type.table}.csv",
            **common,
            **({"sources": [dict(source) for source in record_type.credits]} if record_type.credits else {}),
            "schema": table_schema(record_type),
        }
        for record_type in registry.all_types()
    ]
    resources.append(
        {
            "name": PROVENANCE_TABLE,
            "title": "provenance",
            "path": f"{PROVENANCE_TABLE}.csv",
            **common,
            "schema": provenance_schema(),
        }
    )
    return {
        "profile": "tabular-data-package",
        "name": "leaps-commons-record",
        "title": "The record of LEAPS Commons",
        "description": (
            "Facilities, sources, instruments, techniques, organisations and upgrades of Europe's "
            "analytical research infrastructures, with indicators and what is published of them, technologies with their targets and milestones, and the chains from societal challenges to techniques. The table provenance says for each value where it "
            "comes from: confirmed by the facility, sourced, or known (unverified)."
        ),
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "title": "Creative Commons Attribution 4.0 International",
                "path": "https://creativecommons.org/licenses/by/4.0/",
            }
        ],
        "resources": resources,
    }
