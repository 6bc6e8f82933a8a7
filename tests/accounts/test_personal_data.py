"""What is kept about a person can be taken along, all of it, and is gone afterwards, all of it."""

import json
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.db.models import ForeignKey
from django.test import Client

from leaps.accounts import actions
from leaps.accounts.models import ApiToken, RoleGrant, User
from leaps.catalogue.models import SavedSearch
from leaps.core import mail
from leaps.record import corrections
from leaps.record.models import ChangeSet, Correction, PackUpload
from leaps.record.types import Fact, Provenance
from tests.record.factories import NOW, facility, update, write

pytestmark = pytest.mark.django_db
NAME, ADDRESS, SECOND = "Zerlina Zuckschwerdt", "zerlina@zuckschwerdt.example", "z@old.example"


@pytest.fixture
def zerlina() -> User:
    """Somebody who has left traces in every corner."""
    person = User.objects.create_user(ADDRESS, password="quiet-magnets-bend", name=NAME)
    office = User.objects.create_user("office@example.org", name="Olga")
    RoleGrant.objects.create(user=office, role="office")
    write(facility("ring", city="Lund"))
    EmailAddress.objects.create(user=person, email=ADDRESS, verified=True, primary=True)
    EmailAddress.objects.create(user=person, email=SECOND, verified=True)
    SocialAccount.objects.create(user=person, provider="home", uid="zerlina-uid", extra_data={"name": NAME, "email": ADDRESS})
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    actions.grant_role(person=person, code="facility_editor", scope="ring", actor=office)
    actions.rename_person(person=person, name=f"{NAME} (ESRF)")
    actions.rename_person(person=person, name=NAME)
    actions.create_token(person=person, name="Zerlina's script", scopes=["read"], now=NOW)
    SavedSearch.objects.create(user=person, name="Zerlina's search", address="facility=ring", created_at=NOW)
    PackUpload.objects.create(owner=person, name="zerlina.csv", content=b"x", created_at=NOW)
    person = User.objects.get(pk=person.pk)
    write(update("facility", "ring", city="Malmö"), actor=person, reason="as Zerlina knows")

    def propose(value: str, who: corrections.Proposer) -> Correction:
        return corrections.propose(kind="facility", key="ring", field="city", value=value, reason="z", proposer=who, now=NOW)

    mine = propose("Ystad", corrections.Proposer(person))
    corrections.decline(correction=mine, actor=office, now=NOW, note="No, Zerlina's is better")
    propose("Visby", corrections.Proposer(person))
    early = propose("Kiruna", corrections.Proposer(None, NAME, SECOND, "192.0.2.1"))
    corrections.confirm(token=corrections.link_token(early))
    corrections.decline(correction=early, actor=office, now=NOW, note="No")
    other = propose("Umeå", corrections.Proposer(None, "V", "v@example.org", "192.0.2.2"))
    corrections.confirm(token=corrections.link_token(other))
    corrections.accept(correction=other, actor=person, now=NOW, amended=Fact("Gävle", Provenance()))
    mail.send(ADDRESS, f"Dear {NAME}", "text")
    return person


def test_the_export_holds_everything(zerlina: User) -> None:
    browser = Client()
    browser.force_login(zerlina)
    answer = browser.get("/account/my-data.json")
    data = json.loads(answer.content)

    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert "no-store" in answer["Cache-Control"]
    account = data["account"]
    assert (account["email"], account["name"]) == (ADDRESS, NAME)
    assert [a["email"] for a in account["email_addresses"]] == [ADDRESS, SECOND]
    assert [(a["provider"], a["uid"]) for a in account["other_accounts"]] == [("home", "zerlina-uid")]
    assert [a["kind"] for a in account["second_factors"]] == ["totp", "recovery_codes"]
    assert [(r["role"], r["over"]) for r in account["roles"]] == [("facility_editor", "ring")]
    assert [t["name"] for t in account["tokens"]] == ["Zerlina's script"]
    assert [e["did"] for e in account["audit"]] == ["role granted", "name changed", "name changed", "token created"]
    assert data["saved_searches"] == [{"name": "Zerlina's search", "address": "facility=ring"}]
    assert [c["proposed"] for c in data["record"]["corrections"]] == ["Ystad", "Visby", "Kiruna"]
    assert [c["note"] for c in data["record"]["decisions"]] == [""]
    assert next(c["reason"] for c in data["record"]["changes"]) == "as Zerlina knows"
    assert [u["name"] for u in data["record"]["uploads"]] == ["zerlina.csv"]


def test_the_export_gives_away_no_key(zerlina: User) -> None:
    told = json.dumps(actions.export(zerlina))
    token = ApiToken.objects.get()
    secrets = [token.digest, zerlina.password]
    secrets += [a.data.get("secret") or a.data.get("seed") for a in zerlina.authenticator_set.all()]

    assert len(secrets) == 4
    assert all(secret and secret not in told for secret in secrets)


# Where the number of a person stands, and why it is no loss that the export does not name it.
NOT_EXPORTED = {
    "accounts.RoleGrant.granted_by": "about the one who got the role; the audit says who gave it",
}
EXPORTED = {
    "accounts.RoleGrant.user", "accounts.AuditEntry.actor", "accounts.AuditEntry.subject", "accounts.ApiToken.user",
    "account.EmailAddress.user", "socialaccount.SocialAccount.user", "mfa.Authenticator.user", "record.ChangeSet.actor",
    "record.Correction.proposer", "record.Correction.decided_by", "record.PackUpload.owner", "catalogue.SavedSearch.user",
    "indicators.RelevanceStatement.actor", "landscape.Edition.opened_by", "landscape.ChapterVersion.author", "landscape.ChapterDraft.person", "landscape.Build.asked_by",
    "landscape.Acceptance.by", "landscape.Erratum.decided_by", "landscape.Comment.author", "landscape.Comment.resolved_by",
    "landscape.Confirmation.by", "landscape.Sheet.delegate", "landscape.Sheet.signed_by", "landscape.Signature.by", "landscape.EditionReminder.person",
    "landscape.Sheet.set_back_by", "landscape.Signature.set_back_by",
    "landscape.Work.stated_by", "landscape.ChallengeTag.by", "landscape.TaggingEvent.actor", "landscape.AdoptedWork.by",
    "indicators.TradeDecision.actor", "indicators.Return.sent_by", "indicators.Return.signed_by", "indicators.ReturnEvent.actor",
    "roadmaps.Action.owner", "roadmaps.ActionEvent.actor", "roadmaps.Meeting.chair", "roadmaps.ActionReminder.person",
    "roadmaps.WeeklyDigest.person",
    "roadmaps.GuestResponse.person", "roadmaps.PlanningEvent.actor", "roadmaps.PurchaseEvent.actor",
    "roadmaps.DurationEstimate.actor", "roadmaps.Forecast.actor", "roadmaps.Seat.person", "roadmaps.RoadmapChange.actor", "roadmaps.RoadmapRemark.author",
    "roadmaps.RoadmapRemark.settled_by", "roadmaps.GridScore.person", "roadmaps.RoadmapEdition.actor",
}  # fmt: skip


def test_a_new_table_about_people_must_be_exported_too() -> None:
    found = {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.related_model is User and not model._meta.auto_created
    }

    assert found == EXPORTED | set(NOT_EXPORTED), "export it in the app's Holding, and name it here"


def everything_with(*words: str) -> list[str]:
    """Where in the whole database one of these words stands."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        names = [f.attname for f in model._meta.concrete_fields]
        for row in model._default_manager.values_list(*names):
            for name, value in zip(names, row, strict=True):
                text = bytes(value).decode("utf-8", "replace") if isinstance(value, (bytes, memoryview)) else str(value)
                if any(word.lower() in text.lower() for word in words):
                    found.append(f"{model.__name__}.{name}")
    return found


def test_after_erasure_the_whole_database_knows_the_name_no_more(zerlina: User) -> None:
    before = set(everything_with(NAME, ADDRESS, SECOND, "zerlina-uid"))
    assert {"User.email", "EmailAddress.email", "SocialAccount.extra_data", "AuditEntry.detail", "ChangeSet.actor_label",
            "Correction.proposer_email", "DBTaskResult.args_kwargs"} <= before  # fmt: skip
    browser, elsewhere = Client(), Client()
    browser.force_login(zerlina)
    elsewhere.force_login(zerlina)
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": 9e9, "reauthenticated": True}]
    session["_account_authentication_methods_user"] = str(zerlina.pk)
    session.save()

    answer = _erase(browser, zerlina)

    assert answer.status_code == 302
    assert everything_with(NAME, ADDRESS, SECOND, "zerlina-uid") == []
    assert not User.objects.filter(name=NAME).exists()
    assert elsewhere.get("/account/").status_code == 302  # other browsers are out too


def _erase(browser: Client, person: User) -> Any:
    """Through the page; who has a password is asked for it first."""
    asked = browser.get("/account/erase/")
    if asked.status_code == 302:
        assert asked["Location"].startswith("/account/reauthenticate/")
        person.authenticator_set.all().delete()
        assert browser.post(asked["Location"], {"password": "quiet-magnets-bend"}).status_code == 302
    return browser.post("/account/erase/", {"email": ADDRESS.upper()})


def test_the_history_stays_under_a_former_member(zerlina: User) -> None:
    actions.erase(person=zerlina)

    change = ChangeSet.objects.get(reason="as Zerlina knows")
    assert (change.actor, change.actor_label) == (None, "a former member")
    page = Client().get(f"/changes/{change.revision}/").content.decode()
    assert "a former member" in page
    assert NAME not in page
    # What was settled stays without its proposer; what waited goes, as nobody could be asked.
    assert sorted(Correction.objects.values_list("proposed_value", flat=True)) == ["Kiruna", "Umeå", "Ystad"]


def test_a_name_behind_a_confirmed_value_stays_as_its_evidence(zerlina: User) -> None:
    vouched = Provenance("confirmed", "", "", NAME, "2026-11-24")
    from leaps.record.types import Action, Edit

    write(Edit("facility", "ring", Action.UPDATE, {"city": Fact("Malmö", vouched)}), actor=zerlina)

    actions.erase(person=User.objects.get(pk=zerlina.pk))

    assert set(everything_with(NAME)) == {"Facility.provenance", "Change.after"}


def test_a_wrong_address_erases_nothing(zerlina: User) -> None:
    zerlina.set_unusable_password()
    zerlina.save()
    zerlina.authenticator_set.all().delete()
    browser = Client()
    browser.force_login(zerlina)

    answer = browser.post("/account/erase/", {"email": "somebody@example.org"})

    assert answer.status_code == 422
    assert b"Nothing was erased" in answer.content
    assert User.objects.filter(pk=zerlina.pk).exists()
