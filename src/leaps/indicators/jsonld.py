"""schema.org descriptions of indicators and of what is published of them."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from leaps.core.linked_data import CONTEXT
from leaps.indicators.queries import Published
from leaps.record.presentation import object_url
from leaps.record.types import State


def definition(state: State) -> dict[str, Any]:
    """An indicator as a defined term of the set of all."""
    address = f"{settings.BASE_URL}{object_url(state.kind, state.key)}"
    found: dict[str, Any] = {
        "@context": CONTEXT, "@type": "DefinedTerm", "@id": address, "url": address, "identifier": state.key,
        "termCode": state.key, "name": state.values["name"],
        "inDefinedTermSet": f"{settings.BASE_URL}{reverse('indicators:indicators')}",
    }  # fmt: skip
    if state.values.get("wording"):
        found["description"] = state.values["wording"]
    return found


def value(state: State, shown: Published) -> dict[str, Any]:
    """A published value as an observation of somebody or something."""
    address = f"{settings.BASE_URL}{object_url(state.kind, state.key)}"
    found: dict[str, Any] = {
        "@context": CONTEXT, "@type": "Observation", "@id": address, "url": address, "identifier": state.key,
        "name": state.key, "observationPeriod": shown.period_words, "description": f"{shown.about}: {shown.value_words}",
        "measuredProperty": {
            "@type": "DefinedTerm", "name": shown.indicator_name, "termCode": shown.indicator,
            "@id": f"{settings.BASE_URL}{object_url('indicator_definition', shown.indicator)}",
        },
        "observationAbout": {"@type": "Organization", "name": shown.about},
    }  # fmt: skip
    if shown.facility:
        found["observationAbout"]["@id"] = f"{settings.BASE_URL}{object_url('facility', shown.facility)}"
    if shown.value is not None:
        found["value"] = shown.value
        found["unitText"] = shown.unit
    return found
