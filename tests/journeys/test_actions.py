"""A chair makes an action, its owner reports what blocks it, and the chair takes the next ones over from the minutes."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.test_correct import sign_in

Look = Callable[[Page, str], None]


def test_a_chair_an_owner_and_a_meeting(page: Page, looked_at: Look, variant: str, tmp_path: Path) -> None:
    title, group = f"Share the spare undulator parts ({variant})", f"Undulator group {variant}"
    sign_in(page, "Carla Chair")
    page.goto("/roadmaps/")
    page.locator("main").get_by_role("link", name="Action plans").click()
    expect(page.get_by_test_id("board")).to_contain_text("Blocked by no reply from the legal department")
    expect(page.get_by_test_id("progress")).to_contain_text("1 of 2 done")
    looked_at(page, "actions")

    page.get_by_role("link", name="New action").click()
    page.get_by_label("What is to be done").fill(title)
    page.get_by_role("textbox", name="Why").fill("Decided by the group")
    page.get_by_label("Area", exact=True).select_option(label="storage rings and undulators")
    page.get_by_role("textbox", name="Owner").fill("nobody@example.org")
    page.get_by_label("Due", exact=True).fill("2099-03-01")
    page.get_by_label("Next step").fill("List what lies in the stores")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("main")).to_contain_text("Is the address of no account.")
    looked_at(page, "action-new")
    page.get_by_role("textbox", name="Owner").fill("editor.esrf@trial.example")
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    address = page.url
    expect(page.locator("main")).to_contain_text("Emil Editor (synthetic)")

    page.context.clear_cookies()
    sign_in(page, "Emil Editor")
    page.goto(address)
    page.get_by_label("Status", exact=True).select_option(label="blocked")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("main")).to_contain_text("Name who or what stands in the way.")
    page.get_by_label("Blocked by").fill(f"the customs office ({variant})")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("main")).to_contain_text("reported it blocked")
    looked_at(page, "action")

    page.context.clear_cookies()
    sign_in(page, "Carla Chair")
    page.goto(f"{address}edit/")
    looked_at(page, "action-edit")
    page.goto("/meetings/")
    page.get_by_label("Which group meets").fill(group)
    page.get_by_label("Area", exact=True).select_option(label="storage rings and undulators")
    looked_at(page, "meetings")
    page.get_by_role("button", name="Call it").click()
    expect(page.get_by_test_id("agenda")).to_contain_text(f"Blocked by the customs office ({variant})")
    page.get_by_role("button", name="Begin the meeting").click()
    taken = f"Ask for a tariff number ({variant})"
    page.get_by_label("Minutes").fill(f"All were there.\n- ACTION Emil Editor (synthetic), 1 May: {taken}")
    page.get_by_role("button", name="Keep the minutes").click()
    page.get_by_role("link", name="Look at the 1 action").click()
    expect(page.get_by_test_id("preview")).to_contain_text("Write year, month and day")
    looked_at(page, "take-over-faults")

    page.get_by_role("link", name="To the minutes").click()
    page.get_by_label("Minutes").fill(f"All were there.\n- ACTION Emil Editor (synthetic), 2099-05-01: {taken}")
    page.get_by_role("button", name="Keep the minutes").click()
    page.get_by_role("link", name="Look at the 1 action").click()
    expect(page.get_by_test_id("preview")).to_contain_text("Emil Editor")
    looked_at(page, "take-over")
    page.get_by_role("button", name="Propose 1 action").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(group)
    expect(page.get_by_test_id("actions")).to_contain_text(taken)
    looked_at(page, "meeting")
    paper = page.pdf()
    (tmp_path / "meeting.pdf").write_bytes(paper)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) <= 3
