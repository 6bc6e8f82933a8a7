"""Every option of an installation, declared once: name, type, default, what it is for.

Values come from `LEAPS_HOME/leaps.toml`, then from environment variables LEAPS_<NAME>, which win.
`docs/reference/settings.md` is generated from this table.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class BadOption(ValueError):
    """An option that cannot be used: what is wrong and what would cure it."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option. `kind` is str, int, bool or list (comma-separated in the environment)."""

    name: str
    kind: type
    default: Any
    text: str


OPTIONS: tuple[Option, ...] = (
    Option("trial", bool, False, "Trial mode: role picker at sign-in, synthetic people. Never in production."),
    Option("secret_key", str, "", "Key that signs sessions and links; at least 50 random characters."),
    Option("hosts", list, ["localhost", "127.0.0.1", "[::1]"], "Host names the site answers to."),
    Option("base_url", str, "http://localhost:8000", "Address of the site, for links in mail and feeds."),
    Option("database_url", str, "", "PostgreSQL as postgres://user:password@host/name; empty: SQLite in LEAPS_HOME."),
    Option("smtp_url", str, "", "Mail server as smtp://user:password@host:587 (STARTTLS on port 587 and wherever a password is given; smtps:// for TLS from the start); empty: mail is kept as files in LEAPS_HOME/mail."),
    Option("mail_from", str, "LEAPS Commons <noreply@localhost>", "Sender of mail."),
    Option("operator", str, "", "Who runs this installation, as the pages about it and privacy name them."),
    Option("operator_email", str, "", "Where people reach the operator, also about their personal data."),
    Option("behind_proxy", bool, False, "A reverse proxy in front sets X-Forwarded-Proto and X-Forwarded-For."),
    Option("workers", int, 2, "Web server processes."),
    Option("grace_seconds", int, 10, "How long a stop waits for the requests and the task under way."),
    Option("lock_wait_seconds", int, 20, "How long a change waits for another change before it gives up."),
    Option("api_rate_per_minute", int, 300, "Requests a minute to the API from one address; ten times as many with a token. Each server process counts."),
    Option("corrections_per_hour", int, 5, "Corrections an hour that one network address may propose without an account."),
    Option("orcid_client_id", str, "", "Client id for sign-in with ORCID."),
    Option("orcid_client_secret", str, "", "Client secret for sign-in with ORCID."),
    Option("oidc", list, [], "OpenID Connect providers: tables of id, name, issuer, client_id, client_secret (file only)."),
    Option("lake", str, "", "Where raw records of returns lie: a folder or s3://bucket/folder; empty: LEAPS_HOME/uploads/lake, which back-ups hold."),
    Option("lake_access_key", str, "", "Access key of the object storage."),
    Option("lake_secret_key", str, "", "Secret key of the object storage."),
    Option("lake_endpoint", str, "", "Address of the object storage where it is not Amazon's, as https://host:port."),
    Option("lake_region", str, "", "Region of the object storage."),
    Option("log_level", str, "INFO", "How much is logged: DEBUG, INFO, WARNING."),
)
DEFAULT_HOME = Path(__file__).resolve().parents[3] / "var"
# Read before the table can be: where everything is kept.
RESERVED = {"LEAPS_HOME", "LEAPS_SCREENSHOTS"}


def read(home: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """The value of every option by name.

    Raises BadOption for an unknown name, in the file or the environment, and for a value of the
    wrong type; the message names the option and the nearest known one.
    """
    values = {option.name: option.default for option in OPTIONS}
    known = {option.name: option for option in OPTIONS}
    file = home / "leaps.toml"
    if file.exists():
        try:
            given = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            message = f"{file} is not valid TOML: {error}"
            raise BadOption(message) from error
        for name, value in given.items():
            _known(known, name, str(file))
            if not isinstance(value, known[name].kind):
                message = f"{file}: {name} must be of type {known[name].kind.__name__}, found {value!r}"
                raise BadOption(message)
            values[name] = value
    for variable, text in environment.items():
        if not variable.startswith("LEAPS_") or variable in RESERVED:
            continue
        name = variable.removeprefix("LEAPS_").lower()
        _known(known, name, variable)
        values[name] = _parse(known[name], variable, text)
    if "DATABASE_URL" in environment and not values["database_url"]:
        values["database_url"] = environment["DATABASE_URL"]
    _check_providers(values["oidc"])
    return values


PROVIDER_KEYS = {"id": True, "name": True, "issuer": True, "client_id": True, "client_secret": False}


def _check_providers(providers: list[Any]) -> None:
    """Each provider is a table with the right keys. Raises BadOption."""
    seen: set[str] = set()
    for provider in providers:
        if not isinstance(provider, dict):
            message = "oidc must be a list of tables in leaps.toml: [[oidc]], then id, name, issuer, client_id, client_secret"
            raise BadOption(message)
        missing = [key for key, needed in PROVIDER_KEYS.items() if needed and not provider.get(key)]
        unknown = sorted(provider.keys() - PROVIDER_KEYS.keys())
        if missing or unknown:
            told = [f"{', '.join(missing)} missing"] if missing else []
            told += [f"{', '.join(unknown)} unknown"] if unknown else []
            message = f"oidc, provider {provider.get('id', '?')!r}: {'; '.join(told)}. Keys are {', '.join(PROVIDER_KEYS)}."
            raise BadOption(message)
        if not re.fullmatch(r"[a-z0-9-]+", str(provider["id"])) or provider["id"] in seen:
            message = f"oidc: the id {provider['id']!r} must be of lower-case letters, digits and hyphens, and stand once"
            raise BadOption(message)
        seen.add(provider["id"])
        if not str(provider["issuer"]).startswith(("https://", "http://localhost", "http://127.0.0.1")):
            message = f"oidc, provider {provider['id']!r}: the issuer must begin with https://"
            raise BadOption(message)


def _known(known: Mapping[str, Option], name: str, where: str) -> None:
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]}?" if near else " See docs/reference/settings.md."
        message = f"{where}: there is no option {name!r}.{hint}"
        raise BadOption(message)


def _parse(option: Option, variable: str, text: str) -> Any:
    if option.kind is bool:
        if text.lower() not in ("1", "0", "true", "false", "yes", "no", ""):
            message = f"{variable} must be 1 or 0, found {text!r}"
            raise BadOption(message)
        return text.lower() in ("1", "true", "yes")
    if option.kind is int:
        try:
            return int(text)
        except ValueError:
            message = f"{variable} must be a whole number, found {text!r}"
            raise BadOption(message) from None
    if option.kind is list:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def current_home() -> Path:
    """Where this installation keeps all its state."""
    return Path(os.environ.get("LEAPS_HOME") or DEFAULT_HOME).resolve()


def reference() -> str:
    """The reference page of the options, in Markdown."""
    rows = [
        f"| `{o.name}` | `LEAPS_{o.name.upper()}` | {o.kind.__name__} | `{o.default!r}` | {o.text} |" for o in OPTIONS
    ]
    head = (
        "# Settings\n\nOptions are read from `LEAPS_HOME/leaps.toml`, then from the environment, which wins. "
        "`LEAPS_HOME` itself (default: `var` in the checkout) is an environment variable only; "
        "`DATABASE_URL` is taken when `LEAPS_DATABASE_URL` is not set.\n\n"
        "This page is generated by `make docs` from `src/leaps/config/options.py`.\n\n"
        "| option | environment | type | default | meaning |\n|---|---|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"
