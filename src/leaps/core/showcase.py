"""What the living component page shows: every component in each of its states."""

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from leaps.core import ui
from leaps.core.errors import Problem
from leaps.core.figures import energy, series, timeline


class _Example(forms.Form):
    """A form with the usual kinds of field, one of them wrong."""

    name = forms.CharField(label=_("Name"), help_text=_("As the facility writes it."))
    energy = forms.FloatField(label=_("Photon energy [eV]"), min_value=0)
    open = forms.BooleanField(label=_("Open to users"), required=False)


def context() -> dict[str, Any]:
    """Everything `core/components.html` needs; the values are examples, none is a fact."""
    form = _Example({"name": "", "energy": "-3"})
    dots = [
        ui.provenance_dot(
            confidence=confidence,
            title=_("Photon energy"),
            source_url="https://example.org/beamline" if confidence != "known" else "",
            as_of="2026-01-31",
            vouched_by=_("An example facility") if confidence == "confirmed" else "",
        )
        for confidence in ("confirmed", "sourced", "known")
    ]
    today = dt.date(2026, 6, 1)
    dark = timeline.Dark(
        label=_("Example upgrade"),
        possible_start=dt.date(2026, 1, 1),
        certain_start=dt.date(2026, 7, 1),
        certain_end=dt.date(2027, 6, 30),
        possible_end=dt.date(2027, 12, 31),
        url="#figures",
        hint=_("an example, not a fact"),
    )
    bars = [
        energy.EnergyBar(_("Example A"), 20, 900, "#figures"),
        energy.EnergyBar(_("Example B"), 5000, 30000, "#figures", soft=True),
    ]
    sharp = (
        (series.EXACT, _("exact")), (series.ABOUT, _("about")), (series.AT_LEAST, _("at least")),
        (series.AT_MOST, _("at most")), (series.FORECAST, _("forecast")), (series.OTHER_RULE, _("by another rule")),
    )  # fmt: skip
    lines = [
        series.Series(
            _("Example A"), series.Look(0, 0),
            tuple(series.Point(year, value, f"{year}: {value}") for year, value in ((2018, 40), (2019, 44), (2020, 41), (2023, 52))),
        ),
        series.Series(_("Example B"), series.Look(1, 1), (series.Point(2021, 30, "2021: 30", series.AT_LEAST),)),
    ]  # fmt: skip
    rows = [
        series.Series(words, series.Look(number, number), (series.Point(2020, 10.0 * number + 5, words, kind),))
        for number, (kind, words) in enumerate(sharp)
    ]
    return {
        "series": series.series_svg(
            [
                series.Panel(_("Over the years"), _("number"), tuple(lines)),
                series.Panel(_("Side by side"), _("number"), tuple(rows), dots=True),
            ],
            title=_("An example of series"),
            legend=sharp,
        ),
        "dots": dots,
        "tri_states": [ui.tri_state(True), ui.tri_state(False), ui.tri_state(None)],
        "form": form,
        "problems": [
            Problem(
                _("is above the maximum"), _("Give the lower value first."), field="energy_min", value="9000"
            )
        ],
        "page": Paginator(range(500), 10).page(7),
        "numbers": Paginator(range(500), 10).get_elided_page_range(7),
        "timeline": timeline.timeline_svg(
            [timeline.Lane(_("Example source"), "#figures", (dark,))],
            title=_("An example of a timeline"),
            today=today,
            first=2025,
            last=2029,
        ),
        "energy": energy.energy_svg(bars, title=_("An example of energy ranges"), asked_ev=(100, 400)),
    }
