"""A trial installation started by the real command, and a real browser in front of it."""

import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


REFUSALS = ("status of 4", "Response Status Error Code 4")
"""How the browser and htmx tell the console that the site refused something, which a journey may want."""

COMPUTED_WITHIN = 420.0
"""Seconds in which the worker of a fresh trial computes its synthetic league, on a slow machine."""


def wait_for_the_league(page: Page) -> None:
    """The worker computes the synthetic league of a fresh trial in the background; its figures come last."""
    page.goto("/")
    deadline = time.monotonic() + COMPUTED_WITHIN
    while page.request.get("/indicators/countries/PL/figure.svg").status != 200 and time.monotonic() < deadline:
        page.wait_for_timeout(3000)


@dataclass(frozen=True)
class Site:
    """A running trial installation."""

    url: str
    home: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_visitors = itertools.count(1)


def an_address() -> str:
    """The network address of another visitor."""
    number = next(_visitors)
    return f"198.51.{100 + number // 250}.{number % 250 + 1}"


@contextmanager
def running(home: Path) -> Iterator[Site]:
    """`leaps serve --trial`, as `make run` starts it, in this home."""
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LEAPS_", "DATABASE_URL"))}
    # As behind a proxy, so that each visitor can come from an address of his own: limits count by address.
    environment |= {"LEAPS_HOME": str(home), "LEAPS_BEHIND_PROXY": "1"}
    log = (home / "serve.log").open("wb")
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "leaps"), "serve", "--trial", "--port", str(port)],
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    url = f"http://localhost:{port}"
    for _attempt in range(240):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/health/ready", timeout=2) as answer:
                if answer.status == 200:
                    break
        except OSError:
            time.sleep(0.5)
    else:
        process.kill()
    if process.poll() is not None:
        pytest.fail("the trial did not start:\n" + (home / "serve.log").read_text()[-4000:])
    try:
        yield Site(url, home)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            pytest.fail("the trial did not stop within 20 seconds")
        finally:
            log.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The trial that the journeys share, in a home of its own."""
    with running(tmp_path_factory.mktemp("journeys")) as started:
        yield started


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium where there is one, else the one playwright brought."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=["desktop-light", "phone-dark"])
def page(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Page]:
    """A fresh visitor, once at a desk in the light and once on a phone in the dark.

    The journey fails when the page asks another host for anything, or when a script fails.
    """
    size, light = request.param.split("-")
    context = browser.new_context(
        base_url=site.url,
        viewport=PHONE if size == "phone" else DESKTOP,
        color_scheme="dark" if light == "dark" else "light",
        has_touch=size == "phone",
        accept_downloads=True,
        reduced_motion="reduce",
        extra_http_headers={"X-Forwarded-For": an_address()},
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    foreign: list[str] = []
    faults: list[str] = []
    page.on("request", lambda r: foreign.append(r.url) if not r.url.startswith((site.url, "data:", "blob:")) else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda message: faults.append(message.text)
        if message.type == "error" and not any(told in message.text for told in REFUSALS)
        else None,
    )
    yield page
    assert foreign == []
    assert faults == []
    context.close()


@pytest.fixture
def variant(request: pytest.FixtureRequest) -> str:
    """Which of the two visitors the journey is made by."""
    return str(request.node.callspec.params["page"])


@pytest.fixture
def looked_at(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Checks a page with axe and that it does not scroll sideways; keeps a screenshot where asked."""
    axe = Axe()
    folder = os.environ.get("LEAPS_SCREENSHOTS")
    variant = request.node.callspec.params.get("page", "") if hasattr(request.node, "callspec") else ""

    def look(page: Page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{folder}/{name}-{variant}.png", full_page=True)
        page.wait_for_load_state()
        rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
        try:
            found = axe.run(page, options=rules)
        except PlaywrightError:  # the next page was just coming
            page.wait_for_load_state()
            found = axe.run(page, options=rules)
        told = [
            (v["id"], v["help"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found.response["violations"]
        ]
        assert told == [], f"{name} ({page.url}): {told}"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is {wide} px wider than the screen"

    return look
