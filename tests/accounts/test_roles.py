"""Roles are given and taken by the office; later apps bring their own; the office is never empty."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.test import Client

from leaps.accounts import actions, queries, roles
from leaps.accounts.models import AuditEntry, RoleGrant, User
from leaps.accounts.types import Operators
from leaps.core.errors import InvalidInput, NotAllowed
from leaps.record import rules
from tests.background import work
from tests.record.factories import facility, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _record() -> None:
    write(facility("ring"))


@pytest.fixture
def office() -> User:
    person = User.objects.create_user("office@example.org", name="Olga")
    RoleGrant.objects.create(user=person, role="office")
    return person


@pytest.fixture
def member() -> User:
    return User.objects.create_user("mona@example.org", name="Mona")


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def test_a_role_is_given_once_and_taken_back_with_an_audit(office: User, member: User) -> None:
    grant = actions.grant_role(person=member, code="facility_editor", scope="ring", actor=office)
    assert actions.grant_role(person=member, code="facility_editor", scope="ring", actor=office) == grant
    assert rules.is_editor_of(fresh(member), "ring")
    assert not rules.is_editor_of(fresh(member), "other")

    actions.revoke_role(grant=grant, actor=office)

    assert not rules.is_editor_of(fresh(member), "ring")
    told = [(e.actor, e.verb, e.subject, e.detail) for e in AuditEntry.objects.order_by("pk")]
    assert told == [
        (office, "role granted", member, "facility_editor:ring"),
        (office, "role revoked", member, "facility_editor:ring"),
    ]


@pytest.mark.parametrize(
    ("code", "scope", "field"),
    [("king", "", "role"), ("user", "", "role"), ("facility_editor", "", "scope"), ("facility_editor", "nowhere", "scope")],
)
def test_what_cannot_be_given_is_refused(office: User, member: User, code: str, scope: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.grant_role(person=member, code=code, scope=scope, actor=office)

    assert [problem.field for problem in refused.value.problems] == [field]
    assert not member.grants.exists()


def test_a_role_over_everything_has_no_scope(office: User, member: User) -> None:
    assert actions.grant_role(person=member, code="office", scope="ring", actor=office).scope == ""


def test_nobody_else_gives_takes_closes_or_helps(office: User, member: User) -> None:
    editor = User.objects.create_user("edda@example.org", name="Edda")
    RoleGrant.objects.create(user=editor, role="facility_editor", scope="ring")
    grant = RoleGrant.objects.get(user=office)
    closed = User.objects.create_user("closed@example.org", is_active=False)
    RoleGrant.objects.create(user=closed, role="office")

    for actor in (member, editor, closed, AnonymousUser()):
        for attempt in (
            lambda a: actions.grant_role(person=member, code="office", scope="", actor=a),
            lambda a: actions.revoke_role(grant=grant, actor=a),
            lambda a: actions.close_account(person=office, actor=a),
            lambda a: actions.reopen_account(person=closed, actor=a),
            lambda a: actions.drop_second_factor(person=office, actor=a),
        ):
            with pytest.raises(NotAllowed):
                attempt(actor)
    assert not AuditEntry.objects.exists()
    assert fresh(office).is_active
    assert not fresh(closed).is_active


def test_the_last_of_the_office_can_neither_go_nor_be_closed(office: User, member: User) -> None:
    grant = RoleGrant.objects.get(user=office)
    closed = User.objects.create_user("closed@example.org", is_active=False)
    RoleGrant.objects.create(user=closed, role="office")  # who cannot sign in does not count

    for attempt in (
        lambda: actions.revoke_role(grant=grant, actor=office),
        lambda: actions.close_account(person=office, actor=office),
        lambda: actions.erase(person=office),
    ):
        with pytest.raises(InvalidInput, match="must not be empty"):
            attempt()
    assert queries.holders(roles.OFFICE) == [office]

    actions.grant_role(person=member, code="office", scope="", actor=office)
    actions.revoke_role(grant=grant, actor=office)
    assert queries.holders(roles.OFFICE) == [member]


def test_a_closed_account_is_out_at_once_and_can_come_back(office: User, member: User) -> None:
    browser = Client()
    browser.force_login(member)
    token = actions.create_token(person=member, name="x", scopes=["read"], now=member.created_at)
    assert browser.get("/account/").status_code == 200

    actions.close_account(person=member, actor=office)

    assert browser.get("/account/").status_code == 302
    assert actions.use_token(token, now=member.created_at) is None
    actions.reopen_account(person=member, actor=office)
    assert actions.use_token(token, now=member.created_at) is not None
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "token created", "account closed", "account opened again",
    ]  # fmt: skip


def test_the_office_helps_who_lost_a_phone_but_not_itself(
    office: User, member: User, mailoutbox: list[EmailMessage]
) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    for person in (member, office):
        TOTP.activate(person, generate_totp_secret())
        RecoveryCodes.activate(person)

    actions.drop_second_factor(person=member, actor=office)
    with pytest.raises(NotAllowed):
        actions.drop_second_factor(person=office, actor=office)
    work()

    assert not queries.has_second_factor(member)
    assert queries.has_second_factor(office)
    assert [(m.to, m.subject) for m in mailoutbox] == [(["mona@example.org"], "Your second factor was removed")]


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(roles, "_roles", dict(roles._roles))
    monkeypatch.setattr(roles, "_scope_choices", dict(roles._scope_choices))
    return


def test_a_later_app_brings_roles_over_things_of_its_own(registry: None, office: User, member: User) -> None:
    chair = roles.register(roles.Role("panel_chair", "Chair of a panel", "panel", "Leads one panel."))
    roles.register_scope("panel", lambda: [("chemistry", "Chemistry")])

    with pytest.raises(InvalidInput):
        actions.grant_role(person=member, code="panel_chair", scope="physics", actor=office)
    actions.grant_role(person=member, code="panel_chair", scope="chemistry", actor=office)

    assert queries.holds(fresh(member), chair, "chemistry")
    page = Client()
    page.force_login(office)
    assert b'value="panel_chair:chemistry"' in page.get(f"/office/people/{member.pk}/").content


def test_a_code_has_one_meaning(registry: None) -> None:
    with pytest.raises(ValueError, match="registered twice"):
        roles.register(roles.Role("office", "Another office", roles.Scope.ALL))


def test_a_role_whose_app_is_gone_opens_nothing_and_breaks_nothing(office: User, member: User) -> None:
    grant = RoleGrant.objects.create(user=member, role="panel_chair", scope="chemistry")
    page, own = Client(), Client()
    page.force_login(office)
    own.force_login(member)

    assert b"means nothing any more" in own.get("/account/").content
    assert b"panel_chair" in page.get(f"/office/people/{member.pk}/").content
    assert page.post(f"/office/roles/{grant.pk}/revoke/").status_code == 302
    assert not member.grants.exists()


def test_roles_follow_a_facility_to_its_new_key(office: User, member: User) -> None:
    from leaps.record import actions as record_actions
    from tests.record.factories import NOW

    RoleGrant.objects.create(user=member, role="facility_editor", scope="ring")
    renamed = record_actions.rename(kind="facility", key="ring", new_key="big-ring", actor=office, reason="x", now=NOW)
    assert rules.is_editor_of(fresh(member), "big-ring")
    assert not rules.is_editor_of(fresh(member), "ring")

    record_actions.revert(changeset=renamed, actor=office, now=NOW)
    assert rules.is_editor_of(fresh(member), "ring")


class TestFromTheMachine:
    def test_the_first_office_is_made(self, member: User, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("grant", "Mona@Example.org", "office")

        assert queries.is_office(fresh(member))
        assert "mona@example.org holds office" in capsys.readouterr().out
        assert AuditEntry.objects.get().actor_label == str(Operators())

    @pytest.mark.parametrize(
        ("address", "role", "words"),
        [("nobody@example.org", "office", "Let the person sign up first"), ("mona@example.org", "king", "is not a role")],
    )
    def test_mistakes_are_told(self, member: User, address: str, role: str, words: str) -> None:
        with pytest.raises(CommandError, match=words):
            call_command("grant", address, role)


def test_a_person_without_a_name_is_not_shown_by_address() -> None:
    person = User.objects.create_user("secret@example.org")

    assert str(person) == f"member {person.pk}"
    assert person.get_full_name() == str(person)
