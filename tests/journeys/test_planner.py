"""A director sees the collision, tries another date and shares it; a user looks where her technique survives."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.test_correct import sign_in

Look = Callable[[Page, str], None]


def test_a_director_tries_another_date_and_shares_it(page: Page, looked_at: Look) -> None:
    page.goto("/upgrades/")
    page.get_by_role("link", name=re.compile("^Plan:")).click()
    expect(page.locator(".lede")).to_contain_text("84 of 320 ring instruments are dark at once")
    expect(page.get_by_test_id("windows")).to_contain_text("ALBA, Diamond, SOLEIL")
    looked_at(page, "planner")

    page.get_by_label("SOLEIL, dark from").fill("2030-01")
    page.get_by_role("button", name="See what follows").click()
    expect(page.locator("main")).to_contain_text("The peak falls from 84.")
    looked_at(page, "planner-tried")
    shared = page.locator("code.address").inner_text()
    page.goto(shared)
    expect(page.get_by_label("SOLEIL, dark from")).to_have_value("2030-01")
    page.get_by_role("link", name="Back to the published dates").click()
    expect(page.locator(".lede")).to_contain_text("84 of 320")

    page.get_by_label("SOLEIL, dark from").fill("2030-13")
    page.get_by_role("button", name="See what follows").click()
    expect(page.locator("main")).to_contain_text("write it like 2028-06")

    page.get_by_role("link", name="How sure are the overlaps?").click()
    expect(page.get_by_test_id("rests")).to_contain_text("known to the year: any day of 2029 is as likely")
    expect(page.get_by_test_id("tail")).to_contain_text("Diamond, SOLEIL all back later than published")
    page.get_by_role("link", name="Draw each by itself").click()
    expect(page.get_by_test_id("pairs")).to_contain_text("ALBA, PETRA III")
    looked_at(page, "overlaps")


def test_a_director_drags_a_dark_period_and_all_follows(page: Page, looked_at: Look, variant: str) -> None:
    page.goto("/planner/")
    bar = page.get_by_role("slider", name="SOLEIL")
    bar.scroll_into_view_if_needed()
    box = bar.locator(".fig-dark").bounding_box()
    assert box is not None
    middle, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(middle, y)
    page.mouse.down()
    page.mouse.move(middle + box["width"] * 15 / 24, y, steps=6)
    page.mouse.up()
    expect(page.locator("main")).to_contain_text("The peak falls from 84.")
    expect(page.get_by_label("SOLEIL, dark from")).to_have_value("2030-01")
    expect(page).to_have_url(re.compile(r"\?s-soleil-ii=2030-01&m-soleil-ii=24$"))

    bar = page.get_by_role("slider", name="SOLEIL")
    bar.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("s-soleil-ii=2030-03"))
    expect(bar).to_be_focused()
    expect(bar).to_have_attribute("aria-valuetext", re.compile("Mar 2030"))
    looked_at(page, "planner-dragged")
    if variant.startswith("desktop"):
        page.get_by_test_id("reliance").get_by_role("button", name="HHI").click()
        expect(page.get_by_test_id("reliance").locator("th[aria-sort]")).to_have_text("HHI")
    page.locator("#p-q").select_option("2029-1")
    page.get_by_role("button", name="Show the quarter").click()
    expect(page.locator("main")).to_contain_text("come down to one facility or none in quarter 1 of 2029")
    expect(page).to_have_url(re.compile("s-soleil-ii=2030-03"))
    looked_at(page, "planner-quarter")
    bar = page.get_by_role("slider", name="SOLEIL")
    bar.focus()
    page.keyboard.press("PageUp")
    expect(page).to_have_url(re.compile("s-soleil-ii=2031-03"))


def test_a_director_asks_for_a_better_calendar_and_shares_it(page: Page, looked_at: Look) -> None:
    sign_in(page, "Emil Editor")
    page.goto("/planner/")
    page.get_by_role("link", name="Let the planner look for better dates").click()
    looked_at(page, "propose")
    page.get_by_label("By how many months at most").fill("1")
    page.get_by_label("Months between any two starts").fill("24")
    page.get_by_role("button", name="Look for it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No calendar keeps all of this", timeout=90_000)
    expect(page.get_by_test_id("relax")).to_contain_text("24 months between any two of")
    looked_at(page, "proposal-impossible")

    page.get_by_role("link", name="A better calendar").click()
    for other in ("Diamond", "PETRA III"):
        page.get_by_label(re.compile(other)).first.uncheck()
    page.get_by_label("By how many months at most").fill("12")
    page.get_by_role("button", name="Look for it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("less beamtime", timeout=120_000)
    looked_at(page, "proposal")

    page.get_by_role("link", name="Ask something else").click()
    for other in ("Diamond", "PETRA III"):
        page.get_by_label(re.compile(other)).first.uncheck()
    page.get_by_label("By how many months at most").fill("4")
    page.get_by_label("Lengths uncertain").fill("6")
    page.get_by_role("button", name="Look for it").click()
    expect(page.get_by_test_id("doubt")).to_contain_text("Proposed", timeout=120_000)
    looked_at(page, "proposal-uncertain")
    page.get_by_role("link", name="See it in the planner").click()
    expect(page.locator("main")).to_contain_text("You try other dates for")


def test_a_user_looks_where_her_technique_survives(page: Page, looked_at: Look) -> None:
    page.goto("/planner/")
    page.get_by_label("Technique", exact=True).select_option(label="total scattering")
    page.get_by_label("Year", exact=True).select_option("2029")
    page.get_by_role("button", name="Show where").click()
    expect(page.get_by_role("heading", name=re.compile("total scattering in 2029"))).to_be_visible()
    expect(page.get_by_test_id("sites")).to_contain_text("ESRF")
    looked_at(page, "planner-where")
