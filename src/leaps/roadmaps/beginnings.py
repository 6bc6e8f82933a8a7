"""The first items of a group's roadmap, drawn from what the record says about an area."""

import datetime as dt
from typing import Any

from django.db import transaction

from leaps.catalogue.models import Upgrade
from leaps.roadmaps import roadmap_actions
from leaps.roadmaps.charting import ItemStatus, Layer, LinkKind
from leaps.roadmaps.figures import Sheet
from leaps.roadmaps.models import Milestone, Roadmap, RoadmapItem, Technology
from leaps.roadmaps.types import MilestoneStatus

_STATUS = {MilestoneStatus.DONE: ItemStatus.DONE, MilestoneStatus.IN_PROGRESS: ItemStatus.RUNNING}


def _month(day: dt.date) -> dt.date:
    return day.replace(day=1)


def draw_in(*, roadmap: Roadmap, sheet: Sheet, actor: Any, now: dt.datetime) -> int:
    """Upgrades as systems, technologies with their targets, milestones as projects; how many items. Raises NotAllowed.

    Only what the record holds, each item pointing to where it stands there; a link says what the record says:
    that a milestone is of a technology, or waits for another.
    """
    with transaction.atomic():
        made: dict[str, RoadmapItem] = {}
        for upgrade in sheet.upgrades:
            made[f"upgrade {upgrade.slug}"] = _upgrade(roadmap, upgrade, actor, now)
        rows = {one.slug: one for one in Technology.objects.filter(slug__in=[t.slug for t in sheet.technologies])}
        spans: dict[str, list[int]] = {}
        for target in sheet.targets:
            spans.setdefault(target.technology, []).extend(year for year in (target.baseline_year, target.goal_year) if year)
        for one in sheet.technologies:
            years = spans.get(one.slug, [])
            made[f"technology {one.slug}"] = roadmap_actions.add_item(
                roadmap=roadmap, actor=actor, now=now, key=one.slug,
                values={
                    "layer": Layer.TECHNOLOGIES, "title": one.name[:160], "text": one.description[:2000], "technology": rows[one.slug],
                    "start": dt.date(min(years), 1, 1) if years else None, "end": dt.date(max(years), 12, 1) if years else None,
                    "status": ItemStatus.RUNNING if years else ItemStatus.PLANNED,
                },
            )  # fmt: skip
        stones = {one.slug: one for one in Milestone.objects.filter(slug__in=[m.slug for m in sheet.milestones]).select_related("facility")}
        for stone in sheet.milestones:
            row = stones[stone.slug]
            made[f"milestone {stone.slug}"] = roadmap_actions.add_item(
                roadmap=roadmap, actor=actor, now=now, key=stone.slug,
                values={
                    "layer": Layer.SYSTEMS if stone.facility else Layer.PROJECTS, "title": stone.title[:160], "milestone": row, "facility": row.facility,
                    "lane": stone.facility_name[:60], "start": _month(stone.first) if stone.first else None, "end": _month(stone.last) if stone.last else None,
                    "status": _STATUS.get(MilestoneStatus(stone.status), ItemStatus.PLANNED), "owner": "" if stone.facility else stone.owner_name[:120],
                },
            )  # fmt: skip
        for stone in sheet.milestones:
            here = made[f"milestone {stone.slug}"]
            for before in stone.depends_on:
                if (other := made.get(f"milestone {before}")) is not None:
                    roadmap_actions.put_link(roadmap=roadmap, before=other, after=here, values={"kind": LinkKind.ENABLES}, actor=actor, now=now)
            if (technology := made.get(f"technology {stone.technology}")) is not None:
                first, then = (technology, here) if stone.facility else (here, technology)
                roadmap_actions.put_link(roadmap=roadmap, before=first, after=then, values={"kind": LinkKind.INFORMS, "strength": 1}, actor=actor, now=now)
    return len(made)


def _upgrade(roadmap: Roadmap, upgrade: Upgrade, actor: Any, now: dt.datetime) -> RoadmapItem:
    start, end = upgrade.dark_start, upgrade.dark_end
    has_both = start is not None and end is not None and start <= end
    return roadmap_actions.add_item(
        roadmap=roadmap, actor=actor, now=now, key=f"upgrade-{upgrade.slug}"[:60],
        values={
            "layer": Layer.SYSTEMS, "lane": upgrade.facility.short_name[:60], "title": f"{upgrade.project}: dark period"[:160], "facility": upgrade.facility,
            "start": _month(start) if has_both and start else None, "end": _month(end) if has_both and end else None,
        },
    )  # fmt: skip
