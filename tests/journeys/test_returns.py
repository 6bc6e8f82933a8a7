"""A KPI officer returns, mends and signs; the office watches and freezes; a minister's adviser opens her country's page."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from leaps.indicators.synthetic import SyntheticFacility, league
from tests.journeys.conftest import wait_for_the_league
from tests.journeys.test_correct import sign_in

Look = Callable[[Page, str], None]
READ_WITHIN = 90_000
SMALL = SyntheticFacility("max-iv", "SE", ("max-iv-balder", "max-iv-biomax", "max-iv-cosaxs"), 4600, 300, "SEK")
ENERGY = "meter,month,carrier,direction,energy_kwh\nmain,1,electricity,bought,5100000\nmain,2,elektricity,bought,4900000\n"


def records(path: Path) -> Path:
    """What a facility's own tool would write for 2025: one zip of tables."""
    with zipfile.ZipFile(path, "w") as archive:
        for batch in league((SMALL,), (2025,), seed=11):
            part = io.BytesIO()
            pq.write_table(batch.rows, part)
            archive.writestr(f"{batch.record}.parquet", part.getvalue())
    return path


def test_an_officer_mends_a_return_and_signs_it(page: Page, looked_at: Look, tmp_path: Path, variant: str) -> None:
    sign_in(page, "Kim Officer")
    page.goto("/indicators/returns/")
    looked_at(page, "returns")
    page.locator("main").locator('a[href="/indicators/returns/2025/max-iv/"]').click()
    looked_at(page, "return-send")
    with page.expect_download() as started:
        page.get_by_text("Tables and columns").click()
        page.get_by_role("link", name="energy.csv").click()
    assert Path(started.value.path()).read_text().startswith("meter,month,carrier")

    bad = tmp_path / "energy.csv"
    bad.write_text(ENERGY)
    page.get_by_label("Files").set_input_files(bad)
    page.get_by_role("button", name="Check the files").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 thing to mend", timeout=READ_WITHIN)
    expect(page.get_by_test_id("problems")).to_contain_text("Use one of: electricity, heat, gas, fuel, cooling.")
    looked_at(page, "return-problems")

    page.get_by_role("link", name="Send the mended files").click()
    page.get_by_label("Files").set_input_files(records(tmp_path / "max-iv-2025.zip"))
    page.get_by_role("button", name="Check the files").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Read without fault, ready to sign", timeout=READ_WITHIN)
    expect(page.get_by_test_id("changes")).to_contain_text("Availability, overall")
    looked_at(page, "return-ready")
    page.get_by_label("Comment").fill("A small sample of the year, for the journey.")
    if page.get_by_label("Why the year is stated anew").count():
        page.get_by_label("Why the year is stated anew").fill("sent again by the next journey")
    page.get_by_role("button", name="Sign the return").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Signed by Kim Officer")
    looked_at(page, "return-signed")


def test_the_office_watches_and_freezes(page: Page, looked_at: Look, variant: str) -> None:
    sign_in(page, "Olga Office")
    wait_for_the_league(page)
    page.goto("/indicators/returns/2024/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("facilities have signed")
    expect(page.get_by_test_id("deliveries")).to_contain_text("ESRF")
    looked_at(page, "campaign")
    freeze = page.get_by_text("Freeze the year")
    if freeze.count():  # the other visitor finds it frozen
        freeze.click()
        page.get_by_label("Type 2024 to confirm").fill("2023")
        page.get_by_role("button", name="Freeze for good").click()
        expect(page.get_by_text("Nothing was frozen")).to_be_visible()
        page.get_by_text("Freeze the year").click()
        page.get_by_label("Type 2024 to confirm").fill("2024")
        page.get_by_role("button", name="Freeze for good").click()
    expect(page.locator("main")).to_contain_text("Frozen by Olga Office")
    looked_at(page, "campaign-frozen")

    page.goto("/indicators/reports/")
    looked_at(page, "reports")
    with page.expect_download() as book:
        page.get_by_role("link", name="2024", exact=True).click()
    sheets = load_workbook(io.BytesIO(Path(book.value.path()).read_bytes()), read_only=True)
    text = "\n".join(str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)
    assert "ESFRI" in text
    assert "ESRF" in text
    assert "ynthetic" in text


def test_an_adviser_reads_her_country_and_takes_the_chart_with_its_data(page: Page, looked_at: Look) -> None:
    wait_for_the_league(page)
    page.goto("/indicators/")
    page.get_by_role("link", name="One country").click()
    looked_at(page, "countries")
    page.get_by_role("link", name="Poland").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Poland")
    expect(page.locator("main")).to_contain_text("Synthetic")
    looked_at(page, "country")
    tools = page.locator("#figure .tools")
    with page.expect_download() as picture:
        tools.get_by_role("link", name="PNG").click()
    assert Path(picture.value.path()).read_bytes().startswith(b"\x89PNG")
    with page.expect_download() as data:
        tools.get_by_role("link", name="Data as CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(data.value.path()).read_text())))
    assert {row["category"] for row in rows} == {"PL"}
    assert {row["synthetic"] for row in rows} == {"synthetic"}
    assert "CC BY 4.0" in rows[0]["citation"]


def test_a_number_leads_to_what_is_behind_it(page: Page, looked_at: Look) -> None:
    wait_for_the_league(page)
    page.goto("/indicators/board/")
    looked_at(page, "board")
    page.get_by_role("link", name="Availability, overall").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Availability, overall")
    looked_at(page, "computed")
    page.locator("#table ~ .scroll-x").get_by_role("row", name=re.compile("^Who|The league")).get_by_role("link").last.click()
    expect(page.locator("main")).to_contain_text("Numerator")
    expect(page.locator("main")).to_contain_text("Sina Signer (synthetic)")
    looked_at(page, "computed-value")
    for address in ("/indicators/equity/", "/indicators/funders/", "/indicators/records/", "/indicators/facilities/esrf/computed/"):
        page.goto(address)
        looked_at(page, address.strip("/").replace("/", "-"))
