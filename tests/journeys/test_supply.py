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


def test_a_chair_states_how_long_it_takes_and_reads_how_late_it_may_be(page: Page, looked_at: Look, variant: str) -> None:
    page.goto("/milestones/schedule/")
    page.get_by_role("region", name="Diamond-II").get_by_role("link", name="Diamond-II first users").click()
    page.get_by_role("link", name="How late may it be").click()
    expect(page.locator("main")).to_contain_text("in 95 of 100 draws")
    expect(page.get_by_test_id("estimates")).to_contain_text("estimate by a group chair on")
    expect(page.get_by_test_id("past")).to_contain_text("ESRF-EBS: 20.0 months planned")
    looked_at(page, "chances")
    page.get_by_role("button", name="Draw with it").click()
    expect(page.locator("main")).to_contain_text("You assume that planned lengths are multiplied by 1.10")

    sign_in(page, "Carla Chair")
    page.goto("/milestones/diamond2-complete/")
    page.get_by_role("link", name="State an estimate").click()
    page.get_by_label("Shortest, in months").fill("9")
    page.get_by_label("Likely, in months").fill("6")
    page.get_by_label("Longest, in months").fill("20")
    page.get_by_label("What it rests on").fill(f"A plan of the programme ({variant})")
    page.get_by_role("button", name="State it").click()
    expect(page.locator("main")).to_contain_text("Give shortest, likely and longest in this order")
    looked_at(page, "estimate-refused")
    page.get_by_label("Likely, in months").fill("12")
    page.get_by_role("button", name="State it").click()
    expect(page.locator("main")).to_contain_text("9 months at least, likely 12, at most 20: estimate by a group chair")
    page.get_by_role("button", name="Take the estimate back").click()
    page.get_by_role("button", name="Let it stand again").click()
    expect(page.get_by_test_id("versions")).to_contain_text("taken back")
    looked_at(page, "estimate")
    page.locator("main").get_by_role("link", name="How late may it be").click()
    page.get_by_role("button", name="Keep today's forecast").click()
    expect(page.get_by_test_id("waiting")).to_contain_text("Diamond-II programme ends")
    expect(page.get_by_test_id("groups")).to_contain_text("European XFEL (synthetic)")
    looked_at(page, "forecasts")
