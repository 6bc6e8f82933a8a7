"""Raw records as they come in and as no generator makes them: gaps, overlaps, keys twice, a year without anybody new.

Three facilities, `one` (DE), `two` (FR) and `many` (no host country, as an institute of several states), two years.
"""

import datetime as dt
from typing import Any

import pyarrow as pa

from leaps.indicators import raw

HOSTS = {"one": "DE", "two": "FR", "many": None}


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=dt.UTC)


def rows() -> dict[str, list[dict[str, Any]]]:
    """The rows of every record, without the columns that are not recorded."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in raw.RECORDS}

    def add(record: str, facility: str, year: int, **columns: Any) -> None:
        found[record].append({"facility": facility, "year": year, **columns})

    _people(add)
    _proposals(add)
    _machine(add)
    _rest(add)
    return found


def tables() -> dict[str, pa.Table]:
    """The rows as Arrow tables with the schemas of the records."""
    made = {}
    for name, given in rows().items():
        schema = raw.record(name).arrow()
        made[name] = pa.Table.from_pylist([{f.name: row.get(f.name) for f in schema} for row in given], schema=schema)
    return made


def _people(add: Any) -> None:
    def visit(facility: str, year: int, session: str, key: str, mode: str = "onsite") -> None:
        add("visit", facility, year, session_id=session, person_key=key, mode=mode)

    everybody = {"country": "DE", "sector": "university", "gender": "woman", "career_stage": "phd", "institution_ror": "ror-1"}
    # The same person at two places, with another affiliation and stage at each.
    add("person", "one", 2020, person_key="anna", league_key=True, **everybody)
    add("person", "two", 2020, person_key="anna", league_key=True, **everybody | {"country": "FR", "career_stage": "postdoc", "institution_ror": "ror-2"})
    # The same text as a key of each facility's own: two persons.
    add("person", "one", 2020, person_key="17", league_key=False, **everybody | {"gender": "man"})
    add("person", "two", 2020, person_key="17", league_key=False, **everybody | {"gender": "other", "career_stage": "senior"})
    # Of whom nothing is recorded, and of whom there is no row at all.
    add("person", "one", 2020, person_key="blank", league_key=True)
    add("person", "one", 2020, person_key="proposer", league_key=True, **everybody)  # never came
    for session in ("s1", "s2"):
        for key in ("anna", "17", "blank", "nobody"):
            visit("one", 2020, session, key, "remote" if key == "17" else "onsite")
    visit("one", 2020, "s2", "mail", "mail_in")
    add("person", "one", 2020, person_key="mail", league_key=True, **everybody | {"country": "PL", "sector": None, "gender": "not_stated"})
    visit("two", 2020, "s1", "anna")
    visit("two", 2020, "s1", "17", "mail_in")
    # A year in which everybody has been there before, and one who comes back under a shared key.
    add("person", "one", 2021, person_key="anna", league_key=True, **everybody | {"career_stage": "postdoc"})
    visit("one", 2021, "t1", "anna")
    add("person", "two", 2021, person_key="zoe", league_key=True, **everybody | {"country": "IT", "gender": "man"})
    add("person", "two", 2021, person_key="17", league_key=False, **everybody)
    visit("two", 2021, "t1", "zoe")
    visit("two", 2021, "t1", "17")
    # Abroad is not known where a facility has no host country.
    add("person", "many", 2021, person_key="zoe", league_key=True, **everybody | {"country": "IT", "gender": None})
    visit("many", 2021, "t1", "zoe")


def _proposals(add: Any) -> None:
    def proposal(facility: str, year: int, number: str, decision: str, **columns: Any) -> None:
        given = {"access_route": "peer_review", "submitted_at": at(year, 2, 1), "requested_h": 24.0} | columns
        add("proposal", facility, year, proposal_id=number, decision=decision, **given)

    proposal("one", 2020, "p1", "accepted", pi_country="DE", science_field="physics", call="2020-I", awarded_h=16.0, shift_h=8.0)
    proposal("one", 2020, "p2", "accepted_in_part", pi_country="FR", awarded_h=12.0, shift_h=12.0)
    proposal("one", 2020, "p3", "rejected", access_route="rapid", awarded_h=0.0)
    proposal("one", 2020, "p4", "withdrawn", requested_h=None)
    proposal("one", 2020, "p5", "pending", requested_h=100.0)
    proposal("two", 2020, "p1", "pending")
    proposal("two", 2021, "p6", "rejected", pi_country="FR")
    proposal("many", 2021, "p7", "accepted", awarded_h=8.0, requested_h=8.0)
    # The first light of a proposal may be in the year after it.
    for facility, year, number, proposal_id, route, delivered, day in (
        ("one", 2020, "s1", "p1", "peer_review", 10.0, at(2020, 6, 1)), ("one", 2020, "s2", "p1", "proprietary", None, at(2020, 5, 1)),
        ("one", 2021, "t1", "p2", "in_house", 0.0, at(2021, 2, 1, 12)), ("one", 2021, "t2", None, "long_term", 7.5, at(2021, 3, 1)),
        ("two", 2020, "s1", "elsewhere", "transnational", 8.0, at(2020, 3, 1)), ("two", 2021, "t1", "p6", "training", 3.0, at(2021, 9, 1)),
        ("many", 2021, "t1", "p7", "other", 1.0, at(2021, 2, 2)),
    ):  # fmt: skip
        add(
            "session", facility, year, session_id=number, proposal_id=proposal_id, instrument=f"{facility}-a", access_route=route,
            starts_at=day, ends_at=day + dt.timedelta(hours=8), awarded_h=8.0, delivered_h=delivered,
        )  # fmt: skip


def _machine(add: Any) -> None:
    def plan(facility: str, year: int, *entries: tuple[str, dt.datetime, dt.datetime]) -> None:
        for mode, start, end in entries:
            add("run_plan", facility, year, mode=mode, starts_at=start, ends_at=end)

    def out(facility: str, year: int, start: dt.datetime, minutes: int, outage_class: str = "no_beam", subsystem: str | None = "rf") -> None:
        end = start + dt.timedelta(minutes=minutes)
        add("outage", facility, year, starts_at=start, ends_at=end, outage_class=outage_class, subsystem=subsystem)

    day = [at(2020, 3, n) for n in range(1, 10)]
    plan(
        "one", 2020, ("user", day[0], day[2]), ("user_reserve", day[2], day[3]), ("machine", day[3], day[4]),
        ("user", day[4], day[6]), ("shutdown", day[6], day[8]),
    )  # fmt: skip
    out("one", 2020, at(2020, 2, 29, 23), 120)  # begins before there are users
    out("one", 2020, at(2020, 3, 1, 6), 60)
    out("one", 2020, at(2020, 3, 1, 6, 30), 60, subsystem="vacuum")  # overlaps the one before
    out("one", 2020, at(2020, 3, 1, 7, 30), 30, subsystem=None)  # touches it
    out("one", 2020, at(2020, 3, 1, 8, 10), 5, subsystem="mains")  # ten minutes later
    out("one", 2020, at(2020, 3, 1, 9), 20, "refill", subsystem=None)
    out("one", 2020, at(2020, 3, 1, 9, 10), 20)  # in part within the refill
    out("one", 2020, at(2020, 3, 1, 12), 30, "orbit")
    out("one", 2020, at(2020, 3, 2, 23, 30), 60)  # runs from the user run into the reserve
    out("one", 2020, at(2020, 3, 3, 23, 30), 26 * 60, subsystem="mains")  # over the machine day into the next user run
    out("one", 2020, at(2020, 3, 5, 2, 30), 20, "top_up")
    out("one", 2020, at(2020, 3, 7, 12), 600)  # in the shutdown: nobody noticed
    # No fault at all, with a reserve and without.
    plan("one", 2021, ("user", at(2021, 3, 1), at(2021, 3, 3)), ("user_reserve", at(2021, 3, 3), at(2021, 3, 4)))
    plan("two", 2021, ("beamline_commissioning", at(2021, 1, 1), at(2021, 1, 3)), ("user", at(2021, 3, 1), at(2021, 3, 3, 12)))
    out("two", 2021, at(2021, 3, 1, 1), 90, subsystem="cooling")
    plan("two", 2020, ("shutdown", at(2020, 1, 1), at(2021, 1, 1)))
    out("two", 2020, at(2020, 5, 1), 90)
    for facility, year, instrument, month, opened, offered, delivered in (
        ("one", 2020, "one-a", 1, 0.5, 100.0, 90.0), ("one", 2020, "one-b", 1, 1.0, 200.0, 0.0), ("one", 2020, "one-a", 2, 1.0, 210.0, 200.0),
        ("one", 2021, "one-a", 1, 1.0, 10.0, 9.0), ("two", 2020, "two-a", 1, 0.0, 0.0, 0.0), ("two", 2021, "two-a", 6, 1.0, 50.0, 44.5),
    ):  # fmt: skip
        add("instrument_period", facility, year, instrument=instrument, month=month, fraction_open=opened, offered_h=offered, delivered_h=delivered)


def _rest(add: Any) -> None:
    def paper(facility: str, year: int, doi: str, **columns: Any) -> None:
        add("publication", facility, year, doi=doi, **columns)

    paper("one", 2020, "10.1234/Shared", kind="user", science_field="physics", top_ten_percent=True, instruments=["one-a", "one-a"])
    paper("two", 2020, "10.1234/shared", kind="in_house", science_field="chemistry", top_ten_percent=True, instruments=["two-a", "two-b"])
    paper("one", 2020, "10.1234/alone", top_ten_percent=False, instruments=[])
    paper("one", 2020, "10.1234/half", top_ten_percent=None, instruments=None)
    paper("two", 2020, "10.1234/half", top_ten_percent=True, instruments=["two-a"])
    paper("one", 2021, "10.1234/SHARED", kind="user", top_ten_percent=None)  # counted before, under the year online
    paper("two", 2021, "10.1234/new", top_ten_percent=False)

    add("dataset", "one", 2020, dataset_id="1", archive="PDB", size_tb=None, doi="10.1/a", released_on=None)
    add("dataset", "one", 2020, dataset_id="2", archive="PDB", instrument="one-a", size_tb=0.5, doi=None, released_on=dt.date(2020, 1, 1))
    add("dataset", "one", 2020, dataset_id="3", archive="facility", size_tb=2.5, doi="10.1/b", released_on=dt.date(2023, 1, 1))
    add("dataset", "two", 2021, dataset_id="1", archive="Zenodo", size_tb=1.0)

    add("contract", "one", 2020, contract_id="1", kind="sale", party_key="acme", country="DE", amount=10.0, currency="EUR")
    add("contract", "one", 2020, contract_id="2", kind="sale", party_key="acme", amount=5.0, currency="CHF")
    add("contract", "one", 2020, contract_id="3", kind="purchase", party_key="vendor", country="IT", amount=99.0, currency="EUR")
    add("contract", "two", 2020, contract_id="1", kind="sale", party_key="acme", country="DE", amount=7.0, currency="EUR")
    add("contract", "two", 2021, contract_id="2", kind="purchase", party_key="acme", amount=1.0, currency="EUR")

    for number, (kind, audience, people, hours) in enumerate(
        [("training", "user", 10, 3.0), ("school", "student", 4, None), ("conference", "scientific", 100, 8.0), ("visit", "vip", 2, 1.0),
         ("open_day", "public", 0, 5.0), ("visit", "school", 30, 2.0), ("other", "industry", 7, 2.0)]
    ):  # fmt: skip
        add("event", "one", 2020, event_id=str(number), kind=kind, audience=audience, participants=people, hours=hours)
    add("event", "two", 2021, event_id="1", kind="school", audience="user", participants=5, hours=2.0)

    for meter, carrier, direction, kwh, factor in (
        ("a", "electricity", "bought", 1000.0, 0.4), ("b", "electricity", "own", 100.0, 0.0), ("b", "electricity", "sold", 30.0, None),
        ("c", "gas", "bought", 50.0, 0.2), ("d", "heat", "sold", 20.0, None), ("e", "fuel", "bought", 5.0, None),
    ):  # fmt: skip
        add("energy", "one", 2020, meter=meter, month=1, carrier=carrier, direction=direction, energy_kwh=kwh, emission_kg_per_kwh=factor)
    add("energy", "two", 2020, meter="a", month=2, carrier="electricity", direction="bought", energy_kwh=500.0, emission_kg_per_kwh=None)

    for facility, line, kind, source, amount, currency in (
        ("one", "run", "operation", "core", 1000.0, "EUR"), ("one", "abroad", "operation", "external", 50.0, "CHF"), ("one", "build", "capital", "core", 9.0, "EUR"),
        ("one", "state", "revenue", "core", 900.0, "EUR"), ("one", "grant", "revenue", "external", 90.0, "EUR"), ("one", "sales", "revenue", "commercial", 10.0, "CHF"),
        ("two", "run", "operation", "core", 400.0, "EUR"),
    ):  # fmt: skip
        add("budget", facility, 2020, line=line, kind=kind, source=source, amount=amount, currency=currency)

    for category, gender, heads in (("scientist", "woman", 3), ("scientist", "man", 5), ("phd", "other", 1), ("phd", "not_stated", 4)):
        add("staff", "one", 2020, category=category, gender=gender, nuts2="DE10", fte=heads * 0.5, heads=heads)
    add("staff", "two", 2020, category="other", gender="not_stated", nuts2="FR10", fte=2.0, heads=2)
