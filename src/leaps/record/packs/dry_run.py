"""Rows on a page that first shows what they would do: sent as a file or pasted, then coming back with the page."""

import json
from collections.abc import Callable, Sequence

from django.http import HttpRequest
from django.utils.translation import gettext as _

from leaps.core.errors import Problem
from leaps.record.packs import reading

Read = Callable[[str, bytes], tuple[list[reading.Row], list[Problem]]]


def kept(rows: Sequence[reading.Row]) -> str:
    """Rows as the page carries them until somebody agrees."""
    return json.dumps([{"number": row.number, "cells": dict(row.cells)} for row in rows], ensure_ascii=False)


def rows_of(request: HttpRequest, read: Read, *, most_rows: int, largest: int, cure: str) -> tuple[list[reading.Row], list[Problem]]:
    """The rows of an upload (`file` or `text`), or with `go` those of the dry run; or what is wrong with them.

    `largest` is in bytes; `cure` says how large a file may be.
    """
    if request.POST.get("go"):
        try:
            told = json.loads(request.POST.get("rows", ""))
            return [reading.Row(int(one["number"]), {str(k): str(v) for k, v in one["cells"].items()}) for one in told][:most_rows], []
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return [], [Problem(_("What came back with the page cannot be read"), _("Choose the file again."))]
    upload = request.FILES.get("file")
    pasted = request.POST.get("text", "")
    if upload is None and not pasted.strip():
        return [], [Problem(_("Nothing was sent"), _("Choose a file, or paste rows with their header."))]
    if upload is None:
        return read("pasted.csv", pasted.encode())
    if (upload.size or 0) > largest:
        return [], [Problem(_("is too large"), cure, file=str(upload.name)[:120])]
    return read(str(upload.name or "upload.csv")[:120], upload.read())
