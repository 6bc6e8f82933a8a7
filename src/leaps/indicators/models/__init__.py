"""The tables of the indicators."""

from leaps.indicators.models.definitions import Counterpart, IndicatorDefinition
from leaps.indicators.models.published import PublishedValue
from leaps.indicators.models.returns import (
    Campaign,
    ComputedValue,
    Return,
    ReturnEvent,
    ReturnFile,
    ReturnPart,
)

__all__ = [
    "Campaign",
    "ComputedValue",
    "Counterpart",
    "IndicatorDefinition",
    "PublishedValue",
    "Return",
    "ReturnEvent",
    "ReturnFile",
    "ReturnPart",
]
