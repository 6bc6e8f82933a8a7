"""Every page: reached by links, without a dead one, whole on a phone, and clean before axe."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from lxml import html
from playwright.sync_api import Page, expect

from tests.journeys.conftest import wait_for_the_league
from tests.journeys.test_correct import sign_in

Look = Callable[[Page, str], None]

ROLES = {"visitor": "", "editor": "Emil Editor", "office": "Olga Office"}
# A few of each kind are followed: the same view with the same parameters shows the same page of another object.
FOLLOWED, FOLLOWED_IN_ALL = 3, 8
NOT_BY_LINK = {
    "catalogue:tree": "a part of the finder that the page fetches",
    "catalogue:save-search": "sent by a form",
    "catalogue:forget-search": "sent by a form",
    "record:correction-confirm": "its address is mailed",
    "record:withdraw": "sent by a form",
    "record:reopen": "sent by a form",
    "record:decision": "there is one only when somebody has proposed a correction",
    "record:revert": "sent by a form",
    "record:pack-check": "there is one only when somebody has sent a pack",
    "record:pack-load": "sent by a form",
    "accounts:revoke-token": "sent by a form",
    "accounts:revoke-role": "sent by a form",
    "accounts:become": "sent by a form",
    "accounts:close-account": "sent by a form",
    "accounts:reopen-account": "sent by a form",
    "accounts:drop-second-factor": "sent by a form",
    "indicators:impact-suppliers-read": "sent by a form",
    "indicators:impact-suppliers-accept": "sent by a form",
    "indicators:impact-suppliers-decide": "sent by a form",
    "indicators:freeze": "sent by a form",
    "indicators:return-sign": "sent by a form",
    "indicators:return-withdraw": "sent by a form",
    "indicators:return-problems": "there is one only when somebody has sent faulty files",
    "roadmaps:proposal": "there is one only when somebody has asked for it",
    "roadmaps:hold-meeting": "sent by a form",
    "roadmaps:dark-withdraw": "sent by a form",
    "roadmaps:keep-forecast": "sent by a form",
    "roadmaps:chances-figure": "a chain with estimates has one, and not every chain is followed",
    "roadmaps:chances-table": "a chain with estimates has one, and not every chain is followed",
    "roadmaps:estimate-back": "sent by a form",
    "roadmaps:purchase-withdraw": "sent by a form",
    "roadmaps:guest-answer": "sent by a form",
    "roadmaps:guest-withdraw": "sent by a form",
    "roadmaps:move-item": "sent by a drag",
    "roadmaps:remove-item": "sent by a form",
    "roadmaps:link-item": "sent by a form",
    "roadmaps:undo": "sent by a form",
    "landscape:sheet-figure": "shown within a sheet",
    "landscape:edition-figure": "shown within a chapter",
    "landscape:preview": "sent while somebody writes",
    "landscape:draft": "sent while somebody writes",
    "landscape:move": "sent by a form",
    "landscape:describe": "sent by a form",
    "landscape:add-chapter": "sent by a form",
    "landscape:build-new": "sent by a form",
    "landscape:sign": "sent by a form",
    "landscape:set-back": "sent by a form",
    "landscape:comment": "sent by a form",
    "landscape:resolve": "sent by a form",
    "landscape:errata": "there are some only after a release",
    "landscape:tag-say": "sent by a form",
    "landscape:adopt": "sent by a form",
    "landscape:work-withdraw": "sent by a form",
    "outreach:robots": "machines ask for it by name",
}
# Pages a visitor sees too, with more on them for an editor.
SHOWS_MORE = {"catalogue:facility", "record:changes", "record:changeset"}
OWN = ("catalogue", "record", "accounts", "outreach", "indicators", "roadmaps", "landscape")


@dataclass
class Crawl:
    """What was found by following links."""

    pages: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)


def name_of(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return f"unknown {path}"


def links(tree: html.HtmlElement, base: str) -> Iterator[str]:
    for element in tree.xpath("//a[@href] | //link[@rel='alternate'][@href]"):
        yield urljoin(base, element.get("href"))


@pytest.fixture(scope="module")
def known() -> dict[str, Crawl]:
    """The crawl of each role, made once: links do not depend on the width of the screen."""
    return {}


def crawl_as(role: str, page: Page, known: dict[str, Crawl]) -> Crawl:
    """What a person of a role finds; signs in."""
    page.goto("/")
    origin = page.url.rstrip("/")
    if ROLES[role]:
        sign_in(page, ROLES[role])
    if role not in known:
        wait_for_the_league(page)  # a page that is not there yet has no link
        known[role] = crawl(page, origin)
    return known[role]


def crawl(page: Page, origin: str) -> Crawl:
    """Follow links from the start page, breadth first."""
    found = Crawl()
    waiting, seen = ["/"], {"/"}
    mailed: set[str] = set()
    followed: Counter[tuple[str, tuple[str, ...]]] = Counter()
    per_name: Counter[str] = Counter()
    while waiting:
        address = waiting.pop(0)
        answer = page.request.get(address, max_redirects=5)
        if answer.status in (403, 404) and address in mailed:
            continue  # everybody reads the mail of a trial, but its links are for whom it was sent to
        if answer.status != 200:
            found.faults.append(f"{answer.status} {address}")
            continue
        if urlsplit(answer.url).path.startswith("/account/login/") and not address.startswith("/account/"):
            continue
        if "text/html" not in answer.headers.get("content-type", ""):
            found.pages[name_of(urlsplit(address).path)].append("")
            continue
        asked, here = name_of(urlsplit(address).path), urlsplit(answer.url)
        # A file that is still being made leads to the page that says so: it is no page itself, and soon it is a file.
        found.pages[asked].append(address if name_of(here.path) == asked else "")
        if name_of(here.path) != asked:
            found.pages[name_of(here.path)].append(f"{here.path}?{here.query}" if here.query else here.path)
        tree = html.fromstring(answer.body())
        ids = set(tree.xpath("//@id"))
        for link in links(tree, answer.url):
            parts = urlsplit(link)
            if f"{parts.scheme}://{parts.netloc}" != origin:
                continue
            if parts.fragment and link.partition("#")[0] == answer.url and parts.fragment not in ids:
                found.faults.append(f"no #{parts.fragment} on {address}")
            target = f"{parts.path}?{parts.query}" if parts.query else parts.path
            name = name_of(parts.path)
            kind = (name, tuple(sorted(parse_qs(parts.query))))
            if target in seen or followed[kind] >= FOLLOWED or per_name[name] >= FOLLOWED_IN_ALL:
                continue
            followed[kind] += 1
            per_name[name] += 1
            seen.add(target)
            waiting.append(target)
            if address.startswith("/trial/mail/"):
                mailed.add(target)
    return found


@pytest.mark.parametrize("role", list(ROLES))
def test_every_page_is_whole(page: Page, looked_at: Look, role: str, variant: str, known: dict[str, Crawl]) -> None:
    for earlier in ("visitor", "editor"):
        if role != "visitor" and earlier not in known:
            crawl_as(earlier, page, known)
            page.context.clear_cookies()
    found = crawl_as(role, page, known)

    assert not found.faults, "\n".join(found.faults)
    # A visitor at a desk sees two of each kind, others one; an editor sees what a visitor cannot, or sees
    # differently, and the office what an editor cannot.
    most = 2 if role == "visitor" and variant == "desktop-light" else 1
    shown = {name: [a for a in addresses if a][:most] for name, addresses in found.pages.items()}
    if role == "editor":
        shown = {n: a for n, a in shown.items() if n not in known["visitor"].pages or n in SHOWS_MORE}
    elif role == "office":
        shown = {n: a for n, a in shown.items() if n not in known["editor"].pages}
    for name, addresses in shown.items():
        for number, address in enumerate(addresses, 1):
            page.goto(address)
            expect(page.get_by_role("heading", level=1)).to_have_count(1)
            looked_at(page, f"page-{role}-{name.replace(':', '-')}-{number}")


def own_names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from own_names(pattern, pattern.namespace or space)
        elif isinstance(pattern, URLPattern) and pattern.name and space in OWN:
            yield f"{space}:{pattern.name}"


@pytest.mark.parametrize("page", ["desktop-light"], indirect=True)
def test_every_page_is_reached_by_somebody(page: Page, known: dict[str, Crawl]) -> None:
    reached: set[str] = set()
    for role in ROLES:
        page.context.clear_cookies()
        reached |= set(crawl_as(role, page, known).pages)

    missing = set(own_names(get_resolver())) - reached - set(NOT_BY_LINK)

    assert missing == set()


def test_a_wrong_address_is_answered_with_help(page: Page, looked_at: Look) -> None:
    answer = page.goto("/beamlines/esrf/")

    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("link", name="ESRF", exact=True)).to_be_visible()
    looked_at(page, "not-found")
    page.get_by_role("main").get_by_role("button", name="Find").click()
    expect(page.get_by_test_id("result-head")).to_be_visible()


@pytest.mark.parametrize("page", ["desktop-light"], indirect=True)
def test_the_slash_leads_to_the_search_field(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")

    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("SAXS")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("result-head")).to_be_visible()
