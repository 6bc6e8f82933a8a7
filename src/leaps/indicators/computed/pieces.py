"""Steps that several indicators share: visits with their persons, user time, outages within it."""

from typing import Any

from leaps.indicators.computed.base import Tables


def hours_between(start: Any, end: Any) -> Any:
    """Hours from one moment to another, to the second.

    Cast first: Spark takes 3600.0 for a decimal and would round the quotient of a whole number to six places.
    """
    return (end.epoch_seconds() - start.epoch_seconds()).cast("float64") / 3600.0


def visits(t: Tables) -> Any:
    """One row a visit with who it was in that year: country, sector, gender, career_stage, institution.

    `who` is a key to count persons by: the league's own where there is one, else the facility's, marked
    as not `shared` and made unlike any other facility's key.
    """
    visit, person = t["visit"], t["person"]
    both = visit.join(
        person,
        [visit.facility == person.facility, visit.year == person.year, visit.person_key == person.person_key],
        how="left",
        rname="{name}_of_person",
    )
    shared = both.league_key.fill_null(False)
    return both.mutate(
        shared=shared,
        who=shared.ifelse(both.person_key, both.facility.concat(":", both.person_key)),
        country=both.country.fill_null("not recorded"),
        sector=both.sector.fill_null("not recorded"),
        gender=both.gender.fill_null("not_stated"),
        career_stage=both.career_stage.fill_null("not_stated"),
    )


def visits_with_host(t: Tables) -> Any:
    """Visits with the country the facility lies in: column `host_country`.

    The host country comes with the tables, as `host` (facility, host_country): it is a fact of the
    record, not something a facility returns. Null for facilities of several members without one.
    """
    found, host = visits(t), t["host"]
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


def outages_in_user_time(t: Tables, classes: tuple[str, ...]) -> Any:
    """Faults of some classes, cut to the user time (reserve included): starts_at, ends_at, lost_h, subsystem.

    A fault that runs over several user periods gives one piece for each.
    """
    outage, runs = t["outage"], user_runs(t, reserve=True)
    outage = outage.filter(outage.outage_class.isin(classes))
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
    pieces = cut.select("facility", "year", "outage_class", "subsystem", piece_starts=starts, piece_ends=ends)
    return pieces.mutate(lost_h=hours_between(pieces.piece_starts, pieces.piece_ends))


def failures(t: Tables, classes: tuple[str, ...], *, u_min_h: float) -> Any:
    """Outages merged: two with less than `u_min_h` of beam between them are one. One row a failure.

    Columns facility, year, starts_at, lost_h (without beam, the beam in between not counted).
    """
    import ibis

    pieces = outages_in_user_time(t, classes)
    scope, order = ["facility", "year"], ["piece_starts", "piece_ends"]
    up_to_here = ibis.window(group_by=scope, order_by=order, rows=(None, 0))
    before = ibis.window(group_by=scope, order_by=order, rows=(None, -1))
    latest = pieces.piece_ends.max().over(before)
    beam_h = hours_between(latest, pieces.piece_starts)
    # An overlap is no beam in between; with a threshold of zero, outages that touch are still one.
    opens = (latest.isnull() | (beam_h >= u_min_h) & (beam_h > 0)).cast("int64")
    marked = pieces.mutate(opens=opens, covered=latest)
    numbered = marked.mutate(failure=marked.opens.sum().over(up_to_here))
    # Time covered by an earlier, longer outage is lost only once.
    begins = (numbered.covered.notnull() & (numbered.covered > numbered.piece_starts)).ifelse(
        numbered.covered, numbered.piece_starts
    )
    alone = hours_between(begins, numbered.piece_ends)
    numbered = numbered.mutate(alone_h=(alone > 0).ifelse(alone, 0.0))
    return numbered.group_by([*scope, "failure"]).agg(
        starts_at=numbered.piece_starts.min(), lost_h=numbered.alone_h.sum()
    )


def lost_hours(t: Tables, classes: tuple[str, ...]) -> Any:
    """User hours without beam by facility and year, overlapping outages counted once: column `lost_h`."""
    found = failures(t, classes, u_min_h=0.0)
    return found.group_by("facility", "year").agg(lost_h=found.lost_h.sum(), n=found.count())
