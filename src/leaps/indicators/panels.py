"""What the indicators add to the pages of others."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from leaps.core.panels import Panel, add
from leaps.indicators import queries

# What a visitor of a facility asks first.
FIRST = ("ACC-10", "ACC-07", "ACC-01", "ACC-14", "OPS-01", "OPS-03", "SCI-01", "SCI-02")
SHOWN = 6


def of_a_facility(request: HttpRequest, slug: str) -> SafeString | None:
    """The latest values of a few indicators, with the way to all."""
    rows = queries.published(facility__slug=slug)
    if not rows:
        return None
    latest = {}
    for row in sorted(rows, key=lambda row: row.year):
        if row.value is not None:
            latest[row.indicator] = row
    order = [*FIRST, *sorted(set(latest) - set(FIRST))]
    context = {
        "slug": slug,
        "latest": [latest[code] for code in order if code in latest][:SHOWN],
        "values": len(rows),
        "indicators": len({row.indicator for row in rows}),
    }
    return render_to_string("indicators/_facility_panel.html", context, request)


add(Panel("facility", 50, of_a_facility))
