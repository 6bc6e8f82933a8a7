"""Correct a fact as a visitor, accept it as the facility's editor, see its provenance and history."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

Look = Callable[[Page, str], None]


def sign_in(page: Page, who: str) -> None:
    """By the trial's role picker."""
    page.goto("/account/login/")
    page.get_by_role("button", name=who).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(who)


def read_mail(page: Page, subject: str, to: str) -> Locator:
    """Wait until the worker has sent a mail with these words in its subject, as people wait for mail."""
    for _attempt in range(180):
        page.goto("/trial/mail/")
        found = page.locator("section.change", has_text=to).filter(has_text=subject)
        if found.count():
            return found.first
        time.sleep(0.5)
    raise AssertionError(f"no mail {subject!r} came")


def test_a_visitor_corrects_and_the_editor_accepts(page: Page, looked_at: Look, variant: str) -> None:
    staff = {"desktop-light": "711", "phone-dark": "712"}[variant]
    page.goto("/facilities/esrf/")
    looked_at(page, "facility")
    # Every fact: one click to its provenance, and from there to a correction.
    fact = page.locator("#fact-staff_count")
    fact.locator("summary").click()
    expect(fact.locator(".prov-card")).to_be_visible()
    looked_at(page, "provenance")
    fact.get_by_role("link", name="Correct this").click()

    page.get_by_label("It should say").fill("many")
    page.get_by_role("button", name="Send the correction").click()
    expect(page.get_by_text("not a number")).to_be_visible()
    looked_at(page, "correct-wrong")
    page.get_by_label("It should say").fill(staff)
    page.get_by_label("Why").fill("The annual report says so.")
    page.get_by_label("Source (web address)").fill("https://www.esrf.fr/report")
    page.get_by_label("Your e-mail address").fill(f"visitor-{variant}@example.org")
    page.get_by_role("button", name="Send the correction").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    looked_at(page, "proposed")

    mail = read_mail(page, "Please confirm your correction", f"visitor-{variant}@")
    looked_at(page, "trial-mail")
    mail.get_by_role("link").first.click()
    page.get_by_role("button", name=re.compile("Yes, put it before")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("with the editors")

    sign_in(page, "Emil Editor")
    looked_at(page, "account")
    page.goto("/queue/")
    looked_at(page, "queue")
    page.get_by_role("link", name=re.compile("Staff")).last.click()
    looked_at(page, "decision")
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_text("Written into the record")).to_be_visible()

    page.goto("/facilities/esrf/")
    fact = page.locator("#fact-staff_count")
    expect(fact).to_contain_text(staff)
    fact.locator("summary").click()
    expect(fact.locator(".prov-card")).to_contain_text("confirmed by the facility")
    expect(fact.locator(".prov-card")).to_contain_text("Emil Editor")
    fact.get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("History of")
    expect(page.locator("main")).to_contain_text(staff)
    looked_at(page, "history")
    page.goto("/changes/")
    looked_at(page, "changes")
    page.get_by_role("link", name=re.compile("changed")).first.click()
    looked_at(page, "changeset")
    read_mail(page, "Your correction was decided", f"visitor-{variant}@")


def test_two_editors_at_once_lose_nothing(page: Page, looked_at: Look, variant: str) -> None:
    sign_in(page, "Elena Editor")
    page.goto("/record/facility/elettra/edit/")
    other = page.context.new_page()
    other.goto("/record/facility/elettra/edit/")
    other.get_by_label("City").fill(f"Basovizza {variant}")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_text("Saved.")).to_be_visible()
    other.close()

    page.get_by_label("City").fill(f"Trieste {variant}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody changed this entry")
    expect(page.get_by_role("alert")).to_contain_text(f"Basovizza {variant}")
    expect(page.get_by_label("City")).to_have_value(f"Trieste {variant}")
    looked_at(page, "conflict")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_role("button", name="Undo this change").click()
    expect(page.get_by_text("Undone by a new change")).to_be_visible()
