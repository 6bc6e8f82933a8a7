"""What apps want done before `leaps serve` opens the doors."""

from collections.abc import Callable

_steps: list[tuple[int, str, Callable[[], None]]] = []


def add(order: int, words: str, step: Callable[[], None]) -> None:
    """Register a step; `words` tell the person at the terminal what is going on."""
    _steps.append((order, words, step))


def steps() -> list[tuple[str, Callable[[], None]]]:
    """Every step with its words, in order."""
    return [(words, step) for _order, words, step in sorted(_steps, key=lambda item: item[0])]
