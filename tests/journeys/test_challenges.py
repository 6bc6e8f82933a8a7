"""From a challenge of society down to the instruments that can look at it, and the figure that shows the whole."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.test_correct import sign_in

Look = Callable[[Page, str], None]


def test_an_adviser_follows_a_challenge_to_instruments(page: Page, looked_at: Look) -> None:
    page.goto("/landscape/")
    page.get_by_role("main").get_by_role("link", name="challenges").first.click()
    expect(page.get_by_role("heading", level=1, name="Societal challenges")).to_be_visible()
    looked_at(page, "challenges")
    page.get_by_role("link", name="Cancer").click()
    expect(page.get_by_role("heading", level=2, name="Coverage")).to_be_visible()
    expect(page.get_by_text("unverified").first).to_be_visible()
    looked_at(page, "challenge")
    page.get_by_role("link", name="macromolecular crystallography").first.click()
    expect(page.get_by_role("heading", level=2, name="What society needs it for")).to_be_visible()
    looked_at(page, "challenge-technique")


def test_a_search_without_a_match_says_so(page: Page, looked_at: Look) -> None:
    page.goto("/landscape/challenges/?q=nothing+of+the+kind")
    expect(page.get_by_role("main")).to_contain_text("No challenge")
    looked_at(page, "challenges-none")


def test_a_reader_takes_the_map_and_the_flow_along(page: Page, looked_at: Look) -> None:
    for address, name in (("/landscape/figures/map/", "figure-map"), ("/landscape/figures/challenges/", "figure-challenges")):
        page.goto(address)
        expect(page.locator("figure svg").first).to_be_visible()
        looked_at(page, name)
        with page.expect_download() as download:
            page.get_by_role("link", name="PNG").first.click()
        assert download.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_member_states_a_paper_and_the_office_says_what_it_serves(page: Page, looked_at: Look, variant: str) -> None:
    title = f"Sulphur in the cathode of a lithium battery ({variant})"
    sign_in(page, "Rita Reviewer")
    page.goto("/landscape/challenges/")
    page.get_by_role("main").get_by_role("link", name="Works and the challenges they serve").click()
    page.get_by_role("link", name="State a work").click()
    page.get_by_label("Title").fill(title)
    page.get_by_label("Abstract or summary").fill("Electrodes of lithium-ion cells lose capacity; the electrolyte ages. Made up for a test.")
    page.get_by_label("DOI").fill("none yet")
    page.get_by_role("button", name="State it").click()
    expect(page.get_by_role("main")).to_contain_text("Is no DOI.")
    looked_at(page, "work-new")
    page.get_by_label("DOI").fill("")
    page.get_by_label("Address").fill(f"https://example.org/{variant}")
    page.get_by_role("button", name="State it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    batteries = page.get_by_test_id("open").get_by_role("listitem").filter(has_text="Batteries")
    expect(batteries).to_contain_text("Why:")
    expect(batteries).to_contain_text("lithium")
    looked_at(page, "work")
    batteries.get_by_role("button", name="Propose it").click()
    expect(batteries).to_contain_text("proposed by a member")

    page.context.clear_cookies()
    sign_in(page, "Olga Office")
    page.goto("/landscape/challenges/works/desk/?kind=paper&q=sulphur")
    part = page.get_by_role("region", name=title)
    looked_at(page, "tag-desk")
    waiting = part.get_by_test_id("open").get_by_role("listitem")
    first = waiting.filter(has_text="Batteries")
    first.get_by_label("How strongly it serves").select_option("3")
    first.get_by_label("How strongly it serves").press("Tab")
    page.keyboard.type("Shown in a working cell")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("last")).to_contain_text("Batteries")
    other = waiting.first
    other.locator("summary").click()
    other.get_by_label("Why not").fill("Too far")
    other.get_by_role("button", name="Reject it").click()
    expect(page.get_by_test_id("last")).to_contain_text("Rejected")
    expect(part.get_by_test_id("decided")).to_contain_text("rejected")
    page.goto("/landscape/challenges/works/technologies/operando-cells/")
    if page.get_by_test_id("decided").get_by_text("Batteries").count() == 0:  # the other screen may have been here before
        serves = page.get_by_test_id("open").get_by_role("listitem").filter(has_text="Batteries")
        serves.get_by_label("How strongly it serves").select_option("2")
        serves.get_by_role("button", name="Confirm").click()
    expect(page.get_by_test_id("decided")).to_contain_text("Batteries")
    looked_at(page, "tag-technology")

    page.context.clear_cookies()
    page.goto("/landscape/challenges/theme-batteries/")
    works = page.get_by_test_id("works")
    expect(works.get_by_role("listitem").filter(has_text=title)).to_contain_text("strength 3")
    looked_at(page, "challenge-works")
    works.get_by_role("link", name="Operando environments").click()
    expect(page.get_by_test_id("serves")).to_contain_text("Batteries")
