"""F6 and F7: upgrades with their dark periods, and what is dark at once; drawn as the roadmaps draw them."""

import datetime as dt
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from leaps.catalogue import darkness, search_index
from leaps.catalogue import figures as catalogue_figures
from leaps.catalogue import queries as catalogue_queries
from leaps.catalogue.models import Upgrade
from leaps.core.figures import svg
from leaps.core.figures.steps import steps_svg
from leaps.landscape import options, technique_tables
from leaps.landscape.figures import wording
from leaps.landscape.figures.base import Figure, Options
from leaps.landscape.snapshots import Snapshot
from leaps.roadmaps import queries as roadmap_queries

UPGRADES = ("facility", "project", "phase", "dark_start", "dark_end", "date_precision", "status", "confidence", "source_url")
CAPACITY = ("month", "ring_instruments_dark")


def make_upgrades(_viewer: object, given: Options) -> Figure:
    """F6: the upgrades of LEAPS facilities with a dark period on record; with `technique` only of those that offer it."""
    day = catalogue_queries.today()
    upgrades = [u for u in catalogue_queries.upgrades() if u.facility.partnership == "LEAPS" and u.dark_start]
    technique = options.parameters(given).one("technique")
    label = ""
    if technique:
        now = Snapshot()
        label = now.label("technique", technique)
        places = {state.values["facility"] for state in technique_tables.instruments(now, technique)}
        upgrades = [u for u in upgrades if u.facility.slug in places]
    lanes: dict[str, tuple[str, str, list[Upgrade]]] = {}
    for upgrade in sorted(upgrades, key=lambda u: (u.dark_start or dt.date.max, u.slug)):
        lanes.setdefault(upgrade.facility.slug, (upgrade.facility.short_name, upgrade.facility.slug, []))[2].append(upgrade)
    ahead = [u for u in upgrades if u.dark_end is None or u.dark_end > day]
    title = (
        _("%(n)d LEAPS facilities are dark or will be, until %(year)d as far as it is published") % {
            "n": len({u.facility_id for u in ahead}), "year": max((u.dark_end or day).year for u in ahead),
        }
        if ahead
        else _("No dark period lies ahead as far as the record tells")
    )  # fmt: skip
    if label:
        title = _("%(technique)s: %(finding)s") % {"technique": label, "finding": title[0].lower() + title[1:] if not ahead else title}
    told = "; ".join(f"{u.facility.short_name}, {u.project}: {darkness.period_words(search_index.dark_period(u))}" for u in upgrades)
    return Figure(
        key="F6", slug="upgrades", title=title,
        caption=_("Published dark periods of LEAPS facilities, from the record on %(day)s; soft ends are known only to the month or year.") % {"day": wording.today_words()},
        alt=_("%(title)s. A timeline with a bar for each dark period. %(told)s.") % {"title": title, "told": told},
        method=_("As on record; nothing is computed."),
        columns=UPGRADES, records=tuple(_record(u) for u in upgrades),
        draw=lambda heading, footer: _with(catalogue_figures.dark_timeline(list(lanes.values())), heading, footer),
    )  # fmt: skip


def _with(drawn: str, heading: str, footer: str) -> str:
    """A drawing that has no room for words of its own, between a heading and a footer."""
    return svg.framed(drawn, heading, footer) if drawn else ""


def _record(upgrade: Upgrade) -> dict[str, Any]:
    told = upgrade.provenance.get("dark_start") or {}
    return {
        "facility": upgrade.facility.slug, "project": upgrade.project, "phase": upgrade.phase,
        "dark_start": upgrade.dark_start.isoformat() if upgrade.dark_start else None, "dark_end": upgrade.dark_end.isoformat() if upgrade.dark_end else None,
        "date_precision": upgrade.date_precision, "status": upgrade.status, "confidence": told.get("confidence"), "source_url": told.get("source_url"),
    }  # fmt: skip


def make_capacity(_viewer: object, _given: Options) -> Figure:
    """F7: ring instruments dark in each month of ten years."""
    first = catalogue_queries.today().replace(month=1, day=1)
    board = roadmap_queries.board(first, {})
    worst = next((window for window in board.windows if window.instruments == board.peak), None)
    title = (
        _("%(n)d of %(all)d ring instruments are dark at once from %(month)s: %(who)s") % {
            "n": board.peak, "all": board.ring_instruments, "month": date_format(worst.first, "M Y"), "who": ", ".join(worst.facilities),
        }
        if worst
        else _("No ring is dark in the years to come")
    )  # fmt: skip
    told = "; ".join(f"{date_format(w.first, 'M Y')} – {date_format(w.last, 'M Y')}: {w.instruments} ({', '.join(w.facilities)})" for w in board.windows)
    records = tuple({"month": f"{_month(first, place):%Y-%m}", "ring_instruments_dark": count} for place, count in enumerate(board.published))

    def draw(heading: str, footer: str) -> str:
        return _with(steps_svg(first, board.published, title=title, unit=_("ring instruments dark"), words=(_("as published"), "")), heading, footer)

    return Figure(
        key="F7", slug="capacity", title=title,
        caption=_("Instruments at storage rings whose ring is dark for half of the month or more, as the dark periods are published; from the record on %(day)s. Each instrument weighs the same. The planner of dark periods tries other dates.") % {"day": wording.today_words()},
        alt=_("%(title)s. Bars for each month of ten years. %(told)s.") % {"title": title, "told": told},
        method=_("Instruments on record at facilities whose dark period, with both dates published, covers half of the month."),
        columns=CAPACITY, records=records, draw=draw,
    )  # fmt: skip


def _month(first: dt.date, months: int) -> dt.date:
    years, rest = divmod(first.month - 1 + months, 12)
    return dt.date(first.year + years, rest + 1, 1)
