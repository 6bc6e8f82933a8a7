"""A small league in plain Python: proposals and visits by hand or by chance, and every public count and share of them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from leaps.indicators.computed import registry, release
from leaps.indicators.computed.release import Cell

PERSONAL = ("country", "sector", "gender", "career_stage")
WAYS: Mapping[str, Callable[[Any], bool]] = {
    "ACC-07": lambda v: True, "ACC-08": lambda v: v["mode"] == "onsite", "ACC-09": lambda v: v["mode"] != "onsite",
}  # fmt: skip


@dataclass
class League:
    """Records as dictionaries; `hosts` are the facilities with the country each lies in."""

    hosts: Mapping[str, str]
    visits: list[dict[str, Any]] = field(default_factory=list)
    proposals: list[dict[str, Any]] = field(default_factory=list)
    sales: list[dict[str, Any]] = field(default_factory=list)
    own: frozenset[str] = frozenset()

    def public(self) -> dict[str, list[Cell]]:
        """All cells that are released, small or not."""
        year: dict[str, list[Cell]] = {}
        ones = registry.all_indicators()
        for code in ("ACC-01", "ACC-02"):
            rows = [p for p in self.proposals if code == "ACC-01" or p["accepted"]]
            year[code] = list(_cells(rows, ones[code].dims, len))
        year["ACC-03"] = list(_shares([p for p in self.proposals if not p["withdrawn"]], ones["ACC-03"].dims, lambda p: p["accepted"]))
        for code, counts in WAYS.items():
            year[code] = list(_cells([v for v in self.visits if counts(v)], ones[code].dims, len))
        stages = {"ACC-10": None, "PPL-05": ("bachelor_master", "phd", "postdoc"), "PPL-02": ("phd",)}
        for code, chosen in stages.items():
            rows = [v for v in self.visits if chosen is None or v["career_stage"] in chosen]
            year[code] = list(_cells(rows, ones[code].dims, lambda group: len({v["who"] for v in group})))
        year["ACC-16"] = list(_cells(self.visits, ones["ACC-16"].dims, lambda group: len({v["institution"] for v in group})))
        year["ACC-11"] = [Cell(c.facility, "", "", c.value) for c in year["ACC-10"] if not c.dimension]
        persons = list({(v["facility"], v["who"]): v for v in self.visits}.values())
        year["ACC-13"] = list(_shares([p for p in persons if p["country"]], (), lambda p: p["country"] != self.hosts[p["facility"]]))
        year["PPL-04"] = list(_shares([p for p in persons if p["gender"] != "not_stated"], (), lambda p: p["gender"] == "woman"))
        shared = [p for p in persons if p["facility"] not in self.own]
        year["ACC-19"] = list(_several(shared))
        year["IND-01"] = list(_cells(self.sales, ("country",), lambda group: len({c["party"] for c in group})))
        year["IND-02"] = list(_cells(self.sales, ("country",), lambda group: sum(c["amount"] for c in group)))
        year["PPL-06"] = list(_diversity([v for v in self.visits if v["country"]]))
        year["ACC-10"] = [replace(c, unshared=(c.value or 0.0) * (c.facility in self.own)) for c in year["ACC-10"]]
        return {code: [c for c in cells if release.is_public(ones[code], c)] for code, cells in year.items() if cells}


def _groups(rows: Iterable[Mapping[str, Any]], dims: Sequence[str]) -> dict[tuple[str, str, str], list[Any]]:
    found: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for row in rows:
        for facility in ("", row["facility"]):
            found[facility, "", ""].append(row)
            for dim in dims:
                found[facility, dim, row[dim]].append(row)
    return found


def _cells(rows: Iterable[Mapping[str, Any]], dims: Sequence[str], value: Callable[[list[Any]], float]) -> Iterable[Cell]:
    for place, group in _groups(rows, dims).items():
        yield Cell(*place, float(value(group)), None, float(value(group)))


def _shares(rows: Iterable[Mapping[str, Any]], dims: Sequence[str], counts: Callable[[Any], bool]) -> Iterable[Cell]:
    for place, group in _groups(rows, dims).items():
        top = float(sum(counts(row) for row in group))
        yield Cell(*place, 100 * top / len(group), float(len(group)), top)


def _several(persons: Iterable[Mapping[str, Any]]) -> Iterable[Cell]:
    places = Counter(p["who"] for p in persons)
    if places:
        top = float(sum(n >= 2 for n in places.values()))
        yield Cell("", "", "", 100 * top / len(places), float(len(places)), top)


def _diversity(rows: Iterable[Mapping[str, Any]]) -> Iterable[Cell]:
    for place, group in _groups(rows, ()).items():
        p = np.array(list(Counter(v["country"] for v in group).values())) / len(group)
        found = float(np.exp(-(p * np.log(p)).sum()))
        yield Cell(*place, found, float(len(group)), found)


def drawn(seed: int, *, hosts: Mapping[str, str], people: int, visits: int, proposals: int, countries: Sequence[str]) -> League:
    """A league by chance in which most cells are small: the first countries are common, the others rare."""
    draw = np.random.default_rng(seed)
    weights = 1.0 / np.arange(1, len(countries) + 1) ** 2
    names = list(hosts)

    def country() -> str:
        return str(draw.choice(countries, p=weights / weights.sum()))

    crowd = [
        {
            "number": n, "country": country() if draw.random() < 0.97 else "", "gender": str(draw.choice(["woman", "man", "other", "not_stated"], p=[0.4, 0.5, 0.03, 0.07])),
            "sector": str(draw.choice(["university", "rto", "company", "sme", "hospital", ""], p=[0.6, 0.25, 0.05, 0.04, 0.04, 0.02])),
            "career_stage": str(draw.choice(["bachelor_master", "phd", "postdoc", "senior", "technician", "not_stated"], p=[0.06, 0.33, 0.24, 0.31, 0.02, 0.04])),
            "home": str(draw.choice(names)), "moves": draw.random() < 0.4, "institution": int(draw.integers(0, people)),
        }
        for n in range(people)
    ]  # fmt: skip
    own = frozenset(names[-1:]) if draw.random() < 0.5 else frozenset()  # the last facility may keep its keys to itself
    made = League(hosts, own=own)
    moods: dict[tuple[str, int], dict[str, Any]] = {}
    for session in range(visits):
        one = crowd[int(draw.integers(0, people))]
        place = str(draw.choice(names)) if one["moves"] else one["home"]
        who = f"{place}:{one['number']}" if place in own else str(one["number"])
        # Now and then somebody is known otherwise at another facility.
        seen = moods.setdefault((place, one["number"]), one | ({"country": country(), "career_stage": "postdoc"} if draw.random() < 0.1 else {}))
        made.visits.append(
            {"facility": place, "who": who, "session": session, "mode": str(draw.choice(["onsite", "remote", "mail_in"], p=[0.8, 0.15, 0.05])), "institution": seen["institution"]}
            | {name: seen[name] for name in PERSONAL}
        )  # fmt: skip
    for _n in range(proposals):
        state = str(draw.choice(["accepted", "rejected", "withdrawn"], p=[0.5, 0.45, 0.05]))
        made.proposals.append(
            {
                "facility": str(draw.choice(names)), "accepted": state == "accepted", "withdrawn": state == "withdrawn", "call": str(draw.choice(["I", "II", ""])),
                "access_route": str(draw.choice(["peer_review", "rapid", "proprietary"], p=[0.8, 0.15, 0.05])), "country": country(),
                "science_field": str(draw.choice(["chemistry", "physics", "life"])),
            }
        )  # fmt: skip
    for n in range(proposals // 3):
        made.sales.append({"facility": str(draw.choice(names)), "party": int(draw.integers(0, 12)), "country": country(), "amount": 1000.0 + n})
    return made
