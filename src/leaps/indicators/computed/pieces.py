"""Steps that several indicators share: visits with their persons, user time, outages within it."""

from typing import Any

from leaps.indicators.computed.base import Tables


def hours_between(start: Any, end: Any) -> Any:
    """Hours from one moment to another, to the second.

    Cast first: Spark takes 3600.0 for a decimal and would round the quotient of a whole number to six places.
    """
    return (end.epoch_seconds() - start.epoch_seconds()).cast("float64") / 3600.0


def visitors(t: Tables) -> Any:
    """One row for each person, mode, facility and year, with the number of visits: column `records`.

    With it stands who the person was in that year: country, sector, gender, career_stage, institution_ror. Country and
    sector are null where they are not recorded; who said nothing of gender or stage has not stated it.

    `who` is a key to count persons by: the league's own where there is one, else the facility's, marked
    as not `shared` and made unlike any other facility's key. Where the tables hold `visitor`, it is taken as it stands.
    """
    if "visitor" in t:
        return t["visitor"]
    # Counted first: there are several visits to a person, and the join is what takes the time.
    once = t["visit"].group_by("facility", "year", "person_key", "mode").agg(records=lambda visit: visit.count())
    both = once.left_join(t["person"], ["facility", "year", "person_key"])
    shared = both.league_key.fill_null(False)
    return both.select(
        "facility", "year", "mode", "institution_ror", "country", "sector", "records",
        shared=shared,
        who=shared.ifelse(both.person_key, both.facility.concat(":", both.person_key)),
        gender=both.gender.fill_null("not_stated"),
        career_stage=both.career_stage.fill_null("not_stated"),
    )  # fmt: skip


def visitors_with_host(t: Tables) -> Any:
    """Visitors with the country the facility lies in: column `host_country`.

    The host country comes with the tables, as `host` (facility, host_country): it is a fact of the
    record, not something a facility returns. Null for facilities of several members without one.
    """
    found, host = visitors(t), t["host"]
    return found.left_join(host, "facility")


def user_runs(t: Tables, *, reserve: bool) -> Any:
    """The times of the run plan that are for users, with or without the reserve."""
    plan = t["run_plan"]
    modes = ("user", "user_reserve") if reserve else ("user",)
    return plan.filter(plan["mode"].isin(modes))


def user_hours(t: Tables, *, reserve: bool) -> Any:
    """Scheduled user hours by facility and year: column `user_h`."""
    runs = user_runs(t, reserve=reserve)
    return runs.group_by("facility", "year").agg(user_h=hours_between(runs.starts_at, runs.ends_at).sum())


def _cut_to_user_time(t: Tables, outage: Any) -> Any:
    """The outages with `piece_starts` and `piece_ends`; one that runs over several user periods gives a piece for each."""
    runs = user_runs(t, reserve=True)
    cut = outage.join(
        runs,
        [
            outage.facility == runs.facility,
            outage.year == runs.year,
            outage.starts_at < runs.ends_at,
            outage.ends_at > runs.starts_at,
        ],
        rname="run_{name}",
    )
    starts = (cut.starts_at > cut.run_starts_at).ifelse(cut.starts_at, cut.run_starts_at)
    ends = (cut.ends_at < cut.run_ends_at).ifelse(cut.ends_at, cut.run_ends_at)
    return cut.select(*outage.columns, piece_starts=starts, piece_ends=ends)


def faults_in_user_time(t: Tables, classes: tuple[str, ...]) -> Any:
    """Faults of some classes that touch user time (reserve included), one row each; the reserve often follows the user run."""
    outage = t["outage"]
    found = _cut_to_user_time(t, outage.filter(outage.outage_class.isin(classes)))
    return found.group_by("facility", "year", "outage_class", "starts_at").agg(pieces=found.count())


def failures(t: Tables, classes: tuple[str, ...], *, u_min_h: float) -> Any:
    """Outages merged: two with less than `u_min_h` between them are one. One row for each that touches user time.

    They are merged by the clock, before they are cut to the user time: a fault that lasts from one user run into
    the next is one failure. Columns facility, year, starts_at, lost_h (without beam, the beam in between not counted).
    """
    import ibis

    scope = ["facility", "year"]
    outage = t["outage"]
    outage = outage.filter(outage.outage_class.isin(classes))
    latest = outage.ends_at.max().over(ibis.window(group_by=scope, order_by=["starts_at", "ends_at"], rows=(None, -1)))
    beam_h = hours_between(latest, outage.starts_at)
    # An overlap is no beam in between; with a threshold of zero, outages that touch are still one.
    opens = (latest.isnull() | (beam_h >= u_min_h) & (beam_h > 0)).cast("int64")
    marked = outage.mutate(opens=opens)
    up_to_here = ibis.window(group_by=scope, order_by=["starts_at", "ends_at"], rows=(None, 0))
    numbered = marked.mutate(failure=marked.opens.sum().over(up_to_here))

    pieces = _lost_once(_cut_to_user_time(t, numbered), scope)
    return pieces.group_by([*scope, "failure"]).agg(starts_at=pieces.piece_starts.min(), lost_h=pieces.lost_h.sum())


def _lost_once(pieces: Any, scope: list[str]) -> Any:
    """Column `lost_h`: what is covered by an earlier, longer outage of the same scope is lost only once."""
    import ibis

    before = ibis.window(group_by=scope, order_by=["piece_starts", "piece_ends"], rows=(None, -1))
    pieces = pieces.mutate(covered=pieces.piece_ends.max().over(before))
    begins = (pieces.covered.notnull() & (pieces.covered > pieces.piece_starts)).ifelse(
        pieces.covered, pieces.piece_starts
    )
    alone = hours_between(begins, pieces.piece_ends)
    return pieces.mutate(lost_h=(alone > 0).ifelse(alone, 0.0))


def lost_by_subsystem(t: Tables, classes: tuple[str, ...]) -> Any:
    """Pieces of outages in user time with `subsystem` and `lost_h`: overlaps within a subsystem count once."""
    outage = t["outage"]
    pieces = _cut_to_user_time(t, outage.filter(outage.outage_class.isin(classes)))
    return _lost_once(pieces, ["facility", "year", "subsystem"])


def lost_hours(t: Tables, classes: tuple[str, ...]) -> Any:
    """User hours without beam by facility and year, overlapping outages counted once: column `lost_h`."""
    found = failures(t, classes, u_min_h=0.0)
    return found.group_by("facility", "year").agg(lost_h=found.lost_h.sum(), n=found.count())
