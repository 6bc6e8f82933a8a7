"""The form of a work, and of a word about a challenge."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from leaps.catalogue.models import Facility, Technique
from leaps.landscape.actions.tagging import MOST_CHARACTERS
from leaps.landscape.models import Challenge
from leaps.landscape.types import ChallengeList, WorkKind

_TEXT = {"class": "form-control"}
_SELECT = {"class": "form-select"}


class WorkForm(forms.Form):
    """A paper, data set, case or project."""

    base = forms.IntegerField(widget=forms.HiddenInput(), required=False)
    kind = forms.ChoiceField(widget=forms.Select(_SELECT))
    title = forms.CharField(max_length=MOST_CHARACTERS["title"], widget=forms.TextInput(_TEXT))
    abstract = forms.CharField(required=False, max_length=MOST_CHARACTERS["abstract"], widget=forms.Textarea({**_TEXT, "rows": 8}))
    year = forms.IntegerField(required=False, widget=forms.NumberInput({"class": "form-control w-auto"}))
    doi = forms.CharField(required=False, max_length=200, widget=forms.TextInput(_TEXT))
    url = forms.CharField(required=False, max_length=MOST_CHARACTERS["url"], widget=forms.TextInput({**_TEXT, "inputmode": "url"}))
    facilities = forms.ModelMultipleChoiceField(Facility.objects.none(), required=False, to_field_name="slug", widget=forms.SelectMultiple({**_SELECT, "size": 5}))
    techniques = forms.ModelMultipleChoiceField(Technique.objects.none(), required=False, to_field_name="panet_id", widget=forms.SelectMultiple({**_SELECT, "size": 5}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101  declared above
        kind.choices = [(code, str(words)) for code, words in WorkKind.choices]
        rows: dict[str, QuerySet[Any]] = {"facilities": Facility.objects.order_by("short_name"), "techniques": Technique.objects.order_by("label")}
        for name, queryset in rows.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101  declared above
            field.queryset = queryset
        words = {
            "kind": (_("What it is"), ""),
            "title": (_("Title"), ""),
            "abstract": (_("Abstract or summary"), _("The more it says, the better the suggestions. As its authors wrote it.")),
            "year": (_("Year"), _("In which it came out; may stay empty.")),
            "doi": (_("DOI"), _("Such as 10.1038/s41467-020-18709-w.")),
            "url": (_("Address"), _("Of its page, when it has no DOI.")),
            "facilities": (_("Facilities"), _("Where it was done, as far as known. Hold Ctrl to choose several.")),
            "techniques": (_("Techniques"), _("By which it was done, as far as known.")),
        }
        for name, (label, help_text) in words.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text


def challenge_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every challenge by its list, for a select."""
    rows = list(Challenge.objects.all())
    return [(str(label), [(one.slug, one.title) for one in rows if one.scheme == code]) for code, label in ChallengeList.choices if any(one.scheme == code for one in rows)]
