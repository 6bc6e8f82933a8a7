"""What apps want done before `leaps serve` opens the doors."""

from collections.abc import Callable

from django.conf import settings

_steps: list[tuple[int, str, Callable[[], None], bool]] = []


def add(order: int, words: str, step: Callable[[], None], *, in_trial_only: bool = False) -> None:
    """Register a step; `words` tell the person at the terminal what is going on."""
    _steps.append((order, words, step, in_trial_only))


def steps() -> list[tuple[str, Callable[[], None]]]:
    """Every step of this installation with its words, in order."""
    ordered = sorted(_steps, key=lambda item: item[0])
    return [(words, step) for _order, words, step, in_trial_only in ordered if settings.TRIAL or not in_trial_only]
