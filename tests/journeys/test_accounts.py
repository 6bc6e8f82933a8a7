"""Sign up, confirm, sign in and out, second factors, reset, change of address: as people do it."""

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_correct import read_mail, sign_in

Look = Callable[[Page, str], None]
PASSWORD = "quiet-magnets-bend-electrons"


def totp(secret: str, *, step: int = 0) -> str:
    """RFC 6238 by hand, so that the test does not believe the code it tests."""
    counter = struct.pack(">Q", int(time.time()) // 30 + step)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def mailed_link(page: Page, subject: str, to: str, part: str) -> str:
    mail = read_mail(page, subject, to)
    found = [a for a in mail.get_by_role("link").all() if part in (a.get_attribute("href") or "")]
    return str(found[0].get_attribute("href"))


def sign_up(page: Page, address: str, name: str = "Ada Tester") -> None:
    page.goto("/account/signup/")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address", exact=True).fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")


def confirm(page: Page, address: str) -> None:
    page.goto(mailed_link(page, "Please confirm your address", address, "/confirm-email/"))
    page.get_by_role("button", name="Yes, confirm it").click()


def by_password(page: Page, address: str, password: str = PASSWORD) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail address", exact=True).fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()


def still_me(page: Page, password: str = PASSWORD) -> None:
    """Answer the question that comes before everything that protects an account."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it still you?")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Go on").click()


def sign_out(page: Page) -> None:
    page.goto("/account/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()


@pytest.fixture
def member(page: Page, variant: str, request: pytest.FixtureRequest) -> str:
    """The address of a fresh account, confirmed and signed in."""
    address = f"{request.node.originalname.replace('_', '-')[5:35]}-{variant}@example.org"
    sign_up(page, address)
    confirm(page, address)
    by_password(page, address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Tester")
    return address


def test_sign_up_confirm_sign_in_and_out(page: Page, looked_at: Look, variant: str) -> None:
    address = f"ada-{variant}@example.org"
    page.goto("/account/login/")
    looked_at(page, "people-login")
    page.locator("main").get_by_role("link", name="Sign up").click()
    looked_at(page, "people-signup")
    page.get_by_label("Your name").fill("Ada Tester")
    page.get_by_label("E-mail address", exact=True).fill(address)
    page.get_by_label("Password", exact=True).fill("password1")
    page.get_by_label("Password (again)").fill("password1")
    page.locator("main").get_by_role("button", name="Sign up").click()
    expect(page.get_by_text("This password is too short")).to_be_visible()
    expect(page.get_by_label("E-mail address", exact=True)).to_have_value(address)
    looked_at(page, "people-signup-weak")

    sign_up(page, address)
    looked_at(page, "people-verification-sent")
    by_password(page, address)  # not yet: the address is not confirmed
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    link = mailed_link(page, "Please confirm your address", address, "/confirm-email/")
    page.goto(link)
    looked_at(page, "people-confirm")
    page.get_by_role("button", name="Yes, confirm it").click()
    expect(page.get_by_text(f"{address} is confirmed")).to_be_visible()

    by_password(page, address, "not-my-password")
    expect(page.get_by_text("not correct")).to_be_visible()
    looked_at(page, "people-login-wrong")
    by_password(page, address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Tester")
    looked_at(page, "people-profile")
    page.goto(link)
    looked_at(page, "people-confirm-old")
    page.goto("/account/logout/")
    looked_at(page, "people-logout")
    sign_out(page)
    page.goto("/account/")
    expect(page).to_have_url(re.compile(r"/account/login/\?next=/account/$"))


def test_signing_up_twice_tells_only_the_mailbox(page: Page, member: str) -> None:
    sign_out(page)

    sign_up(page, member)  # looks like any other sign-up

    read_mail(page, "You have an account already", member)


def test_a_forgotten_password_is_reset_by_mail(page: Page, looked_at: Look, member: str) -> None:
    sign_out(page)
    page.goto("/account/login/")
    page.get_by_role("link", name=re.compile("Forgot")).click()
    looked_at(page, "people-reset")
    page.get_by_label("E-mail address").fill(member)
    page.get_by_role("button", name="Send the link").click()
    page.wait_for_url(lambda address: not address.endswith("/password/reset/"))
    looked_at(page, "people-reset-sent")
    link = mailed_link(page, "Choose a new password", member, "/password/reset/key/")
    page.goto(link)
    looked_at(page, "people-reset-key")
    page.get_by_label("New Password", exact=True).fill(PASSWORD + "-2")
    page.get_by_label("New Password (again)").fill(PASSWORD + "-2")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Password changed")
    looked_at(page, "people-reset-done")
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link cannot be used")
    looked_at(page, "people-reset-used")
    by_password(page, member)
    expect(page.get_by_text("not correct")).to_be_visible()
    by_password(page, member, PASSWORD + "-2")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Tester")
    read_mail(page, "Your password was changed", member)


def test_password_and_address_are_changed(page: Page, looked_at: Look, member: str) -> None:
    page.goto("/account/password/change/")
    looked_at(page, "people-password-change")
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_label("New Password", exact=True).fill(PASSWORD + "-3")
    page.get_by_label("New Password (again)").fill(PASSWORD + "-3")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("The password is changed.")).to_be_visible()

    new = f"new-{member}"
    page.goto("/account/email/")
    looked_at(page, "people-email")
    page.get_by_label("New address").fill(new)
    page.get_by_role("button", name="Change the address").click()
    still_me(page, PASSWORD + "-3")  # whoever finds an open browser cannot take the account
    expect(page.get_by_text(f"{new} is not confirmed yet")).to_be_visible()
    looked_at(page, "people-email-pending")
    page.goto(mailed_link(page, "Please confirm your address", new, "/confirm-email/"))
    page.get_by_role("button", name="Yes, confirm it").click()
    sign_out(page)
    by_password(page, member, PASSWORD + "-3")
    expect(page.get_by_text("not correct")).to_be_visible()
    by_password(page, new, PASSWORD + "-3")
    expect(page.locator("main")).to_contain_text(new)
    read_mail(page, "Your address was changed", member)


def test_an_authenticator_app_and_recovery_codes(page: Page, looked_at: Look, member: str) -> None:
    page.goto("/account/2fa/")
    looked_at(page, "people-factors")
    page.get_by_role("link", name="Set up an authenticator app").click()
    looked_at(page, "people-reauthenticate")
    still_me(page)
    looked_at(page, "people-totp")
    secret = page.get_by_label("Secret").input_value()
    code = page.get_by_label("Code")
    code.fill("000000")
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_text("Incorrect code")).to_be_visible()
    assert page.get_by_label("Secret").input_value() == secret
    page.get_by_label("Code").fill(totp(secret))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    looked_at(page, "people-codes")
    codes = page.get_by_role("list", name="Unused codes").get_by_role("listitem").all_inner_texts()
    assert len(codes) == 10
    with page.expect_download() as started:
        page.get_by_role("link", name="Download the codes").click()
    assert started.value.path().read_text().split() == codes
    page.goto("/account/2fa/")
    looked_at(page, "people-factors-on")

    sign_out(page)
    by_password(page, member)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
    looked_at(page, "people-second-factor")
    page.goto("/account/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")  # the password alone opens nothing
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Tester")

    sign_out(page)
    by_password(page, member)
    page.get_by_label("Code").fill(codes[0])  # each code opens once
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("Incorrect code")).to_be_visible()
    page.get_by_label("Code").fill(totp(secret, step=1))  # that of now was used to switch it on
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Tester")

    page.goto("/account/2fa/totp/deactivate/")
    page.get_by_role("link", name="Use authenticator app or code").click()
    looked_at(page, "people-reauthenticate-code")
    page.get_by_label("Code").fill(codes[1])
    page.get_by_role("button", name="Go on").click()
    looked_at(page, "people-totp-off")
    page.get_by_role("button", name="Switch it off").click()
    expect(page.get_by_text("The authenticator app is switched off.")).to_be_visible()


def virtual_key(page: Page, **more: Any) -> Any:
    """A passkey device inside Chromium, with a finger always on it."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    key = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options | more})
    return cdp, key["authenticatorId"]


def test_a_passkey_signs_in_without_password(page: Page, looked_at: Look, member: str) -> None:
    cdp, key = virtual_key(page)
    page.goto("/account/2fa/webauthn/add/")
    still_me(page)
    looked_at(page, "people-key-add")
    page.get_by_label("Name of the key").fill("My phone")
    page.get_by_role("button", name="Add the key").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.goto("/account/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("My phone")
    looked_at(page, "people-keys")
    credentials = cdp.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
    assert [c["isResidentCredential"] for c in credentials] == [True]

    sign_out(page)
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Tester")

    # With the password, the key is asked for as second factor.
    sign_out(page)
    by_password(page, member)
    page.get_by_role("button", name="Use a passkey or security key").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Tester")

    page.goto("/account/2fa/webauthn/")
    page.get_by_role("link", name="Rename").click()
    still_me(page)
    looked_at(page, "people-key-rename")
    page.get_by_label("Name").fill("Old phone")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Old phone")
    page.get_by_role("link", name="Remove").click()
    looked_at(page, "people-key-remove")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The key is removed.")).to_be_visible()

    # A device without its key is told in words, and the page stays as it was.
    sign_out(page)
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looked_at(page, "people-passkey-trouble")


def test_the_office_gives_a_role_and_closes_an_account(page: Page, looked_at: Look, member: str) -> None:
    sign_out(page)
    sign_in(page, "Olga Office")
    page.goto("/office/people/")
    looked_at(page, "people-list")
    page.get_by_role("searchbox", name="Name or e-mail address").fill(member)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Ada Tester").click()
    page.get_by_label("Role").select_option("facility_editor:esrf")
    page.get_by_role("button", name="Give this role").click()
    expect(page.get_by_text("Role given.")).to_be_visible()
    looked_at(page, "people-person")
    page.goto("/office/audit/")
    expect(page.locator("main")).to_contain_text("role granted")
    looked_at(page, "people-audit")
    other = page.context.browser.new_context(base_url=page.url.split("/office")[0])  # type: ignore[union-attr]
    theirs = other.new_page()
    by_password(theirs, member)
    expect(theirs.locator("main")).to_contain_text("Facility editor")
    page.goto("/office/people/")
    page.get_by_role("searchbox", name="Name or e-mail address").fill(member)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Ada Tester").click()
    page.get_by_role("button", name="Close this account").click()
    expect(page.get_by_text("Nobody can sign in with this account")).to_be_visible()
    theirs.goto("/account/")
    expect(theirs).to_have_url(re.compile("/account/login/"))
    other.close()


def test_own_data_is_taken_along_and_erased(page: Page, looked_at: Look, member: str) -> None:
    page.goto("/account/tokens/")
    still_me(page)
    page.get_by_label("What it is for").fill("a script")
    page.get_by_role("button", name="Make a key").click()
    expect(page.locator("#fresh-token")).to_contain_text("leaps_")
    looked_at(page, "people-tokens")
    page.goto("/account/erase/")
    looked_at(page, "people-erase")
    page.get_by_label("Type the e-mail address").fill("somebody@example.org")
    page.get_by_role("button", name="Erase").click()
    expect(page.get_by_text("Nothing was erased")).to_be_visible()
    page.get_by_label("Type the e-mail address").fill(member)
    page.get_by_role("button", name="Erase").click()
    expect(page.get_by_text("are erased")).to_be_visible()
    by_password(page, member)
    expect(page.get_by_text("not correct")).to_be_visible()
