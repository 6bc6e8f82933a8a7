"""`leaps pack check|load|dump|diff`: the record as a Data Package."""

import argparse
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leaps.core.errors import InvalidInput
from leaps.record import actions
from leaps.record.packs import loading, reading, writing
from leaps.record.specs import display
from leaps.record.types import Action, Provenance


class Command(BaseCommand):
    """Check, load, write out and compare packs."""

    help = "Check, load, dump or compare the record as a Data Package (CSV, XLSX, zip or a folder)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, text in (
            ("check", "report every problem of a pack; writes nothing"),
            ("load", "write a pack into the record: all of it or nothing"),
            ("diff", "show what loading a pack would change; writes nothing"),
        ):
            sub = verbs.add_parser(verb, help=text)
            sub.add_argument("path", type=Path, help="a folder, a .zip, a .csv or a .xlsx")
            sub.add_argument("--encoding", default="", help="encoding of CSV files when it is not UTF-8")
            sub.add_argument(
                "--prune", action="store_true", help="remove objects missing from the tables that are given"
            )
            if verb == "load":
                sub.add_argument("--reason", default="", help="why, for the history")
        dump = verbs.add_parser("dump", help="write the record as a Data Package into a folder or .zip")
        dump.add_argument("path", type=Path, help="where to: a folder, or a file that ends in .zip")
        dump.add_argument("--facility", default="", help="only the rows of this facility")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["verb"] == "dump":
            self._dump(options["path"], options["facility"])
            return
        path: Path = options["path"]
        try:
            contents = reading.read_path(path, encoding=options["encoding"])
        except OSError as error:
            message = f"{path} cannot be read: {error.strerror}."
            raise CommandError(message) from error
        actor = actions.System("command line")
        checked = loading.check(contents, actor=actor, default=Provenance(), prune=options["prune"])
        if checked.problems or checked.plan is None:
            self._complain(checked)
        match options["verb"]:
            case "check":
                self.stdout.write(f"{path}: no problem found in {len(checked.edits)} rows.")
            case "diff":
                self._diff(checked)
            case _:
                self._load(contents, path, options, actor)

    def _complain(self, checked: loading.Checked) -> None:
        for problem in checked.problems:
            self.stderr.write(str(problem))
        self.stderr.write(f"{len(checked.problems)} problems; nothing was written.")
        sys.exit(1)

    def _load(
        self, contents: reading.Contents, path: Path, options: dict[str, Any], actor: actions.System
    ) -> None:
        try:
            changeset = loading.load(
                contents,
                actor=actor,
                default=Provenance(),
                reason=options["reason"] or f"pack {path.name}",
                now=timezone.now(),
                prune=options["prune"],
            )
        except actions.NothingToDo:
            self.stdout.write(f"{path}: the record says all of this already; nothing was written.")
            return
        except InvalidInput as error:  # somebody changed the record between check and load
            raise CommandError("\n".join(map(str, error.problems))) from error
        done = {action: changeset.changes.filter(action=action).count() for action in Action}
        self.stdout.write(
            f"{path}: {done[Action.CREATE]} added, {done[Action.UPDATE]} changed, "
            f"{done[Action.DELETE]} removed (revision {changeset.revision})."
        )

    def _diff(self, checked: loading.Checked) -> None:
        if checked.plan is None or not checked.plan.planned:
            self.stdout.write("No difference.")
            return
        for item in loading.differences(checked.plan):
            self.stdout.write(f"{item.action} {item.kind} {item.key} ({item.label})")
            if item.action is Action.UPDATE:
                for field in item.fields:
                    before = display(field.spec, field.before.value) if field.before else ""
                    after = display(field.spec, field.after.value) if field.after else ""
                    same = " (provenance only)" if before == after else ""
                    self.stdout.write(f"    {field.spec.name}: {before} -> {after}{same}")

    def _dump(self, path: Path, facility: str) -> None:
        files = writing.dump(facility)
        if path.suffix == ".zip":
            path.write_bytes(writing.archive(files))
        else:
            path.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                (path / name).write_bytes(content)
        self.stdout.write(f"{path}: {len(files)} files written.")
