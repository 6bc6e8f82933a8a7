"""An edition on its way: written, confirmed, commented, signed, released, read and compared."""

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


def wait_for_a_build(page: Page) -> None:
    """The page of a build follows the worker by itself, from "being built" to "built"."""
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(": built$"), timeout=240_000)


def test_an_edition_from_the_first_word_to_the_reader(page: Page, looked_at: Look, variant: str, tmp_path: Path) -> None:
    slug, title = f"edition-{variant}", f"Edition {variant}"
    # The office opens an edition.
    sign_in(page, "Olga Office")
    page.goto("/landscape/")
    looked_at(page, "editions")
    page.get_by_role("link", name="Open an edition").click()
    page.get_by_label("Short name").fill(slug)
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_label("Begin with").select_option("empty")
    page.get_by_role("button", name=re.compile("Open")).click()
    page.goto(f"/landscape/{slug}/write/")
    page.get_by_text("Add a chapter").click()
    add = page.locator("details", has_text="Add a chapter")
    add.get_by_label("Short name").fill("rings")
    add.get_by_label("Title").fill("Rings")
    add.get_by_role("button", name="Add it").click()
    looked_at(page, "edition-desk")

    # An author writes; a fault is told beside the text before anything is saved.
    sign_in(page, "Arno Author")
    page.goto(f"/landscape/{slug}/write/rings/")
    text = page.get_by_label("Text, in Markdown")
    text.fill("Its emittance is {{ fact('source', 'max-iv-3gev', 'emittance') }}.")
    expect(page.locator("#preview")).to_contain_text("has no field “emittance”", timeout=30_000)
    looked_at(page, "edition-fault")
    text.fill(
        "# MAX IV\n\nMAX IV has an emittance of {{ fact('source', 'max-iv-3gev', 'horizontal_emittance_pm_rad') }} and a current of "
        "{{ fact('source', 'max-iv-3gev', 'current_ma') }}.\n\n{{ figure('F7') }}\n\n{{ table('upgrades') }}\n"
    )
    expect(page.locator("#preview")).to_contain_text("MAX IV has an emittance of 330", timeout=30_000)
    # The window is lost before it is saved: the text was kept, is found and taken up again.
    with page.expect_response(lambda answer: answer.url.endswith("/draft/") and "current_ma" in (answer.request.post_data or "")):
        text.press("End")
        text.type(" ")
    expect(page.locator("#kept")).to_contain_text("Kept on the server at", timeout=30_000)
    lost = text.input_value()
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_test_id("unsaved")).to_contain_text("Unsaved text of")
    assert page.get_by_label("Text, in Markdown").input_value() != lost
    looked_at(page, "edition-unsaved")
    page.get_by_role("link", name="Go on with it").click()
    expect(page.get_by_label("Text, in Markdown")).to_have_value(f"{lost.rstrip()}\n")
    expect(page.locator("#preview")).to_contain_text("MAX IV has an emittance of 330", timeout=30_000)
    page.get_by_label("What you changed").fill("The ring")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    looked_at(page, "edition-write")
    page.goto(f"/landscape/{slug}/write/")
    page.get_by_role("button", name="Build the draft").click()
    wait_for_a_build(page)
    looked_at(page, "edition-build")

    # The facility confirms one number and corrects another.
    sign_in(page, "Olga Office")
    page.goto(f"/landscape/{slug}/write/")
    page.get_by_role("button", name="On to: facilities confirm").click()
    sign_in(page, "Maja Editor")
    page.goto(f"/landscape/{slug}/confirm/max-iv/")
    first, second = page.locator("section.remark").nth(0), page.locator("section.remark").nth(1)
    first.get_by_role("button", name="Confirm").click()
    expect(page.locator("section.remark").nth(0)).to_contain_text("confirmed Maja Editor")
    second = page.locator("section.remark").nth(1)
    current = second.locator("blockquote").inner_text()
    assert "current" in current
    second.locator("summary", has_text="Correct").click()
    value = second.locator('input[name="value"]')
    before = value.input_value()
    value.fill(str(float(before) + 1))
    second.get_by_label("Why", exact=True).fill("Counted anew")
    second.get_by_role("button", name="Send the correction").click()
    expect(page.locator("section.remark").nth(1)).to_contain_text("corrected")
    page.get_by_role("button", name="Sign it").click()
    expect(page.get_by_text("Signed by Maja Editor")).to_be_visible()
    looked_at(page, "edition-confirmed")

    # The sentence that depends on the correction is named; the draft is built again.
    sign_in(page, "Arno Author")
    page.goto(f"/landscape/{slug}/review/")
    expect(page.get_by_role("main")).to_contain_text("MAX IV has an emittance of 330")
    looked_at(page, "edition-moved")
    page.goto(f"/landscape/{slug}/write/")
    page.get_by_role("button", name="Build the draft").click()
    wait_for_a_build(page)

    # A member of the board comments and signs; the office releases.
    sign_in(page, "Olga Office")
    page.goto(f"/landscape/{slug}/write/")
    page.get_by_role("button", name="On to: board review").click()
    sign_in(page, "Berta Board")
    page.goto(f"/landscape/{slug}/rings/")
    page.get_by_label("Your remark").first.fill("Say since when.")
    page.get_by_role("button", name="Send the remark").first.click()
    expect(page.get_by_text("Say since when.")).to_be_visible()
    looked_at(page, "edition-comment")
    page.goto(f"/landscape/{slug}/numbers/")
    while page.get_by_role("button", name="Answer for it").count():
        page.get_by_label("Why it may be printed").first.fill("A value of the design")
        page.get_by_role("button", name="Answer for it").first.click()
    page.goto(f"/landscape/{slug}/write/")
    page.get_by_role("button", name="Sign: I approve it").click()
    sign_in(page, "Olga Office")
    page.goto(f"/landscape/{slug}/write/")
    page.get_by_role("button", name="Build and release for good").click()
    wait_for_a_build(page)

    # A reader without an account opens it in every form and follows a number to its source.
    page.context.clear_cookies()
    page.goto(f"/landscape/{slug}/")
    looked_at(page, "edition-released")
    for name, start in (("document.pdf", b"%PDF"), ("document.docx", b"PK"), ("document.html", b"<!doctype html>"), ("data.zip", b"PK")):
        with page.expect_download() as download:
            page.locator(f'a[href$="{name}"]').click()
        path = tmp_path / name
        download.value.save_as(path)
        assert path.read_bytes().lstrip().startswith(start)
    page.get_by_role("main").get_by_role("link", name="Rings").click()
    looked_at(page, "edition-chapter")
    page.locator(".bound a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("MAX IV 3 GeV")

    # Two editions are compared.
    sign_in(page, "Olga Office")
    page.goto(f"/landscape/{slug}/changes/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    looked_at(page, "edition-changes")
