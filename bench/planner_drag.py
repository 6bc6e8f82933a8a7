"""A dark period moved in the planner: from letting the bar go until everything is drawn again, in a real browser.

The peer is the same page loaded anew with the same dates, in the same browser, in turn. Grows with the record.
"""

import shutil

from _support import SIZES, claim, home, machine, median, serve, table
from playwright.sync_api import Page, sync_playwright

ROUNDS = 12
GOAL_MS = 1000
# From the moment the pointer is let go to the first picture after the answer has been put into the page.
WATCH = """() => {
  window.taken = new Promise((done) => {
    let begun = 0;
    document.addEventListener("pointerup", () => { begun = performance.now(); }, {once: true, capture: true});
    document.addEventListener("htmx:afterSettle", () => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun))), {once: true});
  });
}"""


def drag_ms(page: Page, to_the_right: bool) -> float:
    """Move SOLEIL's period by some months; milliseconds until all of it is drawn."""
    bar = page.get_by_role("slider", name="SOLEIL")
    bar.scroll_into_view_if_needed()
    box = bar.locator(".fig-dark").bounding_box()
    if box is None:
        raise RuntimeError("the planner draws no bar for SOLEIL")
    middle, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.evaluate(WATCH)
    page.mouse.move(middle, y)
    page.mouse.down()
    page.mouse.move(middle + (1 if to_the_right else -1) * box["width"] * 6 / 24, y, steps=4)
    page.mouse.up()
    return float(page.evaluate("() => window.taken"))


def load_ms(page: Page) -> float:
    """The same page anew, until it is loaded."""
    page.reload(wait_until="load")
    return float(page.evaluate("() => performance.getEntriesByType('navigation')[0].loadEventEnd"))


def main() -> None:
    """Print both, by size of the record."""
    print(machine())
    rows, found = [], {}
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        for size in SIZES:
            with home(size) as folder, serve(folder) as server:
                page = browser.new_page(base_url=server.url, viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
                page.goto("/planner/")
                drags, loads = [], []
                for turn in range(ROUNDS):
                    drags.append(drag_ms(page, turn % 2 == 0))
                    loads.append(load_ms(page))
                page.close()
            found[size] = median(drags[2:])
            rows.append((f"{size:,}", f"{found[size]:.0f}", f"{max(drags[2:]):.0f}", f"{median(loads[2:]):.0f}", f"{found[size] / median(loads[2:]):.2f}"))
    table(("instruments", "drag, median ms", "slowest ms", "page anew, ms", "ratio"), rows)
    first, last = SIZES[0], SIZES[-1]
    claim(f"a moved dark period is drawn everywhere within {GOAL_MS} ms on the real record", f"{found[first]:.0f} ms", met=found[first] < GOAL_MS)
    claim("cost grows no faster than the record", f"{last / first:.0f} times the instruments, {found[last] / found[first]:.1f} times the time", met=found[last] / found[first] < last / first)


if __name__ == "__main__":
    main()
