"""A small edition with every kind of number in it, and the people who bring it to its release."""

from typing import Any

from leaps.accounts.models import RoleGrant, User
from leaps.core.documents import Chapter
from leaps.landscape import tasks
from leaps.landscape.actions import building, editions
from leaps.landscape.models import Build, Edition
from leaps.record.types import Action, Edit, Provenance
from tests.background import work
from tests.record.factories import NOW, facility, facts, instrument, write

TEXTS = (
    Chapter("today", "Today", "The ring serves {{ fact('facility', 'ring', 'users_per_year') }} users.\n\nIt has {{ count('instrument') }} instruments.\n"),
    Chapter("next", "What comes next", "It began in {{ fact('facility', 'ring', 'first_light_year') }}. See {{ ref('today') }}.\n\nThe other stands in Germany.\n"),
)


def person(name: str, role: str = "", scope: str = "") -> User:
    """Somebody with a role."""
    made = User.objects.create_user(f"{name}@example.org", name=f"Person {name}")
    if role:
        RoleGrant.objects.create(user=made, role=role, scope=scope)
    return made


def people() -> dict[str, User]:
    """One of each."""
    return {
        "office": person("office", "office"),
        "author": person("author", "landscape_author"),
        "second_author": person("second_author", "landscape_author"),
        "board": person("board", "board_member"),
        "editor": person("editor", "facility_editor", "ring"),
        "other_editor": person("other_editor", "facility_editor", "other"),
        "member": person("member"),
    }


def record() -> None:
    """A ring whose first light nobody has verified, and another facility."""
    write(
        facility("ring", users_per_year=1200),
        facility("other", country="DE"),
        instrument("ring-a", status="operating"),
    )
    write(Edit("facility", "ring", Action.UPDATE, facts({"first_light_year": 1990}, Provenance("known"))))


def opened(office: User, **changes: Any) -> Edition:
    """An edition with two chapters."""
    given: dict[str, Any] = {"slug": "landscape-2026", "title": "Landscape 2026", "subtitle": "A small one", "texts": TEXTS, "actor": office, "now": NOW}
    return editions.open_edition(**(given | changes))


def built(edition: Edition, actor: User, **changes: Any) -> Build:
    """Asked for, and made by the worker."""
    asked = building.ask(edition=edition, actor=actor, now=NOW, enqueue=tasks.build_edition.enqueue, **changes)
    work()
    return Build.objects.get(pk=asked.pk)
