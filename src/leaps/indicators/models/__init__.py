"""The tables of the indicators."""

from leaps.indicators.models.definitions import Counterpart, IndicatorDefinition
from leaps.indicators.models.impact import InputOutputTable, Supplier, SupplierSpending, TradeDecision
from leaps.indicators.models.published import PublishedValue
from leaps.indicators.models.relevance import RelevanceStatement
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
    "InputOutputTable",
    "PublishedValue",
    "RelevanceStatement",
    "Return",
    "ReturnEvent",
    "ReturnFile",
    "ReturnPart",
    "Supplier",
    "SupplierSpending",
    "TradeDecision",
]
