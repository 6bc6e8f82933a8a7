"""Panels: parts of a page about one thing that apps above add to a page of an app below.

The app above registers a panel in its `panels` module when it is ready; the page asks for those of
its kind. So a facility's page can show indicators without the catalogue knowing of them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: the kind of thing it is about, its place, and what draws it.

    `draw` gets the request and the key of the thing; it answers nothing when there is nothing to
    show.
    """

    kind: str
    order: int
    draw: Callable[[HttpRequest, str], SafeString | None]


_panels: list[Panel] = []


def add(panel: Panel) -> None:
    """Add a panel to the pages of a kind."""
    _panels.append(panel)


def drawn(request: HttpRequest, kind: str, key: str) -> list[SafeString]:
    """The panels of one thing, in their order; those that have nothing to show are left out."""
    mine = sorted((panel for panel in _panels if panel.kind == kind), key=lambda panel: panel.order)
    return [markup for panel in mine if (markup := panel.draw(request, key))]
