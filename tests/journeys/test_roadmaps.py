"""A group chair looks up a technology, its targets and milestones, tries a slip, and takes a roadmap along on paper."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

Look = Callable[[Page, str], None]


def test_a_chair_looks_for_a_technology_and_who_has_reached_what(page: Page, looked_at: Look) -> None:
    page.goto("/")
    page.get_by_role("navigation").get_by_role("link", name="Technologies").first.click()
    page.get_by_label("Find a technology").fill("lattices")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("1 technology.")
    looked_at(page, "technologies-found")
    page.get_by_role("link", name="Multi-bend achromat lattices").click()
    expect(page.get_by_test_id("targets")).to_contain_text("no measurement on record")
    looked_at(page, "technology")

    page.goto("/technologies/targets/")
    expect(page.get_by_test_id("reached")).to_contain_text("ESRF: horizontal emittance")
    expect(page.get_by_test_id("reached")).to_contain_text("claimed, unverified")
    looked_at(page, "target-board")


def test_a_chair_follows_milestones_and_tries_a_slip(page: Page, looked_at: Look) -> None:
    page.goto("/milestones/")
    expect(page.get_by_test_id("milestones").locator("tbody tr").first).to_contain_text("late")
    looked_at(page, "milestones")
    page.get_by_label("Facility").select_option(label="SOLEIL")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("4 milestones"))).to_be_visible()
    expect(page.locator("code.address")).to_contain_text("calendar.ics?facility=soleil")

    page.goto("/milestones/")
    page.get_by_role("link", name="What waits for what").click()
    looked_at(page, "schedule")
    page.get_by_label("What if").select_option(label="Diamond dark period starts (18 months)")
    page.get_by_label("slipped by this many months").fill("6")
    page.get_by_role("button", name="See what follows").click()
    expect(page.locator("main")).to_contain_text("slips by 6 months")
    expect(page.locator("main")).to_contain_text("not before Dec 2029")
    looked_at(page, "schedule-slipped")


def test_a_chair_takes_a_roadmap_along(page: Page, looked_at: Look, tmp_path: Path) -> None:
    page.goto("/roadmaps/")
    looked_at(page, "roadmaps")
    page.get_by_role("link", name="Storage rings and undulators").click()
    figure = page.get_by_role("region", name="Roadmap")
    expect(figure.get_by_role("link", name=re.compile("Elettra 2.0 starts operating: Aug 2026"))).to_be_visible()
    looked_at(page, "roadmap")

    with page.expect_download() as waiting:
        page.get_by_role("link", name="PDF").click()
    assert waiting.value.suggested_filename == "roadmap-sources.pdf"
    paper = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)
    assert boxes, "a printed page has a size"
    assert float(boxes[0][0]) > float(boxes[0][1]), "the roadmap is printed on a landscape sheet"
