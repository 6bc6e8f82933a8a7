"""What no single field can tell: rules over the whole of a published value, and over several together."""

from collections.abc import Iterable, Sequence
from typing import Any

import pycountry
from django.utils.translation import gettext as _

from leaps.core.errors import Problem
from leaps.indicators.models import PublishedValue
from leaps.indicators.types import Family, ScopeKind, Standing
from leaps.record import queries as record_queries
from leaps.record import registry
from leaps.record.types import Planned

# What makes two values the same claim; the database holds it too.
SAME = ("indicator", "facility", "scope", "year", "period_kind", "period", "part", "rule", "unit", "qualifier")


def _problem(item: Planned, field: str, message: str, cure: str) -> Problem:
    return Problem(message, cure, file=item.edit.file or item.edit.kind, row=item.edit.row, field=field)


def definitions(planned: Sequence[Planned]) -> Iterable[Problem]:
    """A group belongs to the definitions of the league, and a counterpart to another family."""
    after = {item.edit.key: item.after.values for item in planned if item.after}
    wanted = {key for values in after.values() for key in values["counterparts"] or ()} - after.keys()
    record_type = registry.get("indicator_definition")
    families = {key: state.values["family"] for key, state in record_queries.states(record_type, wanted).items()}
    families |= {key: values["family"] for key, values in after.items()}
    for item in planned:
        if item.after is None:
            continue
        values = item.after.values
        if (values["family"] == Family.LEAGUE) != (values["group"] is not None):
            yield _problem(
                item, "group", _("does not go with the family"),
                _("Give a group to definitions of the league, and only to them."),
            )
        for key in values["counterparts"] or ():
            if families.get(key) == values["family"]:
                yield _problem(
                    item, "counterparts", _("names %(key)s of the same family") % {"key": key},
                    _("Counterparts link different families."),
                )


def published_values(planned: Sequence[Planned]) -> Iterable[Problem]:
    """About a facility or a scope, a value where one is published, money with its currency, no claim twice."""
    for item in planned:
        if item.after is not None:
            yield from _one_value(item, item.after.values)
    yield from _same_claims(planned)


def _one_value(item: Planned, values: dict[str, Any]) -> Iterable[Problem]:
    about_facility = values["scope_kind"] == ScopeKind.FACILITY
    if about_facility and (not values["facility"] or values["scope"]):
        yield _problem(
            item, "facility", _("does not go with scope_kind facility"),
            _("Name the facility and leave scope empty."),
        )
    if not about_facility and (values["facility"] or not values["scope"]):
        yield _problem(
            item, "scope", _("does not go with scope_kind %(kind)s") % {"kind": values["scope_kind"]},
            _("Say in scope who the value is about and leave facility empty."),
        )
    if (values["standing"] == Standing.PUBLISHED) != (values["value"] is not None):
        yield _problem(
            item, "value", _("does not go with standing %(standing)s") % {"standing": values["standing"]},
            _("A published value needs a number; a suppressed or inapplicable one has none."),
        )
    money = pycountry.currencies.get(alpha_3=values["unit"]) is not None
    if money != (values["currency"] is not None) or (money and values["currency"] != values["unit"]):
        yield _problem(
            item, "currency", _("does not go with the unit %(unit)s") % {"unit": values["unit"]},
            _("For money write the same code of ISO 4217 in both; otherwise leave currency empty."),
        )


def _same_claims(planned: Sequence[Planned]) -> Iterable[Problem]:
    after = [(item, tuple(item.after.values[name] or "" for name in SAME)) for item in planned if item.after]
    touched = {item.edit.key for item in planned}
    codes = {claim[0] for _item, claim in after}
    rows = PublishedValue.objects.filter(indicator__code__in=codes).values_list(
        "slug", "indicator__code", "facility__slug", *SAME[2:]
    )
    taken = {tuple(part or "" for part in claim): slug for slug, *claim in rows if slug not in touched}
    for item, claim in after:
        other = taken.setdefault(claim, item.edit.key)
        if other != item.edit.key:
            yield _problem(
                item, "value", _("says the same as %(other)s") % {"other": other},
                _("Remove one, or tell them apart by period, part, rule or qualifier."),
            )
