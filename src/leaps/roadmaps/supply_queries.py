"""What facilities plan to buy, as one person may see it, beside what their upgrades imply; who could buy together.

What an upgrade implies is told by the record alone: the technologies that its targets and milestones name, and the dark
period in which parts must be installed. When they are ordered, and whether they are, the record does not say.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from leaps.catalogue import darkness, search_index
from leaps.catalogue.models import Facility, Upgrade
from leaps.optimise.procurement import APART, Need, joint_windows
from leaps.record.specs import readable_number
from leaps.roadmaps import rules
from leaps.roadmaps.charting import month, months
from leaps.roadmaps.models import Milestone, PlannedPurchase, TechnologyTarget
from leaps.roadmaps.models.purchases import OPEN_STATES, Category, ProcurementState

# What has to be bought for a technology. Those of which the record says nothing that is bought are not here.
BUYS: Final[Mapping[str, Category]] = {
    "mba-lattice": Category.LATTICE, "superbend": Category.LATTICE, "permanent-magnet-dipoles": Category.PERMANENT,
    "compact-undulator": Category.UNDULATORS, "cpmu": Category.UNDULATORS, "scu": Category.UNDULATORS, "epu-apple": Category.UNDULATORS,
    "advanced-undulator-fel": Category.UNDULATORS, "on-axis-injection": Category.INJECTION, "neg-vacuum": Category.VACUUM,
    "solid-state-rf": Category.RF, "harmonic-cavities": Category.RF, "hom-damped-cavities": Category.RF, "efficient-klystrons": Category.RF,
    "srf-cw": Category.RF, "cryo-plants": Category.CRYO, "helium-recovery": Category.CRYO, "superflat-mirrors": Category.MIRRORS,
    "adaptive-optics": Category.MIRRORS, "nanofocus": Category.MIRRORS, "gratings": Category.GRATINGS, "multilayer-optics": Category.GRATINGS,
    "cryo-mono": Category.MONOCHROMATORS, "charge-integrating": Category.DETECTORS, "germanium-detectors": Category.DETECTORS,
    "high-z-sensors": Category.DETECTORS, "mhz-detectors": Category.DETECTORS, "photon-counting": Category.DETECTORS,
    "soft-xray-detectors": Category.DETECTORS, "time-resolved-pixels": Category.DETECTORS, "nano-positioning": Category.POSITIONING,
    "robotics": Category.SAMPLE, "operando-cells": Category.SAMPLE, "sample-delivery": Category.SAMPLE, "edge-hpc": Category.COMPUTING,
}  # fmt: skip
OVER: Final = (Upgrade.Status.COMPLETED, Upgrade.Status.DECOMMISSIONED)


def purchases(viewer: object) -> QuerySet[PlannedPurchase]:
    """The planned purchases a person may see, withdrawn ones too."""
    found = PlannedPurchase.objects.select_related("facility", "technology")
    return found.filter(Q(visibility__in=rules.levels_seen(viewer)) | Q(facility__slug__in=rules.facilities_of(viewer)))


def sight_words(viewer: object) -> str:
    """What a person sees of the planned purchases, and why."""
    levels, own = rules.levels_seen(viewer), rules.facilities_of(viewer)
    if rules.directs(viewer):
        return _("You see all of them, drafts too, as directors and the office do.")
    if len(levels) > 1:
        return _("You see those that are agreed or public, as funders do; drafts are for directors.")
    if own:
        names = ", ".join(Facility.objects.filter(slug__in=own).order_by("short_name").values_list("short_name", flat=True))
        return _("You see those that are public, and all of %(names)s; drafts and agreed ones of others are not shown to you.") % {"names": names}
    return _("You see those that are public. Drafts are shown to directors and the facility's own people, agreed ones to funders too.")


@dataclass(frozen=True, slots=True)
class SupplyRow:
    """Something to be bought by a facility: announced by it, or implied by its upgrade. Months are their first days.

    `why` tells of an implied one what it rests on; `purchase` is the number of an announced one.
    """

    key: str
    purchase: int | None
    facility: str
    facility_name: str
    category: Category
    technology: str
    technology_name: str
    title: str
    quantity: float | None
    unit: str
    first: dt.date
    last: dt.date
    visibility: str = ""
    visibility_words: str = ""
    state: str = ""
    suppliers: str = ""
    is_sole_source: bool = False
    note: str = ""
    why: str = ""
    upgrade: str = ""
    is_synthetic: bool = False
    is_rough: bool = False  # its dates are known to the year only

    @property
    def is_implied(self) -> bool:
        """Whether nobody has announced it: an upgrade of the record needs it."""
        return self.purchase is None

    @property
    def is_open(self) -> bool:
        """Whether it could still be bought together with others, as far as is known."""
        return self.is_implied or self.state in OPEN_STATES

    @property
    def url(self) -> str:
        """Where it is told."""
        if self.purchase is not None:
            return reverse("roadmaps:purchase", args=[self.purchase])
        return reverse("catalogue:upgrade", args=[self.upgrade])

    @property
    def amount(self) -> str:
        """How much, in words; empty when nobody said."""
        return f"{readable_number(self.quantity)} {self.unit}".strip() if self.quantity is not None else ""

    @property
    def category_words(self) -> str:
        """What kind of thing it is."""
        return str(self.category.label)

    @property
    def state_words(self) -> str:
        """How far it is."""
        return str(ProcurementState(self.state).label) if self.state else _("implied by the upgrade, not announced")

    @property
    def window_words(self) -> str:
        """From month to month."""
        return months_words(self.first, self.last)


def months_words(first: dt.date, last: dt.date) -> str:
    """Mar 2029, or from month to month."""
    begin = date_format(first, "M Y")
    return begin if (first.year, first.month) == (last.year, last.month) else _("%(first)s to %(last)s") % {"first": begin, "last": date_format(last, "M Y")}


def announced(viewer: object) -> list[SupplyRow]:
    """What facilities have announced to this person and have not withdrawn."""
    return [_announced(one) for one in purchases(viewer).filter(withdrawn_at=None)]


def _announced(one: PlannedPurchase) -> SupplyRow:
    return SupplyRow(
        f"p{one.pk}", one.pk, one.facility.slug, one.facility.short_name, Category(one.category), one.technology.slug if one.technology else "",
        one.technology.name if one.technology else "", one.title, one.quantity, one.unit, one.first_month, one.last_month, one.visibility,
        one.get_visibility_display(), one.state, one.suppliers, one.is_sole_source, one.note, is_synthetic=one.is_synthetic,
    )  # fmt: skip


def implied(today: dt.date) -> list[SupplyRow]:
    """What the upgrades need whose dark period has both dates and has not begun. Three queries."""
    upgrades = {
        one.pk: one
        for one in Upgrade.objects.filter(dark_start__gt=today, dark_end__isnull=False).exclude(status__in=OVER).select_related("facility")
    }
    named: dict[tuple[int, Category], dict[str, str]] = defaultdict(dict)
    for model in (TechnologyTarget, Milestone):
        rows = model.objects.filter(upgrade__in=upgrades, technology__slug__in=BUYS)
        for pk, slug, name in rows.values_list("upgrade", "technology__slug", "technology__name"):
            named[pk, BUYS[slug]][slug] = name
    found = [_implied(upgrades[pk], category, technologies) for (pk, category), technologies in named.items()]
    return sorted(found, key=lambda row: (row.first, row.key))


def _implied(upgrade: Upgrade, category: Category, technologies: Mapping[str, str]) -> SupplyRow:
    assert upgrade.dark_start is not None and upgrade.dark_end is not None  # noqa: S101, PT018  filtered above
    slug = min(technologies)
    names = ", ".join(technologies[key] for key in sorted(technologies))
    last = (upgrade.dark_end - dt.timedelta(days=1)).replace(day=1)
    why = _("%(project)s names %(names)s and is dark %(period)s; its parts are installed then, and when they are ordered is not published.") % {
        "project": upgrade.project, "names": names, "period": darkness.period_words(search_index.dark_period(upgrade)),
    }  # fmt: skip
    return SupplyRow(
        f"u-{upgrade.slug}-{category}", None, upgrade.facility.slug, upgrade.facility.short_name, category, slug, names,
        _("%(category)s for %(project)s") % {"category": str(category.label), "project": upgrade.project}, None, "",
        upgrade.dark_start.replace(day=1), last, why=why, upgrade=upgrade.slug,
        is_rough=upgrade.date_precision == Upgrade.Precision.YEAR,
    )  # fmt: skip


def filtered(rows: Iterable[SupplyRow], chosen: Mapping[str, str]) -> list[SupplyRow]:
    """Those that fit every filter that is set."""
    return [row for row in rows if all(not value or getattr(row, name) == value for name, value in chosen.items())]


@dataclass(frozen=True, slots=True)
class JointRow:
    """Purchases that could become one order. `gap` months apart at most; 0: they share the months told."""

    category: Category
    rows: tuple[SupplyRow, ...]
    first: dt.date
    last: dt.date
    gap: int

    @property
    def facilities(self) -> tuple[str, ...]:
        """Who would buy together."""
        return tuple(dict.fromkeys(row.facility_name for row in self.rows))

    @property
    def is_rough(self) -> bool:
        """Whether some of it rests on dates known to the year only, so that its months are no sharper."""
        return any(row.is_rough for row in self.rows)

    @property
    def announced(self) -> int:
        """How many of them a facility has announced; the others are implied by upgrades."""
        return sum(not row.is_implied for row in self.rows)

    @property
    def window_words(self) -> str:
        """From month to month."""
        return months_words(self.first, self.last)

    @property
    def category_words(self) -> str:
        """What kind of thing it is."""
        return str(self.category.label)


def joint(rows: Iterable[SupplyRow], *, apart: int = APART) -> list[JointRow]:
    """Who could buy together: of one category, not ordered yet, with windows at most so many months apart."""
    known = {row.key: row for row in rows if row.is_open and row.category != Category.OTHER}
    needs = [Need(row.key, row.category, row.facility, months(row.first), months(row.last)) for row in known.values()]
    found = [
        JointRow(Category(one.kind), tuple(sorted((known[key] for key in one.keys), key=lambda row: (row.first, row.key))), month(one.first), month(one.last), one.gap)
        for one in joint_windows(needs, apart=apart)
    ]
    return sorted(found, key=lambda one: (not one.announced, one.first, one.category))


@dataclass(frozen=True, slots=True)
class SoleRow:
    """A technology or kind of thing for which somebody knows one supplier only, and who hangs on it.

    `others` names facilities that plan the same and do not say that only one supplier is known.
    """

    words: str
    technology: str
    category_words: str
    suppliers: tuple[str, ...]
    facilities: tuple[str, ...]
    others: tuple[str, ...]
    first: dt.date
    last: dt.date

    @property
    def window_words(self) -> str:
        """From the first order to the last."""
        return months_words(self.first, self.last)


def sole_sources(rows: Iterable[SupplyRow]) -> list[SoleRow]:
    """What hangs on one supplier, by how many facilities hang on it; delivered things hang on nobody."""
    groups: dict[tuple[str, str], list[SupplyRow]] = defaultdict(list)
    for row in rows:
        if not row.is_implied and row.state != ProcurementState.DELIVERED:
            groups[row.category, row.technology].append(row)
    found = []
    for group in groups.values():
        sole = [row for row in group if row.is_sole_source]
        if sole:
            hang = tuple(sorted({row.facility_name for row in sole}, key=str.casefold))
            others = tuple(sorted({row.facility_name for row in group} - set(hang), key=str.casefold))
            suppliers = {row.suppliers.strip().casefold(): row.suppliers.strip() for row in sole if row.suppliers.strip()}
            found.append(SoleRow(
                sole[0].technology_name or sole[0].category_words, sole[0].technology, sole[0].category_words, tuple(suppliers.values()), hang, others,
                min(row.first for row in sole), max(row.last for row in sole),
            ))  # fmt: skip
    return sorted(found, key=lambda one: (-len(one.facilities), one.first, one.words))


def choices(rows: Sequence[SupplyRow]) -> dict[str, list[tuple[str, str]]]:
    """What the list can be filtered by."""
    return {
        "category": [(one.value, str(one.label)) for one in Category if any(row.category == one for row in rows)],
        "facility": sorted({(row.facility, row.facility_name) for row in rows}, key=lambda pair: pair[1].casefold()),
    }
