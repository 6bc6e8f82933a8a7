"""What facilities say about how much each indicator means for them. Public: a gap is read with it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from leaps.catalogue.models import Facility
from leaps.indicators.models import IndicatorDefinition, RelevanceStatement
from leaps.indicators.types import Family, Group, Relevance


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator and what the facility says about it; `earlier` are the statements before, newest first."""

    code: str
    name: str
    now: RelevanceStatement | None
    earlier: tuple[RelevanceStatement, ...]


def of_facility(slug: str) -> list[tuple[str, list[Row]]]:
    """The league's indicators by group, with what one facility says. Two queries."""
    said: dict[str, list[RelevanceStatement]] = defaultdict(list)
    for statement in RelevanceStatement.objects.filter(facility=slug):
        said[statement.indicator].append(statement)
    groups: dict[str, list[Row]] = defaultdict(list)
    rows = IndicatorDefinition.objects.filter(family=Family.LEAGUE).order_by("code").values_list("code", "name", "group")
    for code, name, group in rows:
        told = said[code]
        now = next((s for s in told if s.closed_at is None), None)
        groups[group or ""].append(Row(code, name, now, tuple(s for s in told if s.closed_at is not None)))
    return [(str(Group(group).label), groups[group]) for group in Group.values if group in groups]


def not_relevant() -> Mapping[tuple[str, str], str]:
    """Why an indicator is not relevant, by (facility, indicator), for all of whom it is said. One query."""
    rows = RelevanceStatement.objects.filter(closed_at=None, relevance=Relevance.NOT)
    return {(facility, indicator): reason for facility, indicator, reason in rows.values_list("facility", "indicator", "reason")}


@dataclass(frozen=True, slots=True)
class Said:
    """What one facility says about the indicator of a page."""

    facility: str
    name: str
    relevance: str
    words: str
    reason: str


def of_indicator(code: str) -> list[Said]:
    """What the facilities say about one indicator: not relevant first, then in part. Two queries."""
    names = dict(Facility.objects.values_list("slug", "short_name"))
    order = [Relevance.NOT.value, Relevance.PARTLY.value, Relevance.RELEVANT.value]
    rows = RelevanceStatement.objects.filter(closed_at=None, indicator=code).exclude(relevance=Relevance.UNSAID)
    found = [Said(r.facility, names.get(r.facility, r.facility), r.relevance, str(Relevance(r.relevance).label), r.reason) for r in rows]
    return sorted(found, key=lambda s: (order.index(s.relevance), s.name.casefold()))
