"""`leaps backup FILE`: database and uploads in one checked file, while the site is served."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leaps.core.backups import making
from leaps.core.errors import DomainError


class Command(BaseCommand):
    """Makes a back-up."""

    help = "Write a back-up of database and uploads, online, and check it. Secrets stay out unless asked for."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a new file, or a folder: the file is then named by the time")
        parser.add_argument(
            "--with-secrets", action="store_true", help="put secret_key and leaps.toml in as well: guard the file"
        )
        parser.add_argument(
            "--keep", type=int, default=0, metavar="N", help="in a folder: keep the newest N back-ups, delete older ones"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        file: Path = options["file"].absolute()
        if options["keep"] and not file.is_dir():
            raise CommandError("--keep works on a folder of back-ups.", returncode=2)
        try:
            made = making.make(file, now=timezone.now(), with_secrets=options["with_secrets"])
        except DomainError as error:
            raise CommandError(str(error)) from error
        rows, size = sum(made.manifest.rows.values()), made.path.stat().st_size / 1024**2
        self.stdout.write(
            f"{made.path}: {rows} rows, {len(made.manifest.members)} files, {size:.1f} MB; written and checked."
        )
        for name in made.left_out:
            self.stdout.write(f"Left out, no plain file: {name}")
        if options["with_secrets"]:
            self.stdout.write("The secret key and leaps.toml are in it: whoever has the file can act as the site.")
        else:
            self.stdout.write("The secret key and leaps.toml are not in it: keep copies of them elsewhere.")
        if options["keep"]:
            gone = making.keep_only(made.path.parent, options["keep"], now=timezone.now())
            if gone:
                self.stdout.write(f"Deleted: {', '.join(path.name for path in gone)}")
