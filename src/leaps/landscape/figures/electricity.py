"""F11: how much electricity an hour of light at one instrument takes."""

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.catalogue.facility_marks import look_of
from leaps.core.figures.series import EXACT, Panel, Point, Series, series_svg
from leaps.indicators.queries import computed, published
from leaps.indicators.queries.computed import Computed
from leaps.landscape.figures.base import Figure, Options
from leaps.record.specs import readable_number

PER_HOUR, ELECTRICITY = "ENV-03", "ENV-01"
COLUMNS = ("facility", "facility_name", "year", "mwh_per_instrument_hour", "is_synthetic")


def make(_viewer: object, _given: Options) -> Figure:
    """F11: the indicator ENV-03 of each facility, from signed returns that are released; the data hold every year."""
    rows = [row for row in computed.standard(computed.visible(AnonymousUser(), indicator=PER_HOUR, dimension="")) if row.facility and row.value is not None]
    names = computed.facility_names()
    synthetic = any(row.is_synthetic for row in rows)
    last = max((row.year for row in rows), default=0)
    now = sorted((row.value or 0.0, row.facility) for row in rows if row.year == last)
    title = _("No facility has released its electricity per instrument-hour yet")
    if now:
        title = _("In %(year)d an instrument-hour took between %(low)s and %(high)s MWh") % {"year": last, "low": _two(now[0][0]), "high": _two(now[-1][0])}
    if synthetic:
        title = _("Synthetic: %(title)s") % {"title": title}
    told = "; ".join(f"{names.get(slug, slug)} {_two(value)}" for value, slug in now)
    return Figure(
        key="F11", slug="electricity", title=title,
        caption=_("Electricity of the facility divided by the hours of light at its instruments, MWh per instrument-hour, from signed returns. Small sources and shared sites are not like large rings: what an hour takes says nothing of what it gives.")
        + (" " + _("Synthetic values of a trial: no real facility counted them.") if synthetic else ""),
        alt=_("%(title)s. A row for each facility with its last year. %(told)s.") % {"title": title, "told": told or _("Nothing is drawn")},
        method=_("Indicator ENV-03 = 1000 × ENV-01 (GWh) / OPS-14 (instrument-hours), by facility and year."),
        columns=COLUMNS,
        records=tuple(
            {"facility": row.facility, "facility_name": names.get(row.facility, row.facility), "year": row.year, "mwh_per_instrument_hour": float(f"{row.value:.3g}"), "is_synthetic": row.is_synthetic}
            for row in sorted(rows, key=lambda row: (row.facility, row.year))
        ),
        notes=_notes(rows),
        draw=lambda heading, footer: series_svg([_panel(rows, names)], title=title, heading=heading, footer=footer) if rows else "", is_synthetic=synthetic,
    )  # fmt: skip


def _notes(rows: list[Computed]) -> tuple[str, ...]:
    """What is published of electricity without the hours that belong to it."""
    if rows:
        return ()
    told = sorted({str(row.about or row.facility) for row in published(indicator__code=ELECTRICITY) if row.value is not None})
    return (_("Electricity alone is published by: %(names)s. Without the hours of light of the same year it cannot be divided.") % {"names": ", ".join(told)},) if told else ()


def _panel(rows: list[Computed], names: dict[str, str]) -> Panel:
    """A row for each facility with its last year, by name: lines over the years would cover each other, and an order by size would rank."""
    last = {row.facility: row for row in sorted(rows, key=lambda row: row.year)}
    ordered = sorted(last.values(), key=lambda row: names.get(row.facility, row.facility).casefold())
    series = tuple(Series(names.get(row.facility, row.facility), look_of(row.facility), (_point(row, names.get(row.facility, row.facility)),)) for row in ordered)
    return Panel(_("Electricity per instrument-hour, last year released"), _("MWh"), series, dots=True)


def _point(row: Computed, name: str) -> Point:
    words = _("%(name)s, %(year)d: %(value)s MWh per instrument-hour") % {"name": name, "year": row.year, "value": _two(row.value or 0.0)}
    return Point(row.year, float(f"{row.value:.3g}"), words, EXACT, reverse("indicators:computed-value", args=[row.pk]))


def _two(value: float) -> str:
    return readable_number(float(f"{value:.2g}"))
