"""What the public pages read, from every app below."""

import datetime as dt

from django.db.models import Max
from django.utils.translation import gettext as _

from leaps.catalogue import queries as catalogue_queries
from leaps.outreach.types import Edition, Figure, News
from leaps.record import queries as record_queries
from leaps.record import registry
from leaps.record.models import Change
from leaps.record.presentation import object_url
from leaps.record.survey import survey

# The kinds people look for by an address.
PLACES = ("facility", "instrument", "technique", "source", "organisation")
WEEK = dt.timedelta(days=7)


def home_figures(day: dt.date) -> list[Figure]:
    """Five figures computed from the record as it is."""
    offer = catalogue_queries.offer(day)
    return [
        Figure(str(offer.facilities), _("facilities"), _("%(n)d of them in LEAPS") % {"n": offer.facilities_in_leaps}, "/facilities/"),
        Figure(str(offer.instruments), _("instruments"), _("in %(n)d countries") % {"n": offer.countries}, "/instruments/"),
        Figure(str(offer.techniques_offered), _("techniques on offer"), _("of %(n)d in PaNET 1.3.0") % {"n": offer.techniques_known}, "/techniques/"),
        Figure(str(offer.instruments_dark), _("instruments dark today"), _("at facilities under upgrade"), "/upgrades/"),
        Figure(f"{survey().sourced_percent} %", _("of all values have a source"), _("the rest is marked unverified"), "/data/"),
    ]  # fmt: skip


def news(now: dt.datetime) -> News:
    """The changes of the last seven days; where there are none, the latest before."""
    latest = catalogue_queries.recent_changes(limit=8)
    week = [change for change in latest if change.changeset.at >= now - WEEK]
    return News(tuple(week or latest[:4]), bool(week))


def edition() -> Edition:
    """The present revision and its day."""
    latest = record_queries.changesets().first()
    return Edition(latest.revision, latest.at.date()) if latest else Edition(0, None)


def changed_at(kind: str) -> list[tuple[str, dt.datetime | None]]:
    """Every object of a kind as (address, last change), by key. Two queries, whatever the size.

    Changes are matched by the object's identity, so that those under a former key count too.
    """
    record_type = registry.get(kind)
    changes = Change.objects.filter(kind=kind).order_by().values("object_id")
    last = dict(changes.annotate(at=Max("changeset__at")).values_list("object_id", "at"))
    keys = sorted(record_queries.keys_by_id(record_type).items(), key=lambda pair: pair[1])
    return [(object_url(kind, key), last.get(pk)) for pk, key in keys]


def near_pages(path: str, limit: int = 6) -> list[tuple[str, str]]:
    """Objects whose name looks like the last part of an address that leads nowhere: (name, address)."""
    parts = [part for part in path.split("/") if part]
    if not parts:
        return []
    last = parts[-1][:80].replace("\0", "")  # which no database can be asked for
    named = [kind for kind in PLACES if record_queries.state(kind, last)]
    if named:
        return [(catalogue_queries.label_of(kind, last), object_url(kind, last)) for kind in named]
    found: list[tuple[str, str]] = []
    for kind in PLACES:
        found += [(label, object_url(kind, key)) for key, label in catalogue_queries.near_keys(kind, last, limit=2, least=82)]
    return found[:limit]
