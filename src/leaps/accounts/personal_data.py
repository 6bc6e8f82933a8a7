"""What is kept about a person: each app says what it holds, how it is exported and erased."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from leaps.accounts.models import User


@dataclass(frozen=True, slots=True)
class Holding:
    """One app's share. `export` gives JSON values; `erase` forgets what may be forgotten."""

    name: str
    export: Callable[[User], Any]
    erase: Callable[[User], None] | None = None


_holdings: list[Holding] = []


def register(holding: Holding) -> None:
    """Add an app's share."""
    _holdings.append(holding)


def holdings() -> tuple[Holding, ...]:
    """Every app's share, in order of registration."""
    return tuple(_holdings)
