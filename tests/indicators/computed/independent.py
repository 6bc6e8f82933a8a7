"""Every indicator once more, in plain SQL and plain Python, written from its rule and not from its code.

Each text asks the raw records for `n` (a sum or a count), for `n` and `d` (a ratio), or for `value`. `{by}`
stands for the columns it is grouped by, `facility, year` and perhaps a dimension, or the same without the
facility for the league. DuckDB's GROUP BY ALL groups by whatever is not added up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

VIEWS = """
CREATE VIEW proposals AS
    SELECT *, pi_country AS country, coalesce(shift_h, 8) AS shift,
           decision IN ('accepted', 'accepted_in_part') AS accepted,
           decision IN ('withdrawn', 'pending') AS undecided
    FROM proposal;
-- A key of the facility's own says nothing about the same key elsewhere, so it is taken with its facility.
CREATE VIEW visits AS
    SELECT visit.facility, visit.year, session_id, mode, country, sector, institution_ror, league_key,
           coalesce(gender, 'not_stated') AS gender, coalesce(career_stage, 'not_stated') AS career_stage,
           CASE WHEN coalesce(league_key, false) THEN person_key ELSE facility || ' ' || person_key END AS who
    FROM visit LEFT JOIN person USING (facility, year, person_key);
CREATE VIEW users AS -- each person once for each facility and year
    SELECT DISTINCT facility, year, who, country, gender, league_key FROM visits;
CREATE VIEW papers AS -- each line with the number of facilities its paper has data of
    SELECT *, lower(doi) AS paper, count(*) OVER (PARTITION BY year, lower(doi)) AS facilities FROM publication;
CREATE VIEW power AS
    SELECT *, CASE direction WHEN 'sold' THEN -energy_kwh ELSE energy_kwh END AS used_kwh FROM energy WHERE carrier = 'electricity';
"""

EXTERNAL = "('peer_review', 'rapid', 'long_term', 'transnational')"

SQL: Mapping[str, str] = {
    "ACC-01": "SELECT {by}, count(*) AS n FROM proposals GROUP BY ALL",
    "ACC-02": "SELECT {by}, count(*) AS n FROM proposals WHERE accepted GROUP BY ALL",
    "ACC-03": "SELECT {by}, count_if(accepted) AS n, count(*) AS d FROM proposals WHERE NOT undecided GROUP BY ALL",
    "ACC-04": "SELECT {by}, sum(requested_h / shift) AS n FROM proposals WHERE requested_h IS NOT NULL GROUP BY ALL",
    "ACC-05": "SELECT {by}, sum(awarded_h / shift) AS n FROM proposals WHERE awarded_h IS NOT NULL GROUP BY ALL",
    # A facility-year needs both sides to enter a ratio of two records, here and below.
    "ACC-06": """
        WITH asked AS (SELECT facility, year, sum(requested_h) AS n FROM proposals GROUP BY ALL),
             offered AS (SELECT facility, year, sum(offered_h) AS d FROM instrument_period GROUP BY ALL)
        SELECT {by}, sum(n) AS n, sum(d) AS d FROM asked JOIN offered USING (facility, year) GROUP BY ALL""",
    "ACC-07": "SELECT {by}, count(*) AS n FROM visits GROUP BY ALL",
    "ACC-08": "SELECT {by}, count(*) AS n FROM visits WHERE mode = 'onsite' GROUP BY ALL",
    "ACC-09": "SELECT {by}, count(*) AS n FROM visits WHERE mode IN ('remote', 'mail_in') GROUP BY ALL",
    "ACC-10": "SELECT {by}, count(DISTINCT who) AS n FROM visits GROUP BY ALL",
    # For each year with visits: everybody seen up to then.
    "ACC-11": """
        WITH years AS (SELECT DISTINCT {by} FROM visits)
        SELECT {by}, (SELECT count(DISTINCT who) FROM visits AS v WHERE v.year <= y.year AND {same}) AS n FROM years AS y""",
    "ACC-12": "SELECT {by}, count(DISTINCT country) AS n FROM visits GROUP BY ALL",
    # Abroad is seen from each facility, so the league adds up the persons of each; some lie in no one country.
    "ACC-13": """
        SELECT {by}, count_if(country <> host_country) AS n, count(*) AS d
        FROM users JOIN host USING (facility) WHERE country IS NOT NULL AND host_country IS NOT NULL GROUP BY ALL""",
    "ACC-14": "SELECT {by}, sum(fraction_open) / 12 AS n FROM instrument_period GROUP BY ALL",
    "ACC-15": "SELECT {by}, count(*) AS n FROM session WHERE delivered_h > 0 GROUP BY ALL",
    "ACC-16": "SELECT {by}, count(DISTINCT institution_ror) AS n FROM visits WHERE institution_ror IS NOT NULL GROUP BY ALL",
    "ACC-17": f"""
        SELECT {{by}}, sum(CASE WHEN access_route IN {EXTERNAL} THEN delivered_h ELSE 0 END) AS n, sum(delivered_h) AS d
        FROM session GROUP BY ALL""",
    "ACC-18": "SELECT {by}, sum(requested_h) AS n FROM proposals WHERE requested_h IS NOT NULL GROUP BY ALL",
    "ACC-19": """
        WITH each AS (SELECT {by}, who, count(DISTINCT facility) AS k FROM visits WHERE league_key GROUP BY ALL)
        SELECT {by}, count_if(k >= 2) AS n, count(*) AS d FROM each GROUP BY ALL""",
    "ACC-20": """
        WITH first AS (SELECT facility, proposal_id, min(starts_at) AS light FROM session GROUP BY ALL)
        SELECT {by}, median(epoch(light) - epoch(submitted_at)) / 86400 AS value
        FROM proposals JOIN first USING (facility, proposal_id) GROUP BY ALL""",
    "SCI-01": "SELECT {by}, count(DISTINCT paper) AS n FROM papers GROUP BY ALL",
    "SCI-02": """
        WITH years AS (SELECT DISTINCT {by} FROM papers)
        SELECT {by}, (SELECT count(DISTINCT paper) FROM papers AS v WHERE v.year <= y.year AND {same}) AS n FROM years AS y""",
    # Shared by the facilities that know its standing, so that each such paper weighs one.
    "SCI-03": """
        WITH known AS (SELECT *, 1 / count(*) OVER (PARTITION BY year, paper) AS w FROM papers WHERE top_ten_percent IS NOT NULL)
        SELECT {by}, sum(CASE WHEN top_ten_percent THEN w ELSE 0 END) AS n, sum(w) AS d FROM known GROUP BY ALL""",
    "SCI-05": "SELECT {by}, count(*) AS n FROM dataset WHERE archive = 'PDB' GROUP BY ALL",
    "SCI-06": "SELECT {by}, sum(1 / facilities) AS n FROM papers GROUP BY ALL",
    "SCI-07": "SELECT {by}, sum(size_tb) AS n FROM dataset GROUP BY ALL",
    "SCI-08": """
        SELECT {by}, count_if(len(list_distinct(instruments)) >= 2) AS n, count(*) AS d
        FROM papers WHERE len(instruments) > 0 GROUP BY ALL""",
    "SCI-09": "SELECT {by}, count(*) AS n FROM dataset WHERE doi IS NOT NULL AND released_on IS NOT NULL GROUP BY ALL",
    "IND-01": "SELECT {by}, count(DISTINCT party_key) AS n FROM contract WHERE kind = 'sale' GROUP BY ALL",
    "IND-02": "SELECT {by}, sum(amount) AS n FROM contract WHERE kind = 'sale' GROUP BY ALL",
    "IND-03": """
        SELECT {by}, sum(CASE WHEN access_route = 'proprietary' THEN delivered_h ELSE 0 END) AS n, sum(delivered_h) AS d
        FROM session GROUP BY ALL""",
    "PPL-01": "SELECT {by}, sum(fte) AS n FROM staff GROUP BY ALL",
    "PPL-02": "SELECT {by}, count(DISTINCT who) AS n FROM visits WHERE career_stage = 'phd' GROUP BY ALL",
    "PPL-03": """
        SELECT {by}, sum(CASE gender WHEN 'woman' THEN heads ELSE 0 END) AS n, sum(heads) AS d
        FROM staff WHERE gender <> 'not_stated' GROUP BY ALL""",
    # A ratio of sums: the league adds up the persons of each facility.
    "PPL-04": """
        SELECT {by}, count_if(gender = 'woman') AS n, count(*) AS d
        FROM users WHERE gender <> 'not_stated' GROUP BY ALL""",
    "PPL-05": """
        SELECT {by}, count(DISTINCT who) AS n
        FROM visits WHERE career_stage IN ('bachelor_master', 'phd', 'postdoc') GROUP BY ALL""",
    "PPL-06": """
        WITH each AS (SELECT {by}, country, count(*) AS k FROM visits WHERE country IS NOT NULL GROUP BY ALL),
             shares AS (SELECT *, k / sum(k) OVER (PARTITION BY {by}) AS p FROM each)
        SELECT {by}, exp(-sum(p * ln(p))) AS n, sum(k) AS denominator FROM shares GROUP BY ALL""",
    "PPL-07": "SELECT {by}, sum(participants * hours) AS n FROM event WHERE kind IN ('training', 'school') AND hours IS NOT NULL GROUP BY ALL",
    "OUT-01": "SELECT {by}, sum(participants) AS n FROM event WHERE audience NOT IN ('user', 'scientific') GROUP BY ALL",
    "OUT-02": "SELECT {by}, sum(participants) AS n FROM event WHERE audience = 'school' GROUP BY ALL",
    "OUT-03": "SELECT {by}, sum(participants) AS n FROM event WHERE audience = 'scientific' GROUP BY ALL",
    "OUT-04": "SELECT {by}, sum(participants) AS n FROM event WHERE audience = 'public' GROUP BY ALL",
    "OUT-05": "SELECT {by}, sum(participants) AS n FROM event WHERE audience = 'vip' GROUP BY ALL",
    "ENV-01": "SELECT {by}, sum(used_kwh) / 1e6 AS n FROM power GROUP BY ALL",
    "ENV-03": """
        WITH used AS (SELECT facility, year, sum(used_kwh) / 1e3 AS n FROM power GROUP BY ALL),
             light AS (SELECT facility, year, sum(delivered_h) AS d FROM instrument_period GROUP BY ALL)
        SELECT {by}, sum(n) AS n, sum(d) AS d FROM used JOIN light USING (facility, year) GROUP BY ALL""",
    # A meter without a factor has no CO2 that is known.
    "ENV-04": """
        WITH made AS (SELECT facility, year, sum(energy_kwh * emission_kg_per_kwh) AS n FROM energy
                      WHERE direction = 'bought' AND emission_kg_per_kwh IS NOT NULL GROUP BY ALL),
             light AS (SELECT facility, year, sum(delivered_h) AS d FROM instrument_period GROUP BY ALL)
        SELECT {by}, sum(n) AS n, sum(d) AS d FROM made JOIN light USING (facility, year) GROUP BY ALL""",
    "ENV-06": "SELECT {by}, sum(energy_kwh) / 1e6 AS n FROM energy WHERE carrier = 'heat' AND direction = 'sold' GROUP BY ALL",
    "OPS-14": "SELECT {by}, sum(delivered_h) AS n FROM instrument_period GROUP BY ALL",
    "FIN-01": "SELECT {by}, sum(amount) AS n FROM budget WHERE kind = 'operation' GROUP BY ALL",
    # Each currency with the hours of the facilities that count in it.
    "FIN-03": """
        WITH cost AS (SELECT facility, year, currency, sum(amount) AS n FROM budget WHERE kind = 'operation' GROUP BY ALL),
             light AS (SELECT facility, year, sum(delivered_h) AS d FROM instrument_period GROUP BY ALL)
        SELECT {by}, sum(n) AS n, sum(d) AS d FROM cost JOIN light USING (facility, year) GROUP BY ALL""",
    "FIN-04": """
        SELECT {by}, sum(CASE WHEN source IN ('external', 'commercial') THEN amount ELSE 0 END) AS n, sum(amount) AS d
        FROM budget WHERE kind = 'revenue' GROUP BY ALL""",
}  # fmt: skip
UNITED = ("ACC-10", "ACC-11", "PPL-02", "PPL-05")
"""Distinct persons: of these it is told how many keys only their facility can read."""
PER_CENT = frozenset({"ACC-03", "ACC-13", "ACC-17", "ACC-19", "SCI-03", "SCI-08", "IND-03", "PPL-03", "PPL-04", "FIN-04", "OPS-03", "OPS-04"})

Row = tuple[float | None, float | None, float | None]
"""Value, numerator, denominator."""


def values(connection: Any, identity: str, by: Sequence[str]) -> dict[tuple[Any, ...], Row]:
    """The rows of an indicator by the columns of `by` and the variant. `connection` is DuckDB's, with VIEWS."""
    if identity.startswith("OPS") and identity != "OPS-14":
        return _reliability(connection, identity, by)
    same = "v.facility = y.facility" if "facility" in by else "true"
    asked = connection.execute(SQL[identity].format(by=", ".join(by), same=same))
    names = [column[0] for column in asked.description]
    rows = (dict(zip(names, row, strict=True)) for row in asked.fetchall())
    return {(*(row[name] for name in by), ""): _row(identity, row) for row in rows}


def own_keys(connection: Any, identity: str) -> dict[int, int]:
    """How many of the persons behind the league's value of a year have a key that only one facility can read."""
    asked = SQL[identity].format(by="year", same="true")
    asked = asked.replace("count(DISTINCT who)", "count(DISTINCT CASE WHEN NOT coalesce(league_key, false) THEN who END)")
    return dict(connection.execute(asked).fetchall())


def _row(identity: str, row: Mapping[str, Any]) -> Row:
    if "value" in row:
        return row["value"], None, None
    if "d" not in row:
        return _number(row["n"]), _number(row["n"]), _number(row.get("denominator"))
    n, d = _number(row["n"]), _number(row["d"])
    factor = 100.0 if identity in PER_CENT else 1.0
    return (factor * n / d if n is not None and d else None), n, d


def _number(found: Any) -> float | None:
    return None if found is None else float(found)


# -- the source: what operators count ----------------------------------------------------------------


Span = tuple[float, float]
"""Hours since a moment: begins, ends."""


@dataclass(frozen=True)
class _Log:
    """The run plan and the outages of one facility in one year, in hours."""

    plan: list[tuple[str, Span]]
    outages: list[tuple[str, str, Span]]

    def planned(self, *modes: str) -> float:
        return sum(end - start for mode, (start, end) in self.plan if mode in modes)

    def user_time(self) -> list[Span]:
        return _union(span for mode, span in self.plan if mode in ("user", "user_reserve"))

    def of(self, *classes: str) -> list[Span]:
        return [span for kind, _subsystem, span in self.outages if kind in classes]

    def lost(self, *classes: str) -> float:
        """Hours of user time under at least one outage of the classes."""
        return _length(_common(_union(self.of(*classes)), self.user_time()))

    def failures(self, minutes: float = 0) -> int:
        """Outages without beam that touch user time; with no beam, or less than so much of it, between two, they are one."""
        together: list[Span] = []
        for start, end in sorted(self.of("no_beam")):
            if together and (start <= together[-1][1] or start - together[-1][1] < minutes / 60 - 1e-9):
                together[-1] = (together[-1][0], max(end, together[-1][1]))
            else:
                together.append((start, end))
        return sum(1 for span in together if _common([span], self.user_time()))


def _union(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    assert all(a[1] < b[0] for a, b in pairwise(found))
    return found


def _common(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    return [(max(a, c), min(b, d)) for a, b in some for c, d in others if max(a, c) < min(b, d)]


def _length(spans: Iterable[Span]) -> float:
    return sum(end - start for start, end in spans)


DISTORTIONS = ("no_beam", "low_current", "orbit", "lifetime", "size", "filling", "top_up")


def _sums(identity: str, log: _Log) -> dict[str, tuple[float, float | None]]:
    """Numerator and denominator under each rule; the denominator of sums is None.

    What the plan has no hours of is not told, so a facility that is dark all year has no rate of failures, also none of 0.
    """
    if identity in ("OPS-09", "OPS-10", "OPS-11", "OPS-12", "OPS-13"):
        modes = {"OPS-10": ["machine"], "OPS-11": ["beamline_commissioning"], "OPS-12": ["shutdown"], "OPS-13": ["user_reserve"]}
        every = ["user", "user_reserve", "machine", "beamline_commissioning"]
        hours = log.planned(*modes.get(identity, every))
        return {"": (hours, None)} if hours else {}
    if not log.user_time():
        return {}
    user, reserve = log.planned("user"), log.planned("user_reserve")
    whole = user + reserve
    lost = {"refill usable": log.lost("no_beam"), "refill lost": log.lost("no_beam", "refill")}
    gaps = (0, 15, 60)
    match identity:
        case "OPS-01":
            return {"reserve out": (user, None), "reserve in": (whole, None)}
        case "OPS-02":
            return {rule: (whole - h, None) for rule, h in lost.items()}
        case "OPS-03":
            return {rule: (whole - h, whole) for rule, h in lost.items()}
        case "OPS-04":
            return {rule: (whole - h, user) for rule, h in lost.items()}
        case "OPS-05":
            found = {f"T/n, {gap} min": (whole, float(log.failures(gap))) for gap in gaps}
            return found | {f"T/(n+1), {gap} min": (whole, log.failures(gap) + 1.0) for gap in gaps}
        case "OPS-06":
            return {"": (lost["refill usable"], float(log.failures()))} if log.failures() else {}
        case "OPS-07":
            return {f"{gap} min": (float(log.failures(gap)), None) for gap in gaps}
        case "OPS-08":
            return {"": (whole, float(sum(1 for span in log.of(*DISTORTIONS) if _common([span], log.user_time()))))}
    raise LookupError(identity)


def _downtime(log: _Log) -> dict[str | None, float]:
    """Minutes of user time that each subsystem took."""
    found: dict[str | None, list[Span]] = defaultdict(list)
    for kind, subsystem, span in log.outages:
        if kind == "no_beam":
            found[subsystem].append(span)
    minutes = {name: 60 * _length(_common(_union(spans), log.user_time())) for name, spans in found.items()}
    return {name: lost for name, lost in minutes.items() if lost}


def _logs(connection: Any) -> dict[tuple[str, int], _Log]:
    found: dict[tuple[str, int], _Log] = defaultdict(lambda: _Log([], []))
    for facility, year, mode, start, end in connection.execute(
        "SELECT facility, year, mode, epoch(starts_at) / 3600, epoch(ends_at) / 3600 FROM run_plan"
    ).fetchall():
        found[facility, year].plan.append((mode, (start, end)))
    for facility, year, kind, subsystem, start, end in connection.execute(
        "SELECT facility, year, outage_class, subsystem, epoch(starts_at) / 3600, epoch(ends_at) / 3600 FROM outage"
    ).fetchall():
        found[facility, year].outages.append((kind, subsystem, (start, end)))
    return found


def _reliability(connection: Any, identity: str, by: Sequence[str]) -> dict[tuple[Any, ...], Row]:
    n: dict[tuple[Any, ...], float] = defaultdict(float)
    d: dict[tuple[Any, ...], float | None] = defaultdict(float)
    logs = _logs(connection)
    for (facility, year), log in logs.items():
        scope = (facility, year) if "facility" in by else (year,)
        if identity != "OPS-15":
            for rule, (top, below) in _sums(identity, log).items():
                n[*scope, rule] += top
                d[*scope, rule] = None if below is None else (d[*scope, rule] or 0.0) + below
            continue
        if not log.user_time():
            continue
        # Every user day counts below each subsystem, whether it failed on that day, at that facility, or not.
        minutes = _downtime(log)
        days = (log.planned("user") + log.planned("user_reserve")) / 24
        names = [*minutes] if "facility" in by else {s for (_f, y), o in logs.items() if y == year for s in _downtime(o)}
        for place in [(name,) for name in names] if "subsystem" in by else [()]:
            n[*scope, *place, ""] += minutes.get(place[0], 0.0) if place else sum(minutes.values())
            d[*scope, *place, ""] = (d[*scope, *place, ""] or 0.0) + days
    factor = 100.0 if identity in PER_CENT else 1.0
    return {key: (top if d[key] is None else factor * top / d[key] if d[key] else None, top, d[key]) for key, top in n.items()}
