"""`leaps check`: Django's own checks, and whether everything an installation needs is there."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.core import checks
from django.core.management.base import CommandParser
from django.core.management.commands.check import Command as DjangoCheck

from leaps.core import health
from leaps.core.health import FAILING, OK, WARNING, PartState


class Command(DjangoCheck):
    """Looks at each part of the installation; with app labels or tags it is Django's own check."""

    help = (
        "Check the whole installation: settings, home, disk, database, migrations, record, worker, mail. "
        "The exit code is 1 when a part fails. With app labels, --tag or --list-tags: Django's checks alone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        for action in parser._actions:  # noqa: SLF001  argparse has no other way to a parser's arguments
            if action.dest == "args":
                action.help = "apps whose models alone are to be checked, by Django"
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument(
            "--stopped", action="store_true", help="the installation is stopped on purpose: leave the worker out"
        )

    def handle(self, *app_labels: Any, **options: Any) -> None:
        if app_labels or options["tags"] or options["list_tags"]:
            super().handle(*app_labels, **options)
            return
        parts = [
            *_settings(getattr(checks, options["fail_level"]), options["databases"]),
            *health.look(leave_out=("worker",) if options["stopped"] else ()),
        ]
        failing = [part.part for part in parts if part.status == FAILING]
        if options["json"]:
            body = {"status": FAILING if failing else OK, "parts": [asdict(part) for part in parts]}
            self.stdout.write(json.dumps(body, indent=1, ensure_ascii=False))
        else:
            self._tell(parts)
        if failing:
            sys.exit(1)

    def _tell(self, parts: Iterable[PartState]) -> None:
        for part in parts:
            self.stdout.write(f"{part.part:<11} {part.status:<8} {part.detail}")
            if part.cure:
                self.stdout.write(f"{'':<20} {part.cure}")


def _settings(fail_level: int, databases: list[str] | None) -> list[PartState]:
    """What Django and the platform say about the settings, as parts."""
    found = [
        message
        for message in checks.run_checks(include_deployment_checks=True, databases=databases)
        if not message.is_silenced() and message.level >= checks.WARNING
    ]
    if not found:
        return [PartState("settings", OK, "fit for production")]
    return [
        PartState(
            "settings",
            FAILING if message.level >= fail_level else WARNING,
            f"{message.msg} ({message.id})" if message.id else str(message.msg),
            str(message.hint or ""),
        )
        for message in found
    ]
