"""What goes over the wire, as JSON Schema made from the fields of the record."""

from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field, WithJsonSchema, create_model

from leaps.core.rest.problems import ProblemDocument
from leaps.record.registry import RecordType
from leaps.record.specs import MAX_INTEGER, MAX_TERMS, FieldSpec
from leaps.record.types import Confidence, ValueType

READ_ERRORS: dict[Any, Any] = {(401, 404, 422, 429, 503): ProblemDocument}
LIST_ERRORS: dict[Any, Any] = {(401, 422, 429, 503): ProblemDocument}
CREATE_ERRORS: dict[Any, Any] = {(400, 401, 403, 409, 413, 422, 429, 503): ProblemDocument}
WRITE_ERRORS: dict[Any, Any] = {(400, 401, 403, 404, 412, 413, 422, 428, 429, 503): ProblemDocument}
PACK_ERRORS: dict[Any, Any] = {(400, 401, 403, 413, 422, 429, 503): ProblemDocument}

_LONGEST_REASON = 2000
_VALUES = "Field by field. null empties one."


def field_schema(spec: FieldSpec) -> dict[str, Any]:
    """One field of the record as JSON Schema. null means not recorded."""
    schema: dict[str, Any]
    match spec.type:
        case ValueType.INTEGER | ValueType.YEAR:
            schema = {"type": "integer", "minimum": -MAX_INTEGER, "maximum": MAX_INTEGER}
        case ValueType.NUMBER:
            schema = {"type": "number"}
        case ValueType.FLAG:
            schema = {"type": "boolean"}
        case ValueType.TERMS | ValueType.REFERENCES:
            schema = {
                "type": "array", "uniqueItems": True, "maxItems": MAX_TERMS,
                "items": {"type": "string", "minLength": 1, "pattern": "^[^;]+$"},
            }  # fmt: skip
        case ValueType.CODE:
            schema = {"type": "string", "enum": [code for code, _words in spec.choices]}
        case ValueType.DATE:
            schema = {"type": "string", "format": "date"}
        case ValueType.URL:
            schema = {"type": "string", "format": "uri"}
        case _:
            schema = {"type": "string", "minLength": 1}
    if spec.minimum is not None:
        schema["minimum"] = spec.minimum if spec.type is ValueType.NUMBER else int(spec.minimum)
    if spec.maximum is not None:
        schema["maximum"] = spec.maximum if spec.type is ValueType.NUMBER else int(spec.maximum)
    if spec.max_length and schema["type"] == "string" and not spec.choices:
        schema["maxLength"] = spec.max_length
    if not spec.required and not spec.is_list:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    schema["title"] = str(spec.title)
    words = [str(spec.description)] if spec.description else []
    if spec.unit:
        words.append(f"In {spec.unit}.")
    if spec.target:
        words.append(f"Key of kind {spec.target}." if not spec.is_list else f"Keys of kind {spec.target}.")
    if words:
        schema["description"] = " ".join(words)
    return schema


def _values_schema(record_type: RecordType, *, whole: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: field_schema(spec) for name, spec in record_type.specs.items()},
        "additionalProperties": False,
    }
    if whole:
        schema["required"] = list(record_type.specs)
    else:
        schema["minProperties"] = 1
    return schema


class ProvenanceOut(Schema):
    """Where a value comes from."""

    confidence: Annotated[str, WithJsonSchema({"type": "string", "enum": list(Confidence.values)})] = Field(
        description="confirmed by the facility, sourced (read in a source), known (unverified general knowledge)."
    )
    source_url: str = ""
    as_of: str = Field("", description="The year, month or day the source speaks about.")
    vouched_by: str = Field("", description="Who confirmed it.")
    vouched_on: str = ""


class ProvenanceIn(Schema):
    """Where the values of a change come from. With a source they are `sourced`, without `known`."""

    model_config = ConfigDict(extra="forbid")
    source_url: str = Field("", max_length=500, description="Address of the page or paper.")
    as_of: str = Field("", max_length=10, description="A year, month or day in ISO form.")
    confirmed: bool = Field(False, strict=True, description="The facility's editor confirms the values with his name.")


def _name_of(record_type: RecordType) -> str:
    return "".join(part.capitalize() for part in record_type.kind.split("_"))


def object_schema(record_type: RecordType, name: str = "", **more: Any) -> type[Schema]:
    """The schema of one object as it is read. `more` are further members, under another name then."""
    values: Any = Annotated[dict[str, Any], WithJsonSchema(_values_schema(record_type, whole=True))]
    kind: Any = Annotated[str, WithJsonSchema({"type": "string", "const": record_type.kind})]
    made: type[Schema] = create_model(
        name or _name_of(record_type),
        __base__=Schema,
        __doc__=f"One {record_type.title} of the record.",
        kind=(kind, ...),
        key=(str, ...),
        url=(str, Field(description="The page of the object.")),
        version=(int, Field(description="Counts the changes of the object.")),
        values=(values, Field(description="null means not recorded.")),
        provenance=(dict[str, ProvenanceOut], Field(description="Where each recorded value comes from.")),
        **more,
    )
    return made


def page_schema(item: type[Schema], **more: Any) -> type[Schema]:
    """The schema of a page of a list."""
    made: type[Schema] = create_model(
        f"{item.__name__}Page",
        __base__=Schema,
        __doc__="One page of a list.",
        items=(list[item], ...),  # type: ignore[valid-type]  # a type made a moment ago
        next=(str | None, Field(description="Address of the next page; null on the last.")),
        **more,
    )
    return made


class Change(Schema):
    """What every change carries."""

    model_config = ConfigDict(extra="forbid")
    provenance: ProvenanceIn = Field(
        ProvenanceIn(source_url="", as_of="", confirmed=False),
        description="Where the values come from: source_url, as_of, confirmed.",
    )
    reason: str = Field("", max_length=_LONGEST_REASON, description="Why; it stands in the history.")


class PatchBody(Change):
    """A change of some fields of one object."""

    values: dict[str, Any] = Field(min_length=1, description=_VALUES)


class CreateBody(PatchBody):
    """A new object."""

    key: str = Field(min_length=1, max_length=120, description="Stable name in addresses, packs and the API.")


def patch_schema(record_type: RecordType) -> type[PatchBody]:
    """The body of a PATCH. Values are checked by the record itself, which names field and cure."""
    values = Annotated[dict[str, Any], WithJsonSchema(_values_schema(record_type, whole=False))]
    made: type[PatchBody] = create_model(
        f"{_name_of(record_type)}Patch",
        __base__=PatchBody,
        __doc__=f"Fields of a {record_type.title} to change; those not named stay as they are, null empties one.",
        values=(values, Field(min_length=1, description=_VALUES)),
    )
    return made


def create_schema(record_type: RecordType) -> type[CreateBody]:
    """The body of a POST."""
    values = Annotated[dict[str, Any], WithJsonSchema(_values_schema(record_type, whole=False))]
    made: type[CreateBody] = create_model(
        f"{_name_of(record_type)}New",
        __base__=CreateBody,
        __doc__=f"A new {record_type.title} with its key and what is known of it.",
        values=(values, Field(min_length=1, description=_VALUES)),
    )
    return made
