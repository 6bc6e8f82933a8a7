"""What the worker does: reads returns, computes values, reminds, ends embargoes."""

import datetime as dt
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from leaps.accounts import queries as accounts_queries
from leaps.core import mail
from leaps.core.errors import Problem
from leaps.core.lake import Part, house_store
from leaps.indicators import actions, raw, rules, trial
from leaps.indicators.computed import registry
from leaps.indicators.intake import computing, limited, plausibility
from leaps.indicators.intake.computing import Result
from leaps.indicators.models import Campaign, Return, ReturnFile, ReturnPart
from leaps.indicators.queries import returns as queries
from leaps.indicators.types import ReturnState

REMIND_BEFORE = dt.timedelta(days=30)
REMIND_EVERY = dt.timedelta(days=7)
LATER = -10
"""Priority of what nobody waits for in front of a page."""


@task()
def read_return(return_id: str, language: str) -> None:
    """Read and check a return; in the end it is wholly there or wholly not. Done twice, it is done once."""
    sent = Return.objects.select_related("campaign").filter(pk=return_id, state=ReturnState.RECEIVED).first()
    if sent is None:
        return  # read already, or withdrawn
    with translation.override(language), tempfile.TemporaryDirectory(prefix="leaps-return-") as folder:
        incoming, outgoing = Path(folder) / "in", Path(folder) / "out"
        incoming.mkdir()
        outgoing.mkdir()
        for file in sent.files.filter(is_kept=True):
            house_store().fetch(file.path, incoming / file.name)
        report = limited.read(incoming, outgoing, facility=sent.facility, year=sent.campaign.year)
        try:
            if report.problems:
                actions.record_reading(sent=sent, problems=report.problems, parts={}, now=timezone.now())
            else:
                _take_in(sent, outgoing, report.rows)
        except actions.TakenBack:
            return
    forget_files.enqueue(str(sent.pk))


def _take_in(sent: Return, outgoing: Path, rows: dict[str, int]) -> None:
    import pyarrow.parquet as pq  # slow to import; only the worker pays

    store, year = house_store(), sent.campaign.year
    tables = {name: pq.read_table(outgoing / f"{name}.parquet") for name in rows}
    kept = tables | computing.rollups(tables)
    parts: dict[str, Part] = {name: store.write(raw.record(name), table) for name, table in kept.items()}
    host = queries.host_country(sent.facility)
    found = list(computing.results(tables, facility=sent.facility, year=year, host_country=host))
    found += [r for r in _own_values(tables.get(raw.FINISHED_VALUE.name), sent.facility, year) if not r.dimension]
    earlier = queries.earlier_values(sent.facility, is_synthetic=sent.is_synthetic)
    problems: Sequence[Problem] = ()
    warnings = plausibility.oddities(tables, found, earlier)
    changes = [
        {"indicator": r.indicator, "title": r.title, "variant": r.variant, "unit": r.unit, "value": r.value,
         "before": earlier.get((r.indicator, r.variant), {}).get(year - 1)}
        for r in found
    ]  # fmt: skip
    actions.record_reading(
        sent=sent, problems=problems, parts=parts, warnings=warnings, changes=changes, now=timezone.now()
    )


def _own_values(table: Any, facility: str, year: int) -> list[Result]:
    if table is None:
        return []
    found = []
    for row in table.to_pylist():
        one = registry.indicator(row["indicator"])
        found.append(
            Result(
                indicator=one.id, title=str(one.title), unit=one.unit, variant=row["variant"] or "", value=row["value"],
                numerator=row["numerator"], denominator=row["denominator"], n_records=0, unshared=0, method="",
                facility=facility, year=year, dimension=row["dimension"] or "", category=row["category"] or "",
            )
        )
    return found


@task(priority=LATER)
def forget_files(return_id: str) -> None:
    """Throw away the files as they were sent: what they said is in the lake, or was told to be wrong."""
    files = ReturnFile.objects.filter(of__pk=return_id, is_kept=True)
    house_store().remove(list(files.values_list("path", flat=True)))
    files.update(is_kept=False)


@task(priority=LATER)
def compute_facility(facility: str, is_synthetic: bool) -> int:
    """The values of a facility; then those of the league, once for all facilities that wait."""
    made = actions.recompute(facility=facility, is_synthetic=is_synthetic, now=timezone.now())
    with transaction.atomic():
        waiting = DBTaskResult.objects.ready().filter(task_path=compute_league.module_path, args_kwargs__args=[is_synthetic])
        if not waiting.exists():
            compute_league.enqueue(is_synthetic)
    return made


@task(priority=LATER - 1)
def compute_league(is_synthetic: bool) -> int:
    """The values of the league, and what the public sees."""
    now = timezone.now()
    made = actions.recompute_league(is_synthetic=is_synthetic, now=now)
    return made + actions.publish(is_synthetic=is_synthetic, now=now)


@task(priority=LATER)
def return_synthetic(facility: str) -> int:
    """One facility of a trial's synthetic league."""
    made = trial.make_returns(facility)
    actions.recompute(facility=facility, is_synthetic=True, now=timezone.now())
    return made


@task(priority=LATER - 2)
def finish_synthetic() -> int:
    """The league of a trial when all its facilities are there; then its past is frozen."""
    now = timezone.now()
    actions.recompute_league(is_synthetic=True, now=now)
    actions.publish(is_synthetic=True, now=now)
    return trial.freeze_past(now)


# -- from time to time -----------------------------------------------------------------------------


def remind(now: dt.datetime) -> int:
    """Mail the officers of facilities whose return is missing, once a week in the month before it is due."""
    sent = 0
    for campaign in Campaign.objects.filter(frozen_at=None, due_on__lte=now.date() + REMIND_BEFORE):
        if not actions.remind(campaign=campaign, today=now.date(), every=REMIND_EVERY):
            continue
        done = set(campaign.returns.filter(state=ReturnState.SIGNED).values_list("facility", flat=True))
        for facility, name in queries.expected():
            if facility in done:
                continue
            context = {
                "campaign": campaign, "name": name, "late": campaign.due_on < now.date(),
                "url": settings.BASE_URL + reverse("indicators:returns-of", args=[campaign.year, facility]),
            }  # fmt: skip
            subject = _("The records of %(year)d from %(name)s") % {"year": campaign.year, "name": name}
            text = render_to_string("indicators/mail/reminder.txt", context)
            for officer in accounts_queries.holders(rules.KPI_OFFICER, facility):
                mail.send(officer.email, subject, text)
                sent += 1
    return sent


def end_embargoes(now: dt.datetime) -> int:
    """Compute the league anew with the returns whose embargo is over."""
    over = Return.objects.filter(state=ReturnState.SIGNED, campaign__frozen_at=None, embargo_until__lte=now.date())
    with transaction.atomic():
        worlds = set(over.values_list("is_synthetic", flat=True))
        ended = over.update(embargo_until=None)
        for is_synthetic in worlds:
            compute_league.enqueue(is_synthetic)
    return ended


def sweep(now: dt.datetime) -> int:
    """Remove what lies in the lake and no return names: left by killed processes a day ago or earlier."""
    named = set(ReturnPart.objects.values_list("path", flat=True))
    named |= set(ReturnFile.objects.filter(is_kept=True).values_list("path", flat=True))
    store = house_store()
    left = store.unnamed(named, before=now - dt.timedelta(days=1))
    store.remove(left)
    return len(left)
