"""The form of an estimate: three points, a common supplier, a risk."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from leaps.roadmaps.estimate_actions import MOST_MONTHS
from leaps.roadmaps.forms import _line, _PlanForm


def _months(*, required: bool = True) -> forms.FloatField:
    return forms.FloatField(required=required, min_value=0, max_value=MOST_MONTHS, widget=forms.NumberInput({"class": "form-control w-auto", "step": "any"}))


def _percent() -> forms.FloatField:
    return forms.FloatField(required=False, min_value=0, max_value=100, widget=forms.NumberInput({"class": "form-control w-auto", "step": "any"}))


class EstimateForm(_PlanForm):
    """How long the work towards a milestone takes."""

    base = forms.IntegerField(widget=forms.HiddenInput(), required=False)
    low = _months()
    mode = _months()
    high = _months()
    basis = _line(300)
    supplier = _line(120, required=False)
    share = _percent()
    risk = _line(200, required=False)
    risk_probability = _percent()
    risk_low = _months(required=False)
    risk_mode = _months(required=False)
    risk_high = _months(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._word({
            "low": (_("Shortest, in months"), _("From today, or from when what it waits for has happened, if that is later.")),
            "mode": (_("Likely, in months"), ""),
            "high": (_("Longest, in months"), ""),
            "basis": (_("What it rests on"), _("A sentence: a plan, an offer, how long the like took elsewhere.")),
            "supplier": (_("Common supplier"), _("May stay empty. Whoever names the same one shares its delays.")),
            "share": (_("How strongly it shares these delays, in %"), _("0 not at all, 100 wholly.")),
            "risk": (_("A risk"), _("May stay empty: something that happens or not, such as: the dipoles fail acceptance. Told in the same words and numbers for several milestones it hits all of them at once.")),
            "risk_probability": (_("How likely it is, in %"), ""),
            "risk_low": (_("Months it would add at least"), ""),
            "risk_mode": (_("Months it would add, likely"), ""),
            "risk_high": (_("Months it would add at most"), ""),
        })  # fmt: skip

    def values(self) -> dict[str, Any]:
        """What the estimate takes: shares from 0 to 1, nothing told is 0."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "base"}
        for name in ("share", "risk_probability"):
            data[name] = (data[name] or 0.0) / 100
        for name in ("risk_low", "risk_mode", "risk_high"):
            data[name] = data[name] or 0.0
        return data
