"""Template tags about people."""

from django import template

from leaps.accounts import trial
from leaps.accounts.models import User

register = template.Library()


@register.simple_tag
def trial_people() -> list[tuple[User, trial.TrialPerson]]:
    """The synthetic people of a trial; none in production."""
    return trial.people()
