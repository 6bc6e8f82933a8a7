"""Everything public as one Data Package: definitions, how each is computed, every released value, who signed.

The archive is written while it is sent, an indicator at a time, and the same values always give the same bytes.
A value that is withheld stands in it without its number, so that nobody takes it for missing.
"""

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.db.models import Count, Max, QuerySet, Sum
from django.utils import translation

from leaps.core.lake import Field, FieldType, Schema
from leaps.core.rest import answers
from leaps.indicators.computed.base import Indicator
from leaps.indicators.computed.registry import all_indicators
from leaps.indicators.models import ComputedValue, Return
from leaps.indicators.queries.computed import Computed, visible
from leaps.indicators.reports.entries import World
from leaps.indicators.reports.files import cell
from leaps.indicators.types import Origin, ReturnState, Shown
from leaps.record import queries as record_queries
from leaps.record import registry
from leaps.record.packs import schema as record_schema
from leaps.record.packs.writing import csv_bytes, dump_table

DEFINITIONS: Final = "indicator_definitions"
_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""The date every member of the archive carries, so that equal values give equal archives."""
RELEASED: Final = (Shown.PUBLIC, Shown.SUPPRESSED)
WITHHELD: Final = "withheld"
UNDEFINED: Final = "undefined"
PUBLISHED: Final = "published"


def _text(name: str, title: str, **more: Any) -> Field:
    return Field(name, FieldType.TEXT, title, **more)


def _number(name: str, title: str, **more: Any) -> Field:
    return Field(name, FieldType.NUMBER, title, **more)


VALUES: Final = Schema(
    "computed_values", "Computed values", "Every value that is released, and in place of those withheld a row without number.",
    (
        _text("indicator", "indicator", required=True),
        _text("rule", "rule", description="The variant of the indicator; empty where there is one rule only."),
        _text("facility", "facility", description="Its key; empty for the league."),
        Field("year", FieldType.INTEGER, "calendar year", required=True, minimum=1960, maximum=2100),
        _text("dimension", "broken down by", description="Empty for the whole."),
        _text("category", "part"),
        _number("value", "value", description="Counts of people are rounded to five."),
        _text("unit", "unit"),
        _number("numerator", "numerator", description="Not given for shares of people."),
        _number("denominator", "denominator"),
        _number("low", "lower bound"),
        _number("high", "upper bound"),
        Field("n_records", FieldType.INTEGER, "records counted", minimum=0),
        Field("n_facilities", FieldType.INTEGER, "facilities counted", minimum=0),
        _text("standing", "standing", required=True, choices=(PUBLISHED, WITHHELD, UNDEFINED)),
        _text("made_of", "made of", required=True, choices=tuple(Origin.values)),
        _text("method_hash", "hash of the method"),
        Field("synthetic", FieldType.FLAG, "made up for a trial", required=True),
    ),
    key=("indicator", "rule", "facility", "year", "dimension", "category"),
)  # fmt: skip
METHODS: Final = Schema(
    "methods", "Methods", "How each indicator is computed.",
    (
        _text("indicator", "indicator", required=True),
        _text("title", "title", required=True),
        _text("unit", "unit", required=True),
        _text("kind", "how contributions become a value", required=True),
        _text("rule", "rule", required=True),
        _text("standard_variant", "variant that is compared"),
        _text("variants", "variants", description="Each with its rule, separated by ' | '."),
        _text("records", "raw records", required=True, description="Separated by ';'."),
        _text("dimensions", "dimensions", description="Separated by ';'."),
        Field("version", FieldType.INTEGER, "version", required=True, minimum=1),
        _text("method_hash", "hash of the method", required=True),
    ),
    key=("indicator",),
)  # fmt: skip
SIGNATURES: Final = Schema(
    "signatures", "Signatures", "Who vouched for which return.",
    (
        _text("facility", "facility", required=True),
        Field("year", FieldType.INTEGER, "calendar year", required=True, minimum=1960, maximum=2100),
        _text("signed_by", "signed by", required=True),
        Field("signed_on", FieldType.DATE, "signed on", required=True),
        _text("comment", "comment"),
        _text("reason", "reason of the restatement"),
        _text("records", "records returned", description="Separated by ';'."),
        Field("frozen", FieldType.FLAG, "whether the year is closed for good", required=True),
        Field("synthetic", FieldType.FLAG, "made up for a trial", required=True),
    ),
    key=("facility", "year"),
)  # fmt: skip


def file_name(world: World) -> str:
    """What the archive is called."""
    return "synthetic-leaps-indicators.zip" if world is World.SYNTHETIC else "leaps-indicators.zip"


def fingerprint(world: World, *, address: str, today: dt.date) -> str:
    """Changes whenever the archive would; much quicker to find than the archive is to write. Four queries."""
    values = _released(world).order_by("shown").values("shown").annotate(n=Count("pk"), which=Sum("pk"), newest=Max("computed_at"))
    signed = _signed(world, today).aggregate(n=Count("pk"), newest=Max("signed_at"), frozen=Count("campaign__frozen_at"))
    methods = [one.method_hash for one in all_indicators().values()]
    return answers.list_etag(world.value, address, list(values), signed, methods, record_queries.current_revision())


class _Pipe(io.RawIOBase):
    """Bytes on their way out: written at one end, taken at the other."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.waiting.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """What was written since the last time."""
        found, self.waiting = b"".join(self.waiting), []
        return found


def stream(world: World, *, address: str, today: dt.date) -> Iterator[bytes]:
    """The archive, piece by piece."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, pieces in _members(world, address, today):
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w") as member:
                for piece in pieces:
                    member.write(piece)
                    if ready := pipe.take():
                        yield ready
    yield pipe.take()


def _members(world: World, address: str, today: dt.date) -> Iterator[tuple[str, Iterable[bytes]]]:
    definitions = registry.by_table(DEFINITIONS)
    schemas: dict[str, dict[str, Any]] = {s.name: _table_schema(s) for s in (VALUES, METHODS, SIGNATURES)}
    with translation.override("en"):
        if definitions is not None:
            schemas[DEFINITIONS] = record_schema.table_schema(definitions)
        described = json.dumps(descriptor(world, address), ensure_ascii=False, indent=1) + "\n"
        methods = _csv(METHODS, [_method(one) for one in all_indicators().values()])
    yield "datapackage.json", [described.encode()]
    for name in sorted(schemas):
        yield f"schemas/{name}.json", [(json.dumps(schemas[name], ensure_ascii=False, indent=1) + "\n").encode()]
    yield f"{DEFINITIONS}.csv", [dump_table(DEFINITIONS) or b""]
    yield f"{METHODS.name}.csv", [methods]
    yield f"{SIGNATURES.name}.csv", [_csv(SIGNATURES, _signatures(world, today))]
    yield f"{VALUES.name}.csv", _values(world)


def _table_schema(schema: Schema) -> dict[str, Any]:
    found = schema.table_schema() | {"missingValues": [""]}
    # An empty text is the whole of its column's parts and no missing value of a key.
    found.pop("primaryKey", None)
    if schema.name == VALUES.name:
        found["foreignKeys"] = [{"fields": ["indicator"], "reference": {"resource": METHODS.name, "fields": ["indicator"]}}]
    else:
        found["primaryKey"] = list(schema.key)
    return found


def descriptor(world: World, address: str) -> dict[str, Any]:
    """The datapackage.json."""
    synthetic = world is World.SYNTHETIC
    newest = _released(world).aggregate(at=Max("computed_at"))["at"]
    titles = {DEFINITIONS: "Definitions of indicators", METHODS.name: METHODS.title, SIGNATURES.name: SIGNATURES.title, VALUES.name: VALUES.title}
    common = {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "profile": "tabular-data-resource"}
    label = "Synthetic: made up for a trial, from nobody's records. Not to be published or compared with real values. " if synthetic else ""
    return {
        "profile": "tabular-data-package",
        "name": "synthetic-leaps-indicators" if synthetic else "leaps-indicators",
        "title": "Synthetic indicators of a trial of LEAPS Commons" if synthetic else "Indicators of LEAPS Commons",
        "description": (
            f"{label}Values computed from the records facilities signed, by one rule for all. Small counts of people and companies are "
            "withheld, and others that would tell them; counts of people are rounded to five. Facilities must not be ranked by them."
        ),
        "homepage": address,
        "synthetic": synthetic,
        **({"created": newest.strftime("%Y-%m-%dT%H:%M:%SZ")} if newest else {}),
        "licenses": [{"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0 International", "path": "https://creativecommons.org/licenses/by/4.0/"}],
        "resources": [
            {"name": name, "title": str(title), "path": f"{name}.csv", **common, "schema": f"schemas/{name}.json"} for name, title in sorted(titles.items())
        ],
    }  # fmt: skip


def _released(world: World) -> "QuerySet[ComputedValue]":
    return ComputedValue.objects.filter(
        closed_at=None, is_synthetic=world is World.SYNTHETIC, shown__in=RELEASED
    )


def _signed(world: World, today: dt.date) -> "QuerySet[Return]":
    signed = Return.objects.filter(state=ReturnState.SIGNED, is_synthetic=world is World.SYNTHETIC)
    return signed.exclude(embargo_until__gt=today)


def _csv(schema: Schema, rows: Iterable[Mapping[str, Any]]) -> bytes:
    return csv_bytes(list(schema.by_name), ([cell(row[name]) for name in schema.by_name] for row in rows))


def _method(one: Indicator) -> dict[str, Any]:
    return {
        "indicator": one.id, "title": str(one.title), "unit": one.unit, "kind": one.kind.value, "rule": str(one.rule),
        "standard_variant": one.standard_variant, "variants": " | ".join(f"{name}: {rule}" for name, rule in one.variants.items()),
        "records": ";".join(one.records), "dimensions": ";".join(one.dims), "version": one.version, "method_hash": one.method_hash,
    }  # fmt: skip


def _signatures(world: World, today: dt.date) -> Iterator[dict[str, Any]]:
    for sent in _signed(world, today).select_related("campaign").order_by("facility", "campaign__year"):
        yield {
            "facility": sent.facility, "year": sent.campaign.year, "signed_by": sent.signed_label,
            "signed_on": sent.signed_at.date() if sent.signed_at else None, "comment": sent.comment, "reason": sent.reason,
            "records": ";".join(sorted(sent.tables)), "frozen": sent.campaign.is_frozen, "synthetic": sent.is_synthetic,
        }  # fmt: skip


def _values(world: World) -> Iterator[bytes]:
    """The rows of one indicator after the other; one query each."""
    yield csv_bytes(list(VALUES.by_name), [])
    for code, one in sorted(all_indicators().items()):
        rows = visible(None, indicator=code, is_synthetic=world is World.SYNTHETIC, shown__in=RELEASED)
        rows.sort(key=lambda r: (r.variant, r.facility, r.year, r.dimension, r.category))
        text = _csv(VALUES, (_value(row, one) for row in rows))
        yield text.partition(b"\n")[2]


def _value(row: Computed, one: Indicator) -> dict[str, Any]:
    standing = PUBLISHED if row.value is not None else WITHHELD if row.is_withheld else UNDEFINED
    return {
        "indicator": row.indicator, "rule": row.variant, "facility": row.facility, "year": row.year, "dimension": row.dimension,
        "category": row.category, "value": row.value, "unit": one.unit, "numerator": row.numerator, "denominator": row.denominator,
        "low": row.low, "high": row.high, "n_records": row.n_records, "n_facilities": None if row.facility else row.n_facilities,
        "standing": standing, "made_of": row.origin, "method_hash": row.method, "synthetic": row.is_synthetic,
    }  # fmt: skip
