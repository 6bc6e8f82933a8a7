"""Look an indicator up, see which values may be compared, open the source, take the data along."""

import csv
import io
import json
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

Look = Callable[[Page, str], None]


def test_a_funder_looks_up_users_and_sees_what_may_be_compared(page: Page, looked_at: Look) -> None:
    # How many users does each facility have a year, and may I put the numbers beside each other?
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Indicators").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Indicators")
    looked_at(page, "indicators")

    search = page.get_by_role("searchbox", name="Find an indicator")
    search.fill("users")
    search.press("Enter")
    page.get_by_role("link", name="Unique users", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Unique users")
    looked_at(page, "indicator-users")

    # Values that must not be compared stand apart, each group with its reason.
    apart = page.locator("tbody.apart")
    assert apart.count() > 0
    expect(apart.first).to_contain_text(re.compile("kept apart|stands alone"))
    # Nobody is ranked: within a group, facilities stand in the order of their names.
    for body in page.locator("tbody").all():
        names = [n.strip().casefold() for n in body.locator("tr:not(.group) th a").all_inner_texts()]
        assert names == sorted(names)

    # The value leads to its source.
    page.locator("tbody td.num a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    looked_at(page, "indicator-value")
    page.go_back()
    row = page.locator("tbody tr:not(.group)").first
    row.locator("summary").click()
    card = row.locator(".prov-card")
    expect(card).to_be_visible()
    source = card.get_by_role("link").first
    assert urlsplit(source.get_attribute("href") or "").scheme in {"http", "https"}
    looked_at(page, "indicator-source")

    with page.expect_download() as started:
        page.get_by_role("link", name="Data as CSV").click()
    rows = list(csv.DictReader(io.StringIO(started.value.path().read_text())))
    assert rows
    assert all(row["source_url"] and row["citation"] and row["method"] for row in rows)
    with page.expect_download() as started:
        page.get_by_role("link", name="JSON", exact=True).click()
    assert len(json.loads(started.value.path().read_text())["values"]) == len(rows)
    with page.expect_download() as started:
        page.get_by_role("link", name="PNG", exact=True).click()
    assert started.value.path().read_bytes().startswith(b"\x89PNG")


def test_two_rules_of_one_machine_are_not_one_series(page: Page, looked_at: Look) -> None:
    page.goto("/indicators/OPS-05/")

    expect(page.get_by_text("failures during refill counted").first).to_be_visible()
    looked_at(page, "indicator-mtbf")
    page.goto("/indicators/ACC-01/")
    looked_at(page, "indicator-proposals")
    page.goto("/indicators/ACC-01/figure/")
    looked_at(page, "indicator-embedded")


def test_gaps_are_shown_as_gaps(page: Page, looked_at: Look) -> None:
    page.goto("/indicators/")
    page.get_by_role("link", name="Who has published what").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    looked_at(page, "indicator-matrix")

    page.get_by_label("Facility").select_option("esrf")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("facility=esrf"))
    looked_at(page, "indicator-matrix-esrf")


def test_a_director_sees_what_is_public_about_her_facility(page: Page, looked_at: Look) -> None:
    page.goto("/facilities/esrf/")
    page.get_by_role("link", name="All of them, with series").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ESRF")
    looked_at(page, "indicators-esrf")


def test_the_league_is_not_a_sum(page: Page, looked_at: Look) -> None:
    page.goto("/indicators/league/")
    looked_at(page, "indicators-league")
