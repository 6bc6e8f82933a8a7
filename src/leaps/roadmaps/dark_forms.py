"""Forms of proposed dark periods and of guest hours."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from leaps.catalogue.models import Facility, Technique, Upgrade
from leaps.roadmaps.forms import _DATE, _SELECT, _TEXT, _day, _line, _PlanForm, _text
from leaps.roadmaps.types import Confidence, Visibility

_MONTH = re.compile(r"(\d{4})-(\d{2})")


class MonthField(forms.CharField):
    """A month, written 2029-03; cleaned it is its first day."""

    widget = forms.TextInput({**_TEXT, "class": "form-control w-auto", "size": 8, "maxlength": 7, "inputmode": "numeric", "pattern": r"\d{4}-\d{2}"})

    def clean(self, value: Any) -> Any:
        """The first day of the month. Raises ValidationError."""
        text = super().clean(value)
        found = _MONTH.fullmatch(text.strip())
        if found is None or not 1 <= int(found[2]) <= 12 or not 1990 <= int(found[1]) <= 2090:
            raise forms.ValidationError(_("Write a month like 2029-03."))
        return dt.date(int(found[1]), int(found[2]), 1)


def _upgrade_words(obj: Any) -> str:
    return f"{obj.facility.short_name}, {obj.project}"


def _technique_words(obj: Any) -> str:
    return str(obj.label)


class DarkForm(_PlanForm):
    """A dark period that a facility thinks of."""

    base = forms.IntegerField(widget=forms.HiddenInput(), required=False)
    facility = forms.ModelChoiceField(Facility.objects.none(), to_field_name="slug", widget=forms.Select(_SELECT))
    upgrade = forms.ModelChoiceField(Upgrade.objects.none(), required=False, to_field_name="slug", widget=forms.Select(_SELECT))
    title = _line(200)
    start = _day()
    end = _day()
    confidence = forms.ChoiceField(widget=forms.Select(_SELECT))
    visibility = forms.ChoiceField(widget=forms.Select(_SELECT))
    note = _text(500)
    why = _text(500)

    def __init__(self, *args: Any, facilities: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Upgrade.objects.filter(facility__in=facilities).select_related("facility").order_by("facility__short_name", "project")
        for name, queryset in (("facility", facilities), ("upgrade", rows)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  declared above
            field.queryset = queryset
        upgrade = self.fields["upgrade"]
        assert isinstance(upgrade, forms.ModelChoiceField)  # noqa: S101  declared above
        upgrade.empty_label = _("none on record")
        upgrade.label_from_instance = _upgrade_words  # type: ignore[method-assign]
        self._offer("confidence", list(Confidence.choices))
        self._offer("visibility", list(Visibility.choices))
        for name in ("why",) if is_new else ("facility",):
            del self.fields[name]
        self._word({
            "facility": (_("Facility"), ""),
            "upgrade": (_("Upgrade on record"), _("Its published dates give way to these for whoever may see them.")),
            "title": (_("What the dark period is for"), ""),
            "start": (_("First dark day"), ""),
            "end": (_("Day users are back"), ""),
            "confidence": (_("How sure"), ""),
            "visibility": (_("Who may see it"), _("It can be shown to more people later, never to fewer.")),
            "note": (_("Note"), ""),
            "why": (_("Why it changes"), _("Needed when a date changes.")),
        })  # fmt: skip


class OfferForm(_PlanForm):
    """Hours for guests."""

    facility = forms.ModelChoiceField(Facility.objects.none(), to_field_name="slug", widget=forms.Select(_SELECT))
    technique = forms.ModelChoiceField(Technique.objects.none(), to_field_name="panet_id", widget=forms.Select(_SELECT))
    first_month = MonthField()
    last_month = MonthField()
    hours = forms.IntegerField(min_value=1, max_value=100_000, widget=forms.NumberInput({"class": "form-control w-auto"}))
    conditions = _text(500)
    contact_role = _line(120)
    expires_on = forms.DateField(widget=forms.DateInput(_DATE, format="%Y-%m-%d"))

    def __init__(self, *args: Any, facilities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        had = Technique.objects.filter(instruments__facility__in=facilities).distinct().order_by("label")
        for name, queryset in (("facility", facilities), ("technique", had)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  declared above
            field.queryset = queryset
        technique = self.fields["technique"]
        assert isinstance(technique, forms.ModelChoiceField)  # noqa: S101  declared above
        technique.label_from_instance = _technique_words  # type: ignore[method-assign]
        self._word({
            "facility": (_("Facility"), ""),
            "technique": (_("Technique"), _("Those that the record names for the facilities you speak for.")),
            "first_month": (_("From month"), _("Such as 2029-03.")),
            "last_month": (_("To month"), ""),
            "hours": (_("Hours in all"), ""),
            "conditions": (_("Conditions"), _("Who can apply, by which route, what is not possible.")),
            "contact_role": (_("Contact"), _("An office or a role, not a person: user office.")),
            "expires_on": (_("The offer stands until"), ""),
        })  # fmt: skip


class AnswerForm(_PlanForm):
    """What somebody would do with offered hours."""

    hours = forms.IntegerField(min_value=1, max_value=100_000, widget=forms.NumberInput({"class": "form-control w-auto"}))
    words = forms.CharField(max_length=1000, widget=forms.Textarea({**_TEXT, "rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._word({
            "hours": (_("Hours you would use"), ""),
            "words": (_("What you would measure"), _("Read by the facility that offers and by the LEAPS office, with your name and address.")),
        })  # fmt: skip
