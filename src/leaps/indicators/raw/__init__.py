"""The raw records from which every indicator is computed: declared once, checked and stored alike."""

from leaps.indicators.raw.records import RECORDS, record

__all__ = ["RECORDS", "record"]
