"""The part of sign-up that is the same with a password and with another account.

A module of its own because allauth's forms are made on top of it.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from leaps.accounts.models import User


class SignupForm(forms.Form):
    """What we ask at sign-up beside address and password."""

    field_order = ("name", "email", "password1", "password2")
    name = forms.CharField(max_length=200, widget=forms.TextInput({"class": "form-control", "autocomplete": "name"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Your name")
        self.fields["name"].help_text = _("Stands beside what you change and confirm. Your address is shown to nobody but the office.")

    def signup(self, _request: Any, user: User) -> None:
        """Keep the name; allauth calls this when the account is made."""
        user.name = self.cleaned_data["name"].strip()
        user.save(update_fields=["name"])
