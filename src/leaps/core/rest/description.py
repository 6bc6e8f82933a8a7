"""What the API says about itself: the OpenAPI document, and the same as a page for people.

The words of operations and parameters are English, as every API's are; the page around them is
translated. A page of our own instead of a bundle of scripts: it works under the strict policy,
without a script, and shows an answer of the real record for each operation.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ninja import NinjaAPI

from leaps.core.rest.problems import PROBLEM

METHODS = ("get", "post", "put", "patch", "delete")
_OPTIONAL_TOKEN = "OpenOrToken"  # noqa: S105  the name of a class
SCOPE = "x-scope"
"""Where the document says which scope the token of an operation needs; not there for reading, which is open."""
_HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {"description": "The version of what is shown; send it in If-None-Match or If-Match.", "schema": {"type": "string"}},
    "RateLimit-Limit": {"description": "Requests a minute from one address; ten times as many with a token.", "schema": {"type": "integer"}},
    "RateLimit-Remaining": {"description": "How many are left in this minute.", "schema": {"type": "integer"}},
    "RateLimit-Reset": {"description": "Seconds until the count begins anew.", "schema": {"type": "integer"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
    "Location": {"description": "The address of the object.", "schema": {"type": "string"}},
}


@dataclass(frozen=True, slots=True)
class Example:
    """A real request and its answer, shortened: `…` stands for what is left out or differs each time.

    What is `made_up` asks for an object that was made for the example and that no site has.
    """

    operation: str
    method: str
    path: str
    status: int
    answer: Any = None
    headers: Mapping[str, str] | None = None
    body: Any = None
    file: tuple[str, str] | None = None
    made_up: bool = False

    @property
    def curl(self) -> str:
        """The request as a command."""
        parts = ["curl"]
        if self.method != "GET":
            parts.append(f"-X {self.method}")
        for name, value in (self.headers or {}).items():
            quote = '"' if "$" in value else "'"
            parts.append(f"-H {quote}{name}: {value}{quote}")
        if self.body is not None:
            parts.append("-H 'Content-Type: application/json'")
            parts.append(f"-d '{json.dumps(self.body, ensure_ascii=False)}'")
        if self.file is not None:
            content = self.file[1].replace("\n", "\\n")
            parts[0] = f"printf '{content}' | curl"
            parts.append(f"-F 'file=@-;filename={self.file[0]}'")
        parts.append(f"'http://localhost:8000{self.path}'")
        return " \\\n  ".join(parts) if len(parts) > 2 else " ".join(parts)

    @property
    def answer_text(self) -> str:
        """The answer as it is shown."""
        if isinstance(self.answer, str):
            return self.answer
        return json.dumps(self.answer, ensure_ascii=False, indent=1) if self.answer is not None else ""


def read_examples(text: str) -> dict[str, Example]:
    """The examples of a JSON file, by operation."""
    found: dict[str, Example] = {}
    entry: dict[str, Any]
    for entry in json.loads(text):
        file = entry.pop("file", None)
        found[entry["operation"]] = Example(file=(file[0], file[1]) if file else None, **entry)
    return found


def document(api: NinjaAPI, prefix: str, examples: Mapping[str, Example]) -> dict[str, Any]:
    """The OpenAPI document: what ninja derives from the operations, and what it cannot know."""
    made: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=prefix), default=str))
    made["servers"] = [{"url": "/"}]
    schemes = made["components"].get("securitySchemes", {})
    schemes.pop(_OPTIONAL_TOKEN, None)
    scopes = _scopes(api)
    for operations in made["paths"].values():
        for method, operation in operations.items():
            _complete(operation, method)
            if scope := scopes.get(operation["operationId"]):
                operation[SCOPE] = scope
            example = examples.get(operation["operationId"])
            if example is not None:
                operation["x-example"] = {"request": example.curl, "status": example.status, "answer": example.answer}
    for scheme in schemes.values():
        scheme["description"] = "A token made in your account, under keys to the API: Authorization: Bearer leaps_…"
    made["components"]["headers"] = _HEADERS
    made["components"]["schemas"] = dict(sorted(made["components"]["schemas"].items()))
    return made


def _scopes(api: NinjaAPI) -> dict[str, str]:
    """The scope that the token of each operation must carry, as the operations themselves ask for it."""
    operations = [o for _prefix, router in api._routers for view in router.path_operations.values() for o in view.operations]  # noqa: SLF001  ninja has no list of its own
    scopes = {o.operation_id: getattr(key, "scope", "") for o in operations for key in o.auth_callbacks}
    return {identity: scope for identity, scope in scopes.items() if identity and scope}


_PATH_WORDS = {"key": "Key of the object.", "revision": "Number of the set of changes."}


def _complete(operation: dict[str, Any], method: str) -> None:
    for parameter in operation["parameters"]:
        if parameter["in"] == "path" and "description" not in parameter:
            parameter["description"] = _PATH_WORDS[parameter["name"]]
    security = operation.get("security", [])
    if any(_OPTIONAL_TOKEN in entry for entry in security):
        operation["security"] = [{}, {"Token": []}]
    responses = operation["responses"]
    for status, response in responses.items():
        names = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"]
        if status in ("200", "201", "304") and (method != "post" or status == "201"):
            names.insert(0, "ETag")
        if status in ("429", "503"):
            names.append("Retry-After")
        if status == "201":
            names.append("Location")
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
        if int(status) >= 400 and "content" in response:
            response["content"] = {PROBLEM: next(iter(response["content"].values()))}
    operation["responses"] = dict(sorted(responses.items()))


@dataclass(frozen=True, slots=True)
class ShownParameter:
    """One parameter of an operation, ready for the page."""

    name: str
    place: str
    required: bool
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class ShownOperation:
    """One operation, ready for the page."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    parameters: tuple[ShownParameter, ...]
    fields: tuple[ShownParameter, ...]
    statuses: str
    example: Example | None


def sections(made: Mapping[str, Any], examples: Mapping[str, Example]) -> list[tuple[str, list[ShownOperation]]]:
    """The operations of a document, grouped by what they are about, in the order of their addresses."""
    grouped: dict[str, list[ShownOperation]] = {}
    for path, operations in made["paths"].items():
        for method in METHODS:
            if method in operations:
                operation = operations[method]
                shown = _shown(made, path, method, operation, examples.get(operation["operationId"]))
                grouped.setdefault(operation["tags"][0], []).append(shown)
    return [(tag, grouped[tag]) for tag in sorted(grouped)]


def _shown(
    made: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any], example: Example | None
) -> ShownOperation:
    parameters = tuple(
        ShownParameter(p["name"], p["in"], p.get("required", False), type_words(p["schema"]), p.get("description", ""))
        for p in operation.get("parameters", ())
    )
    return ShownOperation(
        id=operation["operationId"], method=method.upper(), path=path, summary=operation["summary"],
        description=operation.get("description", ""), scope=operation.get(SCOPE, ""),
        parameters=parameters, fields=_body_fields(made, operation), statuses=", ".join(operation["responses"]), example=example,
    )  # fmt: skip


def _body_fields(made: Mapping[str, Any], operation: Mapping[str, Any]) -> tuple[ShownParameter, ...]:
    content = operation.get("requestBody", {}).get("content", {})
    found = []
    for body in content.values():
        schema = _resolved(made, body["schema"])
        required = schema.get("required", ())
        for name, inner in schema.get("properties", {}).items():
            described = {**_resolved(made, inner), **inner}
            found.append(ShownParameter(name, "body", name in required, type_words(described), described.get("description", "")))
    return tuple(found)


def _resolved(made: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "").removeprefix("#/components/schemas/")
    return made["components"]["schemas"][name] if name else schema


def type_words(schema: Mapping[str, Any]) -> str:
    """The type of a value in a few words."""
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(type_words(option) for option in schema["anyOf"])
    kind = schema.get("type", "object")
    if kind == "array":
        return f"{type_words(schema.get('items', {}))} …"
    words = " | ".join(kind) if isinstance(kind, list) else str(kind)
    form = f", {schema['format']}" if "format" in schema else ""
    limits = f", {schema['minimum']} – {schema['maximum']}" if {"minimum", "maximum"} <= set(schema) else ""
    return words + form + limits


def markdown(groups: Sequence[tuple[str, list[ShownOperation]]], introduction: str) -> str:
    """The reference page of the API: each operation with its parameters and one real example."""
    lines = [introduction.rstrip(), ""]
    for tag, operations in groups:
        lines += [f"## {tag}", ""]
        for operation in operations:
            lines += _markdown_operation(operation)
    return "\n".join(lines).rstrip() + "\n"


def _markdown_operation(operation: ShownOperation) -> list[str]:
    token = f" Needs a token with the scope `{operation.scope}`." if operation.scope else ""
    lines = [f"### {operation.summary}", "", f"`{operation.method} {operation.path}`", "", operation.description + token, ""]
    rows = (*operation.parameters, *operation.fields)
    if rows:
        lines += ["| parameter | where | type | meaning |", "|---|---|---|---|"]
        for row in rows:
            name = f"`{row.name}`" + (" (required)" if row.required else "")
            kind = row.type.replace("|", "\\|")
            lines.append(f"| {name} | {row.place} | {kind} | {row.description} |")
        lines.append("")
    example = operation.example
    if example is not None:
        lines += ["```sh", example.curl, "```", "", f"Status {example.status}.", ""]
        if example.answer_text:
            lines += [f"```{'xml' if isinstance(example.answer, str) else 'json'}", example.answer_text, "```", ""]
    return lines
