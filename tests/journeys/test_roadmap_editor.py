"""A chair opens a roadmap, draws on it by drag and by key, links, discusses, scores, freezes and prints it."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

Look = Callable[[Page, str], None]


def sign_in(page: Page, who: str) -> None:
    page.context.clear_cookies()
    page.goto("/account/login/")
    page.get_by_role("button", name=who).click()
    expect(page.get_by_role("button", name=who)).to_have_count(0)


def put(page: Page, slug: str, layer: str, title: str, start: str = "", end: str = "") -> None:
    page.goto(f"/roadmaps/groups/{slug}/edit/")
    page.get_by_role("link", name=f"+ {layer}").click()
    page.get_by_label("What it is", exact=True).fill(title)
    page.get_by_label("From month").fill(start)
    page.get_by_label("To month").fill(end)
    page.get_by_role("button", name="Put it on the roadmap").click()
    expect(page.get_by_text(f"“{title}” is on the roadmap.")).to_be_visible()


def test_a_chair_draws_links_discusses_freezes_and_prints(page: Page, looked_at: Look, variant: str, tmp_path: Path) -> None:
    slug = f"mirrors-{variant}"
    sign_in(page, "Carla Chair")
    page.goto("/roadmaps/")
    looked_at(page, "roadmaps-of-groups")
    page.get_by_role("link", name="Open a roadmap").click()
    page.get_by_label("Title", exact=True).fill(f"Mirrors {variant}")
    page.get_by_label("Short name").fill(slug)
    page.get_by_label("First year").fill("2026")
    page.get_by_label("Last year").fill("2033")
    looked_at(page, "roadmap-open")
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_role("heading", level=2, name="An empty sheet")).to_be_visible()
    looked_at(page, "roadmap-empty")

    put(page, slug, "Drivers", "See batteries age")
    put(page, slug, "Capabilities", "Tomography in a minute", "2028-01", "2030-12")
    put(page, slug, "Technologies", "Bent mirrors", "2026-06", "2029-06")

    # By keyboard: a month later, undone; then linked.
    mirror = page.locator("#item-bent-mirrors")
    mirror.focus()
    page.keyboard.press("ArrowRight")
    expect(mirror).to_have_attribute("data-version", "2")
    expect(mirror).to_be_focused()
    assert mirror.get_attribute("data-start") == str(2026 * 12 + 6)
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Taken back.")).to_be_visible()
    expect(mirror).to_have_attribute("data-start", str(2026 * 12 + 5))
    mirror.focus()
    page.keyboard.press("l")
    page.locator("#item-tomography-in-a-minute").focus()
    page.keyboard.press("Enter")
    page.locator("#tie-kind").select_option("enables")
    looked_at(page, "roadmap-linking")
    page.get_by_role("button", name="Link them").click()
    expect(page.get_by_text("Linked.")).to_be_visible()

    # By drag: the whole item by six months.
    mirror.scroll_into_view_if_needed()
    box = mirror.locator(".fig-box").bounding_box()
    month = float(page.locator(".roadmap-chart").get_attribute("data-month") or 0)
    scale = page.locator(".roadmap-chart").evaluate("svg => svg.getScreenCTM().a")
    assert box is not None
    before = int(mirror.get_attribute("data-start") or 0)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 3 * month * scale, y, steps=4)
    page.mouse.up()
    expect(mirror).to_have_attribute("data-start", str(before + 3))
    looked_at(page, "roadmap-editor")

    # The item, with a remark; another one is told of a gap.
    mirror.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Bent mirrors")).to_be_visible()
    page.get_by_label("Your remark").fill("Who makes the substrates?")
    page.get_by_role("button", name="Send the remark").click()
    expect(page.get_by_text("Who makes the substrates?")).to_be_visible()
    looked_at(page, "roadmap-item")

    # A spreadsheet: first what would happen.
    page.get_by_role("link", name=f"Mirrors {variant}").first.click()
    page.get_by_role("link", name="Spreadsheet").click()
    page.get_by_label("Or paste rows").fill("key,layer,title,from,to,links\nmetrology,projects,Compare metrology,2027-01,2028-06,enables:bent-mirrors:2\n")
    page.get_by_role("button", name="Look what would happen").click()
    expect(page.get_by_text("1 new item: Compare metrology")).to_be_visible()
    looked_at(page, "roadmap-import")
    page.get_by_role("button", name="Take all of it over").click()
    expect(page.locator("#item-metrology")).to_be_visible()

    # Grids: blind, then discussed, then what comes first.
    page.get_by_role("link", name="Grids").click()
    page.get_by_role("button", name="Open for blind scores").click()
    for grid in ("Needs × capabilities", "Capabilities × technologies"):
        page.get_by_role("link", name=grid).click()
        page.get_by_test_id("grid").get_by_role("combobox").first.select_option("3")
        looked_at(page, "roadmap-grid")
        page.get_by_role("button", name="Keep my scores").click()
        expect(page.get_by_text("Kept: 1 score changed.")).to_be_visible()
        page.get_by_role("link", name=re.compile("grids$")).click()
    page.get_by_role("button", name="Show the spread and discuss").click()
    expect(page.get_by_test_id("ranking")).to_contain_text("Bent mirrors")
    looked_at(page, "roadmap-grids")

    # An edition, and what changed since.
    page.get_by_role("link", name="Editions").click()
    page.get_by_label("Call it").fill("2026")
    page.get_by_role("button", name="Freeze it as it is now").click()
    expect(page.get_by_text("It stays as it is.")).to_be_visible()
    page.get_by_role("link", name="What changed since").click()
    expect(page.get_by_text("Nothing differs.")).to_be_visible()
    looked_at(page, "roadmap-editions")

    # Read, and printed.
    page.goto(f"/roadmaps/groups/{slug}/")
    looked_at(page, "roadmap-read")
    with page.expect_download() as download:
        page.get_by_role("link", name="Print A4").click()
    download.value.save_as(tmp_path / "roadmap.pdf")
    assert (tmp_path / "roadmap.pdf").read_bytes().startswith(b"%PDF")

    # Nobody else sees it until it is public.
    page.context.clear_cookies()
    answer = page.goto(f"/roadmaps/groups/{slug}/")
    assert answer is not None
    assert answer.status == 404


def test_of_two_who_drag_one_item_the_second_is_told(page: Page, looked_at: Look) -> None:
    sign_in(page, "Carla Chair")
    page.goto("/roadmaps/groups/nanofocus/edit/")
    item = page.locator("#item-coating")
    key = {name: item.get_attribute(f"data-{name}") or "" for name in ("version", "start", "end", "layer")}
    # Meanwhile another one has moved it by two months.
    start, end = int(key["start"]) + 2, int(key["end"]) + 2
    token = page.locator("#move [name=csrfmiddlewaretoken]").get_attribute("value") or ""
    form = {"key": "coating", "base": key["version"], "layer": key["layer"], "start": f"{start // 12}-{start % 12 + 1:02}", "end": f"{end // 12}-{end % 12 + 1:02}"}
    answer = page.request.post("/roadmaps/groups/nanofocus/move/", form={**form, "csrfmiddlewaretoken": token}, headers={"Referer": page.url})
    assert answer.status == 200
    item.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#drawing").get_by_text("Somebody changed this item in the meantime.")).to_be_visible()
    expect(item).to_have_attribute("data-start", str(start))
    looked_at(page, "roadmap-conflict")
    # Without an answer it goes back, and the page says so.
    page.route("**/move/", lambda route: route.fulfill(status=403))
    item.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("The move was not kept")).to_be_visible()
    expect(item).to_have_attribute("transform", "translate(0 0)")
    page.unroute("**/move/")


def test_a_visitor_reads_a_public_roadmap(page: Page, looked_at: Look) -> None:
    page.goto("/roadmaps/")
    page.get_by_role("link", name="Nanofocus optics (synthetic)").click()
    expect(page.get_by_role("heading", level=2, name="What it leaves open")).to_be_visible()
    page.get_by_text("As text").click()
    expect(page.locator("#text pre")).to_contain_text("Drivers and needs")
    looked_at(page, "roadmap-public")
    page.get_by_role("link", name="First draft").click()
    expect(page.get_by_text("It stays as it is.")).to_be_visible()
    looked_at(page, "roadmap-edition")
