"""F12: what changed in the record from one edition to the next, or since the last."""

from collections import Counter, defaultdict
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leaps.core.figures.amounts import AmountBar, Portion, amounts_svg
from leaps.landscape import edition_queries
from leaps.landscape.figures.base import Figure, Options
from leaps.landscape.models import Edition
from leaps.landscape.snapshots import Snapshot
from leaps.landscape.stages import Stage
from leaps.record import queries as record_queries
from leaps.record import registry

COLUMNS = ("kind", "key", "name", "change", "fields")
NEW, CHANGED, GONE = "new", "changed", "gone"
_HUES = {NEW: 2, CHANGED: 0, GONE: 1}


def make(_viewer: object, given: Options) -> Figure:
    """F12: objects of the record that are new, changed or gone, by kind.

    From the edition `since` (the last one released) to the edition `until` (the record as it is now). An edition that is
    not released is none.
    """
    released = {one.slug: one for one in edition_queries.editions(AnonymousUser()).filter(stage=Stage.RELEASED).order_by("released_at")}
    until = released.get(str(given.get("until", "")))
    order = list(released.values())
    before = order[: order.index(until)] if until else order
    since = released.get(str(given.get("since", "")), before[-1] if before else None)
    if since is None:
        return _nothing(_("No edition has been released yet, so there is nothing to compare with"))
    records = _records(since, until)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for record in records:
        counts[record["kind"]][record["change"]] += 1
    end = until.title if until else _("now")
    title = ngettext("%(n)d object of the record differs between %(from)s and %(to)s", "%(n)d objects of the record differ between %(from)s and %(to)s", len(records)) % {
        "n": len(records), "from": since.title, "to": end,
    }  # fmt: skip
    ranked = sorted(counts.items(), key=lambda item: (-item[1].total(), item[0]))
    told = "; ".join(_("%(kind)s: %(new)d new, %(changed)d changed, %(gone)d gone") % {"kind": registry.get(kind).title_plural, **{c: n[c] for c in _HUES}} for kind, n in ranked)
    words = {NEW: _("new"), CHANGED: _("changed"), GONE: _("gone")}
    bars = [
        AmountBar(
            str(registry.get(kind).title_plural),
            tuple(Portion(n[change], hue, f"{registry.get(kind).title_plural}: {n[change]} {words[change]}") for change, hue in _HUES.items() if n[change]), str(n.total()),
        )
        for kind, n in ranked
    ]  # fmt: skip
    legend = [(hue, words[change]) for change, hue in _HUES.items()]
    return Figure(
        key="F12", slug="editions", title=title,
        caption=_("Objects of the record by kind: those that came since revision %(from)d, those of which a value is another at revision %(to)d, and those that are gone.") % {"from": since.revision or 0, "to": _end(until)},
        alt=f"{title}. {told}.", method=_("The states of all objects at the two revisions, compared field by field; what changed and changed back is the same."),
        columns=COLUMNS, records=tuple(records),
        draw=lambda heading, footer: amounts_svg(bars, title=title, unit=_("objects"), legend=legend, heading=heading, footer=footer) if bars else "",
    )  # fmt: skip


def _nothing(title: str) -> Figure:
    return Figure(
        key="F12", slug="editions", title=title, caption=_("With the first release this figure begins to count what changes in the record after it."), alt=f"{title}.",
        method=_("The states of all objects at two revisions, compared field by field."), columns=COLUMNS, records=(), draw=lambda _heading, _footer: "",
    )  # fmt: skip


def _end(until: Edition | None) -> int:
    return (until.revision if until else None) or record_queries.current_revision()


def _records(since: Edition, until: Edition | None) -> list[dict[str, Any]]:
    first, last = since.revision or 0, _end(until)
    touched: dict[str, set[str]] = defaultdict(set)
    for kind, key in record_queries.changes_between(first, last).values_list("kind", "key"):
        touched[kind].add(key)
    then, now = Snapshot(first), Snapshot(last)
    found = []
    for kind in sorted(touched):
        a, b, specs = then.states(kind), now.states(kind), registry.get(kind).specs
        for key in sorted(touched[kind]):
            former, later = a.get(key), b.get(key)
            if former is None and later is None:
                continue
            fields = [str(spec.title) for name, spec in specs.items() if former and later and former.values.get(name) != later.values.get(name)]
            change = NEW if former is None else GONE if later is None else CHANGED
            if change != CHANGED or fields:
                label = (now if later else then).label(kind, key)
                found.append({"kind": kind, "key": key, "name": label, "change": change, "fields": ", ".join(fields)})
    return found
