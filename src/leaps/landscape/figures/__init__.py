"""The figures of the landscape, each addressable by its key: F2, F3 ... A page, a document or a command asks for one.

make("F2", viewer=AnonymousUser()).svg
"""

from leaps.landscape.figures.base import Entry, Figure, UnknownFigure
from leaps.landscape.figures.registry import all_entries, entry, make

__all__ = ["Entry", "Figure", "UnknownFigure", "all_entries", "entry", "make"]
