"""`leaps openapi`: the description of the API as files for the documentation."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leaps.config import api


class Command(BaseCommand):
    """Write the OpenAPI document (.json) or the reference page (.md)."""

    help = "Write the OpenAPI document (a file ending in .json) or the API's reference page (.md)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, help="such as docs/reference/openapi.json docs/reference/api.md")

    def handle(self, *_args: Any, files: list[Path], **_options: Any) -> None:
        writers = {".json": api.schema_text, ".md": api.reference}
        for file in files:
            if file.suffix not in writers:
                raise CommandError(f"{file}: end the name in .json for OpenAPI or in .md for the reference page.")
        for file in files:
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(writers[file.suffix](), encoding="utf-8")
            except OSError as error:
                raise CommandError(f"{file} cannot be written: {error.strerror}") from error
            self.stdout.write(f"{file} written")
