"""The sentences for a query that could not be read as meant.

The engine runs without Django (in benchmarks, in notebooks); then the sentences stay English.
"""

from leaps.core.errors import Problem


def _(message: str) -> str:
    """The message in the reader's language, where there is one."""
    from django.conf import settings

    if not settings.configured:
        return message
    from django.utils.translation import gettext

    return gettext(message)


def _problem(field: str, value: str, message: str, cure: str) -> Problem:
    return Problem(message=message, cure=cure, field=field, value=value[:80])


def not_a_number(field: str, value: str, example: str) -> Problem:
    """The value is no number, or its comma could mean two things."""
    return _problem(
        field,
        value,
        _("is not a number"),
        _("Write digits with a point, such as %(example)s.") % {"example": example},
    )


def not_positive(field: str, value: str) -> Problem:
    """Only numbers above zero make sense."""
    return _problem(field, value, _("must be above zero"), _("Write a larger number or leave it empty."))


def out_of_range(field: str, value: str) -> Problem:
    """A number no instrument could have."""
    return _problem(field, value, _("is outside what can be measured"), _("Check the number and its unit."))


def unknown_unit(field: str, value: str, units: str) -> Problem:
    """The unit is none we know."""
    return _problem(field, value, _("is not a unit we know"), _("Use one of %(units)s.") % {"units": units})


def wrong_order(field: str, value: str) -> Problem:
    """The lower bound is above the upper one; they were exchanged."""
    return _problem(
        field, value, _("is above the upper bound"), _("Give the lower one first.")
    )


def not_a_date(field: str, value: str) -> Problem:
    """The value is no date, month or year."""
    return _problem(
        field,
        value,
        _("is not a date"),
        _("Write a day, month or year, such as 2027-09-15, 2027-09 or 2027."),
    )


def start_missing(field: str, value: str) -> Problem:
    """An end without a start says no period."""
    return _problem(field, value, _("has no start to go with it"), _("Give the first day of the period too."))


def not_a_choice(field: str, value: str, choices: str) -> Problem:
    """The value is none of a short list."""
    return _problem(
        field, value, _("is not one of the choices"), _("Use one of %(choices)s.") % {"choices": choices}
    )


def not_in_record(field: str, value: str, near: str = "") -> Problem:
    """The value is well formed, but no instrument in the record has it; `near` is one like it."""
    cure = _("Did you mean %(near)s?") % {"near": near} if near else _("Choose one of the values the filter offers.")
    return _problem(field, value, _("does not occur in the record"), cure)


def not_a_technique(field: str, value: str) -> Problem:
    """The value is no PaNET id."""
    return _problem(
        field, value, _("is not a PaNET id"), _("Write PaNET and five digits, such as PaNET01089.")
    )


def not_a_country(field: str, value: str) -> Problem:
    """The value is no country code."""
    return _problem(field, value, _("is not a country code"), _("Use two letters, such as SE or GB."))


def too_long(field: str, value: str, limit: int) -> Problem:
    """The text was cut."""
    return _problem(
        field, value, _("is too long"), _("At most %(limit)d characters are read.") % {"limit": limit}
    )


def too_many(field: str, value: str, limit: int) -> Problem:
    """The list was cut."""
    return _problem(
        field, value, _("has too many values"), _("At most %(limit)d are read.") % {"limit": limit}
    )


def only_yes(field: str, value: str) -> Problem:
    """A yes-or-anything filter got something else."""
    return _problem(field, value, _("can only ask for yes"), _("Write yes, or leave it out for any."))


def not_understood(field: str, value: str) -> Problem:
    """A quantity that could not be read."""
    return _problem(
        field, value, _("could not be read"), _("Write a number or a range and a unit, such as 8-12 keV.")
    )
