"""A synthetic league: raw records that look like those of real facilities and are none.

For the trial, the tests and the measurements. Totals follow what facilities publish where the caller
knows it (user hours, visits, instruments); everything else is drawn from a seeded generator. The rows
never enter a published figure: whoever loads them marks the return as synthetic.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from leaps.indicators.raw import records as raw

if TYPE_CHECKING:
    import pyarrow as pa

COUNTRIES: Final = (
    "DE", "FR", "GB", "IT", "ES", "CH", "SE", "DK", "PL", "NL", "AT", "BE", "CZ", "FI", "PT", "GR", "HU", "SI",
    "RO", "IE", "NO", "HR", "EE", "LT", "LV", "BG", "SK", "TR", "IL", "US", "JP", "CN",
)  # fmt: skip
FIELDS: Final = ("chemistry", "physics", "materials", "life sciences", "earth science", "cultural heritage")
SUBSYSTEMS: Final = ("rf", "power supplies", "vacuum", "mains", "controls", "magnets", "cooling")
HOME_SHARE: Final = 0.5
SEVERAL_SOURCES: Final = 0.555
"""Share of European light-source users who use more than one source, as CALIPSOplus found it."""
_PUBLIC_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class SyntheticFacility:
    """What the generator is told about a facility. `dark` are (year, month) without users."""

    slug: str
    country: str
    instruments: tuple[str, ...]
    user_h: float = 5000.0
    visits: int = 4000
    currency: str = "EUR"
    shares_keys: bool = True
    dark: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of one kind of record that a facility returns for a year."""

    record: str
    facility: str
    year: int
    rows: "pa.Table"


def league(
    facilities: Sequence[SyntheticFacility], years: Sequence[int], *, scale: float = 1.0, seed: int = 1, only: str = ""
) -> Iterator[Batch]:
    """The raw records of a whole league, facility by facility and year by year.

    `scale` multiplies the number of visits, sessions, proposals and papers; hours stay as they are.
    The same arguments give the same rows; `only` picks one facility of the league, with the rows it has in it.
    """
    pool = _People(facilities, scale, seed)
    for place, facility in enumerate(facilities):
        if only and facility.slug != only:
            continue
        for year in years:
            yield from _Year(facility, place, year, scale, seed, pool).batches()


class _People:
    """Everybody who may visit, each with one home facility and perhaps a second one."""

    def __init__(self, facilities: Sequence[SyntheticFacility], scale: float, seed: int) -> None:
        draw = np.random.default_rng([seed, 7])
        wanted = np.array([max(30, int(f.visits * scale / 2.6)) for f in facilities])
        home = np.repeat(np.arange(len(facilities)), wanted)
        n = len(home)
        other = draw.integers(0, len(facilities), n)
        moves = draw.random(n) < SEVERAL_SOURCES
        self.members = [np.flatnonzero((home == i) | (moves & (other == i))) for i in range(len(facilities))]
        host = np.array(
            [max(0, COUNTRIES.index(f.country)) if f.country in COUNTRIES else 0 for f in facilities]
        )
        abroad = draw.choice(len(COUNTRIES), n, p=_weights(len(COUNTRIES)))
        self.country = np.where(draw.random(n) < HOME_SHARE, host[home], abroad)
        self.gender = draw.choice(4, n, p=[0.31, 0.6, 0.01, 0.08])
        self.stage = draw.choice(6, n, p=[0.06, 0.33, 0.24, 0.31, 0.02, 0.04])
        self.sector = draw.choice(6, n, p=[0.62, 0.26, 0.03, 0.03, 0.03, 0.03])
        self.institution = draw.integers(0, 1200, n)


def _weights(n: int) -> npt.NDArray[np.float64]:
    weight = 1.0 / np.arange(1, n + 1)
    return np.asarray(weight / weight.sum())


def _key(prefix: str, numbers: npt.NDArray[np.int64]) -> list[str]:
    return [blake2b(f"{prefix}{i}".encode(), digest_size=12).hexdigest() for i in numbers.tolist()]


def _micro(moment: dt.datetime) -> int:
    return int((moment - _PUBLIC_EPOCH).total_seconds() * 1_000_000)


class _Year:
    """One facility in one year."""

    def __init__(
        self, facility: SyntheticFacility, place: int, year: int, scale: float, seed: int, pool: _People
    ) -> None:
        self.f, self.place, self.year, self.scale, self.pool = facility, place, year, scale, pool
        self.draw = np.random.default_rng([seed, place, year])
        self.open_months = [m for m in range(1, 13) if (year, m) not in facility.dark]
        self.share = len(self.open_months) / 12.0

    def batches(self) -> Iterator[Batch]:
        """Every record that has rows."""
        yield self._batch("run_plan", self._run_plan())
        yield self._batch("outage", self._outages())
        yield self._batch("instrument_period", self._instruments())
        sessions = self._sessions()
        yield self._batch("proposal", self._proposals())
        yield self._batch("session", sessions)
        visits, people = self._visits(len(sessions["session_id"]))
        yield self._batch("person", people)
        yield self._batch("visit", visits)
        yield self._batch("publication", self._publications())
        yield self._batch("dataset", self._datasets())
        yield self._batch("contract", self._contracts())
        yield self._batch("event", self._events())
        yield self._batch("energy", self._energy())
        yield self._batch("budget", self._budget())
        yield self._batch("staff", self._staff())

    def _batch(self, name: str, columns: dict[str, Any]) -> Batch:
        import pyarrow as pa

        schema = raw.record(name).arrow()
        n = len(next(iter(columns.values())))
        columns = {"facility": [self.f.slug] * n, "year": np.full(n, self.year), **columns}
        arrays = []
        for field in schema:
            given = columns.get(field.name)
            arrays.append(
                pa.nulls(n, field.type)
                if given is None
                else pa.array(given, type=field.type, from_pandas=True)
            )
        return Batch(name, self.f.slug, self.year, pa.Table.from_arrays(arrays, schema=schema))

    def _moments(self, hours: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        return np.asarray(
            _micro(dt.datetime(self.year, 1, 1, tzinfo=dt.UTC)) + (hours * 3600).astype(np.int64) * 1_000_000
        )

    def _run_plan(self) -> dict[str, Any]:
        """Each open month: user time, then reserve, commissioning, machine; the rest is shutdown."""
        starts: list[float] = []
        ends: list[float] = []
        modes: list[str] = []
        per_month = self.f.user_h / 12.0
        clock = 0.0
        for month in range(1, 13):
            length = 24.0 * (
                (dt.date(self.year + month // 12, month % 12 + 1, 1) - dt.date(self.year, month, 1)).days
            )
            if month in self.open_months:
                user = min(per_month, length * 0.8)
                cuts = [
                    ("user", user),
                    ("user_reserve", user * 0.03),
                    ("beamline_commissioning", 24.0),
                    ("machine", 48.0),
                ]
            else:
                cuts = []
            used = 0.0
            for mode, hours in cuts:
                starts.append(clock + used)
                used += round(hours)
                ends.append(clock + used)
                modes.append(mode)
            starts.append(clock + used)
            ends.append(clock + length)
            modes.append("shutdown")
            clock += length
        return {
            "starts_at": self._moments(np.array(starts)),
            "ends_at": self._moments(np.array(ends)),
            "mode": modes,
        }

    def _outages(self) -> dict[str, Any]:
        draw = self.draw
        n = int(draw.poisson(90 * self.share))
        # To the minute, as an operator logs it; at most one outage of a class begins in a minute.
        minutes = np.unique(draw.integers(0, 364 * 24 * 60, n))
        kinds = draw.choice(
            len(raw.OUTAGE_CLASSES), len(minutes), p=[0.4, 0.15, 0.1, 0.1, 0.08, 0.07, 0.05, 0.05]
        )
        length = np.maximum(1, draw.gamma(1.2, 40, len(minutes))).astype(int)
        return {
            "starts_at": self._moments(minutes / 60.0),
            "ends_at": self._moments((minutes + length) / 60.0),
            "outage_class": np.array(raw.OUTAGE_CLASSES)[kinds],
            "subsystem": np.array(SUBSYSTEMS)[draw.choice(len(SUBSYSTEMS), len(minutes))],
        }

    def _instruments(self) -> dict[str, Any]:
        names = np.repeat(self.f.instruments, 12)
        months = np.tile(np.arange(1, 13), len(self.f.instruments))
        is_open = np.isin(months, self.open_months)
        opened = np.where(is_open, np.where(self.draw.random(len(names)) < 0.04, 0.5, 1.0), 0.0)
        offered = np.round(opened * self.f.user_h / 12.0, 1)
        return {
            "instrument": names, "month": months, "fraction_open": opened, "offered_h": offered,
            "delivered_h": np.round(offered * self.draw.uniform(0.93, 0.995, len(names)), 1),
        }  # fmt: skip

    def _routes(self, n: int) -> npt.NDArray[Any]:
        return np.array(raw.ACCESS_ROUTES)[
            self.draw.choice(8, n, p=[0.6, 0.05, 0.08, 0.06, 0.05, 0.12, 0.02, 0.02])
        ]

    def _proposals(self) -> dict[str, Any]:
        draw = self.draw
        n = max(4, int(self.f.visits * self.scale * self.share / 4.0))
        hours = np.sort(draw.uniform(0, 8600, n))
        accepted = draw.random(n) < 0.52
        withdrawn = draw.random(n) < 0.02
        shifts = draw.integers(3, 22, n)
        decision = np.where(withdrawn, "withdrawn", np.where(accepted, "accepted", "rejected"))
        return {
            "proposal_id": [f"{self.year}-{i:06d}" for i in range(n)],
            "call": np.where(hours < 4300, f"{self.year}-I", f"{self.year}-II"),
            "access_route": self._routes(n),
            "submitted_at": self._moments(hours),
            "pi_country": np.array(COUNTRIES)[draw.choice(len(COUNTRIES), n, p=_weights(len(COUNTRIES)))],
            "instruments": [
                [self.f.instruments[i]] for i in draw.integers(0, len(self.f.instruments), n).tolist()
            ],
            "science_field": np.array(FIELDS)[draw.choice(len(FIELDS), n)],
            "requested_h": shifts * 8.0,
            "awarded_h": np.where(
                decision == "accepted", np.maximum(1, shifts - draw.integers(0, 6, n)) * 8.0, 0.0
            ),
            "shift_h": np.full(n, 8.0),
            "decision": decision,
            "decided_at": self._moments(hours + 60 * 24.0),
        }

    def _sessions(self) -> dict[str, Any]:
        draw = self.draw
        n = max(4, int(self.f.visits * self.scale * self.share / 3.4)) if self.open_months else 0
        proposals = max(4, int(self.f.visits * self.scale * self.share / 4.0))
        starts = np.floor(draw.uniform(0, 8600, n))
        length = draw.integers(1, 19, n) * 8.0
        # Proposals are numbered as they come in: an experiment answers one of at least two months before.
        asked = np.floor(draw.random(n) * proposals * np.clip((starts - 1500.0) / 8600.0, 0.0, 1.0)).astype(int)
        return {
            "session_id": [f"{self.f.slug}-{self.year}-{i:07d}" for i in range(n)],
            "proposal_id": [f"{self.year}-{i:06d}" for i in asked.tolist()],
            "instrument": np.array(self.f.instruments)[draw.integers(0, len(self.f.instruments), n)],
            "access_route": self._routes(n),
            "starts_at": self._moments(starts),
            "ends_at": self._moments(starts + length),
            "awarded_h": length,
            "delivered_h": np.round(length * draw.uniform(0.85, 1.0, n), 1),
        }

    def _visits(self, sessions: int) -> tuple[dict[str, Any], dict[str, Any]]:
        draw, pool = self.draw, self.pool
        members = pool.members[self.place]
        if not sessions:
            return {"session_id": [], "person_key": [], "mode": []}, {"person_key": [], "league_key": []}
        number = np.repeat(np.arange(sessions), draw.integers(1, 7, sessions))
        who = members[draw.integers(0, len(members), len(number))]
        pair = np.unique(number * np.int64(2**32) + who)
        number, who = pair // 2**32, pair % 2**32
        people, at = np.unique(who, return_inverse=True)
        keys = np.array(_key("league-" if self.f.shares_keys else f"{self.f.slug}-", people))
        visits = {
            "session_id": [f"{self.f.slug}-{self.year}-{i:07d}" for i in number.tolist()],
            "person_key": keys[at],
            "mode": np.array(raw.MODES)[draw.choice(3, len(who), p=[0.78, 0.16, 0.06])],
        }
        persons = {
            "person_key": keys,
            "league_key": np.full(len(people), self.f.shares_keys),
            "institution_ror": [f"https://ror.org/synthetic{i}" for i in pool.institution[people].tolist()],
            "country": np.array(COUNTRIES)[pool.country[people]],
            "sector": np.array(raw.SECTORS)[pool.sector[people]],
            "gender": np.array(raw.GENDERS)[pool.gender[people]],
            "career_stage": np.array(raw.CAREER_STAGES)[pool.stage[people]],
        }
        return visits, persons

    def _publications(self) -> dict[str, Any]:
        draw = self.draw
        n = max(3, int(self.f.visits * self.scale * 0.22))
        # A tenth of the papers comes from a common stock: data of two facilities in one paper.
        common = np.unique(draw.integers(0, max(10, int(400 * self.scale)), max(1, n // 10)))
        own = n - len(common)
        dois = [f"10.99999/common.{self.year}.{i}" for i in common.tolist()]
        dois += [f"10.99999/{self.f.slug}.{self.year}.{i}" for i in range(own)]
        n = len(dois)
        names = self.f.instruments
        return {
            "doi": dois,
            "kind": np.array(("user", "in_house", "industry"))[draw.choice(3, n, p=[0.85, 0.12, 0.03])],
            "instruments": [
                [names[i]] if i % 5 else [names[i], names[(i + 1) % len(names)]]
                for i in draw.integers(0, len(names), n).tolist()
            ],
            "science_field": np.array(FIELDS)[draw.choice(len(FIELDS), n)],
            "open_access": draw.random(n) < 0.7,
            "with_industry": draw.random(n) < 0.06,
            "top_ten_percent": draw.random(n) < 0.17,
        }

    def _datasets(self) -> dict[str, Any]:
        draw = self.draw
        n = max(3, int(60 * self.scale))
        archives = np.where(draw.random(n) < 0.4, "PDB", "facility")
        opened = draw.random(n) < 0.5
        return {
            "dataset_id": [f"{self.year}-{i}" for i in range(n)],
            "archive": archives,
            "instrument": np.array(self.f.instruments)[draw.integers(0, len(self.f.instruments), n)],
            "doi": [
                f"10.99999/{self.f.slug}.data.{self.year}.{i}" if o else None
                for i, o in enumerate(opened.tolist())
            ],
            "size_tb": np.round(draw.lognormal(1.5, 1.0, n), 3),
            "released_on": [dt.date(self.year, 6, 30) if o else None for o in opened.tolist()],
            "external_downloads": draw.poisson(2, n),
        }

    def _contracts(self) -> dict[str, Any]:
        draw = self.draw
        n = max(5, int(80 * min(1.0, self.scale + 0.2)))
        sale = draw.random(n) < 0.3
        companies = draw.integers(0, 300, n)
        return {
            "contract_id": [f"{self.year}-{i}" for i in range(n)],
            "kind": np.where(sale, "sale", "purchase"),
            "party_key": _key("company-", companies),
            "country": np.array(COUNTRIES)[companies % 12],
            # As in real order books the trade is seldom written down, and what was bought often is.
            "nace": np.array(("C26.51", "C28", "F41.2", None, None, None))[companies % 6],
            "cpv": np.array((None, "42122000", None, "73100000", None, None, None))[companies % 7],
            "subject": np.array(("beam position monitor electronics", "turbomolecular pumps", None, None, "control system programming", "mains electricity", None, "metal flanges", "catering", None, None))[companies % 11],
            "amount": np.round(draw.lognormal(10.5, 1.0, n), 2),
            "currency": [self.f.currency] * n,
            "price_year": np.full(n, self.year),
        }

    def _events(self) -> dict[str, Any]:
        draw = self.draw
        n = 24
        audience = np.array(raw.AUDIENCES)[np.arange(n) % len(raw.AUDIENCES)]
        people = draw.integers(8, 400, n)
        return {
            "event_id": [f"{self.year}-{i}" for i in range(n)],
            "kind": np.where(
                np.isin(audience, ["student", "user"]),
                "training",
                np.where(audience == "scientific", "conference", "visit"),
            ),
            "audience": audience,
            "participants": people,
            "participants_abroad": people // 3,
            "hours": draw.integers(2, 40, n).astype(float),
            "starts_on": [dt.date(self.year, 1 + i % 12, 10) for i in range(n)],
        }

    def _energy(self) -> dict[str, Any]:
        months = np.arange(1, 13)
        level = np.where(np.isin(months, self.open_months), 1.0, 0.35)
        used = np.round(len(self.f.instruments) * 1.4e5 * level * self.draw.uniform(0.9, 1.1, 12))
        return {
            "meter": ["main"] * 12 + ["heat"] * 12,
            "month": np.tile(months, 2),
            "carrier": ["electricity"] * 12 + ["heat"] * 12,
            "direction": ["bought"] * 12 + ["sold"] * 12,
            "energy_kwh": np.concatenate([used, np.round(used * 0.08)]),
            "emission_kg_per_kwh": np.concatenate([np.full(12, 0.2), np.full(12, np.nan)]),
        }

    def _budget(self) -> dict[str, Any]:
        whole = round(len(self.f.instruments) * 1.9e6 * float(self.draw.uniform(0.95, 1.05)), 2)
        lines = (
            ("operation", "operation", "core", whole), ("capital", "capital", "core", whole * 0.3),
            ("grant", "revenue", "core", whole * 1.1), ("projects", "revenue", "external", whole * 0.12),
            ("industry", "revenue", "commercial", whole * 0.02),
        )  # fmt: skip
        return {
            "line": [x[0] for x in lines], "kind": [x[1] for x in lines], "source": [x[2] for x in lines],
            "amount": [x[3] for x in lines], "currency": [self.f.currency] * 5, "price_year": [self.year] * 5,
        }  # fmt: skip

    def _staff(self) -> dict[str, Any]:
        rows = [
            (c, g)
            for c in ("scientist", "engineer", "technician", "administration", "phd")
            for g in ("woman", "man", "not_stated")
        ]
        heads = [
            int(self.draw.integers(2, 6) if g == "not_stated" else self.draw.integers(8, 90))
            for _c, g in rows
        ]
        return {
            "category": [c for c, _g in rows], "gender": [g for _c, g in rows], "nuts2": [f"{self.f.country}10"] * len(rows),
            "fte": [h * 0.92 for h in heads], "heads": heads,
        }  # fmt: skip
