"""Forms made from the fields of the record: one definition of what a value may be."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from leaps.record import registry
from leaps.record.registry import RecordType
from leaps.record.specs import FieldSpec, ValueRefused, clean_partial_date
from leaps.record.types import State, Value, ValueType

MOST_IN_A_LIST = 150
MOST_UPLOADED_BYTES = 20 * 1024 * 1024
_SALT = "leaps.record.base"


class ValueField(forms.CharField):
    """A field of a form that reads and writes one field of the record as text."""

    def __init__(self, spec: FieldSpec, **kwargs: Any) -> None:
        self.spec = spec
        super().__init__(widget=_widget(spec), required=False, strip=True, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The canonical value as the text that stands in the field."""
        return value if isinstance(value, str) else self.spec.to_text(value)

    def to_python(self, value: Any) -> Any:
        """The text as canonical value; the error says what would cure it."""
        try:
            return self.spec.from_text(str(value or ""))
        except ValueRefused as error:
            text = f"{error.message} {error.cure}".strip()
            raise forms.ValidationError(f"{text[:1].upper()}{text[1:]}") from None

    def run_validators(self, value: Any) -> None:
        """The field of the record has checked already."""


def _widget(spec: FieldSpec) -> forms.Widget:
    name = {"class": "form-control"}
    if spec.type is ValueType.CODE:
        return forms.Select({"class": "form-select"}, [("", _("not recorded")), *spec.choices])
    if spec.type is ValueType.FLAG:
        states = [("", _("not recorded")), ("yes", _("yes")), ("no", _("no"))]
        return forms.Select({"class": "form-select"}, states)
    if spec.type is ValueType.REFERENCE:
        found = _reference_choices(spec)
        if found is not None:
            return forms.Select({"class": "form-select"}, found)
    if spec.type is ValueType.DATE:
        return forms.TextInput({**name, "type": "date"})
    if spec.is_numeric:
        return forms.TextInput({**name, "inputmode": "decimal"})
    if spec.is_list or (spec.type is ValueType.TEXT and (spec.max_length or 1000) > 250):
        return forms.Textarea({**name, "rows": 3})
    return forms.TextInput(name)


def _reference_choices(spec: FieldSpec) -> list[tuple[str, str]] | None:
    target = registry.get(spec.target)
    rows = target.model._default_manager.order_by(target.key_field).values_list(target.key_field, target.label_field)
    found = [(str(key), str(label)) for key, label in rows[: MOST_IN_A_LIST + 1]]
    if len(found) > MOST_IN_A_LIST:
        return None
    return [("", _("not recorded")), *sorted(found, key=lambda item: item[1].lower())]


def field_for(spec: FieldSpec, *, initial: Value = None) -> ValueField:
    """The form field of a field of the record, with unit and help."""
    label = f"{spec.title} [{spec.unit}]" if spec.unit else str(spec.title)
    help_ = [str(spec.description)] if spec.description else []
    if spec.is_list:
        help_.append(_("Several entries: separate them by semicolons."))
    if spec.type is ValueType.REFERENCES:
        help_.append(_("Use keys of the record, such as PaNET01089."))
    return ValueField(spec, label=label, help_text=" ".join(help_), initial=initial)


class SourceForm(forms.Form):
    """What stands behind a value: shared by corrections, edits and uploads."""

    source_url = forms.URLField(
        label="", required=False, max_length=500, assume_scheme="https", widget=forms.URLInput({"class": "form-control"})
    )
    as_of = forms.CharField(label="", required=False, max_length=10, widget=forms.TextInput({"class": "form-control"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source_url"].label = _("Source (web address)")
        self.fields["source_url"].help_text = _("Where this can be read. Without a source the value is marked unverified.")
        self.fields["as_of"].label = _("As of")
        self.fields["as_of"].help_text = _("The date the source speaks about: 2025, 2025-06 or 2025-06-30.")

    def clean_as_of(self) -> str:
        """A year, month or day."""
        try:
            return clean_partial_date(self.cleaned_data["as_of"])
        except ValueRefused as error:
            raise forms.ValidationError(f"{error.message} {error.cure}") from None


class CorrectionForm(SourceForm):
    """A proposal for one value. `website` is a trap: people do not see it, programs fill it in."""

    field_order = ("value", "reason", "source_url", "as_of", "name", "email", "website")

    def __init__(self, spec: FieldSpec, *args: Any, anonymous: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"] = field_for(spec)
        self.fields["value"].label = _("It should say")
        self.fields["reason"] = forms.CharField(
            label=_("Why"),
            max_length=2000,
            widget=forms.Textarea({"class": "form-control", "rows": 3}),
            help_text=_("One sentence is enough. The editor reads it."),
            error_messages={"required": _("Say in a sentence why.")},
        )
        if anonymous:
            self.fields["name"] = forms.CharField(
                label=_("Your name"), required=False, max_length=200,
                widget=forms.TextInput({"class": "form-control", "autocomplete": "name"}),
            )  # fmt: skip
            self.fields["email"] = forms.EmailField(
                label=_("Your e-mail address"),
                widget=forms.EmailInput({"class": "form-control", "autocomplete": "email"}),
                help_text=_("You get one mail to confirm that it was you, and one with the outcome. It is not published."),
                error_messages={"required": _("Give an address, so that we can tell you the outcome.")},
            )
            self.fields["website"] = forms.CharField(required=False)
        self.order_fields(self.field_order)

    @property
    def is_trapped(self) -> bool:
        """Whether a program filled in the field that people cannot see."""
        return bool(self.data.get("website"))


class EditForm(SourceForm):
    """All fields of an object. What the page showed travels along, signed, to find what was changed."""

    def __init__(
        self, record_type: RecordType, *args: Any, state: State | None, may_confirm: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.record_type, self.state = record_type, state
        for spec in record_type.specs.values():
            if state is not None and spec.name == record_type.key_field:
                continue
            self.fields[f"f-{spec.name}"] = field_for(spec, initial=state.values.get(spec.name) if state else None)
            self.fields[f"f-{spec.name}"].widget.is_required = spec.required
        self.fields["base"] = forms.CharField(required=False, widget=forms.HiddenInput)
        if state is not None:
            self.initial["base"] = signing.dumps([state.version, state.values], salt=_SALT, compress=True)
        self.fields["reason"] = forms.CharField(
            label=_("Reason for the change"), required=False, max_length=2000,
            widget=forms.TextInput({"class": "form-control"}), help_text=_("Shown in the history."),
        )  # fmt: skip
        if may_confirm:
            self.fields["confirmed"] = forms.BooleanField(
                label=_("I confirm the changed values on behalf of the facility"),
                required=False,
                initial=True,
                widget=forms.CheckboxInput({"class": "form-check-input"}),
            )

    def base(self) -> tuple[int, Mapping[str, Any]]:
        """Version and values the person saw. A missing or forged one counts as 'nothing seen'."""
        try:
            version, values = signing.loads(self.cleaned_data.get("base") or "", salt=_SALT)
        except (signing.BadSignature, ValueError):
            return 0, {}
        return int(version), values

    def changed_values(self) -> dict[str, Value]:
        """The fields whose value differs from what the page had shown."""
        _version, seen = self.base()
        found: dict[str, Value] = {}
        for spec in self.record_type.specs.values():
            name = f"f-{spec.name}"
            if name in self.cleaned_data and self.cleaned_data[name] != seen.get(spec.name, [] if spec.is_list else None):
                found[spec.name] = self.cleaned_data[name]
        return found

    def value_fields(self) -> list[forms.BoundField]:
        """The bound fields of the object's values."""
        return [self[name] for name in self.fields if name.startswith("f-")]

    def other_fields(self) -> list[forms.BoundField]:
        """The bound fields about the change itself."""
        return [self[name] for name in self.fields if not name.startswith("f-") and name != "base"]


class DecisionForm(SourceForm):
    """Accept, amend or decline a correction."""

    field_order = ("value", "source_url", "as_of", "note")

    def __init__(self, spec: FieldSpec, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"] = field_for(spec)
        self.fields["value"].label = _("Value to record")
        self.fields["note"] = forms.CharField(
            label=_("Word to the proposer"), required=False, max_length=2000,
            widget=forms.Textarea({"class": "form-control", "rows": 2}),
            help_text=_("Needed when you decline; sent by mail."),
        )  # fmt: skip
        self.order_fields(self.field_order)


class UploadForm(SourceForm):
    """A pack to be checked."""

    field_order = ("file", "confirmed", "source_url", "as_of", "encoding")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"] = forms.FileField(
            label=_("File"),
            widget=forms.ClearableFileInput({"class": "form-control", "accept": ".csv,.xlsx,.zip,.txt,.tsv"}),
            help_text=_("CSV, XLSX or a zip of tables, 20 MB at most. The name of a file or sheet is the name of its table."),
            error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
        )
        self.fields["confirmed"] = forms.BooleanField(
            label=_("I confirm these values on behalf of the facility"), required=False,
            widget=forms.CheckboxInput({"class": "form-check-input"}),
        )  # fmt: skip
        self.fields["encoding"] = forms.CharField(
            label=_("Encoding"), required=False, max_length=40,
            widget=forms.TextInput({"class": "form-control", "placeholder": "UTF-8"}),
            help_text=_("Only for CSV that is not UTF-8, such as latin-1."),
        )  # fmt: skip
        self.order_fields(self.field_order)

    def clean_file(self) -> UploadedFile[bytes]:
        """Not too large to look into."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is not None and file.size > MOST_UPLOADED_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB. Send it in parts, or use `leaps pack load`."))
        return file


class RenameForm(forms.Form):
    """A new key for an object."""

    new_key = forms.CharField(max_length=120, widget=forms.TextInput({"class": "form-control"}))
    reason = forms.CharField(max_length=2000, widget=forms.TextInput({"class": "form-control"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_key"].label = _("New key")
        self.fields["new_key"].help_text = _("Old addresses keep leading here.")
        self.fields["reason"].label = _("Reason")
