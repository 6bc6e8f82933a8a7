"""Small valid definitions and published values, written through the record."""

from typing import Any

from leaps.record.types import Action, Edit
from tests.record.factories import facts


def definition(code: str = "ACC-01", **values: Any) -> Edit:
    """A count of the league's, of access."""
    base = {
        "family": "league",
        "group": "access",
        "name": f"The indicator {code}",
        "formula": "count(proposal)",
        "unit": "count",
        "aggregation": "sum",
        "definition_version": 1,
    }
    return Edit("indicator_definition", code, Action.CREATE, facts({**base, **values}))


def published(key: str, **values: Any) -> Edit:
    """A count of 2003 at the facility `ring`."""
    base = {
        "facility": "ring",
        "scope_kind": "facility",
        "indicator": "ACC-01",
        "year": 2003,
        "period_kind": "calendar_year",
        "standing": "published",
        "value": 100.0,
        "unit": "count",
        "qualifier": "exact",
    }
    return Edit("published_value", key, Action.CREATE, facts({**base, **values}))
