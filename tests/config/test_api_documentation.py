"""What the API says about itself is true: schema, page, and every example."""

import io
import json
import re
import shlex
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from tools import refresh_api_examples

from leaps.config import api
from leaps.core.rest import description
from leaps.record import registry
from tests.rest import ANYBODY

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs/reference/api.md"
SCHEMA = ROOT / "docs/reference/openapi.json"

EXAMPLE = re.compile(r"### (.+?)\n.*?```sh\n(.+?)```\n\nStatus (\d+)\.\n(?:\n```(?:json|xml)\n(.+?)\n```)?", re.DOTALL)


def described_operations() -> set[str]:
    return {op["operationId"] for path in api.schema()["paths"].values() for op in path.values()}


class TestTheFiles:
    """The committed files are those that the command writes."""

    @pytest.mark.parametrize("committed", [SCHEMA, REFERENCE])
    def test_the_committed_file_is_the_generated_one(self, committed: Path, tmp_path: Path) -> None:
        written = tmp_path / committed.name
        call_command("openapi", str(written), stdout=io.StringIO())

        assert written.read_text() == committed.read_text(), "run `make docs` and commit what it writes"

    def test_the_command_refuses_what_it_cannot_write(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="end the name in"):
            call_command("openapi", str(tmp_path / "api.yaml"))
        with pytest.raises(CommandError, match="cannot be written"):
            call_command("openapi", "/proc/nowhere/openapi.json")

    def test_its_schemas_are_json_schema_2020_12(self) -> None:
        made = api.schema()

        assert made["openapi"].startswith("3.1")
        for schema in made["components"]["schemas"].values():
            jsonschema.Draft202012Validator.check_schema(schema)

    def test_every_operation_has_an_example_words_and_described_parameters(self) -> None:
        assert set(api.examples()) == described_operations()
        for path in api.schema()["paths"].values():
            for operation in path.values():
                assert operation["description"].strip()
                assert [p["name"] for p in operation.get("parameters", ()) if not p.get("description")] == []


class TestTheSchema:
    """It describes what is really answered."""

    @pytest.fixture(autouse=True)
    def _loaded(self, real_record: None, db: None) -> None: ...

    @pytest.mark.parametrize("kind", [t.kind for t in registry.all_types()])
    def test_every_object_of_the_record_is_as_described(self, kind: str) -> None:
        table = registry.get(kind).table
        schemas = api.schema()["components"]["schemas"]
        name = "FoundInstrument" if kind == "instrument" else "".join(part.capitalize() for part in kind.split("_"))
        validator = jsonschema.Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}})

        faults = [(item["key"], error.message) for item in ANYBODY.walk(f"{table}?limit=200") for error in validator.iter_errors(item)]

        assert faults == []


class TestThePage:
    """The API for people, under the same policy as every page."""

    def test_it_shows_every_operation_with_its_example(self, db: None) -> None:
        answer = Client().get("/api/v1/")
        text = answer.content.decode()

        assert answer.status_code == 200
        assert {name for name in described_operations() if f'id="{name}"' not in text} == set()
        assert text.count("curl") == len(api.examples())

    def test_it_needs_no_script_of_its_own_and_no_other_host(self, db: None) -> None:
        answer = Client().get("/api/v1/")
        text = answer.content.decode()

        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert re.findall(r"<script(?![^>]*\bsrc=\"/static/)", text) == []
        assert re.findall(r"\son[a-z]+=|style=", text) == []
        assert re.findall(r"(?:src|href)=\"(?:https?:)?//(?!doi\.org)[^\"]*\"", text) == []

    @pytest.mark.parametrize("address", ["/api/", "/api/v1/docs"])
    def test_guessed_addresses_lead_there(self, address: str) -> None:
        assert Client().get(address).headers["Location"] == "/api/v1/"

    def test_the_document_is_served(self) -> None:
        assert ANYBODY.json("openapi.json") == json.loads(SCHEMA.read_text())


def fits(shown: Any, answered: Any) -> bool:
    """Whether an answer is what the page shows of it; `…` stands for anything."""
    if shown == "…":
        return True
    if isinstance(shown, dict) and isinstance(answered, dict):
        named = {name: value for name, value in shown.items() if name != "…"}
        complete = "…" in shown or set(named) == set(answered)
        return complete and all(name in answered and fits(value, answered[name]) for name, value in named.items())
    if isinstance(shown, list) and isinstance(answered, list):
        parts = [part for part in shown if part != "…"]
        complete = "…" in shown or len(parts) == len(answered)
        return complete and len(parts) <= len(answered) and all(map(fits, parts, answered))
    return bool(shown == answered)


@pytest.mark.parametrize(
    ("shown", "answered", "expected"),
    [
        ({"a": 1}, {"a": 1}, True), ({"a": 1}, {"a": 1, "b": 2}, False), ({"a": 1, "…": "…"}, {"a": 1, "b": 2}, True),
        ({"a": 1, "…": "…"}, {"b": 2}, False), ([1, "…"], [1, 2], True), ([1], [1, 2], False), ([1, 2], [1], False),
        ({"a": {"b": ["…"]}}, {"a": {"b": []}}, True), (1, 2, False), ("…", None, True),
    ],
)  # fmt: skip
def test_the_comparison_with_what_is_shown_can_fail(shown: Any, answered: Any, expected: bool) -> None:
    assert fits(shown, answered) is expected


class TestTheExamples:
    """Every example of the reference page, as a reader would run it, against the real record."""

    @pytest.fixture(autouse=True)
    def _loaded(self, real_record: None, db: None) -> None: ...

    def test_each_answers_what_the_page_shows(self, tmp_path: Path) -> None:
        token = refresh_api_examples.office_token()
        refresh_api_examples.collect()
        examples = EXAMPLE.findall(REFERENCE.read_text(encoding="utf-8"))
        faults = []
        for title, command, status, shown in examples:
            with transaction.atomic():
                answer = _run(command.replace("$LEAPS_TOKEN", token))
                transaction.set_rollback(True)
            answered = answer.json() if "json" in answer.headers.get("Content-Type", "") else answer.content.decode()
            if answer.status_code != int(status) or not fits(json.loads(shown) if shown else "", answered):
                faults.append((title, answer.status_code, answered))

        assert len(examples) == len(described_operations())
        assert faults == [], "run `tools/refresh_api_examples.py` and `make docs` when the record has changed"


def _run(command: str) -> Any:
    """What curl would do."""
    words = shlex.split(command.replace("\\\n", " "))
    content = ""
    if words[0] == "printf":
        content = words[1].replace("\\n", "\n")
        words = words[3:]
    assert words.pop(0) == "curl"
    method, headers, body, file, address = "GET", {}, "", "", ""
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-H":
            name, _colon, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = words.pop(0)
        elif word == "-F":
            file = words.pop(0).removeprefix("file=@-;filename=")
        else:
            address = word
    host, _slash, path = address.removeprefix("http://").partition("/")
    client = Client(headers={"host": host})
    if file:
        from django.core.files.uploadedfile import SimpleUploadedFile

        return client.post(f"/{path}", {"file": SimpleUploadedFile(file, content.encode())}, headers=headers)
    return client.generic(method, f"/{path}", body, headers.get("Content-Type", ""), headers=headers)


def test_types_are_said_in_a_few_words() -> None:
    words = description.type_words

    assert words({"type": ["number", "null"], "minimum": 0, "maximum": 5}) == "number | null, 0 – 5"
    assert words({"type": "array", "items": {"type": "string"}}) == "string …"
    assert words({"anyOf": [{"type": "string"}, {"type": "null"}]}) == "string | null"
