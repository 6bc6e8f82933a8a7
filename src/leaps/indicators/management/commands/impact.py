"""`leaps impact import|list|remove`: the input-output tables that impacts are computed with."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leaps.core.errors import DomainError
from leaps.indicators.actions import impact as impact_actions
from leaps.indicators.economy import reading
from leaps.indicators.queries import impact as impact_queries
from leaps.record.actions import System


class Command(BaseCommand):
    """Import EXIOBASE and OECD tables, list what there is, take one away."""

    help = "Import, list and remove the input-output tables that economic impact is computed with."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        load = verbs.add_parser("import", help="read a table of EXIOBASE 3 or OECD ICIO and keep it")
        load.add_argument("path", type=Path, help="a folder or zip of EXIOBASE 3, or one CSV or zip of OECD ICIO")
        load.add_argument("--format", choices=tuple(reading.FORMATS), default="", help="what it is; otherwise found out")
        load.add_argument("--year", type=int, help="the year it is about; otherwise taken from the name of the file")
        load.add_argument("--title", default="", help="what pages call it; its key is made of it")
        load.add_argument("--regions", default="", help="regions to keep, with commas between; all others become one")
        load.add_argument("--sectors", type=Path, help="a CSV with columns sector and group: sectors that become one")
        load.add_argument("--replace", action="store_true", help="take the place of the table with the same key")
        load.add_argument("--dry-run", action="store_true", help="read and check only")
        verbs.add_parser("list", help="print the tables there are")
        remove = verbs.add_parser("remove", help="take an imported table away")
        remove.add_argument("key", help="its key, as list prints it")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            {"import": self._import, "list": self._list, "remove": self._remove}[options["verb"]](options)
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _import(self, options: dict[str, Any]) -> None:
        regions = [name.strip() for name in options["regions"].split(",") if name.strip()]
        table = reading.read(
            options["path"], form=options["format"], year=options["year"], regions=regions, sectors=options["sectors"], title=options["title"]
        )
        trades = sum(bool(mine) for mine in table.divisions)
        wages = "told" if table.wages is not None else "not told: a share of value added is assumed"
        besides = ", ".join(account.name for account in table.accounts) or "nothing"
        about = [
            f"{table.title}: {len(table.regions)} regions of {len(table.sectors)} sectors, {table.unit}",
            f"  wages {wages}; besides: {besides}",
            f"  {trades} of {len(table.sectors)} sectors know their NACE divisions",
            *(f"  beware: {note}" for note in table.notes),
        ]
        self.stdout.write("\n".join(about))
        if options["dry_run"]:
            self.stdout.write("Nothing was kept (dry run).")
            return
        kept = impact_actions.keep_table(table=table, actor=System("leaps impact"), now=timezone.now(), replace=options["replace"])
        self.stdout.write(self.style.SUCCESS(f"Kept as {kept.key}, {len(kept.content) / 1e6:.1f} MB."))

    def _list(self, _options: dict[str, Any]) -> None:
        for head in impact_queries.tables_known():
            made_up = "  made-up numbers" if head.synthetic else ""
            self.stdout.write(f"{head.key}  {head.title}  {head.regions} regions of {head.sectors} sectors, {head.unit}{made_up}")

    def _remove(self, options: dict[str, Any]) -> None:
        impact_actions.drop_table(key=options["key"], actor=System("leaps impact"))
        self.stdout.write(self.style.SUCCESS(f"{options['key']} is gone."))
