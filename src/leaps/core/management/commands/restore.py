"""`leaps restore FILE`: a back-up becomes the installation, all of it or nothing."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leaps.core.backups import restoring
from leaps.core.errors import DomainError


class Command(BaseCommand):
    """Restores a back-up."""

    help = "Check a back-up and put it in the place of database and uploads. `leaps serve` must be stopped."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="what `leaps backup` wrote")
        parser.add_argument("--check", action="store_true", help="check the file and restore nothing")
        parser.add_argument(
            "--replace", action="store_true", help="replace what is there; it is kept aside, not deleted"
        )
        parser.add_argument(
            "--with-secrets", action="store_true", help="restore secret_key and leaps.toml too, where the file has them"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        file: Path = options["file"].absolute()
        try:
            if options["check"]:
                manifest = restoring.check(file)
                self.stdout.write(
                    f"{file} is sound: {manifest.made_by}, {manifest.made_at}, {manifest.engine}, "
                    f"{sum(manifest.rows.values())} rows, {len(manifest.members)} files."
                )
                return
            done = restoring.restore(
                file,
                now=timezone.now(),
                replace=options["replace"],
                with_secrets=options["with_secrets"],
                say=self._say,
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self._say(f"Restored: {sum(done.manifest.rows.values())} rows as of {done.manifest.made_at}.")
        if done.kept_files:
            self._say(f"The former files are in {done.kept_files}; delete them when all is well.")
        if done.kept_schema:
            self._say(f"The former tables are in the schema {done.kept_schema}; drop it when all is well.")
        if not options["with_secrets"]:
            self._say("The secret key is not part of it: with another key, everybody signs in again and links in old mail end.")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
