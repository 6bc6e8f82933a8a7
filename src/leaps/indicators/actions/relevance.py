"""A facility says which indicators mean something for it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from leaps.core.errors import Conflict, InvalidInput, NotAllowed, Problem
from leaps.indicators import rules
from leaps.indicators.models import IndicatorDefinition, RelevanceStatement
from leaps.indicators.types import Family, Relevance


@dataclass(frozen=True, slots=True)
class Word:
    """What is said about one indicator, and which statement (its id, 0 for none) the person had before her."""

    relevance: str
    reason: str = ""
    seen: int = 0


def say_relevance(*, facility: str, words: Mapping[str, Word], actor: Any, now: dt.datetime) -> list[str]:
    """Keep what a facility says about indicators of the league, by code; the codes for which something changed.

    All or nothing. What is the same as before is left alone; `unsaid` takes a statement back. Raises NotAllowed;
    InvalidInput, with the code as field, for an indicator that is not the league's, an unknown word or a missing
    reason; Conflict when somebody has said something else in the meantime.
    """
    if not rules.may_say_relevance_of(actor, facility):
        raise NotAllowed(_("Only the facility's KPI officers and editors say what is relevant for it."))
    known = set(IndicatorDefinition.objects.filter(family=Family.LEAGUE, code__in=words).values_list("code", flat=True))
    problems = [problem for code, word in words.items() if (problem := _problem(code, word, known))]
    if problems:
        raise InvalidInput(problems)
    with transaction.atomic():
        now_said = {
            s.indicator: s
            for s in RelevanceStatement.objects.select_for_update().filter(facility=facility, closed_at=None, indicator__in=words)
        }
        changed = [code for code, word in words.items() if _differs(now_said.get(code), word)]
        overtaken = [code for code in changed if (now_said[code].pk if code in now_said else 0) != words[code].seen]
        if overtaken:
            message = _("Somebody has said something else about %(codes)s in the meantime; nothing was kept. Look at it and decide again.")
            raise Conflict(message % {"codes": ", ".join(sorted(overtaken))})
        RelevanceStatement.objects.filter(pk__in=[now_said[c].pk for c in changed if c in now_said]).update(closed_at=now)
        RelevanceStatement.objects.bulk_create(
            RelevanceStatement(
                facility=facility, indicator=code, relevance=words[code].relevance, reason=words[code].reason.strip(),
                said_at=now, actor=actor, actor_label=str(actor)[:200],
            )
            for code in changed
        )  # fmt: skip
    return changed


def _differs(before: RelevanceStatement | None, word: Word) -> bool:
    was = (before.relevance, before.reason) if before else (Relevance.UNSAID.value, "")
    return was != (word.relevance, word.reason.strip())


def _problem(code: str, word: Word, known: set[str]) -> Problem | None:
    if code not in known:
        return Problem(_("is no indicator of the league"), _("Choose one of the list."), field=code, value=code)
    if word.relevance not in Relevance.values:
        return Problem(_("is none of the answers"), _("Choose one of the list."), field=code, value=word.relevance)
    if word.relevance in (Relevance.PARTLY, Relevance.NOT) and not word.reason.strip():
        return Problem(_("needs a reason"), _("Say in a few words why; it is shown with the gap."), field=code)
    if len(word.reason.strip()) > 300:
        return Problem(_("is too long"), _("Say it in 300 characters."), field=code)
    return None
