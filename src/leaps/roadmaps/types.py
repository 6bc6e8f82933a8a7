"""The words of the roadmaps: of technologies, targets, milestones and actions, and what the planner speaks of."""

import datetime as dt
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _


class Area(models.TextChoices):
    """What part of a facility a technology belongs to, from the electrons to the users."""

    SOURCES = "sources", _("storage rings and undulators")
    FEL = "fel", _("free-electron lasers")
    RF = "rf", _("radio frequency")
    CRYO = "cryo", _("cryogenics")
    OPTICS = "optics", _("optics")
    SAMPLE = "sample", _("sample environment and positioning")
    DETECTORS = "detectors", _("detectors")
    DATA = "data", _("data and artificial intelligence")
    OPERATION = "operation", _("operation and access")
    SUSTAINABILITY = "sustainability", _("sustainability")


class Nature(models.TextChoices):
    """What the number of a target is: something aimed at, or something expected to come by itself."""

    GOAL = "goal", _("goal")
    FORECAST = "forecast", _("forecast of load, not a goal")


SYNTHETIC = "synthetic-"
"""How the keys of what a trial makes up begin, so that addresses, files and the API say so too."""


class BenchmarkKind(models.TextChoices):
    """What a target can be held against."""

    WORLD_BEST = "world_best", _("world best")
    PHYSICAL_LIMIT = "physical_limit", _("physical limit")


class TechnologyRole(models.TextChoices):
    """What a facility or an organisation has to do with a technology."""

    NEEDS = "needs", _("needs it")
    HAS = "has", _("has it")
    DEVELOPS = "develops", _("develops it")


class MilestoneStatus(models.TextChoices):
    """Where a milestone stands, as its source says."""

    DONE = "done", _("done")
    IN_PROGRESS = "in_progress", _("in progress")
    PLANNED = "planned", _("planned")
    OPEN = "open", _("open")
    UNKNOWN = "unknown", _("not known")


class ActionStatus(models.TextChoices):
    """Where an action stands."""

    PROPOSED = "proposed", _("proposed")
    AGREED = "agreed", _("agreed")
    RUNNING = "running", _("running")
    BLOCKED = "blocked", _("blocked")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


OPEN = (ActionStatus.PROPOSED, ActionStatus.AGREED, ActionStatus.RUNNING, ActionStatus.BLOCKED)
"""Something is still to be done."""
COUNTED = (ActionStatus.AGREED, ActionStatus.RUNNING, ActionStatus.BLOCKED, ActionStatus.DONE)
"""What a plan is made of: the group has agreed to it and has not dropped it."""
STALE_AFTER = dt.timedelta(days=60)


class Priority(models.TextChoices):
    """What comes first."""

    HIGH = "high", _("high")
    NORMAL = "normal", _("normal")
    LOW = "low", _("low")


class Reminder(models.TextChoices):
    """Why somebody is reminded."""

    SOON = "soon", _("due within a week")
    OVERDUE = "overdue", _("overdue")
    STALE = "stale", _("no word for 60 days")


class Visibility(models.TextChoices):
    """Who may see a proposed dark period; each word lets more people see it than the one before."""

    DRAFT = "draft", _("draft: directors and the facility's own people")
    AGREED = "agreed", _("agreed: funders too")
    PUBLIC = "public", _("public: everybody")


class Confidence(models.TextChoices):
    """How sure a facility is of the dates it proposes."""

    FIRM = "firm", _("firm")
    LIKELY = "likely", _("likely")
    OPEN = "open", _("one of several possible")


def _in_months(start: dt.date, end: dt.date) -> int:
    return max(1, round((end - start).days / 30.4375))


@dataclass(frozen=True, slots=True)
class Plan:
    """A dark period of the record, as published and as somebody tries it.

    `start` is the first dark day, `end` the day users are back. `is_certain` says that both dates are published to
    the month or better and nothing about them is in dispute.
    """

    upgrade: str
    facility: str
    facility_name: str
    project: str
    status: str
    precision: str
    note: str
    start: dt.date
    end: dt.date
    published_start: dt.date
    published_end: dt.date
    instruments: int
    source_url: str = ""

    @property
    def is_moved(self) -> bool:
        """Whether the dates tried differ from the published ones."""
        return (self.start, self.end) != (self.published_start, self.published_end)

    @property
    def months(self) -> int:
        """How long it is dark, in months, rounded."""
        return _in_months(self.start, self.end)

    @property
    def published_months(self) -> int:
        """How long it is dark as published."""
        return _in_months(self.published_start, self.published_end)

    @property
    def is_certain(self) -> bool:
        """Whether the dates are known to the month and the project is decided."""
        return self.precision in ("day", "month") and self.status not in ("concept", "planned")


@dataclass(frozen=True, slots=True)
class Window:
    """Months in a row in which the same facilities are dark."""

    first: dt.date
    last: dt.date
    instruments: int
    facilities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TechniqueLoss:
    """What dark periods do to one technique: its worst month and how long one facility alone, or none, has it.

    `by_quarter`: the share that is dark on average, for each three months from the first of the board.
    """

    panet_id: str
    label: str
    facilities: int
    instruments: int
    worst: float
    worst_month: dt.date
    single: int
    none: int
    by_quarter: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Leaning:
    """On whom a technique relies in some months; `share` None: nobody has it open, so nothing is left to lose.

    `open`: the fewest facilities that have it. `share`: the most that goes when one more facility fails, `leader`.
    `concentration`: the largest HHI of supply. `single`, `none`: months with one facility and with none.
    """

    open: int
    share: float | None
    leader: str
    concentration: float | None
    single: int
    none: int
    loss: float


@dataclass(frozen=True, slots=True)
class Reliant:
    """A technique and on whom it relies, quarter by quarter from the first of the board."""

    panet_id: str
    label: str
    facilities: int
    instruments: int
    quarters: tuple[Leaning, ...]

    @property
    def is_always_single(self) -> bool:
        """Whether one facility alone has it even when all are open."""
        return self.facilities == 1

    def over(self, quarter: int | None = None) -> Leaning:
        """One quarter, or the worst of all of them with the months added up."""
        if quarter is not None:
            return self.quarters[quarter]
        worst = max(self.quarters, key=lambda q: (q.share is not None, q.share or 0.0))
        most = [q.concentration for q in self.quarters if q.concentration is not None]
        return Leaning(
            min(q.open for q in self.quarters), worst.share, worst.leader, max(most, default=None), sum(q.single for q in self.quarters),
            sum(q.none for q in self.quarters), max(q.loss for q in self.quarters),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LossThen:
    """What a technique loses in some months: mean share of instruments dark, the fewest facilities open, and who is dark.

    `share` None: no facility of the record has it.
    """

    share: float | None
    fewest: int
    dark: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """A technique of two facilities: how many of all its instruments are theirs."""

    label: str
    dark: int
    all: int


@dataclass(frozen=True, slots=True)
class Site:
    """Where a technique is, and how far it is open in each month of a year, 0 to 1."""

    slug: str
    name: str
    instruments: int
    open: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the planner shows; lists of one number for each month from `first`."""

    first: dt.date
    plans: tuple[Plan, ...]
    published: tuple[int, ...]
    tried: tuple[int, ...]
    ring_instruments: int
    windows: tuple[Window, ...]
    losses: tuple[TechniqueLoss, ...]
    techniques: tuple[tuple[str, str], ...]
    sites: tuple[Site, ...] = ()
    reliant: tuple[Reliant, ...] = ()
    refused: tuple[str, ...] = field(default=())

    @property
    def peak(self) -> int:
        """The most instruments dark at once, as tried."""
        return max(self.tried, default=0)
