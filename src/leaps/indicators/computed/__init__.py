"""The indicators that are computed from raw records, one file each."""

from leaps.indicators.computed.base import CannotGroup, Indicator, Kind, compute
from leaps.indicators.computed.registry import all_indicators, indicator

__all__ = ["CannotGroup", "Indicator", "Kind", "all_indicators", "compute", "indicator"]
