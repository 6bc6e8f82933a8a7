"""What is filled in on the way of an edition."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from leaps.landscape.actions.editions import ABOUT, DAYS
from leaps.landscape.models import Edition

_TEXT = {"class": "form-control"}
_DATE = {"class": "form-control w-auto", "type": "date"}


class OpenForm(forms.Form):
    """A new edition: what it is called and what its text begins with."""

    slug = forms.SlugField(max_length=60, widget=forms.TextInput(_TEXT))
    title = forms.CharField(max_length=200, widget=forms.TextInput(_TEXT))
    subtitle = forms.CharField(max_length=300, required=False, widget=forms.TextInput(_TEXT))
    source = forms.ChoiceField(widget=forms.Select({"class": "form-select"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "slug": (_("Short name"), _("Stands in its address for good, such as landscape-2026.")),
            "title": (_("Title"), ""),
            "subtitle": (_("Subtitle"), ""),
            "source": (_("Begin with"), _("The texts are copied; what they are copied from stays as it is.")),
        }
        for name, (label, help_text) in words.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text
        source = self.fields["source"]
        assert isinstance(source, forms.ChoiceField)  # noqa: S101  declared above
        earlier = [(f"edition:{e.slug}", _("the texts of %(title)s") % {"title": e.title}) for e in Edition.objects.all()]
        source.choices = [("first", _("the texts this software brings: Landscape 2026")), *earlier, ("empty", _("nothing"))]


class DescribeForm(forms.ModelForm):  # type: ignore[type-arg]
    """Title, days and the words of the DOI."""

    class Meta:
        model = Edition
        fields = ABOUT
        widgets = {name: forms.DateInput(_DATE, format="%Y-%m-%d") for name in DAYS} | {name: forms.TextInput(_TEXT) for name in ABOUT if name not in DAYS}

    def _post_clean(self) -> None:
        """The action writes, not the form: nothing is put into the object."""


class ChapterForm(forms.Form):
    """A chapter as its author writes it."""

    base = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(max_length=200, required=False, widget=forms.TextInput(_TEXT))
    text = forms.CharField(required=False, strip=False, widget=forms.Textarea({"class": "form-control chapter-text", "rows": 28, "spellcheck": "true"}))
    note = forms.CharField(max_length=300, required=False, widget=forms.TextInput(_TEXT))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].label = _("Title")
        self.fields["text"].label = _("Text, in Markdown")
        self.fields["note"].label, self.fields["note"].help_text = _("What you changed"), _("In a few words, for the history; may stay empty.")


class NewChapterForm(forms.Form):
    """A chapter to add."""

    slug = forms.SlugField(max_length=60, widget=forms.TextInput(_TEXT))
    title = forms.CharField(max_length=200, widget=forms.TextInput(_TEXT))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].label, self.fields["title"].label = _("Short name"), _("Title")
