"""F9: from challenges by techniques to facilities; and the picture of one chain."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leaps.catalogue import queries as catalogue_queries
from leaps.catalogue.facility_marks import look_of
from leaps.core.figures.flows import Band, Node, flows_svg
from leaps.landscape import challenge_queries
from leaps.landscape.challenge_queries import ChallengeRow, NeedNode, TechniqueEnd
from leaps.landscape.figures import wording
from leaps.landscape.figures.base import Figure, Options
from leaps.landscape.types import STRONGEST, ChallengeList

COLUMNS = ("from", "from_name", "to", "to_name", "step", "width", "evidence", "instruments_fit", "instruments_may_fit")
NOWHERE, OTHERS = "none", "others"
MOST_FACILITIES = 12


def _scheme(given: Options) -> str:
    asked = given.get("list", "")
    code = asked if isinstance(asked, str) else (asked[-1] if asked else "")
    return code if code in ChallengeList.values else ChallengeList.LEAPS.value


def make(_viewer: object, given: Options) -> Figure:
    """F9 for one list of challenges (`list`: leaps, mission, cluster, theme, goal); the themes of LEAPS if none is named."""
    scheme = _scheme(given)
    every = [row for row in challenge_queries.challenges(catalogue_queries.today()) if row.scheme == scheme]
    rows = [row for row in every if row.chains]
    first, second = _flows(rows)
    records = tuple(_records(rows, first, second))
    claimed = sum(not shown for _width, shown in first.values())
    empty = len(every) - len(rows)
    title = (
        _("%(n)d of %(all)d %(list)s lead to %(techniques)d techniques; %(claimed)d of %(steps)d links are claimed, not shown") % {
            "n": len(rows), "all": len(every), "list": ChallengeList(scheme).label, "techniques": len({t for _c, t in first}), "claimed": claimed, "steps": len(first),
        }
        if rows
        else _("No chain from the %(list)s is on record") % {"list": ChallengeList(scheme).label}
    )  # fmt: skip
    names = dict(_names(rows))
    told = "; ".join(
        _("%(from)s to %(to)s") % {"from": row.title, "to": ", ".join(names[t] for c, t in sorted(first) if c == row.key)} for row in rows
    )
    missing = sorted(names[t] for t, place in second if place == NOWHERE)
    notes = [_("Two chains may share a technique: widths tell how strongly it is asked for, not how many hours are used.")]
    if empty:
        notes.append(ngettext("%(n)d entry of the list has no chain on record and is not drawn.", "%(n)d entries of the list have no chain on record and are not drawn.", empty) % {"n": empty})
    if missing:
        notes.append(_("No light source of the record has as required: %(what)s.") % {"what": ", ".join(missing)})
    return Figure(
        key="F9", slug="challenges", title=title,
        caption=_("Left: as wide as the strongest chain from the challenge to the technique is strong, 1 to 3. Right: the same width shared among facilities by their instruments that fit what is required, those that may fit counting half. Filled: each step of a chain has evidence; hollow and dashed: a step is only claimed. Strengths are unverified. From the record on %(day)s.") % {"day": wording.today_words()},
        alt=_("%(title)s. Bands from challenges to techniques to facilities. %(told)s.") % {"title": title, "told": told},
        method=_("Challenge to technique: the weakest of the steps challenge, need, observable, technique gives the strength of a chain; the strongest chain counts, one with evidence first. Technique to facility: what flows into the technique, shared among light sources in proportion to their open instruments with this technique or a finer form, at the photon energy and with the beam that the chains require."),
        columns=COLUMNS, records=records, draw=lambda heading, footer: _drawn(rows, first, second, title, heading, footer), notes=tuple(notes),
    )  # fmt: skip


_First = dict[tuple[str, str], tuple[float, bool]]
_Second = dict[tuple[str, str], tuple[float, float, float]]


def _flows(rows: Sequence[ChallengeRow]) -> tuple[_First, _Second]:
    """(challenge, technique): width and whether shown; (technique, facility): width, instruments that fit and may fit."""
    first: _First = {}
    offers: dict[str, dict[str, tuple[float, float]]] = defaultdict(dict)
    for row in rows:
        for chain in row.chains:
            for one in chain.need.observables:
                for end in one.techniques:
                    steps = (chain.step, one.step, end.step)
                    strength = float(min(step.strength for step in steps))
                    if not strength:
                        continue
                    best = first.get((row.key, end.panet_id), (0.0, False))
                    first[row.key, end.panet_id] = max(best, (strength, all(step.is_evidenced for step in steps)))
                    for site in end.offer.sites:
                        fits, maybe = offers[end.panet_id].get(site.facility, (0.0, 0.0))
                        offers[end.panet_id][site.facility] = max(fits, float(site.certain)), max(maybe, float(site.possible))
    flow: dict[str, float] = defaultdict(float)
    for (_challenge, technique), (width, _shown) in first.items():
        flow[technique] += width
    second: _Second = {}
    for technique, width in flow.items():
        weights = {slug: fits + maybe / 2 for slug, (fits, maybe) in offers[technique].items()}
        whole = sum(weights.values())
        if not whole:
            second[technique, NOWHERE] = (width, 0.0, 0.0)
            continue
        for slug, weight in weights.items():
            second[technique, slug] = (width * weight / whole, *offers[technique][slug])
    return first, second


def _names(rows: Iterable[ChallengeRow]) -> Iterable[tuple[str, str]]:
    for row in rows:
        yield row.key, row.title
        yield from row.techniques.items()
        yield from row.facilities.items()
    yield NOWHERE, _("no light source")
    yield OTHERS, _("other light sources")


def _records(rows: Sequence[ChallengeRow], first: _First, second: _Second) -> Iterable[dict[str, Any]]:
    names = dict(_names(rows))
    for (challenge, technique), (width, shown) in sorted(first.items()):
        yield {
            "from": challenge, "from_name": names[challenge], "to": technique, "to_name": names[technique], "step": "challenge to technique", "width": width,
            "evidence": "shown" if shown else "claimed", "instruments_fit": None, "instruments_may_fit": None,
        }  # fmt: skip
    for (technique, facility), (width, fits, maybe) in sorted(second.items()):
        yield {
            "from": technique, "from_name": names[technique], "to": facility, "to_name": names[facility], "step": "technique to facility", "width": round(width, 4),
            "evidence": "catalogue", "instruments_fit": int(fits), "instruments_may_fit": int(maybe),
        }  # fmt: skip


def _drawn(rows: Sequence[ChallengeRow], first: _First, second: _Second, title: str, heading: str, footer: str) -> str:
    names = dict(_names(rows))
    by_facility: dict[str, float] = defaultdict(float)
    for (_technique, slug), (width, _f, _m) in second.items():
        by_facility[slug] += width
    ranked = sorted((slug for slug in by_facility if slug != NOWHERE), key=lambda slug: (-by_facility[slug], slug))
    own = ranked[:MOST_FACILITIES] if len(ranked) > MOST_FACILITIES + 1 else ranked
    challenges = [row.key for row in rows]
    mean = {t: [challenges.index(c) for c, other in first if other == t] for _c, t in first}
    techniques = sorted(mean, key=lambda t: (sum(mean[t]) / len(mean[t]), names[t]))
    nodes = [Node(row.key, 0, row.title, reverse("landscape:challenge", args=[row.key])) for row in rows]
    nodes += [Node(t, 1, names[t], reverse("catalogue:technique", args=[t])) for t in techniques]
    nodes += [Node(slug, 2, names[slug], reverse("catalogue:facility", args=[slug]), f"hue-{look_of(slug).hue}") for slug in own]
    bands = [
        Band(c, t, width, shown, _("%(from)s to %(to)s: strength %(n)d, %(how)s") % {"from": names[c], "to": names[t], "n": width, "how": _("shown") if shown else _("claimed")})
        for (c, t), (width, shown) in first.items()
    ]
    gathered: dict[tuple[str, str], float] = defaultdict(float)
    for (technique, slug), (width, _fits, _maybe) in second.items():
        gathered[technique, slug if slug in own or slug == NOWHERE else OTHERS] += width
    if len(own) < len(ranked):
        nodes.append(Node(OTHERS, 2, _("%(n)d other light sources") % {"n": len(ranked) - len(own)}))
    if any(slug == NOWHERE for _t, slug in gathered):
        nodes.append(Node(NOWHERE, 2, names[NOWHERE], is_missing=True))
    bands += [
        Band(t, slug, width, slug != NOWHERE, _("%(from)s at %(to)s: %(width).2f of the width") % {"from": names[t], "to": names[slug], "width": width})
        for (t, slug), width in gathered.items()
    ]
    heads = (_("Challenge"), _("Technique"), _("Facility"))
    return flows_svg(heads, nodes, bands, title=title, shares=(3.4, 3.9, 2.1), heading=heading, footer=footer)


def chain_svg(row: ChallengeRow, *, title: str, heading: str = "", footer: str = "") -> str:
    """All chains of one challenge: needs, observables, techniques and how many instruments stand at their ends."""
    nodes: dict[str, Node] = {row.key: Node(row.key, 0, row.title)}
    bands: list[Band] = []
    for chain in row.chains:
        nodes[f"need/{chain.need.key}"] = Node(f"need/{chain.need.key}", 1, chain.need.question, reverse("landscape:need", args=[chain.need.key]))
        bands.append(_band(row.key, f"need/{chain.need.key}", chain.step.strength, chain.step.is_evidenced))
        _below(chain.need, nodes, bands)
    ordered = sorted(nodes.values(), key=lambda node: node.column)
    heads = (_("Challenge"), _("Need"), _("Observable"), _("Technique"), _("Instruments"))
    return flows_svg(heads, ordered, bands, title=title, shares=(1.55, 2.5, 2.3, 2.2, 1.45), unit=5.0, heading=heading, footer=footer)


def need_svg(need: NeedNode, *, title: str) -> str:
    """The chain below one need."""
    nodes: dict[str, Node] = {f"need/{need.key}": Node(f"need/{need.key}", 0, need.question)}
    bands: list[Band] = []
    _below(need, nodes, bands)
    ordered = [Node(n.key, max(0, n.column - 1), n.label, n.url, n.tone, n.is_missing) for n in sorted(nodes.values(), key=lambda node: node.column)]
    return flows_svg((_("Need"), _("Observable"), _("Technique"), _("Instruments")), ordered, bands, title=title, shares=(2.6, 2.6, 2.6, 2.2), unit=6.0)


def _below(need: NeedNode, nodes: dict[str, Node], bands: list[Band]) -> None:
    for one in need.observables:
        spot = f"observable/{one.key}"
        nodes[spot] = Node(spot, 2, one.name, reverse("landscape:observable", args=[one.key]))
        bands.append(_band(f"need/{need.key}", spot, one.step.strength, one.step.is_evidenced))
        for end in one.techniques:
            # A technique stands once for each observable: what is required of it differs.
            key = f"technique/{one.key}/{end.panet_id}"
            nodes[key] = Node(key, 3, end.label, reverse("catalogue:technique", args=[end.panet_id]))
            bands.append(_band(spot, key, end.step.strength, end.step.is_evidenced))
            last = f"instruments/{one.key}/{end.panet_id}"
            nodes[last] = Node(last, 4, offer_words(end), end.offer.address, is_missing=end.offer.is_empty)
            bands.append(Band(key, last, float(end.step.strength), not end.offer.is_empty, offer_words(end)))


def offer_words(end: TechniqueEnd) -> str:
    """How many instruments stand at the end of a chain."""
    if end.offer.is_empty:
        return _("no light source")
    words = ngettext("%(n)d fits", "%(n)d fit", end.offer.certain) % {"n": end.offer.certain}
    return words + (", " + ngettext("%(n)d may", "%(n)d may", end.offer.possible) % {"n": end.offer.possible} if end.offer.possible else "")


def _band(source: str, target: str, strength: int, shown: bool) -> Band:
    how = _("shown") if shown else _("claimed")
    return Band(source, target, float(strength), shown, _("Strength %(n)d of %(most)d, %(how)s") % {"n": strength, "most": STRONGEST, "how": how})


def address(scheme: str) -> str:
    """Where F9 of a list is shown."""
    return f"{reverse('landscape:figure', args=['challenges'])}?{urlencode({'list': scheme})}"
