"""Which facilities have a technology, where a field of the record tells so.

Only few technologies can be read off the catalogue; of the others the record does not say who has them, and that is what
the pages say too.
"""

from collections.abc import Callable

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leaps.catalogue.models import InsertionDevice, Instrument, PhotonSource

Found = QuerySet[InsertionDevice] | QuerySet[Instrument] | QuerySet[PhotonSource]


def _devices(kind: str) -> Callable[[], Found]:
    return lambda: InsertionDevice.objects.filter(kind=kind)


def _instruments(**told: object) -> Callable[[], Found]:
    return lambda: Instrument.objects.filter(**told)


_WHERE: dict[str, tuple[Callable[[], Found], str]] = {
    "cpmu": (_devices(InsertionDevice.Kind.CRYOGENIC), "source__facility"),
    "epu-apple": (_devices(InsertionDevice.Kind.HELICAL_UNDULATOR), "source__facility"),
    "superbend": (
        _instruments(source_device__in=[Instrument.SourceDevice.SUPERBEND, Instrument.SourceDevice.WIGGLER]), "facility"
    ),
    "external-seeding": (
        lambda: PhotonSource.objects.filter(kind=PhotonSource.Kind.SEEDED_FEL, status=PhotonSource.Status.OPERATING),
        "facility",
    ),
    "remote-access": (_instruments(remote_access=True), "facility"),
    "robotics": (_instruments(mail_in=True), "facility"),
    "industry-access": (_instruments(industry_service=True), "facility"),
}  # fmt: skip


def is_told(technology: str) -> bool:
    """Whether a field of the record tells who has the technology."""
    return technology in _WHERE


def facilities_with(technology: str) -> list[tuple[str, str, str]]:
    """Slug and name of each facility that has it, and how many things of it the record lists there."""
    if technology not in _WHERE:
        return []
    rows, path = _WHERE[technology]
    counted = rows().values(f"{path}__slug", f"{path}__short_name").annotate(n=Count("pk")).order_by(f"{path}__slug")
    return [(row[f"{path}__slug"], row[f"{path}__short_name"], _words(path, row["n"])) for row in counted]


def _words(path: str, count: int) -> str:
    if path == "source__facility":
        return ngettext("%(n)d such device in the record", "%(n)d such devices in the record", count) % {"n": count}
    return ngettext("%(n)d in the record", "%(n)d in the record", count) % {"n": count} if count else _("none")
