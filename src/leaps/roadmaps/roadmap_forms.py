"""Forms of the roadmaps that groups draw."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from leaps.catalogue.models import Facility
from leaps.roadmaps.charting import ItemStatus, Layer, LinkKind, Part
from leaps.roadmaps.forms import _SELECT, _TEXT, _line, _PlanForm, _text
from leaps.roadmaps.models import Milestone, Technology
from leaps.roadmaps.roadmap_actions import month_of
from leaps.roadmaps.types import Area

_NARROW = {"class": "form-control w-auto"}


class MonthOrYearField(forms.CharField):
    """A month, written 2029-03, or a year alone; cleaned it is the first day, or None."""

    widget = forms.TextInput({**_NARROW, "size": 8, "maxlength": 7, "inputmode": "numeric"})

    def clean(self, value: Any) -> Any:
        """The first day of the month. Raises ValidationError."""
        text = super().clean(value)
        try:
            day = month_of(text)
        except ValueError:
            raise forms.ValidationError(_("Write a month like 2029-03, or a year.")) from None
        if day is not None and not dt.date(1950, 1, 1) <= day <= dt.date(2150, 1, 1):
            raise forms.ValidationError(_("Write a year between 1950 and 2149."))
        return day

    def prepare_value(self, value: Any) -> Any:
        """A day as its month."""
        return f"{value:%Y-%m}" if isinstance(value, dt.date) else value


class RoadmapForm(_PlanForm):
    """What a roadmap is about."""

    slug = forms.SlugField(max_length=60, widget=forms.TextInput(_TEXT))
    title = _line(200)
    scope = _text(500)
    area = forms.ChoiceField(required=False, widget=forms.Select(_SELECT))
    first_year = forms.IntegerField(min_value=1990, max_value=2099, widget=forms.NumberInput(_NARROW))
    last_year = forms.IntegerField(min_value=1991, max_value=2100, widget=forms.NumberInput(_NARROW))
    is_public = forms.BooleanField(required=False, widget=forms.CheckboxInput({"class": "form-check-input"}))
    begin = forms.ChoiceField(widget=forms.Select(_SELECT))

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("area", [("", _("no single area")), *Area.choices])
        self._offer("begin", [("record", _("what the record says about the area")), ("empty", _("an empty sheet"))])
        for name in () if is_new else ("slug", "begin"):
            del self.fields[name]
        self._word({
            "title": (_("Title"), ""),
            "slug": (_("Short name"), _("For its address: small letters, digits and hyphens.")),
            "scope": (_("What it is about"), _("Whom it serves, and what it leaves out.")),
            "area": (_("Area"), ""),
            "first_year": (_("First year"), ""),
            "last_year": (_("Last year"), ""),
            "is_public": (_("Everybody may read it"), _("Otherwise only the people of the group.")),
            "begin": (_("Begin with"), _("Upgrades, technologies and milestones of the record are drawn in, each pointing to where it stands there.")),
        })  # fmt: skip


class ItemForm(_PlanForm):
    """An item of a roadmap."""

    base = forms.IntegerField(widget=forms.HiddenInput(), required=False)
    title = _line(160)
    layer = forms.ChoiceField(widget=forms.Select(_SELECT))
    start = MonthOrYearField(required=False)
    end = MonthOrYearField(required=False)
    status = forms.ChoiceField(widget=forms.Select(_SELECT))
    lane = _line(60, required=False)
    text = _text(2000, rows=3)
    start_low = MonthOrYearField(required=False)
    end_high = MonthOrYearField(required=False)
    owner = _line(120, required=False)
    facility = forms.ModelChoiceField(Facility.objects.none(), required=False, to_field_name="slug", widget=forms.Select(_SELECT))
    technology = forms.ModelChoiceField(Technology.objects.none(), required=False, to_field_name="slug", widget=forms.Select(_SELECT))
    milestone = forms.ModelChoiceField(Milestone.objects.none(), required=False, to_field_name="slug", widget=forms.Select(_SELECT))
    trl_now = forms.IntegerField(required=False, min_value=1, max_value=9, widget=forms.NumberInput(_NARROW))
    trl_target = forms.IntegerField(required=False, min_value=1, max_value=9, widget=forms.NumberInput(_NARROW))
    cost_keur = forms.IntegerField(required=False, min_value=0, max_value=99_999_999, widget=forms.NumberInput(_NARROW))
    fte = forms.FloatField(required=False, min_value=0, max_value=9999, widget=forms.NumberInput({**_NARROW, "step": "any"}))
    weight = forms.FloatField(required=False, min_value=0, max_value=100, widget=forms.NumberInput({**_NARROW, "step": "any"}))
    tags = _line(200, required=False)

    FIRST = ("title", "layer", "start", "end", "status")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("layer", list(Layer.choices))
        self._offer("status", list(ItemStatus.choices))
        rows = {
            "facility": Facility.objects.order_by("short_name"), "technology": Technology.objects.order_by("name"), "milestone": Milestone.objects.order_by("title"),
        }  # fmt: skip
        for name, queryset in rows.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  declared above
            field.queryset, field.empty_label = queryset, _("none")
        self._word({
            "title": (_("What it is"), ""),
            "layer": (_("Layer"), ""),
            "start": (_("From month"), _("Such as 2029-03, or a year. Leave both empty for something that always holds.")),
            "end": (_("To month"), ""),
            "status": (_("Where it stands"), ""),
            "lane": (_("Line"), _("Items of a layer with the same word stand on one line.")),
            "text": (_("More about it"), ""),
            "start_low": (_("At the earliest from"), ""),
            "end_high": (_("At the latest until"), ""),
            "owner": (_("Owner"), _("A role or a group.")),
            "facility": (_("Facility"), ""),
            "technology": (_("Technology of the record"), ""),
            "milestone": (_("Milestone of the record"), ""),
            "trl_now": (_("Technology readiness now (1–9)"), ""),
            "trl_target": (_("Technology readiness aimed at"), ""),
            "cost_keur": (_("Cost, thousand euro"), ""),
            "fte": (_("Full-time equivalents"), ""),
            "weight": (_("Weight of a need in the grids"), _("1 when nothing is said.")),
            "tags": (_("Tags"), _("With commas between them.")),
        })  # fmt: skip

    def clean_weight(self) -> float:
        """An empty weight is 1."""
        value = self.cleaned_data["weight"]
        return 1.0 if value is None else float(value)


class LinkForm(_PlanForm):
    """A link from an item to another."""

    kind = forms.ChoiceField(widget=forms.Select(_SELECT))
    after = forms.ChoiceField(widget=forms.Select(_SELECT))
    strength = forms.TypedChoiceField(coerce=int, widget=forms.Select(_SELECT))
    lag = forms.IntegerField(required=False, min_value=0, max_value=240, widget=forms.NumberInput(_NARROW))
    note = _line(300, required=False)

    def __init__(self, *args: Any, others: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("kind", [(kind.value, str(kind.label)) for kind in (LinkKind.ENABLES, LinkKind.REQUIRES, LinkKind.INFORMS, LinkKind.COMPETES)])
        self._offer("after", others)
        self._offer("strength", [("1", _("weak")), ("2", _("clear")), ("3", _("decisive"))])
        self.fields["strength"].initial = "2"
        self._word({
            "kind": (_("This item"), ""), "after": (_("what"), ""), "strength": (_("How strongly"), ""),
            "lag": (_("Months between"), ""), "note": (_("Why"), ""),
        })  # fmt: skip

    def clean_lag(self) -> int:
        """No months between when nothing is said."""
        return int(self.cleaned_data["lag"] or 0)


class SeatForm(_PlanForm):
    """Somebody for the group."""

    person = _line(254)
    part = forms.ChoiceField(widget=forms.Select(_SELECT))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("part", list(Part.choices))
        self._word({"person": (_("Address or name of the account"), ""), "part": (_("Part"), "")})


class FreezeForm(_PlanForm):
    """An edition of the roadmap."""

    title = _line(120)
    note = _text(500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._word({"title": (_("Call it"), _("A year or an occasion, such as 2026.")), "note": (_("What it is for"), "")})
