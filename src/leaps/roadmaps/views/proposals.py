"""A better calendar: what is asked of the optimiser, and what it found."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from leaps.catalogue import queries as catalogue_queries
from leaps.roadmaps import planning, queries, tasks
from leaps.roadmaps.forms import ProposeForm
from leaps.roadmaps.views.planner import month_after

PATIENCE = dt.timedelta(minutes=5)
AT_ONCE = 3
"""So many questions wait at most: each takes the worker half a minute."""


@login_required
def ask(request: HttpRequest) -> HttpResponse:
    """The form; sent, the question goes to the worker."""
    today = catalogue_queries.today()
    first = dt.date(today.year, 1, 1)
    plans = planning.movable(first, today)
    board = queries.board(first, {})
    initial = {"movable": [plan.upgrade for plan in plans], "within": 18, "share": 70, "apart": 0, "late": 0}
    form = ProposeForm(request.POST or None, plans=plans, techniques=board.techniques, initial=initial)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            data = form.cleaned_data
            wish = planning.Wish(first, tuple(data["movable"]), data["within"], data["share"], data["apart"], tuple(data["kept"]), data["late"] or 0)
            if found := _asked(wish):
                return redirect("roadmaps:proposal", found)
            messages.warning(request, _("Several questions are being answered just now. Send yours again in a minute."))
            status = 503
        else:
            status = 422
    return render(request, "roadmaps/propose.html", {"form": form, "plans": plans}, status=status)


def _asked(wish: planning.Wish) -> str:
    """The question in the queue: one that waits already is not asked twice; empty when too many wait."""
    given = wish.as_json()
    waiting = DBTaskResult.objects.filter(task_path=tasks.propose_calendar.module_path, finished_at=None)
    same = next((result for result in waiting if result.args_kwargs["args"] == [given]), None)
    if same is not None:
        return str(same.pk)
    if waiting.count() >= AT_ONCE:
        return ""
    return str(tasks.propose_calendar.enqueue(given).id)


@login_required
def proposal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Being looked for, found, or impossible and why."""
    try:
        result = DBTaskResult.objects.get(pk=pk, task_path=tasks.propose_calendar.module_path)
    except (DBTaskResult.DoesNotExist, ValidationError):
        raise Http404(_("There is no such proposal; proposals are kept for some days only.")) from None
    answer = result.return_value
    if result.finished_at is None:
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204)
        late = timezone.now() - result.enqueued_at > PATIENCE
        return render(request, "roadmaps/proposal_waiting.html", {"pk": pk, "late": late, "seconds": int(planning.SECONDS)})
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    if answer is None:
        return render(request, "roadmaps/proposal.html", {"broken": True}, status=500)
    return render(request, "roadmaps/proposal.html", _shown(answer))


def _shown(answer: dict[str, Any]) -> dict[str, Any]:
    wish = planning.Wish.of_json(answer["wish"])
    context: dict[str, Any] = {"wish": wish, "refused": answer.get("refused", ""), "relax": [_rule_words(rule) for rule in answer.get("relax", ())]}
    if "plan" not in answer:
        return context
    rows = [
        {
            "facility": row["facility"], "upgrade": row["upgrade"], "months": row["months"], "shift": row["to"] - row["from"],
            "before": month_after(wish.first, row["from"]), "after": month_after(wish.first, row["to"]),
        }
        for row in answer["plan"]
    ]  # fmt: skip
    scenario = urlencode(
        [pair for row in rows if row["shift"] for pair in ((f"s-{row['upgrade']}", f"{row['after']:%Y-%m}"), (f"m-{row['upgrade']}", str(row["months"])))]
    )
    reached, published, bound = (answer[name]["unmet"] for name in ("reached", "published", "bound"))
    doubt, whole = answer.get("doubt"), reached
    if doubt:  # the goal counts the worst tenth beside the average; people are told the average
        reached, published = (doubt[name]["expected"] for name in ("reached", "published"))
    board = queries.board(wish.first, {row["upgrade"]: (row["after"], month_after(row["after"], row["months"])) for row in rows if row["shift"]})
    return context | {
        "rows": rows, "reached": reached, "published": published, "seconds": answer["seconds"],
        "saved": 100 * (1 - reached / published) if published else 0.0,
        "possible": 100 * (whole - bound) / whole if whole else 0.0, "is_bounded": bound > 0 or not whole, "doubt": doubt, "cases": planning.CASES,
        "moved": int(answer["reached"]["moves"]), "peak": board.peak, "peak_before": max(board.published, default=0),
        "address": f"{reverse('roadmaps:planner')}?{scenario}",
    }  # fmt: skip


def _rule_words(rule: dict[str, Any]) -> str:
    match rule["rule"]:
        case "window":
            return _("%(facility)s may begin only within the months allowed: allow more months.") % rule
        case "kept":
            labels = dict(queries.board(catalogue_queries.today().replace(month=1, day=1), {}).techniques)
            return _("Somebody must always have %(technique)s open: let it go dark for a while.") % {"technique": labels.get(rule["technique"], rule["technique"])}
        case "apart":
            return _("%(months)d months between any two of %(who)s: allow fewer.") % {"months": rule["months"], "who": ", ".join(rule["facilities"])}
    return _("Another rule stands in the way.")

