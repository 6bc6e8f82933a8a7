"""Every computed indicator, found by the files of this folder."""

import importlib
import pkgutil
from functools import cache

import leaps.indicators.computed as package
from leaps.core.errors import DomainError
from leaps.indicators.computed.base import Indicator


class UnknownIndicator(DomainError):
    """No such indicator is computed."""

    status = 404


@cache
def all_indicators() -> dict[str, Indicator]:
    """Every computed indicator by its id, in the order of the files.

    A file belongs to an indicator when it defines `INDICATOR`; its name is the id in small letters.
    """
    found: dict[str, Indicator] = {}
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        if hasattr(module, "INDICATOR"):
            found[module.INDICATOR.id] = module.INDICATOR
    return found


def indicator(identity: str) -> Indicator:
    """The computed indicator of an id. Raises UnknownIndicator."""
    try:
        return all_indicators()[identity]
    except KeyError:
        message = f"{identity} is not computed from raw records; it can only be returned as a finished value."
        raise UnknownIndicator(message) from None
