"""The synthetic roadmap of a trial: a group's plans for nanofocus optics, in every layer, scored by two people. Marked synthetic."""

import datetime as dt
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from leaps.accounts.models import User
from leaps.roadmaps import roadmap_actions
from leaps.roadmaps.charting import Grid, Layer, Part, Scoring
from leaps.roadmaps.models import Roadmap, Technology
from leaps.roadmaps.trial import CHAIR, EDITOR

# Key, layer, line, title, from, to, earliest, latest, status, more
ITEMS: Final[tuple[tuple[str, Layer, str, str, str, str, str, str, str, dict[str, Any]], ...]] = (
    ("batteries", Layer.DRIVERS, "", "See how batteries age, at work", "", "", "", "", "planned", {"weight": 2.0}),
    ("chips", Layer.DRIVERS, "", "Find faults in chips below 10 nm", "2027-01", "2032-12", "", "", "planned", {"weight": 1.0}),
    ("cells", Layer.DRIVERS, "", "Image whole cells without staining", "", "", "", "", "idea", {"weight": 1.0}),
    ("operando", Layer.CAPABILITIES, "Imaging", "Operando nano-tomography in a minute", "2028-06", "2032-12", "2028-01", "", "planned", {}),
    ("ptychography", Layer.CAPABILITIES, "Imaging", "Ptychography at 5 nm", "2027-09", "2031-06", "", "2032-06", "planned", {}),
    ("mapping", Layer.CAPABILITIES, "Maps", "Trace elements at 20 nm", "2026-06", "2029-06", "", "", "running", {}),
    ("nanobeamline", Layer.SYSTEMS, "", "Nanoprobe beamline after the upgrade", "2029-01", "2031-12", "2028-06", "2032-12", "planned", {}),
    ("lenses", Layer.TECHNOLOGIES, "Focusing", "Multilayer Laue lenses", "2026-01", "2029-12", "", "", "running", {"trl_now": 4, "trl_target": 7}),
    ("mirrors", Layer.TECHNOLOGIES, "Focusing", "Adaptive mirrors", "2026-06", "2030-06", "", "2031-06", "planned", {"trl_now": 5, "trl_target": 8, "technology": "adaptive-optics"}),
    ("stages", Layer.TECHNOLOGIES, "Positioning", "Stages that drift less than 5 nm an hour", "2026-01", "2028-06", "", "", "running", {"trl_now": 5, "trl_target": 8}),
    ("metrology", Layer.PROJECTS, "", "Compare metrology of three laboratories", "2026-03", "2027-12", "", "2028-06", "running", {"owner": "optics group"}),
    ("coating", Layer.PROJECTS, "", "Coat lenses together", "2027-01", "2029-06", "", "", "planned", {"owner": "optics group", "cost_keur": 900}),
    ("people", Layer.RESOURCES, "", "Two metrologists", "2026-06", "2029-12", "", "", "planned", {"fte": 2.0}),
    ("maker", Layer.RESOURCES, "", "A second maker of mirror substrates", "2027-06", "2030-12", "", "", "idea", {}),
)  # fmt: skip
# From, kind, to, strength, months between
LINKS: Final = (
    ("batteries", "requires", "operando", 3, 0), ("batteries", "requires", "mapping", 1, 0), ("chips", "requires", "ptychography", 3, 0),
    ("operando", "requires", "nanobeamline", 2, 0), ("mirrors", "enables", "nanobeamline", 2, 0), ("lenses", "enables", "ptychography", 3, 0),
    ("stages", "enables", "operando", 2, 0), ("metrology", "enables", "mirrors", 2, 0), ("coating", "enables", "lenses", 3, 0),
    ("people", "enables", "metrology", 2, 0), ("maker", "enables", "mirrors", 1, 0), ("lenses", "competes", "mirrors", 1, 0),
)  # fmt: skip
# Grid: row, column, scores of chair and editor
SCORES: Final = {
    Grid.NEEDS: (("batteries", "operando", 3, 3), ("batteries", "mapping", 1, 2), ("chips", "ptychography", 3, 3), ("chips", "mapping", 0, 2), ("cells", "ptychography", 2, 1)),
    Grid.TECHNOLOGIES: (("operando", "mirrors", 2, 2), ("operando", "stages", 3, 2), ("ptychography", "lenses", 3, 3), ("ptychography", "stages", 2, 0), ("mapping", "mirrors", 3, 2)),
}  # fmt: skip


def begin() -> None:
    """Draw the roadmap; a step of the preparation, in a trial only, once."""
    if not settings.TRIAL or Roadmap.objects.exists():
        return
    people = {person.email: person for person in User.objects.filter(is_synthetic=True)}
    if {CHAIR, EDITOR} <= people.keys():
        draw(people[CHAIR], people[EDITOR], timezone.now())


def draw(chair: User, editor: User, now: dt.datetime) -> Roadmap:
    """Everything or nothing."""
    with transaction.atomic():
        made = roadmap_actions.open_roadmap(
            actor=chair, now=now,
            values={
                "slug": "nanofocus", "title": "Nanofocus optics (synthetic)", "scope": "An example: everything on it is made up.", "area": "optics",
                "first_year": 2025, "last_year": 2032, "is_public": True,
            },
        )  # fmt: skip
        roadmap_actions.seat(roadmap=made, person=editor, part=Part.EDITOR, actor=chair, now=now)
        items = {}
        for key, layer, lane, title, start, end, low, high, status, more in ITEMS:
            values: dict[str, Any] = {"layer": layer.value, "lane": lane, "title": title, "status": status, **more}
            for name, month in (("start", start), ("end", end), ("start_low", low), ("end_high", high)):
                values[name] = roadmap_actions.month_of(month)
            if "technology" in values:
                values["technology"] = Technology.objects.filter(slug=values["technology"]).first()
            items[key] = roadmap_actions.add_item(roadmap=made, values=values, actor=chair, now=now, key=key)
        for before, kind, after, strength, lag in LINKS:
            roadmap_actions.put_link(roadmap=made, before=items[before], after=items[after], values={"kind": kind, "strength": strength, "lag": lag}, actor=chair, now=now)
        roadmap_actions.step_scoring(roadmap=made, to=Scoring.BLIND, actor=chair, now=now)
        for grid, given in SCORES.items():
            for place, person in enumerate((chair, editor)):
                roadmap_actions.score(roadmap=made, grid=grid, scores={(row, column): (mine, other)[place] for row, column, mine, other in given}, actor=person, now=now)
        roadmap_actions.step_scoring(roadmap=made, to=Scoring.DISCUSSED, actor=chair, now=now)
        roadmap_actions.freeze(roadmap=made, title="First draft", note="As the group began.", actor=chair, now=now)
        made.refresh_from_db()
    return made
