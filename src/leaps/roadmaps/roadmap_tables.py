"""The roadmap of a group as a table: written to files, and read from spreadsheets with a dry run before anything changes."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from leaps.catalogue.models import Facility
from leaps.core.errors import InvalidInput, Problem
from leaps.record.packs import reading
from leaps.roadmaps import roadmap_actions, roadmap_queries
from leaps.roadmaps.charting import Chart, ItemStatus, Layer, LinkKind
from leaps.roadmaps.models import Milestone, Roadmap, RoadmapItem, Technology
from leaps.roadmaps.roadmap_actions import month_of

COLUMNS: Final = (
    "key", "layer", "line", "title", "text", "from", "to", "earliest", "latest", "status", "owner", "facility", "technology", "milestone", "cost_keur",
    "fte", "trl_now", "trl_target", "weight", "tags", "links",
)  # fmt: skip
FIELD_OF: Final = {"line": "lane", "from": "start", "to": "end", "earliest": "start_low", "latest": "end_high"}
"""Columns that people know by another word than the database."""
MONTHS: Final = ("from", "to", "earliest", "latest")
WHOLE: Final = ("cost_keur", "trl_now", "trl_target")
MOST_ROWS: Final = 500
MOST: Final = {"lane": 60, "title": 160, "text": 2000, "owner": 120, "tags": 200}
"""Characters a text takes, as the model says."""
_LINK = re.compile(r"(\w+)\s*:\s*([\w-]+)(?:\s*:\s*(\d+))?(?:\s*:\s*(\d+))?")


def records(chart: Chart) -> list[dict[str, Any]]:
    """A line for each item, its links behind it as kind:key:strength:months."""
    found = []
    for _layer, items in chart.layers():
        for one in items:
            line: dict[str, Any] = {name: getattr(one, FIELD_OF.get(name, name), None) for name in COLUMNS if name != "links"}
            line |= {name: f"{line[name]:%Y-%m}" if line[name] else None for name in MONTHS}
            line["links"] = "; ".join(f"{link.kind}:{link.after}:{link.strength}" + (f":{link.lag}" if link.lag else "") for link in chart.links_of(one.key)[1])
            found.append({name: value if value not in ("", None) else None for name, value in line.items()})
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a spreadsheet as an item: which columns it gives, and its links to others by their keys."""

    number: int
    key: str
    values: dict[str, Any]
    links: tuple[tuple[str, str, int, int], ...] | None


@dataclass(slots=True)
class Plan:
    """What a spreadsheet would do."""

    lines: list[Line] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: int = 0
    links: int = 0
    problems: list[Problem] = field(default_factory=list)


def read(name: str, content: bytes) -> tuple[list[reading.Row], list[Problem]]:
    """The rows of the first table in a CSV file or workbook, with what is wrong with it."""
    contents = reading.read_bytes(name, content)
    if contents.problems:
        return [], contents.problems
    if not contents.tables:
        return [], [Problem(_("holds no table"), _("Send a CSV file or a workbook with one sheet."), file=name)]
    table = contents.tables[0]
    problems = []
    if unknown := [column for column in table.columns if column not in COLUMNS]:
        cure = _("Known columns: %(columns)s.") % {"columns": ", ".join(COLUMNS)}
        problems += [Problem(_("is no column of a roadmap"), cure, file=table.file, row=1, field=column) for column in unknown]
    problems += [
        Problem(_("is missing"), _("Every row needs a layer and a title."), file=table.file, row=1, field=column)
        for column in ("layer", "title")
        if column not in table.columns
    ]
    if len(table.rows) > MOST_ROWS:
        problems.append(Problem(_("is too long"), _("A roadmap takes %(n)d items.") % {"n": MOST_ROWS}, file=table.file, row=MOST_ROWS + 2))
    return list(table.rows), problems


def plan(roadmap: Roadmap, rows: Sequence[reading.Row]) -> Plan:
    """What the rows would do to a roadmap, or what is wrong with them; nothing is written."""
    found = Plan()
    present = {one.key: one for one in roadmap_queries.items(roadmap)}
    removed = set(roadmap.items.filter(removed_at__isnull=False).values_list("key", flat=True))
    facilities = {word.casefold(): one for one in Facility.objects.all() for word in (one.slug, one.short_name)}
    rows_of: dict[str, Mapping[str, Any]] = {
        "facility": facilities,
        "technology": {one.slug: one for one in Technology.objects.all()},
        "milestone": {one.slug: one for one in Milestone.objects.all()},
    }
    seen: dict[str, int] = {}
    for row in rows:
        line = _line(row, rows_of, found.problems)
        if line.key in seen:
            cure = _("Row %(n)d has it already; give each item its own key, or leave it empty.") % {"n": seen[line.key]}
            found.problems.append(Problem(_("stands twice"), cure, row=row.number, field="key", value=line.key))
        elif line.key in removed:
            cure = _("Bring the item back on the roadmap first, or use another key.")
            found.problems.append(Problem(_("is the key of an item that was removed"), cure, row=row.number, field="key", value=line.key))
        if line.key:
            seen[line.key] = row.number
        found.lines.append(line)
    known = set(present) | set(seen)
    for line in found.lines:
        for _kind, other, _strength, _lag in line.links or ():
            if other not in known:
                cure = _("Links name items by their key: of this table, or of the roadmap.")
                found.problems.append(Problem(_("is the key of no item"), cure, row=line.number, field="links", value=other))
        found.links += len(line.links or ())
        here = present.get(line.key)
        if here is None:
            found.new.append(str(line.values.get("title", "")))
        elif any(getattr(here, name) != value for name, value in line.values.items()):
            found.changed.append(str(line.values.get("title", "")))
        else:
            found.same += 1
    return found


def take_over(*, roadmap: Roadmap, rows: Sequence[reading.Row], actor: Any, now: dt.datetime) -> Plan:
    """Write the rows to a roadmap: all of them or, when one has a fault, none. Raises NotAllowed, InvalidInput, Overtaken."""
    with transaction.atomic():
        found = plan(roadmap, rows)
        if found.problems:
            raise InvalidInput(found.problems)
        items: dict[str, RoadmapItem] = {one.key: one for one in roadmap_queries.items(roadmap)}
        made: list[tuple[Line, RoadmapItem]] = []
        for line in found.lines:
            here = items.get(line.key) if line.key else None
            try:
                if here is None:
                    one = roadmap_actions.add_item(roadmap=roadmap, values=line.values, actor=actor, now=now, key=line.key)
                    items[one.key] = one
                else:
                    one = roadmap_actions.change_item(item=here, base=here.version, values=line.values, actor=actor, now=now)
            except InvalidInput as error:
                raise InvalidInput([Problem(p.message, p.cure, row=line.number, field=_column(p.field), value=p.value) for p in error.problems]) from error
            made.append((line, one))
        for line, one in made:
            for kind, other, strength, lag in line.links or ():
                try:
                    roadmap_actions.put_link(
                        roadmap=roadmap, before=one, after=items[other], values={"kind": kind, "strength": strength, "lag": lag}, actor=actor, now=now
                    )
                except InvalidInput as error:
                    raise InvalidInput([Problem(p.message, p.cure, row=line.number, field="links", value=other) for p in error.problems]) from error
    return found


def _column(name: str) -> str:
    return next((column for column, known in FIELD_OF.items() if known == name), name)


def _line(row: reading.Row, rows_of: Mapping[str, Mapping[str, Any]], problems: list[Problem]) -> Line:
    """A row as values; every cell at fault is told."""

    def fault(column: str, message: str, cure: str) -> None:
        problems.append(Problem(message, cure, row=row.number, field=column, value=row.cells.get(column, "")[:120]))

    values: dict[str, Any] = {}
    for column, cell in row.cells.items():
        said = cell.strip()
        name = FIELD_OF.get(column, column)
        if column in ("key", "links") or column not in COLUMNS:
            continue
        if column in MONTHS:
            try:
                values[name] = month_of(said)
            except ValueError:
                fault(column, _("is no month"), _("Write 2029-03, or a year alone for its January."))
        elif column in WHOLE:
            if said and not said.isdigit():
                fault(column, _("is no whole number"), _("Write digits only, or leave it empty."))
            else:
                values[name] = int(said[:9]) if said else None
        elif column in ("fte", "weight"):
            try:
                values[name] = float(said) if said else (1.0 if column == "weight" else None)
            except ValueError:
                fault(column, _("is no number"), _("Write it with a point, such as 1.5."))
        elif column in rows_of:
            values[name] = rows_of[column].get(said.casefold()) if said else None
            if said and values[name] is None:
                fault(column, _("is not on record"), _("Use the short name that its page has in its address."))
        elif column == "layer":
            values[name] = _chosen(said, [(layer.value, str(layer.label)) for layer in Layer])
            if not values[name]:
                fault(column, _("is no layer"), _("Use one of: %(layers)s.") % {"layers": ", ".join(Layer.values)})
        elif column == "status":
            values[name] = _chosen(said, [(one.value, str(one.label)) for one in ItemStatus]) if said else ItemStatus.PLANNED.value
            if not values[name]:
                fault(column, _("is no status"), _("Use one of: %(words)s.") % {"words": ", ".join(ItemStatus.values)})
        else:
            most = MOST[name]
            if len(said) > most:
                fault(column, _("is too long"), _("At most %(n)d characters.") % {"n": most})
            values[name] = said[:most]
    key = row.cells.get("key", "").strip().lower()
    if key and not re.fullmatch(r"[a-z0-9_-]{1,60}", key):
        fault("key", _("is no key"), _("Use up to 60 small letters, digits and hyphens."))
    return Line(row.number, key, values, _links_in(row, problems) if "links" in row.cells else None)


def _chosen(said: str, choices: Sequence[tuple[str, str]]) -> str:
    """A choice by its code or by its words, in any case."""
    wanted = said.casefold()
    return next((code for code, words in choices if wanted in (code, words.casefold(), words.casefold().split(":")[0])), "")


def _links_in(row: reading.Row, problems: list[Problem]) -> tuple[tuple[str, str, int, int], ...]:
    found = []
    for part in filter(None, (one.strip() for one in row.cells["links"].split(";"))):
        match = _LINK.fullmatch(part)
        if match is None or match[1] not in LinkKind.values or match[3] not in (None, "1", "2", "3"):
            cure = _("Write kind:key:strength, such as enables:new-optics:2; kinds: %(kinds)s; strength 1 to 3.") % {"kinds": ", ".join(LinkKind.values)}
            problems.append(Problem(_("is no link"), cure, row=row.number, field="links", value=part[:120]))
            continue
        found.append((match[1], match[2].lower(), int(match[3] or 2), int(match[4] or 0)))
    return tuple(found)
