"""What the pages offer to go to; apps add their items when they are ready."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry: its words, the name of its URL, its place, and for whom it is there."""

    label: "StrOrPromise"
    url_name: str
    order: int = 100
    visible_to: Callable[[object], bool] | None = None


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An entry as a template gets it."""

    label: "StrOrPromise"
    url: str
    current: bool


_main: list[MenuItem] = []
_person: list[MenuItem] = []


def add_main(item: MenuItem) -> None:
    """Add an entry to the navigation of every page."""
    _main.append(item)


def add_person(item: MenuItem) -> None:
    """Add an entry to the menu of the signed-in person."""
    _person.append(item)


def _shown(items: list[MenuItem], person: object, path: str) -> list[ShownItem]:
    found = []
    for item in sorted(items, key=lambda item: item.order):
        if item.visible_to is not None and not item.visible_to(person):
            continue
        url = _url(item.url_name)
        if url is not None:
            found.append(ShownItem(item.label, url, path.startswith(url)))
    return found


@cache
def _url(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def main_items(person: object, path: str) -> list[ShownItem]:
    """The navigation as one person sees it on one page."""
    return _shown(_main, person, path)


def person_items(person: object, path: str) -> list[ShownItem]:
    """The signed-in person's own menu."""
    return _shown(_person, person, path)
