"""A group's roadmap as plain values: layers of items over time and what leads from one to another.

The same chart is drawn, told as a table or as text, printed, frozen as an edition and compared: from here, whether its
values come from the database or from an edition. Layers and links as in T-Plan (R. Phaal, C. Farrukh, D. Probert,
T-Plan, University of Cambridge, 2001): needs pull from above, technologies push from below.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class Layer(models.TextChoices):
    """From the need down to what it takes; the order is that of the roadmap, top to bottom."""

    DRIVERS = "drivers", _("drivers and needs")
    CAPABILITIES = "capabilities", _("capabilities and services")
    SYSTEMS = "systems", _("systems: sources and beamlines")
    TECHNOLOGIES = "technologies", _("technologies")
    PROJECTS = "projects", _("projects")
    RESOURCES = "resources", _("resources: people, money, suppliers")


ORDER = {layer.value: place for place, layer in enumerate(Layer)}


class LinkKind(models.TextChoices):
    """What a link says."""

    REQUIRES = "requires", _("requires")
    ENABLES = "enables", _("enables")
    INFORMS = "informs", _("informs")
    COMPETES = "competes", _("competes with")


class ItemStatus(models.TextChoices):
    """Where an item stands."""

    IDEA = "idea", _("idea")
    PLANNED = "planned", _("planned")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


class Part(models.TextChoices):
    """What somebody may do in a group: each may also do what those below may."""

    CHAIR = "chair", _("chair: names the people, opens grids, freezes editions")
    EDITOR = "editor", _("editor: changes items and links")
    MEMBER = "member", _("member: comments and scores")


class Scoring(models.TextChoices):
    """How far the grids of a roadmap are: nobody sees the others' scores before the discussion."""

    CLOSED = "closed", _("not open")
    BLIND = "blind", _("blind: each for himself")
    DISCUSSED = "discussed", _("discussed: the spread is shown, scores may change")
    DONE = "done", _("done")


class Grid(models.TextChoices):
    """The two linking grids."""

    NEEDS = "needs", _("needs × capabilities")
    TECHNOLOGIES = "technologies", _("capabilities × technologies")


SIDES = {Grid.NEEDS: (Layer.DRIVERS, Layer.CAPABILITIES), Grid.TECHNOLOGIES: (Layer.CAPABILITIES, Layer.TECHNOLOGIES)}
"""Rows and columns of a grid."""

PULL, PUSH, ALONG = "pull", "push", "along"


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item of a roadmap. Days are the first of a month; `end` is the last month it lasts. An item without them has no time."""

    key: str
    layer: str
    title: str
    lane: str = ""
    text: str = ""
    start: dt.date | None = None
    start_low: dt.date | None = None
    end: dt.date | None = None
    end_high: dt.date | None = None
    status: str = "planned"
    owner: str = ""
    facility: str = ""
    facility_name: str = ""
    technology: str = ""
    milestone: str = ""
    cost_keur: int | None = None
    fte: float | None = None
    trl_now: int | None = None
    trl_target: int | None = None
    weight: float = 1.0
    tags: str = ""
    version: int = 1

    @property
    def status_words(self) -> str:
        """Where it stands."""
        return str(ItemStatus(self.status).label)

    @property
    def layer_words(self) -> str:
        """Its layer."""
        return str(Layer(self.layer).label)

    @property
    def when(self) -> str:
        """Its months, such as 2028-03 to 2029-06; empty without a time."""
        if self.start is None or self.end is None:
            return ""
        first, last = f"{self.start:%Y-%m}", f"{self.end:%Y-%m}"
        return first if first == last else f"{first} – {last}"

    @property
    def range_words(self) -> str:
        """How uncertain the ends are, in words; empty when they are not."""
        early = _("at the earliest %(month)s") % {"month": f"{self.start_low:%Y-%m}"} if self.start_low else ""
        late = _("at the latest until %(month)s") % {"month": f"{self.end_high:%Y-%m}"} if self.end_high else ""
        return ", ".join(str(word) for word in (early, late) if word)


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link from one item to another, both by their keys. `strength` 1 to 3, `lag` in months."""

    before: str
    after: str
    kind: str = "enables"
    strength: int = 2
    lag: int = 0
    note: str = ""
    number: int = 0

    @property
    def kind_words(self) -> str:
        """What the link says."""
        return str(LinkKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class Chart:
    """A whole roadmap."""

    title: str
    scope: str
    first_year: int
    last_year: int
    items: tuple[ItemRow, ...]
    links: tuple[LinkRow, ...] = ()

    def item(self, key: str) -> ItemRow | None:
        """The item of a key."""
        return next((one for one in self.items if one.key == key), None)

    def layers(self) -> list[tuple[Layer, list[ItemRow]]]:
        """Every layer with its items, in the order of time; empty layers too."""
        return [(layer, in_order(one for one in self.items if one.layer == layer)) for layer in Layer]

    def direction(self, link: LinkRow) -> str:
        """`pull` from a need down to what it asks for, `push` from below upwards, `along` within a layer."""
        before, after = self.item(link.before), self.item(link.after)
        if before is None or after is None:
            return ALONG
        return direction(before.layer, after.layer)

    def links_of(self, key: str) -> tuple[list[LinkRow], list[LinkRow]]:
        """The links that lead to an item, and those that lead from it."""
        return [one for one in self.links if one.after == key], [one for one in self.links if one.before == key]

    def gaps(self) -> list[tuple[ItemRow, str]]:
        """What the roadmap leaves open: needs nothing answers, capabilities without technology, technologies nobody develops."""
        known = {one.key: one for one in self.items}
        beside: dict[str, set[str]] = {one.key: set() for one in self.items}
        for link in self.links:
            if link.before in known and link.after in known and link.kind != LinkKind.COMPETES:
                beside[link.before].add(known[link.after].layer)
                beside[link.after].add(known[link.before].layer)
        asked = {
            Layer.DRIVERS: ({Layer.CAPABILITIES, Layer.SYSTEMS, Layer.TECHNOLOGIES}, _("nothing answers this need yet")),
            Layer.CAPABILITIES: ({Layer.SYSTEMS, Layer.TECHNOLOGIES, Layer.PROJECTS}, _("no system or technology gives this capability yet")),
            Layer.TECHNOLOGIES: ({Layer.PROJECTS, Layer.RESOURCES, Layer.SYSTEMS}, _("no project or resource develops this technology yet")),
            Layer.PROJECTS: ({Layer.RESOURCES, Layer.TECHNOLOGIES, Layer.SYSTEMS, Layer.CAPABILITIES}, _("this project serves nothing on the roadmap")),
        }
        return [
            (one, str(words))
            for one in self.items
            if one.status != ItemStatus.DROPPED and one.layer in asked
            for layers, words in (asked[Layer(one.layer)],)
            if not beside[one.key] & layers
        ]

    def late_links(self) -> list[tuple[LinkRow, int]]:
        """Links of which one end is to be done before the other, which it waits for, with by how many months.

        What is developed is ready when it ends; a resource is there when it begins.
        """
        known = {one.key: one for one in self.items}
        found = []
        for link in self.links:
            giver, taker = (link.after, link.before) if link.kind == LinkKind.REQUIRES else (link.before, link.after)
            if link.kind not in (LinkKind.ENABLES, LinkKind.REQUIRES) or giver not in known or taker not in known:
                continue
            is_resource = known[giver].layer == Layer.RESOURCES
            ready, done = known[giver].start if is_resource else known[giver].end, known[taker].end
            if ready is not None and done is not None:
                short = months(ready) + link.lag - months(done)
                if short > 0 and known[giver].status != ItemStatus.DONE:
                    found.append((link, short))
        return found

    def told(self) -> dict[str, Any]:
        """The chart as JSON keeps it."""
        return {
            "title": self.title, "scope": self.scope, "first_year": self.first_year, "last_year": self.last_year,
            "items": [{k: v.isoformat() if isinstance(v, dt.date) else v for k, v in asdict(one).items()} for one in self.items],
            "links": [asdict(one) for one in self.links],
        }  # fmt: skip

    @classmethod
    def read(cls, told: dict[str, Any]) -> Self:
        """A chart as JSON kept it."""
        return cls(
            told["title"], told["scope"], told["first_year"], told["last_year"],
            tuple(_item(one) for one in told["items"]),
            tuple(LinkRow(**one) for one in told["links"]),
        )  # fmt: skip


DAYS = ("start", "start_low", "end", "end_high")


def _item(told: dict[str, Any]) -> ItemRow:
    values: dict[str, Any] = {name: dt.date.fromisoformat(value) if name in DAYS and value else value for name, value in told.items()}
    return ItemRow(**values)


def months(day: dt.date) -> int:
    """Months since year 0."""
    return 12 * day.year + day.month - 1


def month(number: int) -> dt.date:
    """The first day of a month counted from year 0."""
    return dt.date(number // 12, number % 12 + 1, 1)


def in_order(items: Iterable[ItemRow]) -> list[ItemRow]:
    """By lane, then by time; what has none comes last."""
    return sorted(items, key=lambda one: (one.lane.casefold(), one.start or dt.date.max, one.title.casefold(), one.key))


def direction(before: str, after: str) -> str:
    """Which way a link between two layers goes."""
    step = ORDER[after] - ORDER[before]
    return PULL if step > 0 else PUSH if step < 0 else ALONG


@dataclass(frozen=True, slots=True)
class Moved:
    """An item of two charts that is not the same in both: (field, before, after)."""

    item: ItemRow
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of a roadmap from one edition to another."""

    new: tuple[ItemRow, ...]
    gone: tuple[ItemRow, ...]
    changed: tuple[Moved, ...]
    links_new: tuple[LinkRow, ...]
    links_gone: tuple[LinkRow, ...]

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        return not (self.new or self.gone or self.changed or self.links_new or self.links_gone)


def compare(before: Chart, after: Chart) -> Comparison:
    """Items by their keys, links by what they join."""
    old, now = {one.key: one for one in before.items}, {one.key: one for one in after.items}
    silent = {"version", "facility_name"}
    changed = []
    for key in sorted(old.keys() & now.keys()):
        found = tuple(
            (one.name, _plain(getattr(old[key], one.name)), _plain(getattr(now[key], one.name)))
            for one in fields(ItemRow)
            if one.name not in silent and getattr(old[key], one.name) != getattr(now[key], one.name)
        )
        if found:
            changed.append(Moved(now[key], found))
    lines, present = {_joined(one): one for one in before.links}, {_joined(one): one for one in after.links}
    return Comparison(
        tuple(now[key] for key in sorted(now.keys() - old.keys())), tuple(old[key] for key in sorted(old.keys() - now.keys())), tuple(changed),
        tuple(present[key] for key in sorted(present.keys() - lines.keys())), tuple(lines[key] for key in sorted(lines.keys() - present.keys())),
    )  # fmt: skip


def _joined(link: LinkRow) -> tuple[str, str, str, int, int]:
    return link.before, link.after, link.kind, link.strength, link.lag


def _plain(value: object) -> str:
    if isinstance(value, dt.date):
        return f"{value:%Y-%m}"
    return "" if value is None else str(value)


def text_of(chart: Chart) -> str:
    """The roadmap as text, layer by layer, for who would rather read, or listen."""
    lines = [chart.title, "=" * len(chart.title)]
    if chart.scope:
        lines += [chart.scope]
    names = {one.key: one.title for one in chart.items}
    for layer, items in chart.layers():
        label = str(layer.label).capitalize()
        lines += ["", label, "-" * len(label)]
        if not items:
            lines.append(str(_("(nothing yet)")))
        for one in items:
            told = [one.title] if not one.when else [f"{one.title}, {one.when}"]
            told += [word for word in (one.range_words, one.status_words, one.facility_name, one.owner) if word]
            lines.append("* " + "; ".join(told))
            lines += [f"    → {link.kind_words} {names.get(link.after, link.after)}" for link in chart.links_of(one.key)[1]]
    return "\n".join(lines) + "\n"


def span(items: Sequence[ItemRow], today: dt.date) -> tuple[int, int]:
    """The years that the items need, ten from today at least when there are few."""
    days = [day for one in items for day in (one.start, one.start_low, one.end, one.end_high) if day]
    return min([today.year, *(day.year for day in days)]), max([today.year + 5, *(day.year for day in days)])
