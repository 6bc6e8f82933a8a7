"""The synthetic actions, meetings, proposed dark periods and guest hours of a trial. All of it is marked synthetic."""

import datetime as dt
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from leaps.accounts.models import User
from leaps.catalogue.models import Facility, Technique
from leaps.roadmaps import plan_queries
from leaps.roadmaps.models import (
    Action,
    ActionEvent,
    DarkProposal,
    GuestOffer,
    Meeting,
    Milestone,
    PlanningEvent,
    Technology,
)
from leaps.roadmaps.types import ActionStatus, Area, Priority

CHAIR: Final = "chair@trial.example"
EDITOR: Final = "editor.esrf@trial.example"
# Title, why, area, technology, milestone, owner, role, days until due, days since the last word, status, next step, blocker, evidence, priority
PLAN: Final = (
    ("Compare slope measurements of one mirror at three laboratories", "Mirror makers are paid by figure errors that laboratories measure differently", Area.OPTICS,
     "optical-metrology", "", EDITOR, "", 40, 6, ActionStatus.RUNNING, "Ship the mirror to the second laboratory", "", "", Priority.HIGH),
    ("Agree on one form for detector acceptance tests", "Each facility tests the same detector anew", Area.DETECTORS,
     "", "", "", "detector group", 75, 12, ActionStatus.AGREED, "Collect the forms in use", "", "", Priority.NORMAL),
    ("Tell users which techniques stay open while rings are dark", "The planner shows months in which a technique has one host", Area.OPERATION,
     "", "diamond2-dark-start", EDITOR, "", -9, 20, ActionStatus.RUNNING, "Ask the user offices for one text", "", "", Priority.HIGH),
    ("Place one order for permanent magnet blocks", "Several upgrades buy the same magnets in the same two years", Area.SOURCES,
     "", "", CHAIR, "", 20, 15, ActionStatus.BLOCKED, "Ask the maker again", "no reply from the legal department", "", Priority.NORMAL),
    ("Measure the power of the radio-frequency plants alike", "The energy indicators need one boundary", Area.RF,
     "", "", "", "sustainability group", 60, 80, ActionStatus.AGREED, "Write down what each plant meters", "", "", Priority.LOW),
    ("Publish the metadata fields that every detector writes", "Data of two facilities cannot be read by one program", Area.DETECTORS,
     "", "", CHAIR, "", -30, 31, ActionStatus.DONE, "Nothing more", "", "Published as a synthetic example: https://example.org/fields", Priority.NORMAL),
    ("Share spare klystrons between free-electron lasers", "Lead times have grown", Area.FEL,
     "", "", EDITOR, "", 120, 3, ActionStatus.PROPOSED, "List the types in use", "", "", Priority.NORMAL),
)  # fmt: skip


def begin() -> None:
    """Write the actions; a step of the preparation, in a trial only, once."""
    if not settings.TRIAL or Action.objects.exists() or Meeting.objects.exists():
        return
    people = {person.email: person for person in User.objects.filter(is_synthetic=True)}
    if {CHAIR, EDITOR} <= people.keys():
        write(people[CHAIR], people, timezone.now())


def write(chair: User, people: dict[str, User], now: dt.datetime) -> None:
    """Everything or nothing."""
    with transaction.atomic():
        for title, why, area, technology, milestone, owner, role, until, since, status, step, blocker, evidence, priority in PLAN:
            at = now - dt.timedelta(days=since)
            made = Action.objects.create(
                title=title, why=why, area=area, owner=people.get(owner), owner_role=role, due=now.date() + dt.timedelta(days=until), next_step=step,
                status=status, blocker=blocker, evidence=evidence, priority=priority, updated_at=at, is_synthetic=True,
                technology=Technology.objects.filter(slug=technology).first(), milestone=Milestone.objects.filter(slug=milestone).first(),
            )  # fmt: skip
            ActionEvent.objects.create(of=made, version=1, at=at, actor=chair, actor_label=str(chair), verb=status)
        last = now - dt.timedelta(days=5)
        held = Meeting(
            title="Technology group (synthetic)", held_on=last.date(), chair=chair, chair_label=str(chair), is_synthetic=True,
            minutes=f"All laboratories take part in the comparison.\n\n- ACTION {EDITOR}, {now.date() + dt.timedelta(days=90):%Y-%m-%d}: Write up the comparison of mirrors",
        )  # fmt: skip
        held.agenda, held.held_at = plan_queries.agenda(held, last), last
        held.save()
        Meeting.objects.create(
            title="Technology group, next meeting (synthetic)", held_on=now.date() + dt.timedelta(days=14), chair=chair, chair_label=str(chair), is_synthetic=True
        )


# Facility, title, first dark day, users back, confidence, visibility
DARK: Final = (
    ("max-iv", "Make the 3 GeV ring ready for MAX 4U (synthetic)", dt.date(2031, 1, 1), dt.date(2032, 1, 1), "open", "draft"),
    ("bessy-ii", "Renew the injector (synthetic)", dt.date(2028, 1, 1), dt.date(2028, 7, 1), "likely", "agreed"),
    ("esrf", "Replace the cooling plant (synthetic)", dt.date(2029, 2, 1), dt.date(2029, 5, 1), "firm", "public"),
)  # fmt: skip
# Facility, technique, from, to, hours, conditions
OFFERS: Final = (
    ("esrf", "PaNET01188", dt.date(2028, 10, 1), dt.date(2029, 1, 1), 240, "Synthetic example: by rolling access, remote where possible"),
    ("max-iv", "PaNET01174", dt.date(2029, 1, 1), dt.date(2029, 5, 1), 160, "Synthetic example: for users of rings that are dark"),
)  # fmt: skip


def begin_planning() -> None:
    """Write proposed dark periods and offers; a step of the preparation, in a trial only, once."""
    if not settings.TRIAL or DarkProposal.objects.exists() or GuestOffer.objects.exists():
        return
    chair, now = User.objects.filter(email=CHAIR, is_synthetic=True).first(), timezone.now()
    if chair is None:
        return
    facilities = {one.slug: one for one in Facility.objects.filter(slug__in=[row[0] for row in (*DARK, *OFFERS)])}
    with transaction.atomic():
        for of, title, start, end, confidence, visibility in DARK:
            if of in facilities:
                made = DarkProposal.objects.create(
                    facility=facilities[of], title=title, start=start, end=end, confidence=confidence, visibility=visibility, updated_at=now, is_synthetic=True
                )
                PlanningEvent.objects.create(proposal=made, at=now, actor=chair, actor_label=str(chair), verb="proposed")
        for of, code, first, last, hours, conditions in OFFERS:
            technique = Technique.objects.filter(panet_id=code).first()
            if of in facilities and technique is not None:
                offer = GuestOffer.objects.create(
                    facility=facilities[of], technique=technique, first_month=first, last_month=last, hours=hours, conditions=conditions,
                    contact_role="user office", expires_on=now.date() + dt.timedelta(days=365), updated_at=now, is_synthetic=True,
                )  # fmt: skip
                PlanningEvent.objects.create(offer=offer, at=now, actor=chair, actor_label=str(chair), verb="offered")
