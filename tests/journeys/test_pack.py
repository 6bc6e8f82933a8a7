"""An editor uploads his facility's pack with three mistakes, mends them, sees the difference, loads it."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.test_correct import sign_in

Look = Callable[[Page, str], None]
# The worker reads an upload in a process of its own; on a busy machine that takes a while.
READ_WITHIN = 60_000


def rewrite(rows: list[dict[str, str]], path: Path) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_an_editor_mends_three_mistakes_and_loads(page: Page, looked_at: Look, variant: str, tmp_path: Path) -> None:
    sign_in(page, "Maja Editor")
    page.goto("/packs/upload/")
    looked_at(page, "upload")
    with page.expect_download() as started:
        page.get_by_role("link", name="max-iv.zip").click()
    with zipfile.ZipFile(started.value.path()) as archive:
        text = archive.read("instruments.csv").decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["facility"] == "max-iv"

    broken = [dict(row) for row in rows]
    broken[0]["photon_energy_min_ev"] = "many"
    broken[1]["status"] = "open-ish"
    broken[2]["techniques"] = "PaNET99999"
    file = tmp_path / "instruments.csv"
    rewrite(broken, file)
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Check the pack").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("3 things to mend", timeout=READ_WITHIN)
    for field in ("photon_energy_min_ev", "status", "techniques"):
        expect(page.get_by_test_id("problems")).to_contain_text(field)
    looked_at(page, "pack-problems")

    mended = [dict(row) for row in rows]
    mended[0]["full_name"] = f"A name mended in this journey ({variant})"
    rewrite(mended, file)
    page.get_by_role("link", name="Send the mended file").click()
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Check the pack").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 entry would change", timeout=READ_WITHIN)
    expect(page.locator("main")).to_contain_text("A name mended in this journey")
    looked_at(page, "pack-difference")
    page.get_by_role("button", name=re.compile("Load this 1 change")).click()
    expect(page.get_by_text("Loaded, all of it")).to_be_visible()
    page.goto(f"/instruments/{rows[0]['slug']}/")
    expect(page.locator("main")).to_contain_text(f"A name mended in this journey ({variant})")
    looked_at(page, "instrument")


def test_another_facilitys_rows_are_refused(page: Page, looked_at: Look, tmp_path: Path) -> None:
    sign_in(page, "Maja Editor")
    with zipfile.ZipFile(io.BytesIO(page.request.get("/packs/esrf.zip").body())) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("facilities.csv").decode())))
    rows[0]["city"] = "Elsewhere"
    file = tmp_path / "facilities.csv"
    rewrite(rows, file)
    page.goto("/packs/upload/")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Check the pack").click()
    expect(page.get_by_test_id("problems")).to_contain_text("is not yours to change", timeout=READ_WITHIN)
    looked_at(page, "pack-refused")
