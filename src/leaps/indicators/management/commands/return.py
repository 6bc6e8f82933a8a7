"""`leaps return check|make|compute`: a facility's raw records, on its own machine."""  # noqa: N999  the word of the command

import argparse
import csv
import io
import json
import tempfile
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leaps.core.errors import DomainError, Problem
from leaps.indicators import raw
from leaps.indicators.intake import Checked, check, computing, pseudonymise, read_folder

MOST_SHOWN = 200


class Command(BaseCommand):
    """Check raw records, put keys for names, compute the indicators; nothing leaves the machine."""

    help = "Check, pseudonymise and compute a facility's raw records of a year, on its own machine."
    requires_system_checks: list[str] = []  # neither database nor installation is asked

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, text in (
            ("check", "report every problem of the files; writes nothing"),
            ("make", "put keys for names and write the return as one zip of Parquet files"),
            ("compute", "print every indicator the records are enough for"),
        ):
            sub = verbs.add_parser(verb, help=text)
            sub.add_argument("path", type=Path, help="a folder of .csv, .xlsx or .parquet files, or one of them")
            sub.add_argument("--facility", required=True, help="the facility's key in the record")
            sub.add_argument("--year", required=True, type=int, help="the calendar year, in UTC")
            sub.add_argument(
                "--secret-file", type=Path, required=verb == "make",
                help="the league's secret; with it `orcid` and `local_id` become keys",
            )  # fmt: skip
            if verb == "make":
                sub.add_argument("--out", type=Path, required=True, help="the zip to write")
            if verb == "compute":
                sub.add_argument("--host-country", default="", help="two letters; for shares from abroad")
                sub.add_argument("--form", choices=("table", "csv", "json"), default="table", help="how the values are written")
        verbs.add_parser("records", help="list the records and their columns")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["verb"] == "records":
            self._records()
            return
        checked = self._checked(options)
        if options["verb"] == "make":
            self._make(checked, options)
        elif options["verb"] == "compute":
            self._compute(checked, options)
        else:
            rows = ", ".join(f"{name} {table.num_rows:,}" for name, table in checked.tables.items())
            self.stdout.write(f"No problem found: {rows}.")

    def _checked(self, options: dict[str, Any]) -> Checked:
        facility, year = options["facility"], options["year"]
        try:
            found = read_folder(options["path"])
            if options["secret_file"] is not None:
                secret = options["secret_file"].read_bytes().strip()
                found = pseudonymise(found, facility=facility, year=year, secret=secret)
        except OSError as error:
            message = f"{error.filename} cannot be read: {error.strerror}."
            raise CommandError(message) from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        checked = check(found, facility=facility, year=year)
        if checked.problems:
            self._complain(checked.problems)
        return checked

    def _complain(self, problems: list[Problem]) -> None:
        for problem in problems[:MOST_SHOWN]:
            self.stderr.write(str(problem))
        if len(problems) > MOST_SHOWN:
            self.stderr.write(f"... and {len(problems) - MOST_SHOWN} more.")
        message = f"{len(problems)} problems; nothing was written."
        raise CommandError(message)

    def _make(self, checked: Checked, options: dict[str, Any]) -> None:
        import pyarrow.parquet as pq  # slow to import; only who works with raw records pays

        out: Path = options["out"]
        try:
            with tempfile.TemporaryDirectory(dir=out.parent, prefix=".return-") as folder:
                made = Path(folder) / "return.zip"
                with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:  # Parquet is compressed already
                    for name, table in checked.tables.items():
                        part = Path(folder) / f"{name}.parquet"
                        pq.write_table(table, part, compression="zstd")
                        archive.write(part, part.name)
                    archive.writestr("return.json", json.dumps(self._manifest(checked, options), indent=1))
                made.replace(out)  # whole or not at all
        except OSError as error:
            message = f"{out} cannot be written: {error.strerror}."
            raise CommandError(message) from error
        self.stdout.write(f"{out}: {len(checked.tables)} tables, no name and no ORCID iD in them.")

    def _manifest(self, checked: Checked, options: dict[str, Any]) -> dict[str, Any]:
        return {
            "facility": options["facility"],
            "year": options["year"],
            "tables": [
                {"name": name, "rows": table.num_rows, "schema": raw.record(name).table_schema()}
                for name, table in checked.tables.items()
            ],
        }

    def _compute(self, checked: Checked, options: dict[str, Any]) -> None:
        facility, year = options["facility"], options["year"]
        found = list(computing.results(checked.tables, facility=facility, year=year, host_country=options["host_country"]))
        rows = [asdict(result) for result in found]
        if options["form"] == "json":
            self.stdout.write(json.dumps({"facility": facility, "year": year, "values": rows}, indent=1))
        elif options["form"] == "csv" and rows:
            text = io.StringIO()
            writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
            self.stdout.write(text.getvalue(), ending="")
        else:
            for r in found:
                value = "not defined" if r.value is None else f"{r.value:,.6g}"
                variant = f" ({r.variant})" if r.variant else ""
                self.stdout.write(f"{r.indicator}  {value:>14} {r.unit:<14} {r.title}{variant}")
            for indicator, reason in computing.reasons(checked.tables):
                self.stdout.write(f"{indicator.id}  not computed: {reason}")

    def _records(self) -> None:
        for schema in raw.RECORDS.values():
            self.stdout.write(f"{schema.name}: {schema.description}")
            for spec in schema.fields:
                must = " (required)" if spec.required and spec.name not in ("facility", "year") else ""
                words = f": {', '.join(spec.choices)}" if spec.choices else ""
                self.stdout.write(f"  {spec.name}, {spec.type.value}{must}{words}")
