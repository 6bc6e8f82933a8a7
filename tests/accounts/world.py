"""One small world with everything in it that must not leak, seen by every kind of person."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.test import Client

from leaps.accounts.models import ApiToken, AuditEntry, RoleGrant, User
from leaps.catalogue.models import Facility, SavedSearch, Technique
from leaps.indicators.models import Campaign, ComputedValue, Return, Supplier
from leaps.landscape.actions import tagging
from leaps.landscape.models import (
    Build,
    BuildFile,
    Challenge,
    Chapter,
    ChapterVersion,
    Comment,
    Edition,
)
from leaps.record import corrections, queries, registry
from leaps.record import tasks as record_tasks
from leaps.record.forms import EditForm
from leaps.record.models import Correction, PackUpload
from leaps.record.types import Action, Edit
from leaps.roadmaps import planning, roadmap_actions
from leaps.roadmaps import tasks as roadmap_tasks
from leaps.roadmaps.charting import Part, Scoring
from leaps.roadmaps.models import Action as PlannedAction
from leaps.roadmaps.models import (
    DarkProposal,
    DurationEstimate,
    GuestOffer,
    GuestResponse,
    Meeting,
    Milestone,
    PlannedPurchase,
)
from tests.indicators.factories import definition, published
from tests.record.factories import NOW, facility, facts, instrument, technique, update, write
from tests.roadmaps.factories import benchmark, measurement, milestone, readiness, target, technology

# Who looks. `owner` has an account without role and owns a search, a token and corrections.
WHO = ("anonymous", "closed", "member", "reviewer", "owner", "other_editor", "editor", "office")

# Words that stand nowhere but in what only some may see. Each is looked for in every answer.
SECRETS = {
    "owner's address": "secret-owner@example.org",
    "visitor's address": "secret-visitor@example.org",
    "editor's address": "secret-editor@example.org",
    "office's address": "secret-office@example.org",
    "correction": "secret-reason-of-the-owner",
    "other correction": "secret-reason-about-the-other-ring",
    "decision note": "secret-note-of-the-editor",
    "token": "secret-name-of-a-token",
    "search": "secret-name-of-a-search",
    "pack": "secret-value-in-a-pack",
    "audit": "secret-detail-of-the-audit",
    "house value": "77\u202f777",
    "return comment": "secret-comment-of-a-return",
    "supplier": "secret-key-of-a-supplier",
    "proposed action": "secret-title-of-a-proposed-action",
    "draft": "secret-title-of-a-draft-of-dark-months",
    "purchase": "secret-title-of-a-planned-purchase",
    "estimate": "secret-name-of-who-estimates",
    "roadmap": "secret-title-on-the-roadmap-of-a-group",
    "answer": "secret-words-of-an-answer",
    "minutes": "secret-minutes-of-a-meeting",
    "draft text": "secret-words-of-a-draft-edition",
    "work": "secret-title-of-a-stated-work",
}


def _group_roadmaps(people: dict[str, User]) -> None:
    """One that its group alone sees, with a member and an editor in it; and one that is public."""
    for slug, title, is_public in (("ours", SECRETS["roadmap"], False), ("shown", "A roadmap for all", True)):
        values = {"slug": slug, "title": title, "first_year": 2026, "last_year": 2030, "is_public": is_public}
        made = roadmap_actions.open_roadmap(values=values, actor=people["office"], now=NOW)
        made.seats.create(person=people["owner"], part=Part.MEMBER)
        made.seats.create(person=people["editor"], part=Part.EDITOR)
        items = [
            roadmap_actions.add_item(roadmap=made, values={"title": name, "layer": layer}, actor=people["office"], now=NOW)
            for name, layer in (("Need", "drivers"), ("Able", "capabilities"), ("Lens", "technologies"))
        ]
        roadmap_actions.put_link(roadmap=made, before=items[2], after=items[1], values={"kind": "enables"}, actor=people["office"], now=NOW)
        roadmap_actions.step_scoring(roadmap=made, to=Scoring.BLIND, actor=people["office"], now=NOW)
        roadmap_actions.freeze(roadmap=made, title="First", note="", actor=people["office"], now=NOW)


@dataclass
class World:
    """The people by what they are, and the objects that addresses name."""

    people: dict[str, User]
    objects: dict[str, Any]

    def client(self, who: str) -> Client:
        """A browser in which this person has signed in, with the safeguards against forged forms on."""
        client = Client()
        if who != "anonymous":
            person = self.people[who]
            client.force_login(person)
            if who == "closed":
                User.objects.filter(pk=person.pk).update(is_active=False)
        return client


def _person(who: str, *grants: tuple[str, str]) -> User:
    address = SECRETS.get(f"{who}'s address", f"{who}@example.org")
    # Without a password nobody is asked for it again: the second look at the person is tested apart.
    person = User.objects.create_user(address, name=f"Person {who}")
    EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
    for role, scope in grants:
        RoleGrant.objects.create(user=person, role=role, scope=scope)
    return person


def _edit_form(kind: str, key: str, **changes: str) -> dict[str, str]:
    """What a browser sends back from the page that edits an object."""
    record_type, state = registry.get(kind), queries.state(kind, key)
    assert state is not None
    form = EditForm(record_type, state=state, may_confirm=False)
    values = {f"f-{n}": s.to_text(state.values.get(n)) for n, s in record_type.specs.items() if f"f-{n}" in form.fields}
    return values | {"base": form.initial["base"]} | {f"f-{n}": v for n, v in changes.items()}


def build() -> World:
    """Write the world."""
    people = {
        "closed": _person("closed", ("office", ""), ("facility_editor", "ring")),
        "member": _person("member"),
        "reviewer": _person("reviewer", ("reviewer", "")),
        "owner": _person("owner"),
        "other_editor": _person("other_editor", ("facility_editor", "other")),
        "editor": _person("editor", ("facility_editor", "ring")),
        "office": _person("office", ("office", "")),
        "second_office": _person("second_office", ("office", "")),
    }
    write(
        facility(city="Lund", staff_count=5),
        facility("other"),
        technique("PaNET00001", "root"),
        instrument(techniques=["PaNET00001"]),
        instrument("other-i01", of="other"),
        Edit("source", "ring-1", Action.CREATE, facts({"facility": "ring", "name": "R1", "kind": "storage_ring", "status": "operating"})),
        Edit("insertion_device", "ring-1-u20", Action.CREATE, facts({"source": "ring-1", "name": "U20", "kind": "in_vacuum"})),
        Edit("organisation", "org", Action.CREATE, facts({"name": "Org", "kind": "network", "country": "SE"})),
        definition(),
        definition("ENV-01", group="environment"),
        published("ring-acc-01-2003"),
        Edit("upgrade", "ring-up", Action.CREATE, facts({"facility": "ring", "project": "Up", "status": "planned"})),
        technology(),
        target(),
        measurement(),
        benchmark(),
        readiness(),
        milestone("ring-beam", due="2027-12"),
        milestone("ring-light", due="2028-12", depends_on=["ring-beam"]),
        Edit("challenge", "warm", Action.CREATE, facts({"scheme": "mission", "code": "w", "title": "Warmth"})),
        Edit("need", "why", Action.CREATE, facts({"question": "Why is it warm?"})),
        Edit("world_source", "far", Action.CREATE, facts({"name": "Far", "country": "BR", "status": "operating", "electron_energy_gev": 3.0})),
        Edit("challenge_need", "warm-why", Action.CREATE, facts({"challenge": "warm", "need": "why", "strength": 2})),
        Edit("observable", "heat", Action.CREATE, facts({"need": "why", "name": "heat", "strength": 3})),
        Edit("observable_technique", "heat-root", Action.CREATE, facts({"observable": "heat", "technique": "PaNET00001", "strength": 2})),
    )  # fmt: skip
    changed = write(update("facility", "ring", city="Malmö"), actor=people["editor"])

    def proposal(key: str, value: str, reason: str, person: User) -> Correction:
        return corrections.propose(
            kind="facility", key=key, field="city", value=value, reason=reason,
            proposer=corrections.Proposer(person), now=NOW,
        )  # fmt: skip

    waiting = proposal("ring", "Kiruna", SECRETS["correction"], people["owner"])
    elsewhere = proposal("other", "Ystad", SECRETS["other correction"], people["owner"])
    decided = proposal("ring", "Visby", SECRETS["correction"], people["owner"])
    corrections.decline(correction=decided, actor=people["editor"], now=NOW, note=SECRETS["decision note"])
    visitor = corrections.Proposer(None, "Vera", SECRETS["visitor's address"], "192.0.2.1")
    unconfirmed = corrections.propose(
        kind="facility", key="ring", field="city", value="Umeå", reason="as a visitor", proposer=visitor, now=NOW
    )
    search = SavedSearch.objects.create(
        user=people["owner"], name=SECRETS["search"], address="facility=ring", created_at=NOW
    )
    token = ApiToken.objects.create(
        user=people["owner"], name=SECRETS["token"], digest="x", hint="leaps_x", expires_at=NOW.replace(year=2099)
    )
    pack = f"slug,name,facility\nring-i01,{SECRETS['pack']},ring\n"
    upload = PackUpload.objects.create(
        owner=people["editor"], name="instruments.csv", content=pack.encode(), created_at=NOW
    )
    record_tasks.read_upload.call(str(upload.pk), "en")
    campaign = Campaign.objects.create(year=2024, due_on=dt.date(2025, 6, 30), opened_at=NOW, opened_label="Person office")
    sent = Return.objects.create(
        campaign=campaign, facility="ring", state="checked", sent_at=NOW, sent_label="An officer", tables={"energy": 2},
        warnings=[{"rule": "jump", "subject": "ENV-01", "message": SECRETS["return comment"]}],
    )  # fmt: skip
    house = ComputedValue.objects.create(
        campaign=campaign, facility="ring", indicator="ENV-01", value=77777, computed_at=NOW, shown="house"
    )
    supplier = Supplier.objects.create(facility="ring", party=SECRETS["supplier"], subject="crane", proposed="28", score=0.95)
    plan = {
        "why": "Decided", "area": "sources", "owner": people["owner"], "due": dt.date(2099, 1, 1), "next_step": "Begin", "updated_at": NOW,
        "milestone": Milestone.objects.get(slug="ring-beam"),
    }  # fmt: skip
    agreed = PlannedAction.objects.create(title="An agreed action", status="agreed", **plan)
    proposed_action = PlannedAction.objects.create(title=SECRETS["proposed action"], status="proposed", **plan)
    meeting = Meeting.objects.create(title="A meeting", held_on=NOW.date(), held_at=NOW, chair_label="Person office", minutes=SECRETS["minutes"])
    when = {"facility": Facility.objects.get(slug="ring"), "start": dt.date(2029, 1, 1), "end": dt.date(2030, 1, 1), "confidence": "likely", "updated_at": NOW}
    draft = DarkProposal.objects.create(title=SECRETS["draft"], visibility="draft", **when)
    shown = DarkProposal.objects.create(title="Shown to all", visibility="public", **when)
    buys = {
        "facility": when["facility"], "category": "mirrors", "first_month": dt.date(2029, 3, 1), "last_month": dt.date(2029, 6, 1), "updated_at": NOW,
    }  # fmt: skip
    draft_purchase = PlannedPurchase.objects.create(title=SECRETS["purchase"], visibility="draft", **buys)
    shown_purchase = PlannedPurchase.objects.create(title="Mirrors", visibility="public", **buys)
    DurationEstimate.objects.create(
        milestone=plan["milestone"], version=1, low=10, mode=13, high=20, basis="Like the last one", at=NOW, actor=people["office"],
        actor_label=SECRETS["estimate"], side="office",
    )  # fmt: skip
    offer = GuestOffer.objects.create(
        facility=when["facility"], technique=Technique.objects.get(panet_id="PaNET00001"), first_month=dt.date(2029, 3, 1), last_month=dt.date(2029, 4, 1),
        hours=40, contact_role="user office", expires_on=dt.date(2098, 1, 1), updated_at=NOW,
    )  # fmt: skip
    answer = GuestResponse.objects.create(offer=offer, person=people["owner"], hours=4, words=SECRETS["answer"], updated_at=NOW)
    _group_roadmaps(people)
    edition = Edition.objects.create(slug="ed", title="The draft edition", opened_at=NOW, opened_label="Person office")
    text = Chapter.objects.create(edition=edition, position=1, slug="one", title="One", text=f"{SECRETS['draft text']}\n")
    ChapterVersion.objects.create(chapter=text, number=1, base=0, at=NOW, author_label="Person office", title="One", text=text.text)
    build = Build.objects.create(
        edition=edition, state="done", asked_at=NOW, asked_label="Person office", finished_at=NOW, revision=1,
        chapters=[{"slug": "one", "title": "One"}], digest="0" * 64,
        uses=[{
            "chapter": "one", "line": 1, "call": "fact('facility', 'ring', 'country')", "sentence": "In SE.", "text": "SE", "key": "facility/ring/country",
            "label": "RING: country", "standing": "unverified", "raw": "SE", "source": "", "source_url": "", "as_of": "", "vouched": "", "link": "/facilities/ring/",
        }],
    )  # fmt: skip
    for name, content in (("chapters/one.html", f"<p>{SECRETS['draft text']}</p>"), ("document.pdf", "%PDF"), ("figures/F2.svg", "<svg/>")):
        BuildFile.objects.create(build=build, name=name, content=content.encode(), size=len(content))
    remark = Comment.objects.create(edition=edition, chapter="one", text="A remark", author=people["editor"], author_label="Person editor", at=NOW)
    stated, shown_work = (
        tagging.state_work(values={"kind": "paper", "title": title, "url": "https://example.org/w", "doi": ""}, actor=people["reviewer"], now=NOW)
        for title in (SECRETS["work"], "A shown work")
    )
    tagging.confirm(thing=shown_work, challenge=Challenge.objects.get(slug="warm"), base=0, strength=2, actor=people["second_office"], now=NOW)
    AuditEntry.objects.create(
        actor=people["office"], actor_label="Person office", subject=people["owner"], subject_label="Person owner",
        verb="tested", detail=SECRETS["audit"],
    )  # fmt: skip
    return World(
        people,
        {
            "changed": changed.revision,
            "waiting": waiting.pk,
            "elsewhere": elsewhere.pk,
            "decided": decided.pk,
            "edit form": _edit_form("facility", "ring", city="Berlin"),
            "link": corrections.link_token(unconfirmed),
            "search": search.pk,
            "token": token.pk,
            "upload": upload.pk,
            "supplier": supplier.pk,
            "return": sent.pk,
            "proposal": roadmap_tasks.propose_calendar.enqueue(planning.Wish(dt.date(2026, 1, 1), (), 1, 70).as_json()).id,
            "house value": house.pk,
            "agreed action": agreed.pk,
            "proposed action": proposed_action.pk,
            "meeting": meeting.pk,
            "draft": draft.pk,
            "shown draft": shown.pk,
            "draft purchase": draft_purchase.pk,
            "shown purchase": shown_purchase.pk,
            "offer": offer.pk,
            "answer": answer.pk,
            "build": build.pk,
            "remark": remark.pk,
            "stated work": stated.pk,
            "shown work": shown_work.pk,
            "adopt form": {"kind": "challenge_need", "key": "warm-why", "work": str(shown_work.pk)},
            "tag form": {"kind": "work", "key": str(stated.pk), "challenge": "warm", "base": "0", "verb": "confirm", "strength": "2"},
            "owner": people["owner"].pk,
            "grant": RoleGrant.objects.get(user=people["other_editor"]).pk,
        },
    )
