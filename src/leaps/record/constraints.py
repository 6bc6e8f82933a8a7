"""Database constraints that can also explain themselves.

Each is declared once in a model's Meta; the database holds it, and the same object gives the
person who typed the value a sentence with the cure, without asking the database row by row.
"""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from leaps.record.specs import number_text


class _Declared(models.CheckConstraint):
    """A check that migrations see as a plain CheckConstraint."""

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        _path, args, kwargs = super().deconstruct()
        for name in ("low", "high", "first", "second", "field"):
            kwargs.pop(name, None)
        return "django.db.models.CheckConstraint", tuple(args), kwargs


class Between(_Declared):
    """A number that lies between two limits, both included; None leaves a side open."""

    def __init__(self, field: str, low: float | None, high: float | None, *, name: str) -> None:
        self.field, self.low, self.high = field, low, high
        condition = Q()
        if low is not None:
            condition &= Q(**{f"{field}__gte": low})
        if high is not None:
            condition &= Q(**{f"{field}__lte": high})
        super().__init__(condition=condition | Q(**{f"{field}__isnull": True}), name=name)

    def clone(self) -> "Between":
        return Between(self.field, self.low, self.high, name=self.name)


class Ordered(_Declared):
    """Two fields of which the first may not exceed the second; a missing one is allowed."""

    def __init__(self, first: str, second: str, *, name: str) -> None:
        self.first, self.second = first, second
        super().__init__(
            condition=Q(**{f"{first}__lte": F(second)})
            | Q(**{f"{first}__isnull": True})
            | Q(**{f"{second}__isnull": True}),
            name=name,
        )

    def clone(self) -> "Ordered":
        return Ordered(self.first, self.second, name=self.name)

    def complaint(self, values: dict[str, Any]) -> tuple[str, str] | None:
        """A sentence and a cure when the values break the order, else None."""
        first, second = values.get(self.first), values.get(self.second)
        if first is None or second is None or first <= second:
            return None
        dates = isinstance(first, str)
        message = _("is after %(second)s (%(limit)s)") if dates else _("is above %(second)s (%(limit)s)")
        limit = second if dates else number_text(second)
        return message % {"second": self.second, "limit": limit}, _("Exchange the two or correct the one that is wrong.")
