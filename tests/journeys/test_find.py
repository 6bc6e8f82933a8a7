"""Find by technique, energy and period, compare, download: the main job of the platform."""

import csv
import io
import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

Look = Callable[[Page, str], None]


def test_a_scientist_finds_compares_and_downloads(page: Page, looked_at: Look) -> None:
    # Where in Europe can I do angle-resolved photoemission at 90 eV with a spot below 10 µm,
    # and is that source running next autumn?
    page.goto("/")
    looked_at(page, "home")
    search = page.get_by_role("searchbox").first
    search.fill("angle-resolved photoemission at 90 eV")
    search.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("instruments")
    # The sentence has become filters, which the page names and lets go of one by one.
    expect(page.get_by_test_id("active-filters")).to_contain_text("angle resolved photoemission spectroscopy")
    expect(page.get_by_test_id("active-filters")).to_contain_text("90 eV")
    looked_at(page, "finder")

    open_filters(page)
    page.get_by_label("Spot no larger than").fill("10")
    page.get_by_label("Running from").fill("2027-09-01")
    page.get_by_label("Running until").fill("2027-11-30")
    page.get_by_role("button", name="Show instruments").first.click()
    expect(page).to_have_url(re.compile("from=2027-09-01"))
    # Beam sizes are recorded for few instruments: the others are shown, not dropped.
    expect(page.get_by_test_id("result-head")).to_contain_text("may")
    looked_at(page, "finder-filtered")

    boxes = page.get_by_role("checkbox", name=re.compile("^Compare "))
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("button", name=re.compile("Compare 2 instruments")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Compare")
    looked_at(page, "compare")
    page.go_back()

    with page.expect_download() as started:
        page.get_by_role("link", name="CSV").first.click()
    rows = list(csv.DictReader(io.StringIO(started.value.path().read_text())))
    assert rows
    assert {"slug", "facility", "fit", "photon_energy_min_ev"} <= set(rows[0])


def test_views_of_a_result_share_one_address(page: Page, looked_at: Look) -> None:
    page.goto("/instruments/?technique=PaNET01089&country=DE")
    listed = page.get_by_test_id("result-head").inner_text()

    page.get_by_role("link", name="Map", exact=True).click()
    expect(page.get_by_test_id("result-head")).to_have_text(listed)
    looked_at(page, "finder-map")
    page.get_by_role("link", name="Table", exact=True).click()
    expect(page.get_by_test_id("result-head")).to_have_text(listed)
    looked_at(page, "finder-table")


def test_when_nothing_fits_the_page_says_what_to_relax(page: Page, looked_at: Look) -> None:
    page.goto("/instruments/?technique=PaNET01089&energy_min=200&energy_max=210&energy_unit=keV&country=PL")

    expect(page.get_by_test_id("relaxations")).to_contain_text("without")
    looked_at(page, "finder-nothing")


def test_nonsense_in_the_address_is_answered_kindly(page: Page, looked_at: Look) -> None:
    page.goto("/instruments/?energy_min=banana&country=Atlantis&from=2027-99-01&page=-3&sort=%00&view=hologram")

    expect(page.get_by_role("alert")).to_contain_text("energy_min")
    looked_at(page, "finder-nonsense")


def open_filters(page: Page) -> None:
    """On the phone the filters are a sheet that opens at a touch."""
    toggle = page.get_by_role("button", name="Filters")
    if toggle.is_visible():
        toggle.click()
