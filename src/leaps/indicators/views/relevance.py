"""What an indicator means for a facility: read by everybody, said by its officers and editors."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leaps.catalogue import object_pages
from leaps.core.errors import Conflict, DomainError, InvalidInput, NotAllowed, Problem
from leaps.core.views import domain_error
from leaps.indicators import actions, rules
from leaps.indicators.queries import relevance as queries
from leaps.indicators.types import Relevance


def relevance(request: HttpRequest, slug: str) -> HttpResponse:
    """One facility's word on every indicator of the league; a form for those who may say it."""
    shown = object_pages.shown(request, "facility", slug)
    if isinstance(shown, HttpResponse):
        return shown
    may_say = rules.may_say_relevance_of(request.user, slug)
    problems: dict[str, Problem] = {}
    refused: DomainError | None = None
    if request.method == "POST":
        if not may_say:
            return domain_error(request, NotAllowed(_("Only the facility's KPI officers and editors say what is relevant for it.")))
        words = _words(request)
        try:
            changed = actions.say_relevance(facility=slug, words=words, actor=request.user, now=timezone.now())
        except InvalidInput as error:
            problems = {p.field: p for p in error.problems}
            refused = error
        except Conflict as error:
            refused = error
        else:
            said = ngettext("What you said about %(n)d indicator is kept.", "What you said about %(n)d indicators is kept.", len(changed))
            messages.success(request, said % {"n": len(changed)} if changed else _("Nothing was changed."))
            return redirect("indicators:relevance", slug)
    groups = queries.of_facility(slug)
    given = request.POST if refused else None
    context = {
        "slug": slug,
        "name": shown.state.values["short_name"],
        "groups": [(group, [_shown(row, given, problems) for row in rows]) for group, rows in groups],
        "answers": Relevance.choices,
        "counts": [
            (str(Relevance(answer).label), sum(_answer(row) == answer for _group, rows in groups for row in rows))
            for answer in Relevance.values
        ],
        "may_say": may_say,
        "problems": list(problems.values()),
        "conflict": str(refused) if isinstance(refused, Conflict) else "",
    }
    return render(request, "indicators/relevance.html", context, status=refused.status if refused else 200)


def _words(request: HttpRequest) -> dict[str, actions.Word]:
    """What was sent, by code; a field that was not sent is not spoken of."""
    found = {}
    for name, answer in request.POST.items():
        if name.startswith("r-"):
            code = name[2:]
            seen = str(request.POST.get(f"seen-{code}", ""))
            found[code] = actions.Word(str(answer), str(request.POST.get(f"why-{code}", "")), int(seen) if seen.isdecimal() else 0)
    return found


def _answer(row: queries.Row) -> str:
    return row.now.relevance if row.now else Relevance.UNSAID.value


def _shown(row: queries.Row, given: Any, problems: dict[str, Problem]) -> dict[str, Any]:
    """A row as the page shows it: with what is being said, if something was refused, else with what is said."""
    answer, reason = _answer(row), row.now.reason if row.now else ""
    mine = (given.get(f"r-{row.code}", answer), given.get(f"why-{row.code}", reason)) if given is not None else (answer, reason)
    return {
        "row": row, "answer": mine[0], "reason": mine[1], "stored": str(Relevance(answer).label), "stored_reason": reason,
        "differs": mine != (answer, reason), "problem": problems.get(row.code),
    }  # fmt: skip
