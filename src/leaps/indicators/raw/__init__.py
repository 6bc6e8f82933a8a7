"""The raw records from which every indicator is computed: declared once, checked and stored alike."""

from leaps.indicators.raw.records import FINISHED_VALUE, RECORDS, RETURNED, VISITOR, record

__all__ = ["FINISHED_VALUE", "RECORDS", "RETURNED", "VISITOR", "record"]
