"""What can be done with the roadmap of a group. Everything done is a change that can be undone.

Two people at one roadmap lose nothing: a change names the version of the item it was made of. What others have
changed meanwhile in other fields stays; where both changed the same field, the second is told what the first wrote.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from leaps.accounts.models import User
from leaps.catalogue.models import Facility
from leaps.core.errors import Conflict, InvalidInput, NotAllowed, Problem
from leaps.roadmaps import histories, roadmap_queries, rules
from leaps.roadmaps.charting import DAYS, SIDES, Grid, Layer, LinkKind, Part, Scoring
from leaps.roadmaps.models import (
    GridScore,
    Milestone,
    Roadmap,
    RoadmapChange,
    RoadmapEdition,
    RoadmapItem,
    RoadmapLink,
    RoadmapRemark,
    Seat,
    Technology,
)
from leaps.roadmaps.roadmap_queries import PLAIN, ROWS

FIELDS: Final = (*PLAIN, *ROWS)
LINK_FIELDS: Final = ("kind", "strength", "lag", "note")
SETTINGS: Final = ("title", "scope", "area", "first_year", "last_year", "is_public")
MOST_ITEMS: Final = 500
_ROW_MODELS: Final[dict[str, Any]] = {"facility": Facility, "technology": Technology, "milestone": Milestone}


class Overtaken(Conflict):
    """Somebody else changed the same fields meanwhile. `theirs` tells them: (field, what stands there now)."""

    def __init__(self, sentence: str, present: RoadmapItem | None = None, theirs: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(sentence)
        self.present, self.theirs = present, tuple(theirs)


# -- the roadmap ------------------------------------------------------------------------------------


def open_roadmap(*, values: Mapping[str, Any], actor: Any, now: dt.datetime) -> Roadmap:
    """A new roadmap, its opener in the chair. Raises NotAllowed, InvalidInput."""
    if not rules.may_chair(actor) or not isinstance(actor, User):
        raise NotAllowed(_("Group chairs and the office open roadmaps."))
    slug = values.get("slug", "")
    problems = _years(values["first_year"], values["last_year"])
    if slug == "new" or Roadmap.objects.filter(slug=slug).exists():  # “new” is the address of the form
        problems.append(Problem(_("is taken"), _("Choose another short name."), field="slug"))
    if problems:
        raise InvalidInput(problems)
    with transaction.atomic():
        made = Roadmap.objects.create(updated_at=now, is_synthetic=actor.is_synthetic, **values)
        Seat.objects.create(roadmap=made, person=actor, part=Part.CHAIR)
        RoadmapChange.objects.create(roadmap=made, version=1, at=now, actor=actor, actor_label=str(actor)[:200], verb="opened")
    return made


def change_roadmap(*, roadmap: Roadmap, values: Mapping[str, Any], actor: Any, now: dt.datetime) -> Roadmap:
    """Title, scope, years, who may see it. Raises NotAllowed, InvalidInput."""
    with transaction.atomic():
        locked = _led(roadmap, actor)
        before = {name: getattr(locked, name) for name in SETTINGS}
        for name in SETTINGS:
            if name in values:
                setattr(locked, name, values[name])
        if problems := _years(locked.first_year, locked.last_year):
            raise InvalidInput(problems)
        changed = [name for name in SETTINGS if before[name] != getattr(locked, name)]
        if changed:
            _note(locked, actor, now, "changed", before={n: before[n] for n in changed}, after={n: getattr(locked, n) for n in changed})
    return locked


def archive(*, roadmap: Roadmap, actor: Any, now: dt.datetime, restore: bool = False) -> Roadmap:
    """Put a roadmap away, or take it out again. Raises NotAllowed."""
    with transaction.atomic():
        locked = _led(roadmap, actor)
        if (locked.archived_at is None) != restore:
            locked.archived_at = None if restore else now
            _note(locked, actor, now, "took out" if restore else "put away")
    return locked


def _years(first: int, last: int) -> list[Problem]:
    if last <= first:
        return [Problem(_("is not after the first year"), _("A roadmap shows two years at least."), field="last_year")]
    if not first >= 1990 or last > 2100 or last - first > 60:
        return [Problem(_("is too far away"), _("A roadmap shows at most 60 years between 1990 and 2100."), field="last_year")]
    return []


def seat(*, roadmap: Roadmap, person: User, part: Part | None, actor: Any, now: dt.datetime) -> None:
    """Give somebody a part in the group, another one, or none. Raises NotAllowed, InvalidInput."""
    with transaction.atomic():
        locked = _led(roadmap, actor)
        before = Seat.objects.filter(roadmap=locked, person=person).values_list("part", flat=True).first()
        others = Seat.objects.filter(roadmap=locked, part=Part.CHAIR).exclude(person=person)
        if before == Part.CHAIR and part != Part.CHAIR and not others.exists():
            raise InvalidInput([Problem(_("is the only chair"), _("Name another chair first."), field="person")])
        if part is None:
            Seat.objects.filter(roadmap=locked, person=person).delete()
        else:
            Seat.objects.update_or_create(roadmap=locked, person=person, defaults={"part": part})
        if before != part:
            _note(locked, actor, now, "seated", before={"part": before or ""}, after={"part": part or ""})


# -- items ------------------------------------------------------------------------------------------


def add_item(*, roadmap: Roadmap, values: Mapping[str, Any], actor: Any, now: dt.datetime, key: str = "") -> RoadmapItem:
    """A new item. Raises NotAllowed, InvalidInput."""
    with transaction.atomic():
        locked = _edited(roadmap, actor)
        if roadmap_queries.items(locked).count() >= MOST_ITEMS:
            raise InvalidInput([Problem(_("The roadmap is full"), _("It takes %(n)d items; open a second one.") % {"n": MOST_ITEMS})])
        made = RoadmapItem(roadmap=locked, key=_free_key(locked, str(values.get("title", "")), key), **values)
        _check_item(made)
        made.save()
        _note(locked, actor, now, "added", item=made, after=_told(made, FIELDS))
    return made


def change_item(*, item: RoadmapItem, base: int, values: Mapping[str, Any], actor: Any, now: dt.datetime, verb: str = "changed") -> RoadmapItem:
    """Change fields of an item; `base` is the version seen. Raises NotAllowed, InvalidInput, Overtaken."""
    with transaction.atomic():
        locked = _edited(item.roadmap, actor)
        present = RoadmapItem.objects.select_related("facility", "technology", "milestone").get(pk=item.pk)
        if present.removed_at is not None:
            raise Overtaken(_("Somebody removed this item in the meantime. Bring it back first."), present)
        before = _told(present, FIELDS)
        wanted = {name: value for name, value in values.items() if name in FIELDS}
        if base != present.version:
            wanted = _merged(present, base, wanted, before)
        for name, value in wanted.items():
            setattr(present, name, value)
        after = _told(present, FIELDS)
        changed = [name for name in FIELDS if before[name] != after[name]]
        if not changed:
            return present
        _check_item(present)
        present.version += 1
        present.save()
        _note(locked, actor, now, verb, item=present, before={n: before[n] for n in changed}, after={n: after[n] for n in changed})
    return present


def _merged(present: RoadmapItem, base: int, wanted: dict[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What to write of a change that was made of an older version: only what it changed itself, and others have not."""
    since = RoadmapChange.objects.filter(item=present, item_version__gt=base).order_by("version")
    seen: dict[str, Any] = {}
    for one in since:
        for name, value in one.before.items():
            seen.setdefault(name, value)
    told = {name: histories.kept(value) for name, value in wanted.items()}
    mine = {name for name in wanted if told[name] != seen.get(name, now[name])}
    clash = [name for name in FIELDS if name in mine and name in seen and told[name] != now[name]]
    if clash:
        raise Overtaken(
            _("Somebody changed this item in the meantime. Look at what stands there now, then send again what is to stand."),
            present, [(name, shown(name, now[name])) for name in clash],
        )  # fmt: skip
    return {name: value for name, value in wanted.items() if name in mine}


def shown(name: str, value: Any) -> str:
    """A kept value for people: months without their day, rows by their names."""
    if value in (None, ""):
        return str(_("nothing"))
    if name in DAYS:
        return str(value)[:7]
    if name in _ROW_MODELS:
        return str(_ROW_MODELS[name]._default_manager.filter(pk=value).first() or _("one that is gone"))
    return str(value)


def remove_item(*, item: RoadmapItem, actor: Any, now: dt.datetime) -> RoadmapItem:
    """Take an item off the roadmap; it can be brought back. Raises NotAllowed."""
    return _stand(item, actor, now, stands=False)


def restore_item(*, item: RoadmapItem, actor: Any, now: dt.datetime) -> RoadmapItem:
    """Bring a removed item back, and with it its links. Raises NotAllowed."""
    return _stand(item, actor, now, stands=True)


def _stand(item: RoadmapItem, actor: Any, now: dt.datetime, *, stands: bool) -> RoadmapItem:
    with transaction.atomic():
        locked = _edited(item.roadmap, actor)
        present = RoadmapItem.objects.get(pk=item.pk)
        if (present.removed_at is None) != stands:
            present.removed_at = None if stands else now
            present.version += 1
            present.save(update_fields=["removed_at", "version"])
            _note(locked, actor, now, "brought back" if stands else "removed", item=present)
    return present


def _check_item(made: RoadmapItem) -> None:
    found = []
    if not made.title.strip():
        found.append(Problem(_("is missing"), _("Say in a few words what it is."), field="title"))
    if made.layer not in Layer.values:
        found.append(Problem(_("is no layer"), _("Use one of: %(layers)s.") % {"layers": ", ".join(Layer.values)}, field="layer", value=str(made.layer)))
    if (made.start is None) != (made.end is None):
        found.append(Problem(_("is missing"), _("Give both months, or neither."), field="end" if made.end is None else "start"))
    elif made.start is not None and made.end is not None and made.end < made.start:
        found.append(Problem(_("is before the first month"), _("Name the later month second."), field="end"))
    if made.start_low is not None and (made.start is None or made.start_low > made.start):
        found.append(Problem(_("is not before the month it begins"), _("Name the earliest month it may begin in, or leave it empty."), field="start_low"))
    if made.end_high is not None and (made.end is None or made.end_high < made.end):
        found.append(Problem(_("is not after the month it ends"), _("Name the latest month it may last to, or leave it empty."), field="end_high"))
    for name in ("trl_now", "trl_target"):
        level = getattr(made, name)
        if level is not None and not 1 <= level <= 9:
            found.append(Problem(_("is no technology readiness level"), _("Levels run from 1 to 9."), field=name, value=str(level)))
    if made.weight < 0 or made.weight > 100:
        found.append(Problem(_("is no weight"), _("Weights run from 0 to 100."), field="weight", value=str(made.weight)))
    if found:
        raise InvalidInput(found)


def _free_key(roadmap: Roadmap, words: str, wanted: str = "") -> str:
    """The key that is asked for, if it is free; else one made of the title."""
    if wanted and not roadmap.items.filter(key=wanted).exists():
        return wanted
    stem = slugify(words)[:50].strip("-") or "item"
    taken = set(roadmap.items.filter(key__startswith=stem).values_list("key", flat=True))
    return stem if stem not in taken else next(f"{stem}-{n}" for n in range(2, len(taken) + 3) if f"{stem}-{n}" not in taken)


# -- links ------------------------------------------------------------------------------------------


def put_link(*, roadmap: Roadmap, before: RoadmapItem, after: RoadmapItem, values: Mapping[str, Any], actor: Any, now: dt.datetime) -> RoadmapLink:
    """Link two items, or change the link they have; one of each kind. Raises NotAllowed, InvalidInput."""
    with transaction.atomic():
        locked = _edited(roadmap, actor)
        if before.pk == after.pk:
            raise InvalidInput([Problem(_("is the item itself"), _("A link joins two items."), field="after")])
        if before.roadmap_id != locked.pk or after.roadmap_id != locked.pk:
            raise InvalidInput([Problem(_("is on another roadmap"), _("Choose items of this one."), field="after")])
        kind = str(values.get("kind", LinkKind.ENABLES))
        if kind == LinkKind.ENABLES:
            _refuse_cycle(locked, before, after)
        elif kind == LinkKind.REQUIRES:
            _refuse_cycle(locked, after, before)
        link = RoadmapLink.objects.filter(before=before, after=after, kind=kind).first()
        is_new = link is None or link.removed_at is not None
        link = link or RoadmapLink(roadmap=locked, before=before, after=after, kind=kind)
        told = {} if is_new else _told(link, LINK_FIELDS)
        for name in LINK_FIELDS:
            if name in values:
                setattr(link, name, values[name])
        if link.strength not in (1, 2, 3):
            raise InvalidInput([Problem(_("is no strength"), _("1 is weak, 2 clear, 3 decisive."), field="strength", value=str(link.strength))])
        now_told = _told(link, LINK_FIELDS)
        if not is_new and told == now_told:
            return link
        link.removed_at, link.version = None, link.version + (0 if link.pk is None else 1)
        link.save()
        _note(locked, actor, now, "linked" if is_new else "changed link", link=link, before=told, after=now_told)
    return link


def _refuse_cycle(roadmap: Roadmap, giver: RoadmapItem, taker: RoadmapItem) -> None:
    """What is needed first must not wait for what needs it."""
    following: dict[int, set[int]] = {}
    for one in roadmap_queries.links(roadmap).filter(kind__in=(LinkKind.ENABLES, LinkKind.REQUIRES)):
        first, then = (one.before_id, one.after_id) if one.kind == LinkKind.ENABLES else (one.after_id, one.before_id)
        following.setdefault(first, set()).add(then)
    path, seen = [[taker.pk]], {taker.pk}
    while path:
        way = path.pop(0)
        if way[-1] == giver.pk:
            names = dict(roadmap.items.filter(pk__in=way).values_list("pk", "title"))
            told = " → ".join(names[pk] for pk in way)
            raise InvalidInput([Problem(_("closes a circle"), _("%(way)s already leads here. Remove one of these links first.") % {"way": told}, field="after")])
        for then in following.get(way[-1], set()) - seen:
            seen.add(then)
            path.append([*way, then])


def remove_link(*, link: RoadmapLink, actor: Any, now: dt.datetime) -> None:
    """Take a link away; it can be brought back. Raises NotAllowed."""
    with transaction.atomic():
        locked = _edited(link.roadmap, actor)
        present = RoadmapLink.objects.get(pk=link.pk)
        if present.removed_at is None:
            present.removed_at, present.version = now, present.version + 1
            present.save(update_fields=["removed_at", "version"])
            _note(locked, actor, now, "unlinked", link=present, before=_told(present, LINK_FIELDS))


# -- undo -------------------------------------------------------------------------------------------


def undo(*, change: RoadmapChange, actor: Any, now: dt.datetime) -> None:
    """Take one change back, whoever made it. Raises NotAllowed, Overtaken when something newer stands on it."""
    with transaction.atomic():
        before = _edited(change.roadmap, actor).version
        if change.item is not None:
            item = change.item
            if change.verb in ("added", "brought back"):
                remove_item(item=item, actor=actor, now=now)
            elif change.verb == "removed":
                restore_item(item=item, actor=actor, now=now)
            else:
                present = _told(RoadmapItem.objects.get(pk=item.pk), FIELDS)
                if any(present[name] != value for name, value in change.after.items()):
                    raise Overtaken(_("This was changed again since. Undo the later change first."))
                values = {name: _row(name, value) for name, value in change.before.items()}
                change_item(item=item, base=RoadmapItem.objects.get(pk=item.pk).version, values=values, actor=actor, now=now, verb="undid")
        elif change.link is not None:
            link = change.link
            if change.verb == "linked":
                remove_link(link=link, actor=actor, now=now)
            elif change.before:
                put_link(roadmap=change.roadmap, before=link.before, after=link.after, values=change.before, actor=actor, now=now)
        else:
            raise InvalidInput([Problem(_("cannot be undone here"), _("Change it on the page of the group."))])
        RoadmapChange.objects.filter(roadmap=change.roadmap, version=before + 1).update(undoes=change.version)


def _row(name: str, value: Any) -> Any:
    """A value of a change as the model takes it."""
    if name in DAYS and value:
        return dt.date.fromisoformat(value)
    if name in _ROW_MODELS:
        return _ROW_MODELS[name]._default_manager.filter(pk=value).first() if value else None
    return value


# -- remarks ----------------------------------------------------------------------------------------


def remark(*, roadmap: Roadmap, text: str, actor: Any, now: dt.datetime, item: RoadmapItem | None = None, answers: RoadmapRemark | None = None) -> RoadmapRemark:
    """Say something on a roadmap or an item. Raises NotAllowed, InvalidInput."""
    if rules.part_of(actor, roadmap) is None:
        raise NotAllowed(_("Remarks are for the people of the group."))
    if not text.strip():
        raise InvalidInput([Problem(_("is missing"), _("Write what you want to say."), field="text")])
    if (item is not None and item.roadmap_id != roadmap.pk) or (answers is not None and answers.roadmap_id != roadmap.pk):
        raise InvalidInput([Problem(_("is on another roadmap"), _("Open the remark on its own roadmap."), field="text")])
    top = answers.answers or answers if answers is not None else None
    return RoadmapRemark.objects.create(
        roadmap=roadmap, item=top.item if top else item, answers=top, author=actor, author_label=str(actor)[:200], at=now, text=text.strip()[:2000]
    )


def settle(*, remark: RoadmapRemark, actor: Any, now: dt.datetime, again: bool = False) -> None:
    """Mark a remark as settled, or open it again: editors, and who wrote it. Raises NotAllowed."""
    is_own = isinstance(actor, User) and actor.is_active and remark.author_id == actor.pk
    if not is_own and not rules.may_edit_roadmap(actor, remark.roadmap):
        raise NotAllowed(_("Editors of the roadmap settle remarks, and whoever wrote them."))
    remark.settled_at, remark.settled_by, remark.settled_label = (None, None, "") if again else (now, actor, str(actor)[:200])
    remark.save(update_fields=["settled_at", "settled_by", "settled_label"])


# -- grids ------------------------------------------------------------------------------------------

NEXT: Final = {
    Scoring.CLOSED: (Scoring.BLIND,),
    Scoring.BLIND: (Scoring.CLOSED, Scoring.DISCUSSED),
    Scoring.DISCUSSED: (Scoring.DONE,),
    Scoring.DONE: (Scoring.DISCUSSED,),
}
"""Steps that may follow; from the discussion there is no way back into the dark."""


def step_scoring(*, roadmap: Roadmap, to: Scoring, actor: Any, now: dt.datetime) -> Roadmap:
    """Open the grids, show the spread, end. Raises NotAllowed, Overtaken when that step does not follow."""
    with transaction.atomic():
        locked = _led(roadmap, actor)
        if to not in NEXT[Scoring(locked.scoring)]:
            raise Overtaken(_("The grids are at another step by now. Load the page again."))
        before, locked.scoring = locked.scoring, to
        _note(locked, actor, now, "moved grids", before={"scoring": before}, after={"scoring": to})
    return locked


def score(*, roadmap: Roadmap, grid: Grid, scores: Mapping[tuple[str, str], int | None], actor: Any, now: dt.datetime) -> int:
    """Keep a person's scores, by keys of row and column; None takes one back. How many changed. Raises NotAllowed, InvalidInput, Overtaken."""
    with transaction.atomic():
        locked = Roadmap.objects.select_for_update().get(pk=roadmap.pk)
        part = rules.part_of(actor, locked)
        if part is None or not isinstance(actor, User):
            raise NotAllowed(_("The people of the group score its grids."))
        if locked.scoring not in (Scoring.BLIND, Scoring.DISCUSSED):
            raise Overtaken(_("The grids are not open for scores. Nothing was kept."))
        rows, columns = SIDES[grid]
        items = {one.key: one for one in roadmap_queries.items(locked)}
        problems, changed = [], 0
        for (row, column), given in scores.items():
            one, other = items.get(row), items.get(column)
            if one is None or other is None or (one.layer, other.layer) != (rows, columns):
                problems.append(Problem(_("is not in this grid"), _("Load the page again; an item was moved or removed."), field=f"{row} × {column}"))
                continue
            if given is not None and given not in (0, 1, 2, 3):
                problems.append(Problem(_("is no score"), _("Scores run from 0, no link, to 3, decisive."), field=f"{row} × {column}", value=str(given)))
                continue
            standing = GridScore.objects.filter(row=one, column=other, person=actor)
            here = standing.filter(step=locked.scoring).first()
            latest = here or standing.first()
            if (latest.score if latest else None) == given:
                continue
            changed += 1
            if given is None:
                standing.filter(step=locked.scoring).delete()
            else:
                GridScore.objects.update_or_create(
                    row=one, column=other, person=actor, step=locked.scoring,
                    defaults={"roadmap": locked, "grid": grid, "role": part, "score": given, "at": now},
                )  # fmt: skip
        if problems:
            raise InvalidInput(problems)
    return changed


# -- editions ---------------------------------------------------------------------------------------


def freeze(*, roadmap: Roadmap, title: str, note: str, actor: Any, now: dt.datetime) -> RoadmapEdition:
    """Keep the roadmap as it is now for good. Raises NotAllowed, InvalidInput."""
    with transaction.atomic():
        locked = _led(roadmap, actor)
        if not title.strip():
            raise InvalidInput([Problem(_("is missing"), _("Call it by a year or an occasion."), field="title")])
        chart = roadmap_queries.chart(locked)
        if not chart.items:
            raise InvalidInput([Problem(_("The roadmap is empty"), _("Add an item first."))])
        last = locked.editions.aggregate(most=Max("number"))["most"] or 0
        made = RoadmapEdition.objects.create(
            roadmap=locked, number=last + 1, title=title.strip()[:120], note=note.strip()[:500], at=now, actor=actor, actor_label=str(actor)[:200],
            version=locked.version, content=chart.told(),
        )  # fmt: skip
        _note(locked, actor, now, "froze", after={"edition": made.number})
    return made


# -- shared -----------------------------------------------------------------------------------------


def _edited(roadmap: Roadmap, actor: Any) -> Roadmap:
    locked = Roadmap.objects.select_for_update().get(pk=roadmap.pk)
    if not rules.may_edit_roadmap(actor, locked):
        raise NotAllowed(_("Chairs and editors of the group change its roadmap."))
    if locked.archived_at is not None:
        raise Overtaken(_("This roadmap has been put away. Take it out again first."))
    return locked


def _led(roadmap: Roadmap, actor: Any) -> Roadmap:
    locked = Roadmap.objects.select_for_update().get(pk=roadmap.pk)
    if not rules.may_lead_roadmap(actor, locked):
        raise NotAllowed(_("Chairs of the group do this."))
    return locked


def _told(of: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: histories.kept(getattr(of, name)) for name in names}


def _note(
    roadmap: Roadmap, actor: Any, now: dt.datetime, verb: str, *, item: RoadmapItem | None = None, link: RoadmapLink | None = None,
    before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    roadmap.version, roadmap.updated_at = roadmap.version + 1, now
    roadmap.save()
    RoadmapChange.objects.create(
        roadmap=roadmap, version=roadmap.version, at=now, actor=actor if isinstance(actor, User) else None, actor_label=str(actor)[:200], verb=verb,
        item=item, link=link, item_version=item.version if item else None, before=dict(before or {}), after=dict(after or {}),
    )  # fmt: skip


_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-\d{2})?")


def month_of(text: str) -> dt.date | None:
    """The first day of a month written 2029-03; a year alone is its January. Raises ValueError."""
    if not text.strip():
        return None
    if re.fullmatch(r"\d{4}", text.strip()):
        return dt.date(int(text), 1, 1)
    found = _MONTH.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    return dt.date(int(found[1]), int(found[2]), 1)
