"""Economic impact: read what the methods can say, compute, take the result along, look studies up."""

import csv
import io
import json
import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.test_correct import sign_in

Look = Callable[[Page, str], None]


def test_an_adviser_computes_what_spending_sets_going(page: Page, looked_at: Look) -> None:
    page.goto("/indicators/")
    page.get_by_role("link", name="Economic impact").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Economic impact")
    looked_at(page, "impact")

    page.get_by_role("link", name="What spending sets going").click()
    # The example's numbers are made up, and it says so.
    expect(page.get_by_text("never quote it").first).to_be_visible()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("value added")
    looked_at(page, "impact-calculator")

    page.get_by_label("construction").fill("20")
    page.get_by_label("manufactoring").fill("15.5")
    page.get_by_label("Own payroll").fill("40")
    page.get_by_text("Prices, households, region, draws").click()
    page.get_by_label("Seed").fill("7")
    page.get_by_role("button", name="Compute").click()
    expect(page.get_by_text("seed 7").first).to_be_visible()
    expect(page.get_by_text("Spent: 75.5 million USD")).to_be_visible()
    looked_at(page, "impact-computed")

    with page.expect_download() as started:
        page.get_by_role("link", name="Data as CSV").click()
    rows = list(csv.DictReader(io.StringIO(started.value.path().read_text())))
    assert {row["measure"] for row in rows} == {"value added", "output"}
    assert all("seed=7" in row["citation"] and "Made-up" in row["method"] for row in rows)
    with page.expect_download() as started:
        page.get_by_role("link", name="JSON", exact=True).click()
    assert json.loads(started.value.path().read_text())["inputs"]["construction"] == 20
    with page.expect_download() as started:
        page.get_by_role("link", name="PNG", exact=True).first.click()
    assert started.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_wrong_number_is_marked_where_it_stands(page: Page, looked_at: Look) -> None:
    page.goto("/indicators/impact/calculator/?s0=-3&tax=90&saving=20")

    expect(page.get_by_role("alert")).to_contain_text("Nothing was computed")
    expect(page.get_by_label("food")).to_have_attribute("aria-invalid", "true")
    looked_at(page, "impact-refused")


def test_an_analyst_weighs_costs_against_benefits(page: Page, looked_at: Look) -> None:
    page.goto("/indicators/impact/cost-benefit/")
    expect(page.get_by_text("Made-up numbers")).to_be_visible()
    looked_at(page, "impact-cost-benefit")

    page.get_by_label("Amount a year 3").fill("90")
    page.get_by_role("button", name="Compute").click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("Benefits exceed costs")
    expect(page).to_have_url(re.compile("a2=90"))
    looked_at(page, "impact-appraised")


def test_a_funder_sees_studies_by_method_and_no_ranking(page: Page, looked_at: Look) -> None:
    page.goto("/indicators/impact/ladder/")
    names = [n.strip().casefold() for n in page.locator("tbody").first.locator("th[scope=row] a").all_inner_texts()]

    assert len(names) >= 3
    assert names == sorted(names)
    expect(page.locator("li.apart .why").first).to_be_visible()
    looked_at(page, "impact-ladder")


def test_an_editor_decides_on_the_trades_of_suppliers(page: Page, looked_at: Look, variant: str) -> None:
    who, name = {
        "desktop-light": ("Elena Editor", "Elettra"), "phone-dark": ("Emil Editor", "ESRF"),
    }[variant]  # fmt: skip
    sign_in(page, who)
    page.goto("/indicators/impact/")
    page.get_by_role("link", name="Suppliers and their trades").click()
    looked_at(page, "impact-shops")
    page.get_by_role("link", name=name).click()
    # The worker signs the synthetic returns one facility after the other.
    button = page.get_by_role("button", name="Read the orders of signed returns")
    for _attempt in range(300):
        if button.count():
            break
        time.sleep(1)
        page.reload()
    looked_at(page, "impact-suppliers-unread")
    button.click()
    expect(page.get_by_text("made up for the trial").first).to_be_visible()
    expect(page.get_by_text("wait for a decision").first).to_be_visible()
    looked_at(page, "impact-suppliers")

    page.get_by_role("button", name=re.compile("Accept .* sure")).click()
    expect(page.get_by_text("proposals were accepted")).to_be_visible()
    row = page.locator("table.suppliers tbody tr").first
    row.locator("summary", has_text="Another trade").click()
    row.get_by_label("Division of NACE Rev. 2").fill("26")
    row.get_by_label("Why").fill("they build detectors")
    row.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("belongs to 26 Manufacture of computer")).to_be_visible()
    page.get_by_role("link", name="Decided").click()
    looked_at(page, "impact-suppliers-decided")

    page.get_by_role("link", name="pymrio test table").first.click()
    expect(page).to_have_url(re.compile("impact/calculator"))
    expect(page.get_by_role("heading", level=2).first).to_contain_text("(synthetic)")
    looked_at(page, "impact-of-orders")
