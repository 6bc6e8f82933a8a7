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
