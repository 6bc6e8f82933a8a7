"""Whose demand dark periods leave unmet: the users of each country's facilities, served at home first and then as guests.

Nobody publishes who asks for how much beamtime of which technique. What is assumed instead is in the open and can be
changed: the users of the facilities of a country, whoever they are, ask for a share of what these offer when all are open,
in every technique; what a facility has left it gives to guests, up to a share of its hours. An instrument weighs the same
as any other and divides itself evenly among its techniques.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np

from leaps.catalogue import places
from leaps.catalogue.models import LIGHT_SOURCES, Facility, Technique
from leaps.optimise.dark import DarkPeriod, Demand, Horizon, Served, Supply, calendar, serve
from leaps.record import queries as record_queries
from leaps.roadmaps import planning, queries
from leaps.roadmaps.types import Plan

QUARTER: Final = 3
MOST_MISSED: Final = 3
LIMITS: Final[Mapping[str, tuple[int, int]]] = {"share": (1, 100), "guests": (0, 100), "worth": (0, 100)}
COLUMNS: Final = ("community", "country", "quarter", "asked", "at_home_percent", "as_guests_percent", "unmet_percent", "unmet_as_published_percent")


@dataclass(frozen=True, slots=True)
class Assumed:
    """In per cent: what is asked of all that is offered, what a facility may give to guests, what an hour as a guest is worth."""

    share: int = 90
    guests: int = 20
    worth: int = 100


@dataclass(frozen=True, slots=True)
class Community:
    """The users of a country's facilities. Shares of what they ask, by quarter; `asked` and `missed` in instrument-months of all months."""

    country: str
    name: str
    instruments: int
    asked: float
    missed: float
    missed_as_published: float
    unmet: tuple[float, ...]
    unmet_as_published: tuple[float, ...]
    at_home: tuple[float, ...]
    as_guests: tuple[float, ...]
    techniques: tuple[str, ...]

    @property
    def worst(self) -> int:
        """The first of the quarters that miss most."""
        return self.unmet.index(max(self.unmet))


@dataclass(frozen=True, slots=True)
class Host:
    """What a facility gives to guests, in instrument-months of all months."""

    facility: str
    name: str
    given: float


@dataclass(frozen=True, slots=True)
class Answer:
    """Those who miss most first; the hosts that give most first."""

    communities: tuple[Community, ...]
    hosts: tuple[Host, ...]

    @property
    def missed(self) -> float:
        """What all together miss, in instrument-months."""
        return sum(one.missed for one in self.communities)

    @property
    def missed_as_published(self) -> float:
        """The same by the published dates."""
        return sum(one.missed_as_published for one in self.communities)


@lru_cache(maxsize=2)
def _places(_revision: int) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """Country and short name of each light source, and the labels of techniques."""
    rows = Facility.objects.filter(kind__in=LIGHT_SOURCES).values_list("slug", "country", "short_name")
    return {slug: (country or "", name) for slug, country, name in rows}, dict(Technique.objects.values_list("panet_id", "label"))


def demand_of(supply: Supply, countries: Sequence[str], assumed: Assumed, months: int) -> Demand:
    """The demand that is assumed: each country a community and a region, in the order in which countries first stand."""
    names = list(dict.fromkeys(countries))
    region = np.array([names.index(one) for one in countries], dtype=np.int64)
    hours = np.zeros((len(supply.techniques), len(names)))
    np.add.at(hours.T, region, supply.usable)
    return Demand(
        tuple(names), np.repeat((assumed.share / 100 * hours)[:, :, None], months, axis=2), region, np.arange(len(names), dtype=np.int64),
        np.full(len(countries), assumed.guests / 100), np.full(len(names), assumed.worth / 100),
    )  # fmt: skip


def answer(first: dt.date, plans: Sequence[Plan], more: Sequence[tuple[str, dt.date, dt.date]], assumed: Assumed) -> Answer:
    """Who misses what with the dates of the plans as they are tried, beside the published ones; empty without a light source."""
    revision = record_queries.current_revision()
    supply = planning.offered(revision)
    homes, labels = _places(revision)
    if not supply.facilities or not supply.techniques:
        return Answer((), ())
    horizon = Horizon(first, queries.MONTHS)
    demand = demand_of(supply, [homes[slug][0] for slug in supply.facilities], assumed, horizon.months)
    tried = _served(supply, demand, horizon, [(plan.facility, plan.start, plan.end) for plan in plans] + [one for one in more if one[0] in homes])
    published = _served(supply, demand, horizon, [(plan.facility, plan.published_start, plan.published_end) for plan in plans])
    counts = dict(zip(supply.facilities, supply.instruments.tolist(), strict=True))
    found = []
    for place, country in enumerate(demand.communities):
        asked = _quarters(demand.hours[:, place].sum(axis=0))
        missed = tried.unmet[:, place].sum(axis=1)
        most = [row for row in np.argsort(-missed, kind="stable")[:MOST_MISSED] if missed[row] > 1e-9]
        found.append(
            Community(
                country, places.country_name(country), sum(int(counts[slug]) for slug in supply.facilities if homes[slug][0] == country),
                float(demand.hours[:, place].sum()), float(missed.sum()), float(published.unmet[:, place].sum()),
                _shares(tried.unmet[:, place], asked), _shares(published.unmet[:, place], asked), _shares(tried.home[:, place], asked),
                _shares(tried.guest[:, place], asked), tuple(labels[supply.techniques[row]] for row in most),
            )
        )  # fmt: skip
    hosts = [Host(slug, homes[slug][1], float(given)) for slug, given in zip(supply.facilities, tried.guest_hours.sum(axis=1), strict=True) if given > 1e-9]
    return Answer(
        tuple(sorted((one for one in found if one.asked), key=lambda one: (-one.missed, one.name.casefold()))),
        tuple(sorted(hosts, key=lambda one: (-one.given, one.name.casefold()))),
    )


def _served(supply: Supply, demand: Demand, horizon: Horizon, periods: Sequence[tuple[str, dt.date, dt.date]]) -> Served:
    return serve(supply, calendar(supply.facilities, [DarkPeriod(*one) for one in periods], horizon), demand)


def _quarters(months: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    return np.asarray(months.reshape(-1, QUARTER).sum(axis=1))


def _shares(hours: "np.ndarray[Any, Any]", asked: "np.ndarray[Any, Any]") -> tuple[float, ...]:
    """Of what is asked in each quarter; 0 where nothing is."""
    met = _quarters(hours.sum(axis=0))
    return tuple(np.divide(met, asked, out=np.zeros_like(met), where=asked > 0).tolist())


def records(found: Answer, quarters: Sequence[str]) -> list[dict[str, Any]]:
    """One line for each community and quarter."""
    return [
        {
            "community": one.name, "country": one.country, "quarter": name, "asked": round(one.asked / len(quarters), 2),
            "at_home_percent": round(100 * one.at_home[place], 1), "as_guests_percent": round(100 * one.as_guests[place], 1),
            "unmet_percent": round(100 * one.unmet[place], 1), "unmet_as_published_percent": round(100 * one.unmet_as_published[place], 1),
        }
        for one in found.communities
        for place, name in enumerate(quarters)
    ]  # fmt: skip
