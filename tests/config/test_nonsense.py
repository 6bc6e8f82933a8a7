"""Nonsense in any address, parameter or form gets a helpful answer, never a fault of ours.

The addresses are walked from the URL configuration, so a page that is added later is tried too.
The client raises whatever a view lets escape.
"""

import re
import uuid
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leaps.accounts.models import RoleGrant, User
from leaps.catalogue.finder.types import Code

# What a page may be asked for; finder conditions come on top of it.
PARAMETERS = [
    "on", "page", "q", "sort", "view", "said", "literal", "parent", "i", "form", "facility", "kind", "key", "origin",
    "decided", "partnership", "country", "next", "reason", "energy", "energy_min", "energy_max", "unit", "beam_size",
    "period", "from", "to", "start", "end", "running", "cursor", "limit", "fields", "format", "unknown",
    "year", "rule", "per", "which", "technique", "world", "s-soleil-ii", "m-soleil-ii",
    *(code.value for code in Code),
]  # fmt: skip
# Already quoted, as they would stand in an address.
NONSENSE = [
    "", "%00", "%ff%fe", "%ED%A0%80", "%F0%9F%92%A5", "-1", "0", "1e9", "1e309", "nan", "inf", "-inf",
    "9" * 400, "0000-00-00", "99999-12-31", "9999-12-31", "0001-01-01", "2026-02-30", "2026-W01-1", "20260101",
    "2026-11-24T00:00", "2026-11-24..", "..", "9999-12-31..0001-01-01", "1,5", "5..1eV", "0..0", "1e400keV",
    "%27%3BDROP%20TABLE", "%3Cscript%3E", "%25s%25n", "[]", "%7B%22a%22%3A1%7D", "a" * 5000, "%0d%0aX:%20y", "%E2%80%AE",
    "%D9%A3", "1_0", "%2B1", "..%2F..%2Fetc%2Fpasswd", "%D5%83%00%01", "true", "None", "PaNET99999",
]  # fmt: skip
SAMPLES = {
    "slug": ["esrf", "esrf-id01", "esrf-ebs"], "kind": ["instrument", "facility", "technique"], "key": ["esrf-id01", "esrf"],
    "facility": ["esrf"], "field": ["photon_energy_min_ev", "techniques", "status"], "panet_id": ["PaNET01196"],
    "form": ["csv", "json", "xlsx"], "revision": ["1"], "pk": ["1"],
}  # fmt: skip
VARIABLE = re.compile(r"<(?:(\w+):)?(\w+)>")
OWN_ACCOUNT_PAGES = {"/account/", "/account/tokens/", "/account/searches/", "/account/corrections/", "/account/login/"}
# Signing out or leaving would end the session the other requests need.
LEFT_OUT = ("logout", "erase")

pytestmark = pytest.mark.django_db


def patterns(resolver: URLResolver | None = None, before: tuple[URLPattern | URLResolver, ...] = ()) -> Iterator[tuple[URLPattern | URLResolver, ...]]:
    """Every chain of patterns that ends in a view."""
    for item in (resolver or get_resolver()).url_patterns:
        if isinstance(item, URLResolver):
            yield from patterns(item, (*before, item))
        else:
            yield (*before, item)


def addresses(fill: dict[str, str], *, otherwise: str = "x") -> list[str]:
    """One address for each view, its variable parts filled in (quoted already)."""
    some_uuid = str(uuid.UUID(int=1))
    defaults = {"int": "1", "uuid": some_uuid, "uuidstr": some_uuid, "str": otherwise, "slug": otherwise}
    found = []
    for chain in patterns():
        path = "/" + "".join(str(item.pattern) for item in chain)
        if "(?P" in path or any(word in path for word in LEFT_OUT):
            continue
        for part in list(VARIABLE.finditer(path)):
            path = path.replace(part[0], fill.get(part[2]) or defaults[part[1] or "str"])
        found.append(path)
    return list(dict.fromkeys(found))


def own(pages: list[str]) -> list[str]:
    """The pages that are not the sign-in library's."""
    return [page for page in pages if not page.startswith("/account/") or page in OWN_ACCOUNT_PAGES]


@pytest.fixture(autouse=True)
def _record(real_record: None, db: None) -> None: ...


def person(*grants: tuple[str, str]) -> Client:
    user = User.objects.create_user(f"{uuid.uuid4()}@example.org", name="Somebody")
    for role, scope in grants:
        RoleGrant.objects.create(user=user, role=role, scope=scope)
    client = Client()
    client.force_login(user)
    return client


def fault(client: Client, method: str, path: str, *args: object, **kwargs: object) -> str:
    """What is wrong with the answer: nothing, a status of 500 or more, or what the view let escape."""
    try:
        answer = getattr(client, method)(path, *args, **kwargs)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    # 503 is the honest word of the health page in a home without a worker.
    return str(answer.status_code) if answer.status_code >= 500 and answer.status_code != 503 else ""


def faults(found: dict[str, str]) -> dict[str, str]:
    return {path: told for path, told in found.items() if told}


@pytest.fixture
def office() -> Client:
    return person(("office", ""))


def test_every_view_is_tried() -> None:
    assert len(addresses({})) > 60


@pytest.mark.parametrize("turn", range(5))
def test_nonsense_in_every_parameter_of_every_page(office: Client, turn: int) -> None:
    # Each parameter comes several times with different values; over the turns it meets all of them.
    step = -(-len(NONSENSE) // 5)
    query = "&".join(
        f"{name}={NONSENSE[(turn * step + offset + 7 * number) % len(NONSENSE)]}"
        for number, name in enumerate(PARAMETERS)
        for offset in range(step)
    )
    pages = [page for page in own(addresses({n: v[0] for n, v in SAMPLES.items()})) if not page.endswith(".zip")]

    assert faults({path: fault(office, "get", path, QUERY_STRING=query) for path in pages}) == {}


@pytest.mark.parametrize(
    ("name", "pages"),
    [
        ("on", ["/facilities/esrf/", "/instruments/esrf-id01/", "/sources/esrf-ebs/", "/techniques/PaNET01196/", "/upgrades/sls-2-0/"]),
        ("page", ["/changes/", "/changes/1/", "/instruments/", "/queue/", "/office/people/", "/record/facility/esrf/history/"]),
        ("parent", ["/instruments/tree/"]),
    ],
)
def test_each_nonsense_alone(office: Client, name: str, pages: list[str]) -> None:
    tried = [(page, f"{name}={value}") for page in pages for value in NONSENSE]

    assert faults({f"{page}?{query}": fault(office, "get", page, QUERY_STRING=query) for page, query in tried}) == {}


@pytest.mark.parametrize("fill", [{}, {"kind": "instrument"}, {"kind": "technique", "key": "PaNET01196"}])
def test_nonsense_in_the_variable_parts_of_an_address(office: Client, fill: dict[str, str]) -> None:
    plain = set(addresses(fill))
    values = [value for value in NONSENSE if value and "/" not in value]
    pages = [
        page
        for value in (values[::3] if fill else values)
        for page in own(addresses(fill, otherwise=quote(value, safe="%")))
        if page not in plain and (not fill or page.startswith("/record/"))
    ]

    assert faults({page: fault(office, "get", page) for page in pages}) == {}


@pytest.mark.parametrize("number", ["0", "9223372036854775808", "9" * 40])
def test_numbers_out_of_range_in_an_address(office: Client, number: str) -> None:
    pages = [page for page in addresses({"pk": number, "revision": number}) if number in page]

    assert faults({f"{method} {path}": fault(office, method, path) for path in pages for method in ("get", "post")}) == {}


@pytest.mark.parametrize("grants", [[], [("facility_editor", "esrf")], [("office", "")]], ids=["visitor", "editor", "office"])
def test_every_page_for_everybody(grants: list[tuple[str, str]]) -> None:
    client = person(*grants) if grants else Client()
    pages = addresses({n: v[0] for n, v in SAMPLES.items()})

    assert faults({f"{method} {path}": fault(client, method, path) for path in pages for method in ("get", "post", "put")}) == {}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_mixture_of_parameters(data: st.DataObject) -> None:
    client = Client()
    pages = addresses({n: data.draw(st.sampled_from(v)) for n, v in SAMPLES.items()})
    path = data.draw(st.sampled_from([p for p in own(pages) if not p.endswith(".zip")]))
    chosen = data.draw(
        st.lists(
            st.tuples(
                st.sampled_from(PARAMETERS),
                st.one_of(st.sampled_from(NONSENSE), st.text(max_size=40).map(lambda t: quote(t.encode("utf-8", "surrogatepass")))),
            ),
            max_size=8,
        )
    )

    assert fault(client, "get", path, QUERY_STRING="&".join(f"{name}={value}" for name, value in chosen)) == ""


FORM_FIELDS = [
    "value", "reason", "source_url", "as_of", "name", "email", "website", "note", "verb", "base", "confirmed", "new_key",
    "encoding", "revision", "address", "held", "scopes", "next", "login", "password", "f-name", "f-facility",
    "f-photon_energy_min_ev", "f-techniques", "f-dark_start", "f-status", "f-latitude_deg", "f-slug", "f-country", "f-homepage",
]  # fmt: skip
FORMS = ("/account/", "/office/", "/queue/", "/corrections/", "/changes/1/", "/packs/upload/", "/instruments/save/", "/trial/")
ODD = [
    "", "a\x00b", "\x0b\ufffe", "-1", "1e309", "nan", "9" * 400, "0000-00-00", "x" * 6000, ";;;",
    "http://[", "https://", "javascript:alert(1)", "a@b", "decline", "amend", "[]",
]  # fmt: skip


@pytest.mark.parametrize("value", ODD)
def test_odd_values_in_every_form(office: Client, value: str) -> None:
    found = {}
    for kind, key, field in (
        ("instrument", "esrf-id01", "photon_energy_min_ev"), ("facility", "esrf", "first_light_year"),
        ("upgrade", "sls-2-0", "dark_start"), ("technique", "PaNET01196", "parents"),
    ):  # fmt: skip
        fill = {n: v[0] for n, v in SAMPLES.items()} | {"kind": kind, "key": key, "field": field}
        for path in addresses(fill):
            if path.startswith("/record/") or (kind == "instrument" and path.startswith(FORMS)):
                found[path] = fault(office, "post", path, dict.fromkeys(FORM_FIELDS, value))
                if "/correct/" in path:
                    found[f"visitor {path}"] = fault(Client(), "post", path, dict.fromkeys(FORM_FIELDS, value))

    assert faults(found) == {}


def test_a_file_where_text_is_expected_and_text_where_a_file_is(office: Client) -> None:
    found = {}
    for path in (p for p in addresses({n: v[0] for n, v in SAMPLES.items()}) if p.startswith(("/record/", *FORMS))):
        odd = {name: SimpleUploadedFile("x.csv", b"\x00") for name in ("value", "reason", "f-name", "new_key")}
        found[path] = fault(office, "post", path, odd) or fault(office, "post", path, {"file": "text"})

    assert faults(found) == {}
