"""What the catalogue keeps about a person: saved searches. They go with the account by themselves."""

from typing import Any

from leaps.accounts.models import User
from leaps.accounts.personal_data import Holding, register
from leaps.catalogue.models import SavedSearch


def _export(person: User) -> list[dict[str, Any]]:
    return [{"name": s.name, "address": s.address} for s in SavedSearch.objects.filter(user=person).order_by("pk")]


register(Holding("saved_searches", _export))
