"""Forms of campaigns and returns."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

_DATE = {"class": "form-control w-auto", "type": "date"}


class CampaignForm(forms.Form):
    """A year to collect."""

    year = forms.IntegerField(min_value=1960, max_value=2100, widget=forms.NumberInput({"class": "form-control w-auto"}))
    due_on = forms.DateField(widget=forms.DateInput(_DATE, format="%Y-%m-%d"))
    note = forms.CharField(required=False, max_length=500, widget=forms.Textarea({"class": "form-control", "rows": 2}))

    def __init__(self, *args: Any, fixed_year: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].label = _("Calendar year")
        self.fields["due_on"].label = _("Due")
        self.fields["note"].label = _("Word to the facilities")
        if fixed_year:
            del self.fields["year"]


class _Several(forms.ClearableFileInput):
    allow_multiple_selected = True


class _Files(forms.FileField):
    """One or more files."""

    widget = _Several

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[bytes]"]:
        """Each file by itself."""
        one = super().clean
        return [one(file, initial) for file in data] if isinstance(data, list | tuple) and data else [one(data or None, initial)]


class SendForm(forms.Form):
    """The files of a return."""

    tables = _Files()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["tables"]
        field.label = _("Files")
        field.help_text = _("CSV, XLSX, Parquet or a zip of them, named like the records they hold; 1 GB at most. Only keys, no names of people.")
        field.error_messages = {"required": _("Choose one or more files."), "empty": _("This file is empty.")}
        field.widget.attrs = {"class": "form-control", "accept": ".csv,.tsv,.xlsx,.parquet,.zip"}


class SignForm(forms.Form):
    """What the officer says when signing."""

    comment = forms.CharField(required=False, max_length=4000, widget=forms.Textarea({"class": "form-control", "rows": 4}))
    reason = forms.CharField(required=False, max_length=500, widget=forms.TextInput({"class": "form-control"}))
    embargo_until = forms.DateField(required=False, widget=forms.DateInput(_DATE, format="%Y-%m-%d"))

    def __init__(self, *args: Any, restates: bool, odd: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comment"].label = _("Comment")
        self.fields["comment"].help_text = (
            _("Needed: say why what looks odd is right. Published with the values.") if odd else _("Published with the values.")
        )
        self.fields["embargo_until"].label = _("Embargo until")
        self.fields["embargo_until"].help_text = _("Until this day only your facility and the office see the values, and the league is computed without them.")
        if restates:
            self.fields["reason"].label = _("Why the year is stated anew")
            self.fields["reason"].help_text = _("Needed, because a signed return exists. Published.")
        else:
            del self.fields["reason"]


class ReportForm(forms.Form):
    """Which report, about whom, as what."""

    report = forms.ChoiceField(widget=forms.Select({"class": "form-select w-auto"}))
    facility = forms.ChoiceField(required=False, widget=forms.Select({"class": "form-select w-auto"}))
    year = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, widget=forms.Select({"class": "form-select w-auto"}))
    country = forms.ChoiceField(required=False, widget=forms.Select({"class": "form-select w-auto"}))
    form = forms.ChoiceField(widget=forms.Select({"class": "form-select w-auto"}))

    def __init__(
        self, *args: Any, facilities: list[tuple[str, str]], years: list[int], countries: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, tuple[Any, Any]] = {
            "report": (_("Report"), [
                ("esfri", _("ESFRI 2019: 21 indicators of a facility and year")), ("oecd", _("OECD 2019: core indicators of a facility and year")),
                ("annual", _("Annual report: the league core set of a facility over the years")), ("country", _("Country: who came from it, and what it hosts")),
            ]),
            "facility": (_("Facility"), facilities), "year": (_("Year"), [(year, str(year)) for year in years]), "country": (_("Country"), countries),
            "form": (_("As"), [("page", _("page")), ("xlsx", "XLSX"), ("csv", "CSV"), ("json", "JSON")]),
        }  # fmt: skip
        for name, (label, options) in choices.items():
            field = self.fields[name]
            field.label, field.choices = label, options  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A country's report needs a country, the others a facility, those of a year a year too."""
        found = super().clean() or {}
        needed = {"country": ("country",), "annual": ("facility",)}.get(found.get("report", ""), ("facility", "year"))
        for name in needed:
            if not found.get(name) and name not in self.errors:
                self.add_error(name, _("Choose one."))
        return found
