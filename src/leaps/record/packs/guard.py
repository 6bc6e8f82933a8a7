"""Cells that a spreadsheet would take for a formula are kept harmless, and come back unchanged."""

import re

_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guard(cell: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run. For text columns only."""
    return f"'{cell}" if _DANGEROUS.match(cell) else cell


def unguard(cell: str) -> str:
    """Take the apostrophe of `guard` away again."""
    return cell[1:] if _GUARDED.match(cell) else cell
