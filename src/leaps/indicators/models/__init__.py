"""The tables of the indicators."""

from leaps.indicators.models.definitions import Counterpart, IndicatorDefinition
from leaps.indicators.models.published import PublishedValue

__all__ = ["Counterpart", "IndicatorDefinition", "PublishedValue"]
