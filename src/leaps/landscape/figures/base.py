"""What every figure of the landscape is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from leaps.core.errors import DomainError

_TO_THE_RECORD = gettext_lazy("Whoever knows a value may add it to the record, with its source; the figure follows.")
Options = Mapping[str, str | Sequence[str]]


class UnknownFigure(DomainError):
    """No figure of this key or name."""

    status = 404


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it is now: what it finds, drawn; with caption, words for those who do not see it, and its data.

    `draw(heading, footer)` draws both into the picture, for files that leave the page; `svg` is for a page that shows
    them itself. `method` says how the values came about, `notes` what had to be assumed. `columns` and `records` are
    the data behind the figure, in their order. An empty `svg` means that there is nothing to show, and `title` says so.
    """

    key: str
    slug: str
    title: str
    caption: str
    alt: str
    method: str
    columns: tuple[str, ...]
    records: tuple[Mapping[str, Any], ...]
    draw: Callable[[str, str], str]
    notes: tuple[str, ...] = ()
    is_synthetic: bool = False
    """Whether values of a trial are in it; no document prints it."""

    @property
    def svg(self) -> str:
        """The drawing without heading and footer."""
        return self.draw("", "")


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure that can be asked for: its key in documents, its name in addresses, what it is, and what makes it."""

    key: str
    slug: str
    name: StrOrPromise
    summary: StrOrPromise
    make: Callable[[object, Options], Figure]
    page: str = ""
    """The name of the address of a page of its own, where it has one; else that of figures."""
    empty: StrOrPromise = _TO_THE_RECORD
    """What to do where there is nothing to show."""
