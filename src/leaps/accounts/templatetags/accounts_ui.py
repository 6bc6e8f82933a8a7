"""Template tags about people."""

from typing import Any

from django import forms, template
from django.utils.translation import gettext as _

from leaps.accounts import trial
from leaps.accounts.models import User

register = template.Library()


@register.simple_tag
def trial_people() -> list[tuple[User, trial.TrialPerson]]:
    """The synthetic people of a trial; none in production."""
    return trial.people()


def _words() -> dict[str, str]:
    return {
        "email": _("E-mail address"),
        "login": _("E-mail address"),
        "remember": _("Stay signed in on this device for two weeks"),
        "oldpassword": _("Present password"),
        "code": _("Code"),
    }


@register.simple_tag
def dress(form: Any) -> str:
    """Give the fields of a form made elsewhere (allauth's) the look of ours."""
    words = _words()
    for bound in form:
        bound.label = words.get(bound.name, bound.label)
        widget = bound.field.widget
        if isinstance(widget, forms.CheckboxInput):
            widget.attrs.setdefault("class", "form-check-input")
        elif not isinstance(widget, (forms.HiddenInput, forms.RadioSelect)):
            widget.attrs.setdefault("class", "form-control")
        widget.attrs.pop("placeholder", None)  # the label says it
    return ""


@register.filter
def provider_name(name: str) -> str:
    """A sign-in provider as it writes itself."""
    return {"Orcid.org": "ORCID"}.get(name, name)
