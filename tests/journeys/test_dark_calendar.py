"""A director proposes dates that only some may see; a facility offers guest hours and a user answers."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.test_correct import sign_in

Look = Callable[[Page, str], None]


def test_a_director_proposes_a_draft_and_a_user_is_not_shown_it(page: Page, looked_at: Look, variant: str) -> None:
    title = f"Change the injector ({variant})"
    sign_in(page, "Dora Director")
    page.goto("/planner/")
    page.locator("main").get_by_role("link", name="Proposed dark periods").click()
    expect(page.locator("main")).to_contain_text("You see all of them, drafts too")
    looked_at(page, "dark-calendar")

    page.get_by_role("link", name="Propose a dark period").click()
    page.get_by_label("What the dark period is for").fill(title)
    page.get_by_label("First dark day").fill("2033-03-01")
    page.get_by_label("Day users are back").fill("2033-01-01")
    page.get_by_label("How sure").select_option(label="likely")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("main")).to_contain_text("Users come back after the dark period has begun.")
    looked_at(page, "dark-new")
    page.get_by_label("Day users are back").fill("2033-09-01")
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    address = page.url
    looked_at(page, "dark-proposal")
    page.get_by_role("button", name="Withdraw it").click()
    page.get_by_role("button", name="Take the withdrawal back").click()
    expect(page.locator("main")).to_contain_text("took the withdrawal back")
    page.goto("/planner/?with=proposed")
    expect(page.locator("main")).to_contain_text("proposed dark periods, which are not published: ")
    expect(page.locator("main")).to_contain_text("You see all of them, drafts too")
    looked_at(page, "planner-proposed")

    page.context.clear_cookies()
    sign_in(page, "Ute User")
    page.goto("/planner/calendar/")
    expect(page.locator("main")).to_contain_text("You see those that are public.")
    expect(page.locator("main")).not_to_contain_text(title)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 404


def test_a_facility_offers_hours_and_a_user_answers(page: Page, looked_at: Look, variant: str) -> None:
    page.goto("/planner/")
    page.locator("main").get_by_role("link", name="Guest hours").click()
    expect(page.get_by_test_id("offers")).to_contain_text("of its instruments are dark then")
    looked_at(page, "guest-hours")

    sign_in(page, "Maja Editor")
    page.goto("/planner/guest-hours/")
    page.get_by_role("link", name="Offer hours").click()
    page.get_by_label("Technique", exact=True).select_option(index=3)
    page.get_by_label("From month").fill("2029-02")
    page.get_by_label("To month").fill("2029-04")
    page.get_by_label("Hours in all").fill("48")
    page.get_by_label("Contact", exact=True).fill(f"user office ({variant})")
    page.get_by_label("The offer stands until").fill("2099-01-01")
    looked_at(page, "guest-new")
    page.get_by_role("button", name="Put it on the board").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("MAX IV: 48 hours of")
    address = page.url
    page.context.clear_cookies()
    sign_in(page, "Ute User")
    page.goto(address)
    page.get_by_label("Hours you would use").fill("49")
    page.get_by_label("What you would measure").fill("Strain in glass")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.locator("main")).to_contain_text("Ask for 1 to 48 hours.")
    page.get_by_label("Hours you would use").fill("16")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_test_id("mine")).to_contain_text("16 hours: Strain in glass")
    looked_at(page, "guest-answered")
    page.get_by_role("button", name="Take it back").click()
    page.get_by_role("button", name="Let it stand again").click()
    expect(page.get_by_test_id("mine")).not_to_contain_text("taken back")

    page.context.clear_cookies()
    sign_in(page, "Maja Editor")
    page.goto(address)
    expect(page.get_by_test_id("answers")).to_contain_text(re.compile("Ute User.*16 hours", re.DOTALL))
    looked_at(page, "guest-offer")
