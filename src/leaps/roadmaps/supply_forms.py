"""The form of a planned purchase."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from leaps.catalogue.models import Facility
from leaps.roadmaps.dark_forms import MonthField
from leaps.roadmaps.forms import _SELECT, _line, _PlanForm, _text
from leaps.roadmaps.models import Technology
from leaps.roadmaps.models.purchases import Category, ProcurementState
from leaps.roadmaps.types import Visibility


class PurchaseForm(_PlanForm):
    """Something that a facility expects to buy."""

    base = forms.IntegerField(widget=forms.HiddenInput(), required=False)
    facility = forms.ModelChoiceField(Facility.objects.none(), to_field_name="slug", widget=forms.Select(_SELECT))
    title = _line(200)
    category = forms.ChoiceField(widget=forms.Select(_SELECT))
    technology = forms.ModelChoiceField(Technology.objects.none(), required=False, to_field_name="slug", widget=forms.Select(_SELECT))
    quantity = forms.FloatField(required=False, min_value=0, widget=forms.NumberInput({"class": "form-control w-auto", "step": "any"}))
    unit = _line(40, required=False)
    first_month = MonthField()
    last_month = MonthField()
    state = forms.ChoiceField(widget=forms.Select(_SELECT))
    suppliers = _line(300, required=False)
    is_sole_source = forms.BooleanField(required=False, widget=forms.CheckboxInput({"class": "form-check-input"}))
    visibility = forms.ChoiceField(widget=forms.Select(_SELECT))
    note = _text(500)
    why = _text(500)

    def __init__(self, *args: Any, facilities: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, queryset in (("facility", facilities), ("technology", Technology.objects.order_by("name"))):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  declared above
            field.queryset = queryset
        technology = self.fields["technology"]
        assert isinstance(technology, forms.ModelChoiceField)  # noqa: S101  declared above
        technology.empty_label = _("none of the record")
        self._offer("category", list(Category.choices))
        self._offer("state", list(ProcurementState.choices))
        self._offer("visibility", list(Visibility.choices))
        for name in ("why",) if is_new else ("facility",):
            del self.fields[name]
        self._word({
            "facility": (_("Facility"), ""),
            "title": (_("What is to be bought"), _("Such as: quadrupole magnets for the new ring.")),
            "category": (_("Kind of thing"), _("Who buys the same kind in the same months is found by this word.")),
            "technology": (_("Technology on record"), _("Which of the technologies it is for, if one fits.")),
            "quantity": (_("How many"), _("May stay empty.")),
            "unit": (_("Unit"), _("Such as: magnets, metres, modules.")),
            "first_month": (_("Ordered from month"), _("Such as 2029-03.")),
            "last_month": (_("Ordered by month"), ""),
            "state": (_("How far it is"), _("What is ordered or delivered is shown, and no longer counted among what could be bought together.")),
            "suppliers": (_("Possible suppliers"), _("In words, as far as known.")),
            "is_sole_source": (_("Only one supplier is known to us"), ""),
            "visibility": (_("Who may see it"), _("It can be shown to more people later, never to fewer.")),
            "note": (_("Note"), ""),
            "why": (_("Why it changes"), ""),
        })  # fmt: skip
