"""What may move and what must hold, when a better calendar is asked for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from leaps.roadmaps.types import Plan

MOST_KEPT = 12


class ProposeForm(forms.Form):
    """The question to the optimiser."""

    movable = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    within = forms.IntegerField(min_value=1, max_value=36)
    share = forms.IntegerField(min_value=10, max_value=100)
    apart = forms.IntegerField(min_value=0, max_value=24)
    kept = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, plans: Sequence[Plan], techniques: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = {"class": "form-control w-auto"}
        words = {
            "movable": (_("Which may move"), ""),
            "within": (_("By how many months at most"), _("Earlier or later than published, 1 to 36.")),
            "share": (_("Demand, in per cent of all beamtime"), _("Nobody publishes demand, so assume it: what is offered when all are open is 100. Beamtime beyond demand is missed by nobody.")),
            "apart": (_("Months between any two starts"), _("0 if nothing speaks against two at once; more when they share suppliers or crews.")),
            "kept": (_("Techniques that somebody must always have open"), _("None, or up to %(n)d; hold Ctrl to choose several.") % {"n": MOST_KEPT}),
        }
        for name, (label, help_text) in words.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text
        for name in ("within", "share", "apart"):
            self.fields[name].widget.attrs = dict(number)
        choices = [(plan.upgrade, f"{plan.facility_name}, {plan.project}, {plan.published_start:%Y-%m}") for plan in plans]
        for name, offered in (("movable", choices), ("kept", list(techniques))):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  declared above
            field.choices = offered
        self.fields["movable"].error_messages["required"] = _("Choose at least one dark period that may move.")
        self.fields["kept"].widget.attrs = {"class": "form-select", "size": 6}

    def clean_kept(self) -> list[str]:
        """Each technique is a rule; too many have no plan and take long to say so."""
        kept: list[str] = self.cleaned_data["kept"]
        if len(kept) > MOST_KEPT:
            raise forms.ValidationError(_("Choose at most %(n)d techniques.") % {"n": MOST_KEPT})
        return kept
