"""A director compares rings today and after their upgrades, looks behind a curve, and takes a figure along."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from leaps.landscape.figures import registry

Look = Callable[[Page, str], None]


def test_a_director_compares_rings_today_and_after_their_upgrades(page: Page, looked_at: Look) -> None:
    page.goto("/")
    page.get_by_role("navigation").get_by_role("link", name="Landscape").first.click()
    page.get_by_role("main").get_by_role("link", name="Figures", exact=True).click()
    expect(page.get_by_role("heading", level=2)).to_have_count(len(registry.all_entries()))
    looked_at(page, "landscape-figures")
    page.get_by_role("link", name="Brilliance of undulators, wigglers and bends").click()

    expect(page.get_by_test_id("caption")).to_contain_text("±30 %")
    expect(page.get_by_test_id("caption")).to_contain_text("flux on resonance, natural size √(2λL)/4π (Kim)")
    expect(page.get_by_test_id("rings")).to_contain_text("ESRF-EBS")
    looked_at(page, "brilliance")

    for name in ("ALBA", "BESSY II", "KARA", "MAX IV 1.5 GeV", "MAX IV 3 GeV", "SLS 2.0", "ESRF-EBS"):
        page.get_by_label(name, exact=True).uncheck()
    page.get_by_label("Show the designs that follow").check()
    page.get_by_role("button", name="Draw").click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("by design after the upgrades")
    expect(page.get_by_test_id("rings").locator("tbody tr")).to_have_count(6)
    petra = page.get_by_test_id("rings").locator("tr", has_text="PETRA IV")
    expect(petra).to_contain_text("design values")
    expect(petra).to_contain_text("vertical emittance 5 pm rad")
    expect(petra).to_contain_text("the undulators of PETRA III")
    looked_at(page, "brilliance-upgrades")


def test_a_reader_changes_what_is_assumed_and_the_units(page: Page, looked_at: Look) -> None:
    page.goto("/landscape/brilliance/?source=bessy-ii")
    before = page.get_by_test_id("rings").locator("tbody tr").first.inner_text()
    page.get_by_label("Vertical over horizontal emittance").fill("0.1")
    page.get_by_label("Quantity").select_option(label="Coherent flux")
    page.get_by_label("Axis").select_option(label="Wavelength in nm")
    page.get_by_role("button", name="Draw").click()
    expect(page).to_have_url(re.compile("coupling=0.1"))
    expect(page.get_by_test_id("rings")).to_contain_text("vertical emittance 600 pm rad, 10 % of the horizontal")
    expect(page.get_by_role("region", name="Figure").locator("svg")).to_contain_text("Wavelength in nm")
    assert page.get_by_test_id("rings").locator("tbody tr").first.inner_text() != before

    page.get_by_label("Vertical over horizontal emittance").fill("lots")
    page.get_by_role("button", name="Draw").click()
    expect(page.get_by_role("alert")).to_contain_text("“lots” cannot be assumed")
    looked_at(page, "brilliance-refused")


def test_a_scientist_looks_behind_a_curve_and_takes_it_along(page: Page, looked_at: Look, tmp_path: Path) -> None:
    page.goto("/sources/esrf-ebs/")
    page.get_by_role("link", name=re.compile("Brilliance of its \\d+ undulators")).click()
    page.get_by_text("Single undulators, harmonic by harmonic").click()
    page.get_by_label(re.compile("ID11 CPMU18a")).check()
    page.get_by_label(re.compile("ID30 U35c")).check()
    page.get_by_role("button", name="Draw").click()
    expect(page.get_by_test_id("rings").locator("tbody tr")).to_have_count(2)
    looked_at(page, "brilliance-devices")

    with page.expect_download() as waiting:
        page.get_by_role("link", name="Data as CSV").click()
    waiting.value.save_as(tmp_path / "data.csv")
    rows = list(csv.DictReader((tmp_path / "data.csv").open(encoding="utf-8")))
    assert {row["undulator"] for row in rows} == {"ID11 CPMU18a", "ID30 U35c"}
    assert {row["harmonic"] for row in rows} >= {"1", "3", "5"}
    assert "Kim" in rows[0]["convention"]
    assert "revision" in rows[0]["citation"]
    with page.expect_download() as waiting:
        page.get_by_role("link", name="PNG").click()
    assert waiting.value.suggested_filename == "brilliance.png"

    page.get_by_role("link", name="Embed").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("At 10 keV")
    looked_at(page, "brilliance-embed")


def test_a_reader_takes_a_sheet_along(page: Page, looked_at: Look, tmp_path: Path) -> None:
    page.goto("/landscape/sheets/country-pt/")
    with page.expect_download(timeout=60_000) as waiting:  # who is faster than the worker waits on a page from which it comes by itself
        page.get_by_role("link", name="PDF").click()
    waiting.value.save_as(tmp_path / "sheet.pdf")
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    page.goto("/landscape/sheets/country-pt/files/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sheet “Portugal”: files")
    looked_at(page, "sheet-files")


def test_every_figure_is_whole(page: Page, looked_at: Look) -> None:
    for slug in ("emittance", "coherence", "techniques", "upgrades", "capacity", "lasers"):
        page.goto(f"/landscape/figures/{slug}/")
        expect(page.get_by_role("region", name="Figure").locator("svg")).to_be_visible()
        expect(page.get_by_test_id("data").locator("tbody tr").first).to_be_visible()
        looked_at(page, f"figure-{slug}")
