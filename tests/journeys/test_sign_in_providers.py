"""Sign in with an OpenID Connect provider that really runs beside the site."""

import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import DESKTOP, PHONE, Site, an_address, free_port, running
from tests.journeys.test_accounts import PASSWORD, by_password, confirm, sign_out, sign_up, still_me
from tests.journeys.test_correct import read_mail

Look = Callable[[Page, str], None]
PEOPLE = {
    "nora": {"name": "Nora New", "email": "nora@uni.example", "email_verified": True},
    "ugo": {"name": "Ugo Unsure", "email": "ugo@uni.example", "email_verified": False},
    "eva": {"name": "Eva Evil", "email": "owner@example.org", "email_verified": True},
    "emma": {"name": "Emma Evil", "email": "owner@example.org", "email_verified": False},
    "otto": {"name": "Otto Owner", "email": "otto@uni.example", "email_verified": True},
}


class Provider:
    """The provider, which can be stopped and started again at the same address."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        people = [a for sub, claims in PEOPLE.items() for a in ("--user-claims", json.dumps({"sub": sub} | claims))]
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(self.port), *people],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _attempt in range(120):
            try:
                urllib.request.urlopen(f"{self.issuer}/.well-known/openid-configuration", timeout=2).close()
                return
            except OSError:
                time.sleep(0.25)
        pytest.fail("the provider did not start")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    started = Provider()
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def oidc_site(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home: Path = tmp_path_factory.mktemp("providers")
    (home / "leaps.toml").write_text(
        f"""
orcid_client_id = "APP-0000000000000000"
orcid_client_secret = "not-a-real-secret"

[[oidc]]
id = "home"
name = "Home University"
issuer = "{provider.issuer}"
client_id = "leaps"
client_secret = "of-no-importance"
"""
    )
    with running(home) as started:
        yield started


@pytest.fixture(params=["desktop-light", "phone-dark"])
def page(request: pytest.FixtureRequest, browser: Browser, oidc_site: Site, provider: Provider) -> Iterator[Page]:
    """A fresh visitor. Other hosts than the site and the provider are not asked for anything."""
    size, light = request.param.split("-")
    context = browser.new_context(
        base_url=oidc_site.url,
        viewport=PHONE if size == "phone" else DESKTOP,
        color_scheme="dark" if light == "dark" else "light",
        reduced_motion="reduce",
        extra_http_headers={"X-Forwarded-For": an_address()},
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    foreign: list[str] = []
    known = (oidc_site.url, provider.issuer, "data:", "https://cdn.jsdelivr.net")  # the last is the provider's page's
    page.route("https://cdn.jsdelivr.net/**", lambda route: route.abort())
    page.on("request", lambda r: foreign.append(r.url) if not r.url.startswith(known) else None)
    yield page
    assert foreign == []
    context.close()


def with_home(page: Page, sub: str) -> None:
    """Sign in at the provider, from the site's sign-in page."""
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with Home University").click()
    page.locator("input[name=sub]").fill(sub)
    page.get_by_role("button", name="Authorize").click()


def test_a_new_person_comes_in_with_a_confirmed_address(page: Page, looked_at: Look) -> None:
    page.goto("/account/login/")
    expect(page.get_by_role("button", name="Sign in with ORCID", exact=True)).to_be_visible()
    looked_at(page, "people-login-providers")

    with_home(page, "nora")

    expect(page.get_by_role("heading", level=1)).to_have_text("Nora New")
    expect(page.locator("main")).to_contain_text("nora@uni.example")
    page.goto("/account/3rdparty/")
    expect(page.locator("main")).to_contain_text("Home University")
    looked_at(page, "people-connections")
    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_role("alert")).to_contain_text("your only way in")
    expect(page.get_by_role("link", name="Set a password")).to_be_visible()
    looked_at(page, "people-connections-refused")


def test_an_unconfirmed_address_is_asked_by_mail(page: Page) -> None:
    with_home(page, "ugo")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    page.goto("/account/")
    expect(page).to_have_url(re.compile("/account/login/"))

    if not read_mail(page, "Please confirm your address", "ugo@uni.example").count():
        pytest.fail("no mail came")


@pytest.mark.parametrize("sub", ["eva", "emma"])
def test_the_address_of_an_account_opens_it_for_nobody_else(page: Page, looked_at: Look, sub: str, oidc_site: Site) -> None:
    sign_up(page, "owner@example.org", "Olaf Owner")
    with_home(page, sub)

    expect(page.get_by_role("heading", level=1)).not_to_have_text("Olaf Owner")
    looked_at(page, "people-taken")
    page.goto("/account/")
    expect(page).to_have_url(re.compile("/account/login/"))


def test_the_owner_connects_and_then_signs_in_with_it(page: Page, looked_at: Look, request: pytest.FixtureRequest) -> None:
    address = f"connect-{request.node.callspec.params['page']}@example.org"
    sign_up(page, address, "Otto Owner")
    confirm(page, address)
    by_password(page, address)
    page.goto("/account/3rdparty/")
    page.get_by_role("button", name="Connect Home University").click()
    page.locator("input[name=sub]").fill("otto")
    page.get_by_role("button", name="Authorize").click()
    still_me(page)
    expect(page.locator("main")).to_contain_text("Disconnect")
    sign_out(page)

    with_home(page, "otto")

    expect(page.locator("main")).to_contain_text(address)
    page.goto("/account/3rdparty/")
    page.get_by_role("button", name="Disconnect").click()
    still_me(page)
    expect(page.locator("main")).to_contain_text("No other account is connected")
    sign_out(page)
    by_password(page, address, PASSWORD)
    expect(page.locator("main")).to_contain_text(address)


def test_who_does_not_agree_is_told_what_happened(page: Page, looked_at: Look) -> None:
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with Home University").click()
    page.get_by_role("button", name="Deny").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Not signed in")
    looked_at(page, "people-denied")


def test_a_provider_that_is_away_is_told_in_words(page: Page, looked_at: Look, provider: Provider) -> None:
    provider.stop()
    try:
        page.goto("/account/login/")
        page.get_by_role("button", name="Sign in with Home University").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("The other site did not answer as expected")
        looked_at(page, "people-provider-away")
    finally:
        provider.start()


def test_a_forged_way_back_is_refused(page: Page) -> None:
    answer = page.goto("/account/oidc/home/login/callback/?code=stolen&state=invented")

    assert answer is not None
    assert answer.status in (400, 401)
    expect(page.get_by_role("heading", level=1)).to_have_text("The other site did not answer as expected")
