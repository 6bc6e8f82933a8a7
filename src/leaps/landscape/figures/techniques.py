"""F5: which facility offers which technique, and with how many instruments."""

from collections import defaultdict
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leaps.catalogue import search_index
from leaps.core.figures.matrix import Cell, Line, matrix_svg
from leaps.landscape import queries
from leaps.landscape.figures import wording
from leaps.landscape.figures.base import Figure, Options

COLUMNS = ("technique", "technique_label", "facility", "facility_name", "instruments")
MOST = 26
LEAST_FACILITIES = 2


def make(_viewer: object, _given: Options) -> Figure:
    """F5: the techniques that most facilities offer, each with all that is narrower; open instruments of LEAPS."""
    pairs = queries.technique_pairs()
    tree = search_index.current().index.techniques
    names = {slug: name for slug, name, _pk, _t in pairs}
    columns = sorted(names, key=lambda slug: names[slug].casefold())
    tagged = {technique for _f, _n, _pk, technique in pairs}
    having: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for facility, _name, instrument, technique in pairs:
        for wider in tree.ancestors(technique) & tagged:
            if wider not in tree.grouping:
                having[wider][facility].add(instrument)
    ranked = sorted(having, key=lambda t: (-len(having[t]), -sum(len(i) for i in having[t].values()), tree.label(t)))
    shown = sorted((t for t in ranked if len(having[t]) >= LEAST_FACILITIES), key=ranked.index)[:MOST]
    alone = sum(len(found) == 1 for found in having.values())
    lines = []
    for technique in shown:
        cells = []
        for slug in columns:
            count = len(having[technique].get(slug, ()))
            words = ngettext("%(n)d instrument of %(facility)s: %(technique)s", "%(n)d instruments of %(facility)s: %(technique)s", count) % {
                "n": count, "facility": names[slug], "technique": tree.label(technique),
            }  # fmt: skip
            cells.append(Cell(count, words, f"{reverse('catalogue:finder')}?{urlencode({'technique': technique, 'facility': slug})}"))
        lines.append(Line(tree.label(technique), reverse("catalogue:technique", args=[technique]), tuple(cells)))
    title = (
        _("%(n)d techniques are on offer at %(facilities)d LEAPS facilities, %(alone)d of them at a single one") % {"n": len(having), "facilities": len(columns), "alone": alone}
        if having
        else _("No technique of an open instrument on record")
    )
    labels = [names[slug] for slug in columns]
    told = "; ".join(
        _("%(technique)s at %(n)d facilities") % {"technique": tree.label(technique), "n": len(having[technique])} for technique in shown
    )
    records = tuple(
        {"technique": t, "technique_label": tree.label(t), "facility": slug, "facility_name": names[slug], "instruments": len(found)}
        for t in ranked
        for slug, found in sorted(having[t].items())
    )
    return Figure(
        key="F5", slug="techniques", title=title,
        caption=_("Open instruments, from the record on %(day)s; a technique counts with all that is narrower. Shown are those that most facilities offer; the data hold all. Hours are not on record for most instruments, so instruments are counted; an empty cell means that none is on record, not that there is none.") % {"day": wording.today_words()},
        alt=_("%(title)s. A table of shades, techniques against facilities. %(told)s.") % {"title": title, "told": told},
        method=_("Instruments of LEAPS members that are neither planned nor closed, by technique of PaNET and everything below it."),
        columns=COLUMNS, records=records, draw=lambda heading, footer: matrix_svg(labels, lines, title=title, heading=heading, footer=footer) if lines else "",
    )  # fmt: skip
