"""Which sheets stand, which are being made, and what became of the last attempt."""

import datetime as dt
from importlib.metadata import version
from typing import Final

from leaps.catalogue import queries as catalogue_queries
from leaps.landscape.models import SheetBuild, SheetFile
from leaps.landscape.models.reader_sheets import UNDER_WAY
from leaps.landscape.stages import BuildState
from leaps.record import queries as record_queries

FRESH: Final = dt.timedelta(days=7)
"""So long a sheet stands without a change of the record: it tells what is ahead, and days pass."""


def software() -> str:
    """The version that sheets are made with."""
    return version("leaps-commons")


def newest(key: str) -> SheetBuild | None:
    """The last attempt, whatever became of it."""
    return SheetBuild.objects.filter(key=key).order_by("-pk").first()


def last_good(key: str) -> SheetBuild | None:
    """The last that was made."""
    return SheetBuild.objects.filter(key=key, state=BuildState.DONE).order_by("-pk").first()


def standing(key: str) -> SheetBuild | None:
    """The one made from the record as it is now, None when it has to be made."""
    found = last_good(key)
    return found if found is not None and is_current(found) else None


def is_current(build: SheetBuild) -> bool:
    """Whether an attempt was of the record and the software as they are now."""
    if build.day is not None and catalogue_queries.today() - build.day > FRESH:
        return False
    return build.revision == record_queries.current_revision() and build.made_with == software()


def under_way(key: str) -> SheetBuild | None:
    """The one that waits for the worker or is being made."""
    return SheetBuild.objects.filter(key=key, state__in=UNDER_WAY).first()


def content(build: SheetBuild, form: str) -> bytes | None:
    """A sheet in one form."""
    found = SheetFile.objects.filter(build=build, form=form).values_list("content", flat=True).first()
    return None if found is None else bytes(found)


def sizes(build: SheetBuild | None) -> list[tuple[str, int]]:
    """The forms of a sheet with their sizes, in the order in which they were made."""
    return list(build.files.order_by("pk").values_list("form", "size")) if build is not None else []
