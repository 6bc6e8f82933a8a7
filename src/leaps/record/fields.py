"""Model fields the record needs beyond Django's own."""

from typing import Any

from django.db import models


class TermsField(models.JSONField):
    """An ordered list of short texts, such as the sample environments of an instrument."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs
