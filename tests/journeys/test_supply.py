"""A facility states what it plans to buy and sees with whom it could buy; others see what they may."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.test_correct import sign_in

Look = Callable[[Page, str], None]


def test_a_facility_states_a_purchase_and_finds_who_buys_the_same(page: Page, looked_at: Look, variant: str) -> None:
    title = f"Mirrors for the nanoprobe ({variant})"
    page.goto("/technologies/")
    page.locator("main").get_by_role("link", name="Supply", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who buys what, and when")
    expect(page.get_by_test_id("together")).to_contain_text("Lattice magnets")
    expect(page.get_by_test_id("sole")).to_contain_text("Example Magnets")
    expect(page.get_by_test_id("implied")).to_contain_text("when they are ordered is not published")
    looked_at(page, "supply")

    sign_in(page, "Maja Editor")
    page.goto("/supply/")
    page.get_by_role("link", name="State a planned purchase").click()
    page.get_by_label("What is to be bought").fill(title)
    page.get_by_label("Kind of thing").select_option(label="mirrors and lenses")
    page.get_by_label("Ordered from month").fill("2027-10")
    page.get_by_label("Ordered by month").fill("2027-02")
    page.get_by_label("Only one supplier is known to us").check()
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("main")).to_contain_text("Name the later month second.")
    expect(page.locator("main")).to_contain_text("Name the one supplier that is known")
    looked_at(page, "supply-new")
    page.get_by_label("Ordered by month").fill("2028-02")
    page.get_by_label("Only one supplier is known to us").uncheck()
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("main")).to_contain_text("BESSY II")
    address = page.url
    looked_at(page, "purchase")
    page.get_by_role("button", name="Withdraw it").click()
    page.get_by_role("button", name="Take the withdrawal back").click()
    expect(page.locator("main")).to_contain_text("took the withdrawal back")

    page.context.clear_cookies()
    sign_in(page, "Ute User")
    page.goto("/supply/?category=mirrors")
    expect(page.locator("main")).to_contain_text("You see those that are public.")
    expect(page.locator("main")).not_to_contain_text(title)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 404
