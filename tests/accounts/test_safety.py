"""Sign-in and every answer of the site against those who mean no good."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import path, reverse

from leaps.accounts import actions, trial
from leaps.accounts.models import User
from leaps.catalogue import search_index
from leaps.record import registry as record_registry
from leaps.record.models import ChangeSet, Correction
from tests.accounts import world as worlds
from tests.accounts.permissions import LINES, Line
from tests.accounts.test_permissions import inline
from tests.background import work

pytestmark = pytest.mark.django_db
PASSWORD = "quiet-magnets-bend-electrons"
SOURCE = Path(__file__).resolve().parents[2] / "src" / "leaps"


@pytest.fixture(autouse=True)
def _counts_from_nothing() -> None:
    cache.clear()


@pytest.fixture
def member() -> User:
    person = User.objects.create_user("mona@example.org", PASSWORD, name="Mona")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def sign_in(client: Client, email: str = "mona@example.org", password: str = PASSWORD, address: str = "192.0.2.1", **more: str) -> Any:
    return client.post("/account/login/", {"login": email, "password": password} | more, REMOTE_ADDR=address)


class TestForgedForms:
    """A form of another site, in the browser of somebody who is signed in here, does nothing."""

    @pytest.fixture
    def world(self) -> worlds.World:
        search_index._current = None
        return worlds.build()

    @pytest.mark.parametrize("line", [line for line in LINES if line.post is not None], ids=str)
    def test_every_action_asks_for_the_token_of_its_own_form(self, world: worlds.World, line: Line) -> None:
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(world.people["office"])
        args = [arg[1:] if arg.startswith("=") else world.objects[arg] for arg in line.args]
        before = (ChangeSet.objects.count(), Correction.objects.count(), User.objects.count())

        answer = browser.post(reverse(line.name, args=args), world.objects[line.post] if isinstance(line.post, str) else line.post)

        assert answer.status_code == 403
        assert b"This form is too old" in answer.content
        assert (ChangeSet.objects.count(), Correction.objects.count(), User.objects.count()) == before

    @pytest.mark.parametrize(
        "address",
        ["/account/login/", "/account/signup/", "/account/logout/", "/account/email/", "/account/password/change/",
         "/account/password/reset/", "/account/2fa/totp/activate/", "/account/2fa/webauthn/login/", "/account/3rdparty/"],
    )  # fmt: skip
    def test_so_do_the_pages_of_sign_in(self, member: User, address: str) -> None:
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(member)

        assert browser.post(address, {}).status_code == 403

    @pytest.mark.parametrize("line", [line for line in LINES if line.post is not None and line.name != "accounts:become"], ids=str)
    def test_looking_does_nothing(self, world: worlds.World, line: Line) -> None:
        browser = Client()
        browser.force_login(world.people["editor"])
        args = [arg[1:] if arg.startswith("=") else world.objects[arg] for arg in line.args]
        before = (ChangeSet.objects.count(), list(Correction.objects.order_by("pk").values()), User.objects.count())

        answer = browser.get(reverse(line.name, args=args))

        assert answer.status_code in (200, 302, 403, 404, 405)
        assert (ChangeSet.objects.count(), list(Correction.objects.order_by("pk").values()), User.objects.count()) == before


class TestSessions:
    def test_the_session_gets_another_key_at_sign_in_and_ends_at_sign_out(self, member: User) -> None:
        browser = Client()
        browser.get("/account/login/")
        session = browser.session
        session["planted"] = "by somebody else"
        session.save()
        browser.cookies["sessionid"] = planted = str(session.session_key)

        assert sign_in(browser)["Location"] == "/account/"
        mine = browser.cookies["sessionid"].value
        assert mine != planted
        thief = Client()
        thief.cookies["sessionid"] = planted
        assert thief.get("/account/").status_code == 302

        browser.post("/account/logout/")
        thief.cookies["sessionid"] = mine
        assert thief.get("/account/").status_code == 302

    def test_looking_does_not_sign_out(self, member: User) -> None:
        browser = Client()
        browser.force_login(member)
        browser.get("/account/logout/")

        assert browser.get("/account/").status_code == 200

    def test_a_new_password_closes_all_other_sessions(self, member: User) -> None:
        here, elsewhere = Client(), Client()
        for browser in (here, elsewhere):
            sign_in(browser)
        changed = {"oldpassword": PASSWORD, "password1": PASSWORD + "2", "password2": PASSWORD + "2"}

        assert here.post("/account/password/change/", changed).status_code == 302

        assert here.get("/account/").status_code == 200
        assert elsewhere.get("/account/").status_code == 302

    def test_the_cookie_is_for_the_server_alone(self, member: User) -> None:
        browser = Client()
        sign_in(browser)
        cookie = browser.cookies["sessionid"]

        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")

    def test_under_https_cookies_and_browser_stay_there(self, tmp_path: Path) -> None:
        names = "SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_HSTS_SECONDS CSRF_TRUSTED_ORIGINS MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"
        code = f"from leaps.config import settings as s; print([getattr(s, n) for n in '{names}'.split()])"

        def told(base_url: str) -> str:
            environment = {k: v for k, v in os.environ.items() if not k.startswith("LEAPS_")}
            environment |= {"LEAPS_HOME": str(tmp_path), "LEAPS_BASE_URL": base_url}
            return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout.strip()

        assert told("https://commons.example") == "[True, True, 31536000, ['https://commons.example'], False]"
        assert told("http://localhost:8000") == "[False, False, 0, [], False]"

    def test_what_protects_the_account_asks_once_more(self, member: User) -> None:
        browser = Client()
        sign_in(browser)
        for address in ("/account/tokens/", "/account/erase/", "/account/2fa/totp/activate/", "/account/2fa/webauthn/add/"):
            assert browser.get(address)["Location"].startswith("/account/reauthenticate/"), address
        assert browser.post("/account/tokens/", {"name": "x", "scopes": ["read"]}).status_code == 302
        assert not member.tokens.exists()

        browser.post("/account/reauthenticate/?next=/account/tokens/", {"password": "wrong"})
        assert browser.get("/account/tokens/").status_code == 302
        browser.post("/account/reauthenticate/?next=/account/tokens/", {"password": PASSWORD})
        assert browser.get("/account/tokens/").status_code == 200


class TestGuessing:
    """Limits are counted in the database, so they hold over all processes of the site."""

    def told(self, answer: Any) -> bool:
        return answer.status_code == 429 or b"Too many failed login attempts" in answer.content

    def test_one_account_from_many_addresses(self, member: User) -> None:
        answers = [sign_in(Client(), password=f"guess {n}", address=f"198.51.100.{n}") for n in range(6)]

        assert [self.told(a) for a in answers] == [False] * 5 + [True]
        assert self.told(sign_in(Client(), address="203.0.113.1")), "the right password comes too late"

    def test_many_accounts_from_one_address(self, member: User) -> None:
        answers = [sign_in(Client(), email=f"{n}@example.org", password="guess") for n in range(11)]

        assert [self.told(a) for a in answers] == [False] * 10 + [True]
        assert sign_in(Client(), address="203.0.113.1").status_code == 302, "others go on"

    def test_a_forged_forwarded_address_does_not_help(self, member: User) -> None:
        def guess(number: int) -> Any:
            sent = {"login": f"{number}@example.org", "password": "guess"}
            return Client().post("/account/login/", sent, headers={"X-Forwarded-For": f"198.51.100.{number}"})

        assert [self.told(guess(n)) for n in range(11)] == [False] * 10 + [True]

    def test_behind_a_proxy_only_its_word_counts(self, member: User) -> None:
        def guess(number: int) -> Any:
            sent = {"login": f"{number}@example.org", "password": "guess"}
            forwarded = f"198.51.100.{number}, 203.0.113.7"  # the first is the client's claim, the last the proxy's
            return Client().post("/account/login/", sent, headers={"X-Forwarded-For": forwarded})

        with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1):
            assert [self.told(guess(n)) for n in range(11)] == [False] * 10 + [True]

    def test_the_count_is_not_pushed_out_by_other_entries(self, member: User) -> None:
        for number in range(5):
            sign_in(Client(), password=f"guess {number}", address=f"198.51.100.{number}")
        for number in range(400):  # more than a cache table of Django's default size keeps
            cache.set(f"filler-{number}", 1, 600)

        assert self.told(sign_in(Client(), address="203.0.113.1"))

    def test_codes_of_the_second_factor(self, member: User) -> None:
        from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

        TOTP.activate(member, generate_totp_secret())
        browser = Client()
        assert sign_in(browser)["Location"] == "/account/2fa/authenticate/"
        answers = [browser.post("/account/2fa/authenticate/", {"code": f"{n:06d}"}) for n in range(7)]

        assert self.told(answers[-1])
        assert browser.get("/account/").status_code == 302

    def test_the_page_says_so(self) -> None:
        for number in range(10):
            answer = Client().post("/account/signup/", {"email": f"{number}@example.org"})
            assert answer.status_code == 200
        answer = Client().post("/account/signup/", {"email": "x@example.org"})

        assert answer.status_code == 429
        assert b"Too many attempts" in answer.content


class TestWhoHasAnAccount:
    """No page tells a stranger whether an address has an account; nobody's mailbox is filled."""

    def text(self, answer: Any, *drop: str) -> str:
        text = answer.content.decode()
        for word in drop:
            text = text.replace(word, "…")
        return re.sub(r'value="[A-Za-z0-9]{64}"', "", text)

    def sign_up(self, email: str, address: str = "192.0.2.1") -> Any:
        sent = {"name": "N", "email": email, "password1": PASSWORD, "password2": PASSWORD}
        return Client().post("/account/signup/", sent, follow=True, REMOTE_ADDR=address)

    def test_sign_in(self, member: User) -> None:
        known = sign_in(Client(), password="wrong")
        unknown = sign_in(Client(), email="nobody@example.org", password="wrong")

        assert self.text(known, "mona@example.org") == self.text(unknown, "nobody@example.org")

    def test_reset(self, member: User, mailoutbox: list[EmailMessage]) -> None:
        def reset(email: str) -> Any:
            return Client().post("/account/password/reset/", {"email": email}, follow=True)

        assert self.text(reset("mona@example.org")) == self.text(reset("nobody@example.org"))
        work()
        assert [m.to for m in mailoutbox] == [["mona@example.org"]]

    def test_sign_up(self, member: User, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch) -> None:
        hashed: list[str] = []
        encode = PBKDF2PasswordHasher.encode
        monkeypatch.setattr(PBKDF2PasswordHasher, "encode", lambda s, p, *a, **k: hashed.append(p) or encode(s, p, *a, **k))
        known, work_for_known = self.sign_up("mona@example.org"), len(hashed)
        unknown = self.sign_up("nora@example.org")
        work()

        assert self.text(known, "mona@example.org") == self.text(unknown, "nora@example.org")
        assert work_for_known == len(hashed) - work_for_known == 1, "the time it takes would tell"
        assert sorted((m.to[0], m.subject) for m in mailoutbox) == [
            ("mona@example.org", "You have an account already"),
            ("nora@example.org", "Please confirm your address"),
        ]
        assert User.objects.get(email="mona@example.org").check_password(PASSWORD)
        assert User.objects.get(email="mona@example.org").name == "Mona"

    def test_nobodys_mailbox_is_filled(self, member: User, mailoutbox: list[EmailMessage]) -> None:
        for number in range(9):
            from_there = {"REMOTE_ADDR": f"198.51.100.{number}"}
            Client().post("/account/password/reset/", {"email": "mona@example.org"}, **from_there)
            self.sign_up("mona@example.org", from_there["REMOTE_ADDR"])
        work()

        assert len(mailoutbox) == 5

    def test_mail_carries_the_address_of_the_site_and_no_other(self, member: User, mailoutbox: list[EmailMessage]) -> None:
        answer = Client().post("/account/password/reset/", {"email": "mona@example.org"}, HTTP_HOST="evil.example")
        work()

        assert answer.status_code == 400
        assert mailoutbox == []


@pytest.mark.parametrize(
    ("password", "words"),
    [("short-one", "too short"), ("password1234", "too common"), ("mona.maier@example.org", "too similar")],
)
def test_a_weak_password_is_refused(password: str, words: str) -> None:
    sent = {"name": "Mona", "email": "mona.maier@example.org", "password1": password, "password2": password}
    answer = Client().post("/account/signup/", sent)

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not User.objects.exists()


ELSEWHERE = ["https://evil.example/", "//evil.example/", "http:evil.example", "javascript:alert(1)", "/\\evil.example", "https:///evil.example"]


class TestOnward:
    @pytest.mark.parametrize("target", ELSEWHERE)
    def test_sign_in_leads_to_no_other_site(self, member: User, target: str) -> None:
        answer = sign_in(Client(), next=target)

        assert answer.status_code == 302
        assert answer["Location"] == "/account/"

    def test_it_leads_to_a_page_of_ours(self, member: User) -> None:
        assert sign_in(Client(), next="/queue/")["Location"] == "/queue/"

    @pytest.mark.parametrize("target", ELSEWHERE)
    def test_neither_do_sign_out_the_role_picker_and_the_second_look(self, member: User, target: str, settings: Any) -> None:
        settings.TRIAL = True
        trial.ensure_people()
        browser = Client()
        person = User.objects.get(email="user@trial.example")
        assert browser.post(f"/trial/people/{person.pk}/", {"next": target})["Location"] == "/account/"
        assert browser.post("/account/logout/", {"next": target})["Location"] == "/"
        sign_in(browser)
        answer = browser.post("/account/reauthenticate/", {"password": PASSWORD, "next": target})
        assert answer["Location"] == "/account/"

    def test_the_role_picker_opens_synthetic_people_only(self, member: User, settings: Any) -> None:
        settings.TRIAL = True

        assert Client().post(f"/trial/people/{member.pk}/").status_code == 404


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def breaks(_request: Any) -> HttpResponse:
    raise RuntimeError("a fault of ours")


class _Broken:
    """The addresses of the site and one that breaks."""

    from leaps.config.urls import handler400, handler403, handler404, handler500
    from leaps.config.urls import urlpatterns as _all

    urlpatterns = [path("breaks/", breaks), path("api/breaks/", breaks), *_all]


class TestEveryAnswer:
    @pytest.fixture
    def browser(self, tmp_path: Path) -> Iterator[Client]:
        (tmp_path / "x.css").write_text("p { color: red }")
        with override_settings(STATIC_ROOT=str(tmp_path), ROOT_URLCONF=_Broken):
            yield Client(raise_request_exception=False)

    @pytest.mark.parametrize(
        ("address", "status"),
        [("/", 200), ("/changes/feed.atom", 200), ("/data/leaps-record.zip", 200), ("/account/", 302), ("/nowhere/", 404),
         ("/record/facility/nowhere/edit/", 302), ("/instruments", 301), ("/static/x.css", 200), ("/static/nowhere.css", 404),
         ("/breaks/", 500), ("/api/breaks/", 500), ("/api/v1/facilities", 200), ("/api/v1/nowhere", 404), ("/health/live", 200),
         ("/robots.txt", 200), ("/corrections/confirm/nonsense/", 410)],
    )  # fmt: skip
    def test_carries_the_headers_of_safety(self, browser: Client, address: str, status: int) -> None:
        answer = browser.get(address)

        assert answer.status_code == status
        self.check(answer)

    def test_a_wrong_host_a_wrong_verb_and_a_forged_form_too(self, browser: Client) -> None:
        answers = [
            (browser.get("/", HTTP_HOST="evil.example"), 400),
            (browser.get("/trial/people/1/"), 405),
            (Client(enforce_csrf_checks=True).post("/account/login/", {}), 403),
        ]
        for answer, status in answers:
            assert answer.status_code == status
            self.check(answer)

    def check(self, answer: Any) -> None:
        for name, value in HEADERS.items():
            assert answer.get(name) == value, name
        policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert "Permissions-Policy" in answer

    def test_a_page_of_a_person_is_kept_by_nobody_else(self, member: User) -> None:
        browser = Client()
        browser.force_login(member)
        for address in ("/", "/account/", "/account/corrections/", "/changes/", "/facilities/"):
            kept = browser.get(address)["Cache-Control"]
            assert "private" in kept or "no-store" in kept, address
            assert "public" not in kept


class TestTemplates:
    files = sorted(SOURCE.rglob("templates/**/*.html"))

    def test_there_are_many(self) -> None:
        assert len(self.files) > 90

    @pytest.mark.parametrize("file", files, ids=lambda f: str(f.relative_to(SOURCE)))
    def test_none_holds_script_or_style_of_its_own(self, file: Path) -> None:
        assert inline(file.read_text()) == []

    @pytest.mark.parametrize(
        "text",
        ["<script>x</script>", '<p style="color:red">', "<p style='x'>", '<a onclick="x()">', "<style>p{}</style>", '<a href="javascript:x">',
         '<script type="module">x</script>'],
    )  # fmt: skip
    def test_the_search_finds_what_it_is_for(self, text: str) -> None:
        assert inline(text)

    def test_only_what_we_draw_or_render_ourselves_is_taken_as_it_is(self) -> None:
        text = "".join(f.read_text() for f in self.files)
        figures, glossary = {"map", "energies", "energy", "figure", "timeline", "bar", "series"}, {"paragraph"}

        assert set(re.findall(r"\{\{\s*(\S+?)\s*\|\s*safe\b", text)) <= figures | glossary
        assert text.count("|safe") == len(re.findall(r"\{\{\s*\w+\|safe", text))
        assert "autoescape off" not in text


def test_a_token_is_kept_as_a_hash_only(member: User) -> None:
    token = actions.create_token(person=member, name="x", scopes=["read"], now=member.created_at)

    kept = member.tokens.get()
    assert token not in {kept.digest, kept.hint}
    assert len(kept.hint) <= 12 < len(token)
    assert token not in str(member.tokens.values())


def test_a_form_that_leads_elsewhere_goes_by_a_page_of_ours(settings: Any) -> None:
    from django.http import HttpResponseRedirect
    from django.test import RequestFactory

    from leaps.core.middleware import onward

    def asked(method: str, target: str) -> Any:
        request = getattr(RequestFactory(), method)("/x/")
        return onward(lambda _request: HttpResponseRedirect(target))(request)

    away = asked("post", "https://orcid.org/oauth/authorize?a=1&b=%22")
    assert away.status_code == 200
    assert b'content="0;url=https://orcid.org/oauth/authorize?a=1&amp;b=%22"' in away.content
    assert asked("get", "https://orcid.org/").status_code == 302
    assert asked("post", "/here/").status_code == 302
    assert asked("post", "http://testserver/here/").status_code == 302


EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def test_what_editors_write_is_text_in_every_page_and_figure() -> None:
    from leaps.record.types import Action, Edit
    from tests.record.factories import facility, facts, instrument, technique, write

    search_index._current = None
    source = {"facility": "ring", "name": EVIL, "kind": "storage_ring", "status": "operating"}
    upgrade = {"facility": "ring", "project": EVIL, "status": "planned", "dark_start": "2026-01-01", "dark_end": "2029-01-01",
               "dark_start_precision": "day", "dark_end_precision": "day"}  # fmt: skip
    specs = record_registry.get("upgrade").specs
    write(
        facility("ring", name=EVIL, short_name=EVIL[:40], city=EVIL, latitude_deg=55.7, longitude_deg=13.2),
        technique("PaNET00001", EVIL),
        instrument(name=EVIL[:60], techniques=["PaNET00001"], photon_energy_min_ev=10.0, photon_energy_max_ev=900.0),
        Edit("source", "ring-1", Action.CREATE, facts(source)),
        Edit("upgrade", "ring-up", Action.CREATE, facts({k: v for k, v in upgrade.items() if k in specs})),
        reason=EVIL,
    )
    browser = Client()
    pages = [
        "/", "/facilities/", "/facilities/ring/", "/instruments/", "/instruments/?view=map", "/instruments/?view=energy",
        "/instruments/?view=table", f"/instruments/?q={EVIL}", "/instruments/ring-i01/", "/instruments/compare/?i=ring-i01",
        "/techniques/", "/techniques/PaNET00001/", "/sources/ring-1/", "/upgrades/", "/upgrades/ring-up/", "/changes/", "/data/",
        "/record/facility/ring/history/", "/record/facility/ring/correct/",
    ]  # fmt: skip
    seen = {address: browser.get(address, follow=True) for address in pages}

    assert {a: r.status_code for a, r in seen.items()} == dict.fromkeys(pages, 200)
    told = {a: r.content.decode() for a, r in seen.items()}
    assert [a for a, text in told.items() if "<script>alert" in text or "<img src=x" in text] == []
    assert [a for a in pages if "alert(1)" not in told[a]] == ["/data/"], "the words are there, as words"


def test_the_second_factor_is_asked_after_another_site_too(member: User, settings: Any) -> None:
    from allauth.core import context
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from allauth.socialaccount.adapter import get_adapter
    from allauth.socialaccount.helpers import complete_social_login
    from allauth.socialaccount.models import SocialAccount, SocialLogin
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory

    app = {"provider_id": "home", "name": "Home", "client_id": "x", "secret": "", "settings": {"server_url": "https://idp.example"}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    SocialAccount.objects.create(user=member, provider="home", uid="mona")

    def come_back() -> Any:
        request = RequestFactory().get("/account/oidc/home/login/callback/")
        request.session, request.user = Client().session, AnonymousUser()
        request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
        account = SocialAccount(provider="home", uid="mona")
        provider = get_adapter().get_provider(request, "home")
        login = SocialLogin(User(email=member.email), account, provider=provider)
        with context.request_context(request):
            return complete_social_login(request, login), request

    answer, request = come_back()
    assert (answer["Location"], request.user) == ("/account/", member)

    TOTP.activate(member, generate_totp_secret())
    answer, request = come_back()
    assert answer["Location"] == "/account/2fa/authenticate/"
    assert not request.user.is_authenticated
