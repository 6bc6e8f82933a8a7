"""schema.org descriptions of challenges and the steps of their chains."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from leaps.core.linked_data import CONTEXT
from leaps.record import registry
from leaps.record.presentation import object_url
from leaps.record.types import State


def term(state: State) -> dict[str, Any]:
    """A challenge, need, observable or step as a defined term of the set of all."""
    address = f"{settings.BASE_URL}{object_url(state.kind, state.key)}"
    found: dict[str, Any] = {
        "@context": CONTEXT, "@type": "DefinedTerm", "@id": address, "url": address, "identifier": state.key,
        "name": registry.get(state.kind).label_of(state.values, state.key), "termCode": state.values.get("code") or state.key,
        "inDefinedTermSet": f"{settings.BASE_URL}{reverse('landscape:challenges')}",
    }  # fmt: skip
    if state.values.get("description"):
        found["description"] = state.values["description"]
    return found
