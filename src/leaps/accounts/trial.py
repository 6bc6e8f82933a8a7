"""The synthetic people of a trial, so that every role can be tried with one click."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings

from leaps.accounts import roles
from leaps.accounts.models import RoleGrant, User


@dataclass(frozen=True, slots=True)
class TrialPerson:
    """One synthetic person and the roles held; a role of an app above stands by its code."""

    email: str
    name: str
    does: str
    grants: tuple[tuple[roles.Role | str, str], ...] = ()


PEOPLE = (
    TrialPerson("office@trial.example", "Olga Office (synthetic)", "keeps the whole record", ((roles.OFFICE, ""),)),
    TrialPerson(
        "editor.esrf@trial.example", "Emil Editor (synthetic)", "edits the ESRF", ((roles.FACILITY_EDITOR, "esrf"),)
    ),
    TrialPerson(
        "editor.elettra@trial.example", "Elena Editor (synthetic)", "edits Elettra", ((roles.FACILITY_EDITOR, "elettra"),)
    ),
    TrialPerson(
        "editor.max-iv@trial.example", "Maja Editor (synthetic)", "edits MAX IV", ((roles.FACILITY_EDITOR, "max-iv"),)
    ),
    TrialPerson(
        "kpi.max-iv@trial.example", "Kim Officer (synthetic)", "returns and signs the yearly records of MAX IV",
        (("kpi_officer", "max-iv"),),
    ),
    TrialPerson(
        "chair@trial.example", "Carla Chair (synthetic)", "holds the meetings of a technology group", (("group_chair", ""),)
    ),
    TrialPerson(
        "director.max-iv@trial.example", "Dora Director (synthetic)", "directs MAX IV and sees every draft of dark periods", (("director", "max-iv"),)
    ),
    TrialPerson("funder@trial.example", "Fabio Funder (synthetic)", "sees the dark periods that are agreed", (("funder", ""),)),
    TrialPerson(
        "author@trial.example", "Arno Author (synthetic)", "writes the landscape document", (("landscape_author", ""),)
    ),
    TrialPerson(
        "board@trial.example", "Berta Board (synthetic)", "signs the landscape document for the board", (("board_member", ""),)
    ),
    TrialPerson(
        "reviewer@trial.example", "Rita Reviewer (synthetic)", "can be asked to review", ((roles.REVIEWER, ""),)
    ),
    TrialPerson("user@trial.example", "Ute User (synthetic)", "a scientist with an account and no role"),
)


def ensure_people() -> None:
    """Create the synthetic people; a step of the preparation, in a trial only."""
    if not settings.TRIAL:
        return
    for person in PEOPLE:
        user, created = User.objects.get_or_create(
            email=person.email, defaults={"name": person.name, "is_synthetic": True, "password": "!"}
        )
        if created:
            EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
            for role, scope in person.grants:
                RoleGrant.objects.get_or_create(user=user, role=role if isinstance(role, str) else role.code, scope=scope)


def people() -> list[tuple[User, TrialPerson]]:
    """The synthetic people that exist, in the order of the table; empty outside a trial."""
    if not settings.TRIAL:
        return []
    known = {user.email: user for user in User.objects.filter(is_synthetic=True)}
    return [(known[p.email], p) for p in PEOPLE if p.email in known]
