"""From a challenge of society down to the instruments that can look at it, and the figure that shows the whole."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

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
