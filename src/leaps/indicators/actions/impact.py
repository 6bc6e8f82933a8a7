"""Writes of the economic impact: tables that are imported, suppliers and the decisions on their trades."""

import datetime as dt
import hashlib
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from leaps.core.errors import Conflict, DomainError, NotAllowed
from leaps.indicators.economy import tables
from leaps.indicators.economy.tables import Table
from leaps.indicators.models import InputOutputTable
from leaps.record import rules


class NoSuchTable(DomainError):
    """There is no imported table of this key."""

    status = 404


def keep_table(*, table: Table, actor: Any, now: dt.datetime, replace: bool = False) -> InputOutputTable:
    """Keep an imported table for everybody's calculations.

    One row in one transaction: a calculation sees the table whole or not at all. Raises NotAllowed for anybody
    but the office and the command line, Conflict when the key is taken and `replace` is not asked for.
    """
    if not rules.is_office(actor):
        raise NotAllowed(_("Only the office keeps input-output tables."))
    if table.key == tables.TEST_KEY:
        raise Conflict(_("This key belongs to the test table. Give the table another title."))
    content = tables.to_bytes(table)
    fields = {
        "title": table.title, "year": table.year, "unit": table.unit, "source": table.source, "licence": table.licence,
        "regions": len(table.regions), "sectors": len(table.sectors), "content": content,
        "sha256": hashlib.sha256(content).hexdigest(), "imported_at": now, "imported_by": str(actor)[:200],
    }  # fmt: skip
    with transaction.atomic():
        if replace:
            kept, _created = InputOutputTable.objects.update_or_create(key=table.key, defaults=fields)
            return kept
        kept, created = InputOutputTable.objects.get_or_create(key=table.key, defaults=fields)
    if not created:
        raise Conflict(_("There is a table %(key)s already. Replace it, or give this one another title.") % {"key": table.key})
    return kept


def drop_table(*, key: str, actor: Any) -> None:
    """Take an imported table away; addresses that name it then use another one. Raises NotAllowed, NoSuchTable."""
    if not rules.is_office(actor):
        raise NotAllowed(_("Only the office takes input-output tables away."))
    deleted, _each = InputOutputTable.objects.filter(key=key).delete()
    if not deleted:
        raise NoSuchTable(_("There is no imported table %(key)s.") % {"key": key})
