"""What the living component page shows: every component in each of its states."""

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from leaps.core import ui
from leaps.core.errors import Problem
from leaps.core.figures import energy, timeline


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
    return {
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
