"""`leaps figures FOLDER`: the figures of the landscape as files, as a page would hand them out."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from leaps.core.errors import DomainError
from leaps.core.figures import svg
from leaps.indicators import exports
from leaps.landscape import figures
from leaps.landscape.figures import Entry, Figure
from leaps.roadmaps import files


class Command(BaseCommand):
    help = "Write the figures of the landscape to a folder: SVG, PNG, data as CSV and JSON, and their words."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", help="where to; it is made if it is not there")
        parser.add_argument("--only", nargs="+", metavar="KEY", help="keys of figures, such as F2 F3; all when not given")

    def handle(self, *_args: Any, **options: Any) -> None:
        folder = Path(options["folder"])
        try:
            chosen = [figures.entry(key) for key in options["only"]] if options["only"] else list(figures.all_entries())
        except DomainError as error:
            raise CommandError(str(error)) from error
        folder.mkdir(parents=True, exist_ok=True)
        for entry in chosen:
            made = entry.make(AnonymousUser(), {})
            for path, content in self._files(entry, made):
                (folder / path).write_bytes(content)
            self.stdout.write(f"{entry.key} {entry.slug}: {made.title}")
        self.stdout.write(f"Wrote {len(chosen)} figures to {folder}")

    def _files(self, entry: Entry, made: Figure) -> list[tuple[str, bytes]]:
        address = settings.BASE_URL + (reverse(entry.page) if entry.page else reverse("landscape:figure", args=[entry.slug]))
        cited = files.citation(str(entry.name), address)
        about = exports.About(str(entry.name), cited, " ".join([made.method, *made.notes]), address)
        records = [dict(record) for record in made.records]
        name = f"{entry.key}-{entry.slug}"
        found = [(f"{name}.{form}", exports.table(made.columns, records, about, form)[0]) for form in ("csv", "json")]
        words = "\n\n".join([made.title, made.caption, made.alt, *made.notes, cited])
        found.append((f"{name}.txt", f"{words}\n".encode()))
        drawn = made.draw(made.title, f"{made.caption} {cited}")
        if drawn:
            found += [(f"{name}.svg", svg.standalone(drawn).encode()), (f"{name}.png", svg.png(drawn))]
        return found
