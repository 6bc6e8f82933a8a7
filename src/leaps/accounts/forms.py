"""Forms about people."""

from typing import Any

from allauth.account.forms import SignupForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.utils.translation import gettext as _

from leaps.accounts import actions, roles


def _text(**more: Any) -> forms.TextInput:
    return forms.TextInput({"class": "form-control", **more})


class NameForm(forms.Form):
    """The name a person is shown with."""

    name = forms.CharField(max_length=200, required=False, widget=_text(autocomplete="name"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].help_text = _("Stands beside what you change and confirm.")


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(max_length=100, widget=_text())
    scopes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("What it is for")
        scopes = self.fields["scopes"]
        scopes.label = _("What it may do")
        scopes.choices = [(code, f"{code}: {words}") for code, words in actions.SCOPES.items()]  # type: ignore[attr-defined]
        scopes.initial = ["read"]


class GrantForm(forms.Form):
    """A role for a person; `held` is "role:scope"."""

    held = forms.ChoiceField(widget=forms.Select({"class": "form-select"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["held"].label = _("Role")
        choices: list[tuple[Any, Any]] = []
        for role in roles.given_roles():
            if role.scope == roles.Scope.ALL:
                choices.append((f"{role.code}:", role.title))
            else:
                scopes = [(f"{role.code}:{key}", f"{role.title}: {name}") for key, name in roles.scope_choices(role.scope)]
                choices.append((role.title, scopes))
        self.fields["held"].choices = choices  # type: ignore[attr-defined]


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A passkey or security key, in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")
        self.fields["name"].help_text = _("So that you tell your keys apart, such as “phone” or “blue key”.")
        self.initial["name"] = ""
        self.fields["passwordless"].label = _("Sign in with this key alone, without a password")
        self.fields["passwordless"].help_text = _("The key must then ask for your finger, face or PIN.")
        self.fields["passwordless"].initial = True


class AccountForm(SignupForm):  # type: ignore[misc]  # allauth has no types
    """Sign-up with a password; takes as long for an address that has an account as for a new one."""

    def try_save(self, request: Any) -> tuple[Any, HttpResponse | None]:
        """Make the account, or pretend to; the mailbox learns which."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        saved: tuple[Any, HttpResponse | None] = super().try_save(request)
        return saved
