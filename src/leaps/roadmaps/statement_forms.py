"""Forms in which people state measurements, benchmarks and readiness."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from leaps.catalogue.models import Facility, Organisation
from leaps.roadmaps.forms import _SELECT, _line, _PlanForm, _text
from leaps.roadmaps.models import Technology, validate_partial_date
from leaps.roadmaps.types import BenchmarkKind, TechnologyRole

_NUMBER = {"class": "form-control w-auto", "step": "any"}


def _date() -> forms.CharField:
    return forms.CharField(max_length=10, validators=[validate_partial_date], widget=forms.TextInput({"class": "form-control w-auto", "size": 12, "inputmode": "numeric"}))


def _address() -> forms.URLField:
    return forms.URLField(required=False, max_length=500, assume_scheme="https", widget=forms.URLInput({"class": "form-control"}))


class _StatementForm(_PlanForm):
    """What all statements share: a note and the evidence."""

    def _offer_rows(self, name: str, rows: Any, nothing: str = "") -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  declared as one
        field.queryset = rows
        if not field.required:
            field.empty_label = nothing

    def _evidence_words(self) -> dict[str, tuple[str, str]]:
        return {
            "note": (_("Note"), _("How it was measured or what limits it, in a sentence.")),
            "evidence": (_("Evidence"), _("The address of a publication, report or page that shows it. Without one it is shown as a claim, hollow.")),
        }


class MeasurementForm(_StatementForm):
    """A value that was reached."""

    target = forms.ChoiceField(widget=forms.Select(_SELECT))
    facility = forms.ModelChoiceField(Facility.objects.none(), required=False, to_field_name="slug", widget=forms.Select(_SELECT))
    measured_on = _date()
    value = forms.FloatField(widget=forms.NumberInput(_NUMBER))
    sigma = forms.FloatField(required=False, widget=forms.NumberInput(_NUMBER))
    evidence = _address()
    note = _text(300)

    def __init__(self, *args: Any, targets: Sequence[tuple[str, str]], facilities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("target", [("", _("choose a target")), *targets])
        self._offer_rows("facility", facilities, _("that of the target"))
        self._word({
            "target": (_("Target"), _("The value is in the unit of the target, named in brackets.")),
            "facility": (_("Facility"), _("Where it was measured; only needed when the target is of no single facility.")),
            "measured_on": (_("Measured in"), _("A year, a month or a day: 2027, 2027-12 or 2027-12-01.")),
            "value": (_("Value"), _("What was really reached, not the goal again.")),
            "sigma": (_("Standard uncertainty"), _("One standard deviation, in the same unit. Leave it empty when you do not know it; nothing is assumed in its place.")),
            **self._evidence_words(),
        })  # fmt: skip

    def clean_sigma(self) -> float | None:
        """Above 0, or not stated."""
        sigma: float | None = self.cleaned_data["sigma"]
        if sigma is not None and sigma <= 0:
            raise ValidationError(_("Give a number above 0, or leave it empty when you do not know it."))
        return sigma


class BenchmarkForm(_StatementForm):
    """The world's best, or a limit of physics."""

    technology = forms.ModelChoiceField(Technology.objects.none(), to_field_name="slug", widget=forms.Select(_SELECT))
    metric = forms.ChoiceField(widget=forms.Select(_SELECT))
    kind = forms.ChoiceField(widget=forms.Select(_SELECT))
    value = forms.FloatField(widget=forms.NumberInput(_NUMBER))
    year = forms.IntegerField(required=False, min_value=1850, max_value=2100, widget=forms.NumberInput({"class": "form-control w-auto"}))
    holder = _line(160, required=False)
    evidence = _address()
    note = _text(300)

    def __init__(self, *args: Any, metrics: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_rows("technology", Technology.objects.filter(targets__isnull=False).distinct().order_by("name"))
        self._offer("metric", metrics)
        self._offer("kind", BenchmarkKind.choices)
        self._word({
            "technology": (_("Technology"), _("Those with a target on record.")),
            "metric": (_("Metric and unit"), _("As the targets of the technology name it.")),
            "kind": (_("What it is"), ""),
            "value": (_("Value"), _("In the unit of the metric.")),
            "year": (_("Year"), _("Since when it stands; a limit may have none.")),
            "holder": (_("Who holds it"), _("A facility anywhere in the world, or the law of physics.")),
            **self._evidence_words(),
        })  # fmt: skip


class ReadinessForm(_StatementForm):
    """Who needs, has or develops a technology, and how ready they call it."""

    technology = forms.ModelChoiceField(Technology.objects.none(), to_field_name="slug", widget=forms.Select(_SELECT))
    facility = forms.ModelChoiceField(Facility.objects.none(), required=False, to_field_name="slug", widget=forms.Select(_SELECT))
    organisation = forms.ModelChoiceField(Organisation.objects.none(), required=False, to_field_name="slug", widget=forms.Select(_SELECT))
    role = forms.ChoiceField(widget=forms.Select(_SELECT))
    trl = forms.ChoiceField(required=False, widget=forms.Select(_SELECT))
    stated_on = _date()
    evidence = _address()
    note = _text(300)

    def __init__(self, *args: Any, facilities: Any, may_speak_for_all: bool, levels: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facility"].required = not may_speak_for_all
        self._offer_rows("technology", Technology.objects.order_by("name"))
        self._offer_rows("facility", facilities, _("an organisation instead"))
        if may_speak_for_all:
            self._offer_rows("organisation", Organisation.objects.order_by("name"), _("a facility instead"))
        else:
            del self.fields["organisation"]
        self._offer("role", TechnologyRole.choices)
        self._offer("trl", [("", _("none claimed")), *levels])
        self._word({
            "technology": (_("Technology"), ""),
            "facility": (_("Facility"), ""),
            "organisation": (_("Organisation"), _("Only where it is no facility, such as a company or a university.")),
            "role": (_("What it has to do with it"), ""),
            "trl": (_("Readiness level claimed"), _("None for who only needs it.")),
            "stated_on": (_("As of"), _("A year, a month or a day: 2027, 2027-12 or 2027-12-01.")),
            **self._evidence_words(),
        })  # fmt: skip
