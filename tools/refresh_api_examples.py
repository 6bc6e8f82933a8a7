"""Run every example of the API against the shipped record and write down what it answers.

`src/leaps/config/api_examples.json` says which requests are shown and which part of each answer:
the shape stays as it is, `…` stays `…`, every other value becomes what the API says. Run it when the
record or the API has changed, then `make docs`.
"""

import json
import os
import re
import tempfile
import warnings
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent / "src/leaps/config/api_examples.json"


def main() -> None:
    """Fill the answers in."""
    for name in [name for name in os.environ if name.startswith("LEAPS_")]:
        del os.environ[name]
    os.environ |= {
        "LEAPS_HOME": tempfile.mkdtemp(prefix="leaps-examples-"),
        "LEAPS_API_RATE_PER_MINUTE": "100000",
        "LEAPS_LOG_LEVEL": "CRITICAL",
        "DJANGO_SETTINGS_MODULE": "leaps.config.settings",
    }
    import django

    django.setup()
    warnings.filterwarnings("ignore", "No directory at")  # no static files are served here
    from django.core.management import call_command
    from django.db import transaction

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("pack", "load", str(FILE.parents[3] / "packs/leaps"), verbosity=0)
    token = office_token()
    collect()
    entries = json.loads(FILE.read_text(encoding="utf-8"))
    for entry in entries:
        with transaction.atomic():
            status, answer = run(entry, token)
            transaction.set_rollback(True)
        if status != entry["status"]:
            raise SystemExit(f"{entry['operation']}: {status} instead of {entry['status']}: {answer}")
        if "answer" in entry:
            entry["answer"] = fitted(entry["answer"], answer)
    FILE.write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{len(entries)} examples in {FILE.name}")


def office_token() -> str:
    """A token of somebody who may change everything."""
    from django.utils import timezone

    from leaps.accounts import actions, roles
    from leaps.accounts.models import RoleGrant, User
    from leaps.indicators.rules import KPI_OFFICER

    person = User.objects.create_user("office@example.org", name="office")
    RoleGrant.objects.create(user=person, role=roles.OFFICE.code)
    RoleGrant.objects.create(user=person, role=KPI_OFFICER.code, scope="max-iv")
    return actions.create_token(person=person, name="examples", scopes=["record:write", "returns:write", "roadmaps:write"], now=timezone.now())


def collect() -> None:
    """A campaign, a return with a fault a value of a facility and a tag of a work that do not exist: the record itself holds none."""
    import datetime as dt
    from dataclasses import asdict
    from uuid import UUID

    from leaps.core.errors import Problem
    from leaps.indicators.models import Campaign, ComputedValue, Return, ReturnFile

    now = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
    campaign = Campaign.objects.create(year=2025, due_on=dt.date(2026, 6, 30), opened_at=now, opened_label="office")
    fault = Problem("is no month", "Write 1 to 12.", file="energy.csv", row=2, field="month", value="13")
    sent = Return.objects.create(
        id=UUID("5f0c6f0e-0c2d-4b7e-9d0a-2d3f4a5b6c7d"), campaign=campaign, facility="max-iv", state="faulty", sent_at=now, sent_label="office",
        problems=[asdict(fault)],
    )  # fmt: skip
    ReturnFile.objects.create(of=sent, name="energy.csv", size=65, path="incoming/none", is_kept=False)
    ComputedValue.objects.create(
        campaign=campaign, facility="example-ring", indicator="OPS-14", value=61250.5, numerator=61250.5, n_records=168, shown="public",
        method="0123456789abcdef", computed_at=now,
    )  # fmt: skip
    plan(now)
    tags(now)
    statements()


def plan(now: Any) -> None:
    """An action, a meeting, a proposed dark period and a roadmap with two editions, all made up: the record itself holds no plans."""
    import datetime as dt

    from leaps.catalogue.models import Facility
    from leaps.roadmaps.models import (
        Action,
        DarkProposal,
        Meeting,
        Roadmap,
        RoadmapEdition,
        RoadmapItem,
        RoadmapLink,
    )
    from leaps.roadmaps.roadmap_queries import chart

    meeting = Meeting.objects.create(pk=7, title="Optics group", held_on=dt.date(2026, 3, 2), held_at=now, chair_label="office", is_synthetic=True)
    Action.objects.create(
        pk=7, title="Compare the mirror measurements", why="Decided in “Optics group”", area="optics", meeting=meeting, owner_role="optics group",
        due=dt.date(2099, 6, 30), next_step="Ask both laboratories for their data", status="agreed", updated_at=now, is_synthetic=True,
    )  # fmt: skip
    DarkProposal.objects.create(
        pk=7, facility=Facility.objects.get(slug="max-iv"), title="An example", start=dt.date(2031, 7, 1), end=dt.date(2031, 12, 31), confidence="open",
        visibility="public", updated_at=now, is_synthetic=True,
    )  # fmt: skip
    roadmap = Roadmap.objects.create(slug="optics", title="Optics", area="optics", first_year=2026, last_year=2034, is_public=True, updated_at=now, is_synthetic=True)
    need, mirror = (
        RoadmapItem.objects.create(roadmap=roadmap, key=key, layer=layer, title=title, start=dt.date(2028, 1, 1), end=dt.date(year, 6, 1))
        for key, layer, title, year in (("nanofocus", "drivers", "Focus below 10 nm", 2032), ("flat-mirrors", "technologies", "Flatter mirrors", 2029))
    )
    RoadmapLink.objects.create(roadmap=roadmap, before=need, after=mirror, kind="requires", strength=3)
    for number, end in ((1, dt.date(2029, 6, 1)), (2, dt.date(2030, 3, 1))):
        mirror.end = end
        mirror.save()
        RoadmapEdition.objects.create(roadmap=roadmap, number=number, title=str(2025 + number), at=now, actor_label="office", version=number, content=chart(roadmap).told())


def tags(now: Any) -> None:
    """A work, made up, with a confirmed tag: the record itself holds none."""
    from leaps.landscape.models import Challenge, ChallengeTag, Work

    said = {"at": now, "side": "office", "by_label": "office"}
    work = Work.objects.create(
        kind="paper", title="An example work", year=2026, url="https://example.org/work", stated_label="office", side="office", stated_at=now, updated_at=now
    )
    batteries = Challenge.objects.get(slug="theme-batteries")
    ChallengeTag.objects.create(work=work, challenge=batteries, state="confirmed", strength=2, note="Shown in a working cell", **said)


def statements() -> None:
    """A statement of readiness, made up: the record itself holds none."""
    from leaps.catalogue.models import Facility
    from leaps.roadmaps.models import Technology, TechnologyReadiness

    scu, note = Technology.objects.get(slug="scu"), "Made up for the example"
    TechnologyReadiness.objects.create(
        slug="example-readiness", technology=scu, facility=Facility.objects.get(slug="max-iv"), role="develops", trl=4, stated_on="2026", note=note
    )


def run(entry: dict[str, Any], token: str) -> tuple[int, Any]:
    """Status and answer of an example; its If-Match is brought up to date first."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    client = Client(headers={"host": "localhost:8000"}, raise_request_exception=False)
    headers = entry.get("headers", {})
    if "If-Match" in headers:
        headers["If-Match"] = client.get(re.sub(r"\?.*", "", entry["path"])).headers["ETag"]
    sent = {name: value.replace("$LEAPS_TOKEN", token) for name, value in headers.items()}
    if "file" in entry:
        name, content = entry["file"]
        data: Any = {"file": SimpleUploadedFile(name, content.encode())}
        answer = client.post(entry["path"], data, headers=sent)
    else:
        body = json.dumps(entry["body"]) if "body" in entry else ""
        answer = client.generic(entry["method"], entry["path"], body, "application/json", headers=sent)
    text = answer.content.decode()
    return answer.status_code, json.loads(text) if "json" in answer.headers.get("Content-Type", "") else text


def fitted(shape: Any, answer: Any) -> Any:
    """The answer in the shape that is shown."""
    if shape == "…":
        return shape
    if isinstance(shape, dict) and isinstance(answer, dict):
        return {name: value if name == "…" else fitted(value, answer[name]) for name, value in shape.items()}
    if isinstance(shape, list) and isinstance(answer, list):
        shown = [part for part in shape if part != "…"]
        parts = [fitted(part, answer[place]) for place, part in enumerate(shown)]
        return [*parts, "…"] if "…" in shape else parts
    return answer


if __name__ == "__main__":
    main()
