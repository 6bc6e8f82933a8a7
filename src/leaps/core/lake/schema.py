"""The declared schema of a table of the lake: one definition, from which all others are made."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa
    from django_stubs_ext import StrOrPromise


class FieldType(StrEnum):
    """The types a column of the lake can have."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"
    MOMENT = "moment"
    TEXTS = "texts"


_TABLE_SCHEMA = {
    FieldType.TEXT: "string",
    FieldType.INTEGER: "integer",
    FieldType.NUMBER: "number",
    FieldType.FLAG: "boolean",
    FieldType.DATE: "date",
    FieldType.MOMENT: "datetime",
    FieldType.TEXTS: "list",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One column. `choices` are the only values allowed; limits are included; `unit` is for people.

    A MOMENT is a point in time, kept in UTC; a TEXTS column holds lists of texts.
    """

    name: str
    type: FieldType
    title: "StrOrPromise"
    required: bool = False
    unit: str = ""
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""
    description: "StrOrPromise" = ""


@dataclass(frozen=True)
class Schema:
    """A table: its columns in order and the columns that together name a row."""

    name: str
    title: "StrOrPromise"
    description: "StrOrPromise"
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [field.name for field in self.fields]
        if len(set(names)) != len(names) or not set(self.key) <= set(names):
            message = f"schema {self.name}: a column is declared twice, or the key names none"
            raise ValueError(message)

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The columns by name."""
        return {field.name: field for field in self.fields}

    def arrow(self) -> "pa.Schema":
        """The schema for Arrow and Parquet."""
        import pyarrow as pa  # slow to import; only who works with the lake pays

        types = {
            FieldType.TEXT: pa.string(),
            FieldType.INTEGER: pa.int64(),
            FieldType.NUMBER: pa.float64(),
            FieldType.FLAG: pa.bool_(),
            FieldType.DATE: pa.date32(),
            FieldType.MOMENT: pa.timestamp("us", tz="UTC"),
            FieldType.TEXTS: pa.list_(pa.string()),
        }
        return pa.schema([pa.field(f.name, types[f.type], nullable=not f.required) for f in self.fields])

    def table_schema(self) -> dict[str, Any]:
        """The schema as a Data Package Table Schema (Frictionless, version 2)."""
        return {
            "fields": [_descriptor(field) for field in self.fields],
            **({"primaryKey": list(self.key)} if self.key else {}),
        }


def _descriptor(field: Field) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    if field.required:
        limits["required"] = True
    if field.choices:
        limits["enum"] = list(field.choices)
    for name, value in (("minimum", field.minimum), ("maximum", field.maximum)):
        if value is not None:
            limits[name] = int(value) if field.type is FieldType.INTEGER else value
    if field.pattern:
        limits["pattern"] = field.pattern
    found: dict[str, Any] = {"name": field.name, "type": _TABLE_SCHEMA[field.type], "title": str(field.title)}
    if field.type is FieldType.TEXTS:
        found |= {"itemType": "string", "delimiter": ";"}
    if field.unit:
        found["unit"] = field.unit
    if field.description:
        found["description"] = str(field.description)
    if limits:
        found["constraints"] = limits
    return found
