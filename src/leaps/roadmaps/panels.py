"""What the roadmaps add to the pages of facilities and upgrades."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from leaps.catalogue import queries as catalogue_queries
from leaps.core.panels import Panel, add
from leaps.roadmaps import figures, milestone_queries, technology_queries


def of_a_facility(request: HttpRequest, slug: str) -> SafeString | None:
    """The milestones and targets of a facility."""
    return _panel(request, "facility", slug)


def of_an_upgrade(request: HttpRequest, slug: str) -> SafeString | None:
    """The milestones and targets of an upgrade."""
    return _panel(request, "upgrade", slug)


def _panel(request: HttpRequest, kind: str, slug: str) -> SafeString | None:
    today = catalogue_queries.today()
    steps = [row for row in milestone_queries.milestones(today) if getattr(row, kind) == slug]
    targets = technology_queries.targets(today, **{f"{kind}__slug": slug})
    if not steps and not targets:
        return None
    context = {
        "milestones": steps,
        "targets": [(row, figures.way_words(row), figures.years_words(row), figures.standing_words(row)) for row in targets],
    }
    return render_to_string("roadmaps/_panel.html", context, request)


add(Panel("facility", 60, of_a_facility))
add(Panel("upgrade", 60, of_an_upgrade))
