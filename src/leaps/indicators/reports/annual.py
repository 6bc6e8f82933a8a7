"""The table of an annual report: the league's core set of one facility over the years."""

import datetime as dt

from django.utils.translation import gettext as _

from leaps.indicators.models import IndicatorDefinition
from leaps.indicators.reports.entries import Entry, Report, Subject, World
from leaps.indicators.reports.shelf import Ask, Shelf, years_of
from leaps.indicators.types import Family, Group


def annual(viewer: object, *, facility: str, world: World, today: dt.date) -> Report:
    """Every indicator of the core set, year by year; years of which nothing is known are left out. Nine queries."""
    years = years_of(facility, world)
    core = IndicatorDefinition.objects.filter(family=Family.LEAGUE, league_core=True).defer("provenance").order_by("code")
    order = [group.value for group in Group]
    definitions = sorted(core, key=lambda d: (order.index(d.group or order[-1]), d.code))
    asks = [Ask(definition.code) for definition in definitions]
    shelf = Shelf(viewer, world=world, facilities=[facility], years=years, asks=asks, codes=(), today=today)
    entries: list[Entry] = []
    for definition in definitions:
        group = str(Group(definition.group).label) if definition.group else ""
        subject = Subject(
            definition.code, definition.name, group, definition.unit, definition.definition_version, definition.wording_checked
        )
        for year in years:
            entries += shelf.fill(subject, Ask(definition.code), facility, year)
    name = shelf.names.get(facility, facility)
    period = f"{years[0]}-{years[-1]}" if years else ""
    return Report(
        kind="annual-table", title=_("League core set: %(who)s, %(period)s") % {"who": name, "period": period or _("no year yet")},
        about=facility, period=period, world=world, audience=shelf.audience(facility), entries=tuple(entries),
        method=_(
            "The league's core set, each value computed from the records the facility signed for that year, or published with its source. "
            "A value published by another rule or for another period than the calendar year says so and must not be joined with the others."
        ),
    )  # fmt: skip
