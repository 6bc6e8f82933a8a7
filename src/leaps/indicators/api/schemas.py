"""What goes over the wire."""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field, WithJsonSchema

from leaps.core.rest.problems import ProblemDocument, ProblemItem
from leaps.indicators.reports import Audience, Filled, World
from leaps.indicators.types import Origin, ReturnState, Shown

READ_ERRORS: dict[Any, Any] = {(401, 404, 422, 429, 503): ProblemDocument}
LIST_ERRORS: dict[Any, Any] = {(401, 422, 429, 503): ProblemDocument}
HOUSE_LIST_ERRORS: dict[Any, Any] = {(401, 403, 422, 429, 503): ProblemDocument}
HOUSE_ERRORS: dict[Any, Any] = {(401, 403, 404, 422, 429, 503): ProblemDocument}
SEND_ERRORS: dict[Any, Any] = {(400, 401, 403, 404, 409, 413, 422, 429, 503): ProblemDocument}


def _one_of(words: list[str]) -> Any:
    return Annotated[str, WithJsonSchema({"type": "string", "enum": words})]


class ComputedValueOut(Schema):
    """One value computed from signed returns, as the caller may see it."""

    id: int
    indicator: str
    rule: str | None = Field(description="The variant; null where there is one rule only.")
    facility: str | None = Field(description="null: the league.")
    year: int
    dimension: str | None = Field(description="By what it is broken down; null: the whole.")
    category: str | None = Field(description="Which part.")
    value: float | None = Field(description="null where it is withheld or not defined. To the public, counts of people are rounded to five.")
    unit: str
    numerator: float | None
    denominator: float | None
    low: float | None = Field(description="Bounds where keys of people are not shared.")
    high: float | None
    n_records: int | None
    n_facilities: int
    shown: _one_of(list(Shown.values)) = Field(description="What the public sees of it.")  # type: ignore[valid-type]
    made_of: _one_of(list(Origin.values))  # type: ignore[valid-type]
    method_hash: str | None
    synthetic: bool = Field(description="Made up for a trial.")
    url: str = Field(description="Its page, with what stands behind it.")


class ComputedValuePage(Schema):
    """One page of a list."""

    items: list[ComputedValueOut]
    next: str | None = Field(description="Address of the next page; null on the last.")


class ReportValueOut(Schema):
    """One value of a line, or the reason why there is none."""

    facility: str | None
    facility_name: str | None
    year: int | None
    what: str
    indicator: str | None = Field(description="The definition it was computed or published under.")
    rule: str | None
    dimension: str | None
    category: str | None
    category_name: str | None
    value: float | None
    unit: str | None
    qualifier: str | None = Field(description="How sharp: exact, approx, min, max, forecast, alt-definition.")
    numerator: float | None
    denominator: float | None
    low: float | None
    high: float | None
    n_records: int | None
    n_facilities: int | None
    completeness: _one_of(list(Filled.values))  # type: ignore[valid-type]
    why: str | None = Field(description="Why there is no value.")
    period: str | None
    source: str | None = Field(description="Where a published value was read.")
    signed_by: str | None
    signed_on: dt.date | None
    comment: str | None
    method_hash: str | None


class ReportLineOut(Schema):
    """What is asked, and what answers it."""

    code: str
    name: str
    objective: str | None
    unit: str | None
    definition_version: int | None
    wording_checked: bool | None = Field(description="false: our wording, not compared with the original.")
    values: list[ReportValueOut]


class ReportOut(Schema):
    """A report."""

    title: str
    report: str
    about: str
    period: str
    world: _one_of(list(World.values))  # type: ignore[valid-type]
    synthetic: bool
    audience: _one_of(list(Audience.values)) = Field(description="house: holds values that are not public.")  # type: ignore[valid-type]
    notice: str | None
    notes: list[str]
    citation: str
    method: str
    address: str
    licence: str
    lines: list[ReportLineOut]


class CampaignOut(Schema):
    """The collection of one year's records."""

    year: int
    due_on: dt.date
    note: str
    frozen_at: dt.datetime | None = Field(description="From then on nothing of the year can change.")
    signed: int = Field(description="Facilities that have signed.")
    expected: int
    synthetic: bool
    url: str


class CampaignPage(Schema):
    """One page of a list."""

    items: list[CampaignOut]
    next: str | None = Field(description="Address of the next page; null on the last.")


class DeliveryOut(Schema):
    """Where one facility stands."""

    facility: str
    name: str
    state: _one_of(["missing", *ReturnState.values])  # type: ignore[valid-type]
    signed_by: str | None
    signed_at: dt.datetime | None
    embargo_until: dt.date | None
    latest: UUID | None = Field(description="Its latest return; null for who may not see it.")


class CampaignDetail(CampaignOut):
    """A campaign with every facility that is asked."""

    deliveries: list[DeliveryOut]


class ReturnFileOut(Schema):
    """A file as it was sent."""

    name: str
    size: int


class OddityOut(Schema):
    """Something that looks wrong and needs a comment before it is signed."""

    rule: str
    subject: str
    message: str


class ReturnOut(Schema):
    """A return: being read, to be mended, ready to sign, signed, superseded or withdrawn."""

    id: UUID
    facility: str
    year: int
    state: _one_of(list(ReturnState.values))  # type: ignore[valid-type]
    sent_at: dt.datetime
    sent_by: str
    synthetic: bool
    files: list[ReturnFileOut]
    tables: dict[str, int] = Field(description="Rows of each kind of record that was read.")
    problems: list[ProblemItem] = Field(description="What must be mended; send the whole return again.")
    warnings: list[OddityOut]
    comment: str
    reason: str = Field(description="Why the year is stated anew.")
    embargo_until: dt.date | None
    signed_by: str | None
    signed_at: dt.datetime | None
    url: str = Field(description="The page on which a named person signs it; the API signs nothing.")
