"""Run every example of the API against the shipped record and write down what it answers.

`src/leaps/config/api_examples.json` says which requests are shown and which part of each answer:
the shape stays as it is, `…` stays `…`, every other value becomes what the API says. Run it when the
record or the API has changed, then `make docs`.
"""

import json
import os
import re
import tempfile
import warnings
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent / "src/leaps/config/api_examples.json"


def main() -> None:
    """Fill the answers in."""
    for name in [name for name in os.environ if name.startswith("LEAPS_")]:
        del os.environ[name]
    os.environ |= {
        "LEAPS_HOME": tempfile.mkdtemp(prefix="leaps-examples-"),
        "LEAPS_API_RATE_PER_MINUTE": "100000",
        "LEAPS_LOG_LEVEL": "CRITICAL",
        "DJANGO_SETTINGS_MODULE": "leaps.config.settings",
    }
    import django

    django.setup()
    warnings.filterwarnings("ignore", "No directory at")  # no static files are served here
    from django.core.management import call_command
    from django.db import transaction

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("pack", "load", str(FILE.parents[3] / "packs/leaps"), verbosity=0)
    token = office_token()
    entries = json.loads(FILE.read_text(encoding="utf-8"))
    for entry in entries:
        with transaction.atomic():
            status, answer = run(entry, token)
            transaction.set_rollback(True)
        if status != entry["status"]:
            raise SystemExit(f"{entry['operation']}: {status} instead of {entry['status']}: {answer}")
        if "answer" in entry:
            entry["answer"] = fitted(entry["answer"], answer)
    FILE.write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{len(entries)} examples in {FILE.name}")


def office_token() -> str:
    """A token of somebody who may change everything."""
    from django.utils import timezone

    from leaps.accounts import actions, roles
    from leaps.accounts.models import RoleGrant, User

    person = User.objects.create_user("office@example.org", name="office")
    RoleGrant.objects.create(user=person, role=roles.OFFICE.code)
    return actions.create_token(person=person, name="examples", scopes=["record:write"], now=timezone.now())


def run(entry: dict[str, Any], token: str) -> tuple[int, Any]:
    """Status and answer of an example; its If-Match is brought up to date first."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    client = Client(headers={"host": "localhost:8000"}, raise_request_exception=False)
    headers = entry.get("headers", {})
    if "If-Match" in headers:
        headers["If-Match"] = client.get(re.sub(r"\?.*", "", entry["path"])).headers["ETag"]
    sent = {name: value.replace("$LEAPS_TOKEN", token) for name, value in headers.items()}
    if "file" in entry:
        name, content = entry["file"]
        data: Any = {"file": SimpleUploadedFile(name, content.encode())}
        answer = client.post(entry["path"], data, headers=sent)
    else:
        body = json.dumps(entry["body"]) if "body" in entry else ""
        answer = client.generic(entry["method"], entry["path"], body, "application/json", headers=sent)
    text = answer.content.decode()
    return answer.status_code, json.loads(text) if "json" in answer.headers.get("Content-Type", "") else text


def fitted(shape: Any, answer: Any) -> Any:
    """The answer in the shape that is shown."""
    if shape == "…":
        return shape
    if isinstance(shape, dict) and isinstance(answer, dict):
        return {name: value if name == "…" else fitted(value, answer[name]) for name, value in shape.items()}
    if isinstance(shape, list) and isinstance(answer, list):
        shown = [part for part in shape if part != "…"]
        parts = [fitted(part, answer[place]) for place, part in enumerate(shown)]
        return [*parts, "…"] if "…" in shape else parts
    return answer


if __name__ == "__main__":
    main()
