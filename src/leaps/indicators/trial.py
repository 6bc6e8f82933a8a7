"""The synthetic league of a trial: returns that look like those of real facilities and are none.

Instruments, host countries, dark periods and, where a facility has published them, user hours and visits are
the record's; everything else is drawn. Every return and value of it is marked synthetic.
"""

import datetime as dt
from collections import defaultdict
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from leaps.catalogue.models import Facility, Instrument, Upgrade
from leaps.core.lake import Part, house_store
from leaps.indicators import actions, raw
from leaps.indicators.intake import computing
from leaps.indicators.models import Campaign, PublishedValue, Return, ReturnPart
from leaps.indicators.queries import returns as queries
from leaps.indicators.synthetic import SyntheticFacility, league
from leaps.indicators.types import ReturnState

LAST_YEAR: Final = 2025
YEARS: Final = tuple(range(LAST_YEAR - 9, LAST_YEAR + 1))
OPEN_FROM: Final = 2024
"""Years from this one on are still being collected; those before are frozen."""
STILL_MISSING: Final = frozenset({"max-iv", "alba", "solaris", "felix", "polfel"})
"""Who has not returned the last year yet, so that somebody can."""
CURRENCIES: Final = {"GB": "GBP", "CH": "CHF", "SE": "SEK", "DK": "DKK", "PL": "PLN"}
SIGNER: Final = "Sina Signer (synthetic)"


def begin() -> None:
    """Queue the synthetic league; a step of the preparation, in a trial only, once."""
    if not settings.TRIAL or Campaign.objects.exists():
        return
    from leaps.indicators import tasks  # the queue's models: only once the apps are there

    now = timezone.now()
    with transaction.atomic():
        for year in YEARS:
            Campaign.objects.create(
                year=year, due_on=dt.date(year + 1, 12 if year == LAST_YEAR else 6, 15), opened_at=now, opened_label=SIGNER
            )
        for slug, _name in queries.expected():
            tasks.return_synthetic.enqueue(slug)
        tasks.finish_synthetic.enqueue()


def facilities() -> list[SyntheticFacility]:
    """The members of the league as the generator takes them."""
    instruments: dict[str, list[str]] = defaultdict(list)
    for slug, of in Instrument.objects.filter(status="operating").order_by("slug").values_list("slug", "facility__slug"):
        instruments[of].append(slug)
    told: dict[tuple[str, str], float] = {}
    for code, of, value in PublishedValue.objects.filter(
        indicator__code__in=("OPS-01", "OPS-02", "ACC-07"), facility__isnull=False, value__isnull=False
    ).order_by("year").values_list("indicator__code", "facility__slug", "value"):  # fmt: skip
        told["hours" if code.startswith("OPS") else "visits", of] = float(value or 0.0)
    dark: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for upgrade in Upgrade.objects.select_related("facility").exclude(dark_start=None).exclude(dark_end=None):
        dark[upgrade.facility.slug] |= _months(upgrade.dark_start, upgrade.dark_end)
    members = [slug for slug, _name in queries.expected()]
    countries = dict(Facility.objects.values_list("slug", "country"))
    return [
        SyntheticFacility(
            slug, countries.get(slug) or "DE", tuple(instruments[slug]) or (f"{slug}-one",),
            user_h=min(6000.0, max(1500.0, told.get(("hours", slug), 4800.0))),
            visits=int(min(9500, max(300, told.get(("visits", slug), 110.0 * max(4, len(instruments[slug])))))),
            currency=CURRENCIES.get(countries.get(slug) or "", "EUR"), dark=frozenset(dark[slug]),
        )
        for slug in members
    ]


def _months(start: object, end: object) -> set[tuple[int, int]]:
    """The months of a dark period whose ends are dates of any sharpness (2025, 2025-07, 2025-07-01)."""
    first, last = str(start)[:7], str(end)[:7]
    begin = (int(first[:4]), int(first[5:7] or 1))
    stop = (int(last[:4]), int(last[5:7] or 12))
    return {(y, m) for y in range(begin[0], stop[0] + 1) for m in range(1, 13) if begin <= (y, m) <= stop}


def make_returns(slug: str) -> int:
    """Write the signed returns of one facility, all years or none; how many. Done twice, it is done once."""
    if Return.objects.filter(facility=slug, is_synthetic=True, state=ReturnState.SIGNED).exists():
        return 0
    everybody = facilities()
    tables: dict[int, dict[str, Any]] = defaultdict(dict)
    for batch in league(everybody, YEARS, only=slug):
        if batch.rows.num_rows and not (batch.year == LAST_YEAR and slug in STILL_MISSING):
            tables[batch.year][batch.record] = batch.rows
    parts: dict[int, dict[str, Part]] = {
        year: {name: house_store().write(raw.record(name), rows) for name, rows in (given | computing.rollups(given)).items()}
        for year, given in tables.items()
    }
    campaigns = {c.year: c for c in Campaign.objects.filter(frozen_at=None)}
    with transaction.atomic():
        for year, written in parts.items():
            signed = dt.datetime(year + 1, 5, 1 + len(slug) % 28, 9, tzinfo=dt.UTC)
            made = Return.objects.create(
                campaign=campaigns[year], facility=slug, state=ReturnState.SIGNED, sent_at=signed, sent_label=SIGNER,
                is_synthetic=True, tables={name: part.rows for name, part in written.items() if name in raw.RETURNED}, signed_at=signed, signed_label=SIGNER,
            )  # fmt: skip
            ReturnPart.objects.bulk_create(
                ReturnPart(of=made, record=name, path=p.path, rows=p.rows, size=p.size, sha256=p.sha256) for name, p in written.items()
            )
    return len(parts)


def freeze_past(now: dt.datetime) -> int:
    """Freeze the years that are long collected."""
    from leaps.accounts.types import Operators

    past = Campaign.objects.filter(year__lt=OPEN_FROM, frozen_at=None)
    frozen = [actions.freeze(campaign=campaign, actor=Operators(), now=now) for campaign in past]
    return len(frozen)
