"""Works from spreadsheets, with a dry run before anything is written; tags in files."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from leaps.core.errors import InvalidInput, NotAllowed, Problem
from leaps.landscape import rules
from leaps.landscape.actions import tagging
from leaps.landscape.models import ChallengeTag, Work
from leaps.landscape.types import WorkKind
from leaps.record.packs import reading

COLUMNS: Final = ("title", "abstract", "doi", "url", "year", "kind")
MOST_ROWS: Final = 1000
TAG: Final = (
    "subject", "kind", "key", "title", "year", "address", "challenge", "list", "challenge_title", "strength", "note", "confirmed_by", "confirmed_at", "synthetic",
)  # fmt: skip


@dataclass(slots=True)
class Plan:
    """What a spreadsheet would do: the works it would state, and the rows whose work is stated already."""

    new: list[dict[str, Any]] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(name: str, content: bytes) -> tuple[list[reading.Row], list[Problem]]:
    """The rows of the first table in a CSV file or workbook, with what is wrong with it."""
    contents = reading.read_bytes(name, content)
    if contents.problems:
        return [], contents.problems
    if not contents.tables:
        return [], [Problem(_("holds no table"), _("Send a CSV file or a workbook with one sheet."), file=name)]
    table = contents.tables[0]
    cure = _("Known columns: %(columns)s.") % {"columns": ", ".join(COLUMNS)}
    problems = [Problem(_("is no column of a work"), cure, file=table.file, row=1, field=column) for column in table.columns if column not in COLUMNS]
    if "title" not in table.columns:
        problems.append(Problem(_("is missing"), _("Every work needs a title."), file=table.file, row=1, field="title"))
    if len(table.rows) > MOST_ROWS:
        problems.append(Problem(_("is too long"), _("Send at most %(n)d works at a time.") % {"n": MOST_ROWS}, file=table.file, row=MOST_ROWS + 2))
    return list(table.rows), problems


def plan(rows: Sequence[reading.Row], now: dt.datetime) -> Plan:
    """What the rows would do, or what is wrong with them; nothing is written."""
    found = Plan()
    known_dois = set(Work.objects.exclude(doi="").values_list("doi", flat=True))
    known_urls = set(Work.objects.filter(doi="").values_list("url", flat=True))
    seen: dict[str, int] = {}
    for row in rows:
        cells = {name: row.cells.get(name, "").strip() for name in COLUMNS}
        values: dict[str, Any] = {**cells, "year": None, "kind": cells["kind"].casefold() or WorkKind.PAPER.value, "doi": tagging.clean_doi(cells["doi"])}
        problems = []
        if cells["year"]:
            if cells["year"].isdecimal() and len(cells["year"]) == 4:
                values["year"] = int(cells["year"])
            else:
                problems.append(Problem(_("is no year"), _("Write four digits, or leave it empty."), field="year", value=cells["year"][:40]))
        if values["doi"] in known_dois or (not values["doi"] and values["url"] in known_urls):
            found.known.append(cells["title"])
            continue
        try:
            tagging.check_work(Work(**values), now)
        except InvalidInput as error:
            problems += error.problems
        mark = values["doi"] or values["url"]
        if mark and mark in seen:
            cure = _("Row %(n)d has it already; leave one of them out.") % {"n": seen[mark]}
            problems.append(Problem(_("stands twice"), cure, field="doi" if values["doi"] else "url", value=mark[:80]))
        seen.setdefault(mark, row.number)
        found.problems += [Problem(one.message, one.cure, row=row.number, field=one.field, value=one.value) for one in problems]
        found.new.append(values)
    return found


def take_over(*, rows: Sequence[reading.Row], actor: Any, now: dt.datetime) -> Plan:
    """State the works of the rows: all that are new or, when one has a fault, none. Raises NotAllowed, InvalidInput."""
    if not rules.may_state(actor):
        raise NotAllowed(_("Only members with a role state works."))
    with transaction.atomic():
        found = plan(rows, now)
        if found.problems:
            raise InvalidInput(found.problems)
        for values in found.new:
            tagging.state_work(values=values, actor=actor, now=now)
    return found


def tag_records(tags: Sequence[ChallengeTag], sides: dict[str, str]) -> list[dict[str, Any]]:
    """One line for each confirmed tag; `sides` says in words who confirmed."""
    found = []
    for tag in tags:
        work, technology = tag.work, tag.technology
        if work:
            of = {"subject": "work", "kind": work.kind, "key": str(work.pk), "title": work.title, "year": work.year, "address": work.address}
        else:
            assert technology is not None  # noqa: S101  the database holds that a tag is of one of the two
            address = f"{settings.BASE_URL}/technologies/{technology.slug}/"
            of = {"subject": "technology", "kind": "technology", "key": technology.slug, "title": technology.name, "year": None, "address": address}
        found.append(of | {
            "challenge": tag.challenge.slug, "list": tag.challenge.scheme, "challenge_title": tag.challenge.title, "strength": tag.strength, "note": tag.note or None,
            "confirmed_by": sides.get(tag.side, tag.side), "confirmed_at": f"{tag.at:%Y-%m-%d}", "synthetic": "yes" if tag.is_synthetic else None,
        })  # fmt: skip
    return found
