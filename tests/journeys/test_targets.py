"""A facility states what it measured and how ready a technology is; the board shows what is shown and what is only claimed."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.test_correct import sign_in

Look = Callable[[Page, str], None]


def withdraw(page: Page) -> None:
    page.get_by_role("link", name="Withdraw it").click()
    page.get_by_label("Reason").fill("A journey")
    page.locator("main").get_by_role("button", name="Remove").click()
    expect(page.locator("main")).to_contain_text("It can be brought back here")


def test_a_facility_states_a_measurement_and_a_claim(page: Page, looked_at: Look) -> None:
    sign_in(page, "Maja Editor")
    page.goto("/technologies/targets/")
    looked_at(page, "target-board")
    page.get_by_role("link", name="State a measurement").first.click()
    page.get_by_label("Target").select_option(label="MAX IV: horizontal emittance (pm rad)")
    page.get_by_label("Measured in").fill("2026-05")
    page.get_by_label("Value").fill("300")
    page.get_by_label("Standard uncertainty").fill("-6")
    page.get_by_label("Evidence").fill("https://example.org/synthetic-journey")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("main")).to_contain_text("Give a number above 0")
    looked_at(page, "state-measurement")
    page.get_by_label("Standard uncertainty").fill("6")
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("300 ± 6 pm rad", timeout=30_000)  # the record may be busy with a trial's first minute
    measurement = page.url
    looked_at(page, "measurement")
    page.goto("/technologies/targets/max-iv-horizontal-emittance/")
    expect(page.get_by_test_id("measurements")).to_contain_text("evidence")
    expect(page.get_by_test_id("course")).to_contain_text("one standard uncertainty, carried from that of the measurement")
    looked_at(page, "target")
    page.goto("/technologies/targets/")
    expect(page.get_by_role("link", name="MAX IV: 300 ± 6 pm rad, May 2026, with evidence")).to_have_count(1)

    page.goto("/technologies/cpmu/")
    page.get_by_role("link", name="State who needs, has or develops it").click()
    page.get_by_label("What it has to do with it").select_option(label="develops it")
    page.get_by_label("Readiness level claimed").select_option(value="6")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("main")).to_contain_text("a claim without evidence")
    claim = page.url
    page.goto("/technologies/cpmu/")
    expect(page.get_by_test_id("ladder")).to_contain_text("nothing on record shows any level")
    expect(page.get_by_test_id("ladder").locator("a .fig-mark.hollow")).to_have_count(1)
    expect(page.get_by_test_id("develops")).to_contain_text("claim, no evidence")
    looked_at(page, "technology")
    for address in (claim, measurement):
        page.goto(address)
        withdraw(page)
