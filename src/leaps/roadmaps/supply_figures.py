"""The purchases of facilities over time, by what is bought."""

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from leaps.core.figures import layers
from leaps.roadmaps.models.purchases import Category
from leaps.roadmaps.supply_queries import JointRow, SupplyRow


def _end(month: dt.date) -> dt.date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def _bar(row: SupplyRow) -> layers.Bar:
    amount = f", {row.amount}" if row.amount else ""
    words = f"{row.facility_name}: {row.title}{amount}, {row.window_words}; {row.state_words}"
    style = "implied" if row.is_implied else "buy" if row.is_open else "bought"
    label = row.title if row.is_implied else f"{row.title}{amount}"
    return layers.Bar(row.key, label, row.first, _end(row.last), style, words, row.url)


def _joint(one: JointRow, place: int) -> layers.Bar:
    who = ", ".join(one.facilities)
    label = who if not one.gap else _("%(who)s, %(n)d months apart") % {"who": who, "n": one.gap}
    words = _("%(category)s together: %(who)s, %(when)s") % {"category": one.category_words, "who": who, "when": one.window_words}
    return layers.Bar(f"j{place}", label, one.first, _end(one.last), "near" if one.gap else "joint", words, "#together")


def supply_svg(
    rows: Sequence[SupplyRow], together: Sequence[JointRow], today: dt.date, *, title: str, heading: str = "", footer: str = ""
) -> str:
    """A band for each kind of thing: a lane for each facility, and below the months in which they could buy together."""
    if not rows:
        return ""
    bands = []
    for category in Category:
        lanes: dict[tuple[str, str], list[layers.Mark | layers.Bar]] = defaultdict(list)
        for row in rows:
            if row.category == category:
                lanes[row.facility_name, row.facility].append(_bar(row))
        if not lanes:
            continue
        drawn = [layers.Lane(name, tuple(items), reverse("catalogue:facility", args=[slug])) for (name, slug), items in sorted(lanes.items())]
        found = tuple(_joint(one, place) for place, one in enumerate(together) if one.category == category)
        if found:
            drawn.append(layers.Lane(_("together"), found))
        label = str(category.label)
        bands.append(layers.Band(label[:1].upper() + label[1:], tuple(drawn)))
    words = {
        "buy": _("announced by the facility"), "bought": _("ordered or delivered"), "implied": _("implied by an upgrade, not announced"),
        "joint": _("months that all share"), "near": _("between their months"),
    }  # fmt: skip
    present = {item.style for band in bands for lane in band.lanes for item in lane.items if isinstance(item, layers.Bar)}
    legend = [(kind, told) for kind, told in words.items() if kind in present]
    return layers.layers_svg(bands, title=title, today=today, today_words=_("today"), heading=heading, footer=footer, legend=legend)
