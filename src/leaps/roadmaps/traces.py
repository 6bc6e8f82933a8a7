"""Where each technology is at work or done, read from targets, milestones, the catalogue and planned purchases."""

from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.catalogue import queries as catalogue_queries
from leaps.catalogue.models import Upgrade
from leaps.roadmaps import duplicates, milestone_queries, supply_queries, technology_queries
from leaps.roadmaps.duplicates import Trace, Twice
from leaps.roadmaps.models import Technology
from leaps.roadmaps.models.purchases import Category, ProcurementState
from leaps.roadmaps.presence import facilities_with, is_told
from leaps.roadmaps.types import Area

AREA_OF = {
    Category.LATTICE: Area.SOURCES, Category.PERMANENT: Area.SOURCES, Category.UNDULATORS: Area.SOURCES, Category.INJECTION: Area.SOURCES,
    Category.VACUUM: Area.SOURCES, Category.RF: Area.RF, Category.CRYO: Area.CRYO, Category.MIRRORS: Area.OPTICS, Category.GRATINGS: Area.OPTICS,
    Category.MONOCHROMATORS: Area.OPTICS, Category.DETECTORS: Area.DETECTORS, Category.POSITIONING: Area.SAMPLE, Category.SAMPLE: Area.SAMPLE,
    Category.COMPUTING: Area.DATA,
}  # fmt: skip


def twice(viewer: object) -> list[Twice]:
    """Technologies at work at two facilities or more, of what the viewer may see."""
    technologies = {slug: (name, str(area)) for slug, name, area in Technology.objects.order_by("slug").values_list("slug", "name", "area")}
    return duplicates.twice(_all(viewer, technologies), technologies)


def _all(viewer: object, technologies: dict[str, tuple[str, str]]) -> list[Trace]:
    today = catalogue_queries.today()
    finished = set(Upgrade.objects.filter(status__in=supply_queries.OVER).values_list("slug", flat=True))
    found = [
        Trace(
            row.facility, row.facility_name, row.technology, row.area, row.metric, _("target: %(metric)s") % {"metric": row.metric},
            reverse("roadmaps:target", args=[row.slug]), is_over=row.is_reached or row.upgrade in finished,
        )
        for row in technology_queries.targets(today)
        if row.facility and row.is_goal
    ]  # fmt: skip
    found += [
        Trace(
            row.facility, row.facility_name, row.technology, row.area, row.title, _("milestone: %(title)s") % {"title": row.title},
            reverse("roadmaps:milestone", args=[row.slug]), is_over=row.is_done or row.upgrade in finished,
        )
        for row in milestone_queries.milestones(today)
        if row.facility
    ]  # fmt: skip
    found += [
        Trace(
            row.facility, row.facility_name, row.technology, str(AREA_OF.get(row.category, "")), row.title, _("purchase: %(title)s") % {"title": row.title},
            row.url, is_over=row.state == ProcurementState.DELIVERED,
        )
        for row in supply_queries.announced(viewer)
    ]  # fmt: skip
    for key, (_name, area) in technologies.items():
        if is_told(key):
            found += [
                Trace(slug, name, key, area, why, why, reverse("catalogue:facility", args=[slug]), is_over=True) for slug, name, why in facilities_with(key)
            ]
    return found
