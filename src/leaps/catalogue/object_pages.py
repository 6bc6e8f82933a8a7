"""What the pages of single objects share, here and in the apps above: as it is, or as it was on a past day.

A page has the template `catalogue/object.html` under its own, which shows the facts with their
sources, the way to a correction, and the latest changes.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from leaps.catalogue import places, queries
from leaps.core import panels
from leaps.core.views import error_page
from leaps.record import queries as record_queries
from leaps.record import registry, rules
from leaps.record.presentation import FactView, fact_views, object_url
from leaps.record.types import State


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows: the object's state, and the past day it is of (None: now)."""

    state: State
    on: dt.date | None


def shown(request: HttpRequest, kind: str, key: str) -> Shown | HttpResponse:
    """The object asked for, or the answer that leads to it: a redirect, or near matches."""
    asked = request.GET.get("on", "").strip()
    on = None
    if asked:
        try:
            on = dt.date.fromisoformat(asked)
        except ValueError:
            messages.warning(
                request,
                _("“%(text)s” is not a date; the page shows today. Write year-month-day, such as 2026-11-24.")
                % {"text": asked[:40]},
            )
    present = record_queries.state(kind, key)
    if on is not None and on < queries.today():
        moment = dt.datetime.combine(on, dt.time.max, dt.UTC)
        past = record_queries.state_on(kind, key, moment)
        if past is not None:
            return Shown(past, on)
        if present is not None:
            messages.warning(
                request,
                _("The record did not hold this on %(day)s; the page shows today.") % {"day": on.isoformat()},
            )
    if present is not None:
        return Shown(present, None)
    former = record_queries.current_key(kind, key)
    if former is not None:
        return HttpResponsePermanentRedirect(object_url(kind, former))
    return error_page(
        request,
        status=404,
        title=_("Not found"),
        sentence=_("The record has no %(kind)s called “%(key)s”.") % {"kind": registry.get(kind).title, "key": key[:80]},
        cure=_("It may have been removed, or the address has a slip of the pen."),
        suggestions=[(label, object_url(kind, near)) for near, label in queries.near_keys(kind, key[:80])],
    )


def page(request: HttpRequest, found: Shown, template: str, **context: Any) -> HttpResponse:
    """Render an object's page with what all of them share."""
    state = found.state
    record_type = registry.get(state.kind)
    facility = record_queries.facility_of(record_type, state.values, state.key)
    common = {
        "state": state,
        "v": state.values,
        "kind": state.kind,
        "kind_title": record_type.title,
        "label": record_type.label_of(state.values, state.key),
        "on": found.on,
        "facts": _facts(record_type, state, context.pop("leave_out", ())),
        "may_edit": rules.may_edit(request.user, record_type, facility),
        "changes": queries.recent_changes(kind=state.kind, key=state.key),
        "canonical": request.build_absolute_uri(object_url(state.kind, state.key)),
        "today": queries.today(),
        "panels": panels.drawn(request, state.kind, state.key),
    }
    return render(request, template, common | context)


def _facts(record_type: registry.RecordType, state: State, leave_out: Iterable[str]) -> list[FactView]:
    """The object's fields for its page; a country by its name."""
    found = fact_views(record_type, state, leave_out=leave_out, labels=queries.labels_for(state))
    country = state.values.get("country")
    if not country:
        return found
    return [replace(f, html=places.country_name(country)) if f.name == "country" else f for f in found]
