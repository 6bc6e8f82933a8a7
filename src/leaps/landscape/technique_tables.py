"""The tables about one technique: where it is, how the next years treat each place, and which challenges ask for it.

A place offers a technique when an instrument of it that runs, is commissioned or is being rebuilt has the technique or a
finer form of it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leaps.catalogue import queries as catalogue_queries
from leaps.catalogue.models import LIGHT_SOURCES
from leaps.landscape.snapshots import Snapshot
from leaps.optimise.dark import DarkPeriod, Horizon, calendar
from leaps.record.types import State

YEARS: Final = 5
ALL_YEAR: Final = 11.95
"""Months from which a year counts as open: less is lost by rounding days to months."""
GONE: Final = ("planned", "closed")


def finer(snapshot: Snapshot, technique: str) -> set[str]:
    """A technique with all finer forms of it."""
    children: dict[str, list[str]] = defaultdict(list)
    for state in snapshot.states("technique").values():
        for parent in state.values["parents"] or ():
            children[parent].append(state.key)
    found, left = set(), [technique]
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left.extend(children[one])
    return found


def instruments(snapshot: Snapshot, technique: str) -> list[State]:
    """The instruments of light sources that offer a technique, by facility and name."""
    light = {state.key for state in snapshot.states("facility").values() if state.values["kind"] in LIGHT_SOURCES}
    wanted = finer(snapshot, technique)
    found = [
        state
        for state in snapshot.states("instrument").values()
        if state.values["facility"] in light and state.values["status"] not in GONE and wanted & set(state.values["techniques"] or ())
    ]
    return sorted(found, key=lambda state: (snapshot.label("facility", state.values["facility"]).casefold(), str(state.values["name"]).casefold()))


def offered(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Every technique that a light source offers, itself or in a finer form, with its label, by label."""
    parents = {state.key: state.values["parents"] or () for state in snapshot.states("technique").values()}
    light = {state.key for state in snapshot.states("facility").values() if state.values["kind"] in LIGHT_SOURCES}
    found: set[str] = set()
    left = [
        technique
        for state in snapshot.states("instrument").values()
        if state.values["facility"] in light and state.values["status"] not in GONE
        for technique in state.values["techniques"] or ()
    ]
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left.extend(parents.get(one, ()))
    return sorted(((one, snapshot.label("technique", one)) for one in found), key=lambda pair: (pair[1].casefold(), pair[0]))


def months_open(snapshot: Snapshot, places: Iterable[str], today: dt.date) -> dict[str, list[float]]:
    """For each facility the months of each of the next years in which it is open, counted in days, by the published dates."""
    names = list(places)
    periods = [
        DarkPeriod(state.values["facility"], dt.date.fromisoformat(state.values["dark_start"]), dt.date.fromisoformat(state.values["dark_end"]))
        for state in snapshot.states("upgrade").values()
        if state.values["facility"] in names and state.values["dark_start"] and state.values["dark_end"]
    ]
    closed = calendar(names, periods, Horizon(dt.date(today.year, 1, 1), 12 * YEARS)).closed
    return {name: [12 - float(closed[place, 12 * year : 12 * year + 12].sum()) for year in range(YEARS)] for place, name in enumerate(names)}


def years(snapshot: Snapshot, technique: str) -> tuple[str, tuple[str, ...], list[tuple[str, ...]], tuple[int, ...]]:
    """Where a technique is and how many months of each year each place is open: caption, head, rows, columns of numbers."""
    today = catalogue_queries.today()
    by_place: dict[str, int] = defaultdict(int)
    for state in instruments(snapshot, technique):
        by_place[state.values["facility"]] += 1
    opened = months_open(snapshot, by_place, today) if by_place else {}
    facilities = snapshot.states("facility")
    rows = [
        (snapshot.label("facility", place), str(facilities[place].values["country"] or "–"), str(count), *(_months(one) for one in opened[place]))
        for place, count in by_place.items()
    ]
    told = "; ".join(
        _("%(year)d: %(n)d of %(all)d") % {"year": today.year + year, "n": sum(months[year] >= ALL_YEAR for months in opened.values()), "all": len(opened)}
        for year in range(YEARS)
    )
    head = (_("Facility"), _("Country"), _("Instruments"), *(str(today.year + year) for year in range(YEARS)))
    caption = _("Months of each year in which the facility is open, by the published dark periods; after one, all instruments count as open. Open all year – %(told)s.") % {"told": told}
    return caption, head, rows, tuple(range(2, 3 + YEARS))


def _months(value: float) -> str:
    return "12" if value >= ALL_YEAR else f"{value:.1f}".removesuffix(".0")


def asked_by(snapshot: Snapshot, technique: str) -> list[tuple[str, ...]]:
    """The challenges whose chains lead to a technique or a finer form of it: challenge, need, observable, strength of the last step."""
    wanted = finer(snapshot, technique)
    of_need: dict[str, list[State]] = defaultdict(list)
    for link in snapshot.states("challenge_need").values():
        of_need[link.values["need"]].append(link)
    found = []
    for step in snapshot.states("observable_technique").values():
        if step.values["technique"] in wanted:
            observable = snapshot.state("observable", step.values["observable"])
            if observable is not None:
                found += [
                    (snapshot.label("challenge", link.values["challenge"]), snapshot.label("need", observable.values["need"]),
                     snapshot.label("observable", observable.key), str(step.values["strength"]))
                    for link in of_need[observable.values["need"]]
                ]  # fmt: skip
    return sorted(set(found))


def found_words(snapshot: Snapshot, technique: str) -> str:
    """How many instruments at how many facilities, as the caption of their table."""
    found = instruments(snapshot, technique)
    places = len({state.values["facility"] for state in found})
    said = ngettext("%(n)d instrument", "%(n)d instruments", len(found)) % {"n": len(found)}
    return ngettext("%(said)s at %(n)d light source, finer forms of the technique included.", "%(said)s at %(n)d light sources, finer forms of the technique included.", places) % {
        "said": said, "n": places,
    }  # fmt: skip
