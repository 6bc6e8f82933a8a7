"""What goes over the wire."""

from collections.abc import Sequence
from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import P, PathEx, Schema
from pydantic import ConfigDict, Field, WithJsonSchema

from leaps.core.errors import InvalidInput, Problem
from leaps.core.rest.problems import ProblemDocument
from leaps.roadmaps.charting import ItemStatus, Layer, LinkKind
from leaps.roadmaps.types import ActionStatus, Area, Confidence, Priority, Visibility

READ_ERRORS: dict[Any, Any] = {(401, 404, 422, 429, 503): ProblemDocument}
LIST_ERRORS: dict[Any, Any] = {(401, 422, 429, 503): ProblemDocument}
MEETING_LIST_ERRORS: dict[Any, Any] = {(401, 403, 422, 429, 503): ProblemDocument}
MEETING_ERRORS: dict[Any, Any] = {(401, 403, 404, 422, 429, 503): ProblemDocument}
CHANGE_ERRORS: dict[Any, Any] = {(400, 401, 403, 404, 409, 422, 429, 503): ProblemDocument}

LARGEST = 2_147_483_647
"""Numbers in addresses and versions end here; greater ones name nothing."""

Number = PathEx[int, P(description="Its number.")]
RoadmapKey = PathEx[str, P(description="Short name of the roadmap.")]
ItemKey = PathEx[str, P(description="Key of the item.")]
EditionNumber = PathEx[int, P(description="Number of the edition.")]

_MONTH = "A month such as 2029-03."
_BASE = "The version you have read. When somebody else was quicker: 409 with what stands there now under present."


def _words(words: Sequence[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": list(words)})


AreaCode = Annotated[str, _words(Area.values)]
StatusCode = Annotated[str, _words(ActionStatus.values)]
PriorityCode = Annotated[str, _words(Priority.values)]
ConfidenceCode = Annotated[str, _words(Confidence.values)]
VisibilityCode = Annotated[str, _words(Visibility.values)]
LayerCode = Annotated[str, _words(Layer.values)]
ItemStatusCode = Annotated[str, _words(ItemStatus.values)]
LinkKindCode = Annotated[str, _words(LinkKind.values)]
AgendaKind = Annotated[str, _words(["action", "milestone"])]


def refuse_unwritable(values: dict[str, Any]) -> None:
    """No database keeps NUL or half a character. Raises InvalidInput with every text that holds one."""
    found = [
        Problem(_("holds characters that no text has"), _("Send printable UTF-8."), field=name[:60])
        for name, value in values.items()
        if isinstance(value, str) and any(mark == "\0" or "\ud800" <= mark <= "\udfff" for mark in value)
    ]
    if found:
        raise InvalidInput(found)


class ActionOut(Schema):
    """Something a group has agreed to do. What follows from today is computed: overdue, stale."""

    id: int
    title: str
    why: str = Field(description="What it follows from.")
    area: AreaCode
    status: StatusCode
    priority: PriorityCode
    owner: str = Field(description="Who does it: a name, a role, or both, as on the page.")
    owner_role: str
    due: str
    next_step: str
    blocker: str = Field(description="Who or what stands in the way; empty unless it is blocked.")
    evidence: str
    is_overdue: bool
    is_stale: bool = Field(description="Open, and without a word for 60 days.")
    milestone: str | None = Field(description="Key of a milestone of the record.")
    technology: str | None = Field(description="Key of a technology of the record.")
    meeting: int | None = Field(description="Number of the meeting that decided it.")
    updated_at: str
    version: int = Field(description="Counts its changes; a change names it as base.")
    synthetic: bool = Field(description="Made up for a trial.")
    url: str = Field(description="Its page, with its history.")


class ActionPage(Schema):
    """One page of a list."""

    items: list[ActionOut]
    next: str | None = Field(description="Address of the next page; null on the last.")


class ActionReport(Schema):
    """How an action goes. What is not named stays; a note alone says that all is still so."""

    model_config = ConfigDict(extra="forbid")
    base: int = Field(ge=1, le=LARGEST, strict=True, description=_BASE)
    next_step: str | None = Field(None, max_length=300)
    status: str | None = Field(
        None, max_length=10, description="The owner moves it between agreed, running and blocked; chairs agree on it, close it (done) and drop it."
    )
    blocker: str | None = Field(None, max_length=200, description="Needed while it is blocked.")
    evidence: str | None = Field(None, max_length=500, description="An address or a sentence that others can check; done needs it.")
    due: str | None = Field(None, max_length=10, description="Year-month-day; another day needs a note.")
    note: str = Field("", max_length=500, description="A sentence for the history.")


class MeetingOut(Schema):
    """A meeting of a group."""

    id: int
    title: str
    held_on: str
    area: str | None = Field(description="null: all areas.")
    is_held: bool = Field(description="Its agenda is frozen.")
    version: int
    synthetic: bool
    url: str


class MeetingPage(Schema):
    """One page of a list."""

    items: list[MeetingOut]
    next: str | None = Field(description="Address of the next page; null on the last.")


class AgendaItem(Schema):
    """What a meeting has to speak about, and why."""

    kind: AgendaKind
    key: str = Field(description="Number of the action, or key of the milestone.")
    title: str
    reasons: list[str] = Field(description="blocked, overdue, to_close, stale; late for a milestone.")
    due: str
    owner: str
    next_step: str
    blocker: str
    evidence: str


class MeetingDetail(MeetingOut):
    """A meeting with its agenda, minutes and what came of it."""

    agenda: list[AgendaItem] = Field(description="Frozen once the meeting has begun; until then it follows from the actions.")
    minutes: str = Field(description="Addresses of people are shown as their names.")
    actions: list[int] = Field(description="Numbers of the actions that came of it, as far as you may see them.")


class DarkProposalOut(Schema):
    """A dark period that a facility thinks of; what it has published is an upgrade of the record."""

    id: int
    facility: str
    upgrade: str | None = Field(description="Key of the upgrade in whose place it stands.")
    title: str
    start: str = Field(description="First dark day.")
    end: str = Field(description="The day users are back.")
    confidence: ConfidenceCode
    visibility: VisibilityCode = Field(description="Who sees it: draft directors, agreed funders too, public everybody.")
    note: str
    withdrawn_at: str | None
    updated_at: str
    version: int
    synthetic: bool
    url: str


class DarkProposalPage(Schema):
    """One page of a list."""

    items: list[DarkProposalOut]
    next: str | None = Field(description="Address of the next page; null on the last.")


class CalendarOut(Schema):
    """A calendar to follow in a calendar program."""

    name: str
    about: str
    url: str = Field(description="Address of the iCalendar (RFC 5545).")


class CalendarList(Schema):
    """All calendars."""

    items: list[CalendarOut]


class RoadmapOut(Schema):
    """A roadmap of a group."""

    key: str
    title: str
    scope: str
    area: str | None
    first_year: int
    last_year: int
    is_public: bool
    is_archived: bool
    items: int = Field(description="How many items stand on it.")
    updated_at: str
    version: int = Field(description="Counts all changes of anything on it.")
    synthetic: bool
    url: str


class RoadmapPage(Schema):
    """One page of a list."""

    items: list[RoadmapOut]
    next: str | None = Field(description="Address of the next page; null on the last.")


class RoadmapItemOut(Schema):
    """An item of a roadmap."""

    key: str
    layer: LayerCode
    lane: str
    title: str
    text: str
    start: str | None = Field(description=_MONTH)
    start_low: str | None = Field(description="The earliest month it may begin in.")
    end: str | None = Field(description="The last month it lasts.")
    end_high: str | None = Field(description="The latest month it may last to.")
    status: ItemStatusCode
    owner: str
    facility: str | None
    technology: str | None
    milestone: str | None
    cost_keur: int | None
    fte: float | None
    trl_now: int | None
    trl_target: int | None
    weight: float
    tags: str
    version: int = Field(description="Counts its changes; a change names it as base.")


class RoadmapLinkOut(Schema):
    """A link from one item to another."""

    before: str
    after: str
    kind: LinkKindCode
    strength: int = Field(description="1 weak, 2 clear, 3 decisive.")
    lag: int = Field(description="Months between.")
    note: str


class LayerOut(Schema):
    """A layer with its items in the order of time."""

    layer: LayerCode
    title: str
    items: list[RoadmapItemOut]


class RoadmapDetail(Schema):
    """A roadmap with everything on it."""

    key: str
    title: str
    scope: str
    first_year: int
    last_year: int
    version: int
    synthetic: bool
    url: str
    layers: list[LayerOut] = Field(description="From the needs down to the resources.")
    links: list[RoadmapLinkOut]


class EditionOut(Schema):
    """A roadmap as it was frozen."""

    number: int
    title: str
    note: str
    at: str
    by: str
    version: int = Field(description="Version of the roadmap that was frozen.")
    url: str


class EditionList(Schema):
    """The editions of a roadmap, newest first."""

    items: list[EditionOut]


class EditionDetail(RoadmapDetail):
    """An edition with everything that stood on the roadmap; it never changes."""

    edition: EditionOut


class FieldMoved(Schema):
    """A field that differs."""

    field: str
    before: str
    after: str


class ItemMoved(Schema):
    """An item that differs."""

    key: str
    title: str
    fields: list[FieldMoved]


class ComparisonOut(Schema):
    """What became of a roadmap from one edition to another; edition 0 is the roadmap of today."""

    first: int
    second: int
    is_same: bool
    new: list[RoadmapItemOut]
    gone: list[RoadmapItemOut]
    changed: list[ItemMoved]
    links_new: list[RoadmapLinkOut]
    links_gone: list[RoadmapLinkOut]


class ItemPatch(Schema):
    """A change of some fields of an item; what is not named stays, null empties a field."""

    model_config = ConfigDict(extra="forbid")
    base: int = Field(ge=1, le=LARGEST, strict=True, description=_BASE + " Changes of different fields both stand.")
    values: dict[str, Any] = Field(min_length=1, description="Field by field, as they are read; months such as 2029-03.")
