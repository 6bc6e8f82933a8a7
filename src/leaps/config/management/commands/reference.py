"""`leaps reference FOLDER`: write the generated pages of the documentation."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from leaps.config import reference


class Command(BaseCommand):
    """Writes what tests compare the committed pages with."""

    help = "Write the generated pages of the documentation: settings, pack, commands."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where the pages go, such as docs/reference")

    def handle(self, *_args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in reference.pages().items():
            (folder / name).write_text(text, encoding="utf-8")
            self.stdout.write(f"{folder / name}: written.")
