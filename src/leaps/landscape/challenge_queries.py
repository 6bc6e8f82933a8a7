"""Challenges with their chains, the instruments at their ends, and what is missing, read with a constant number of queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leaps.catalogue import darkness, search_index
from leaps.catalogue.finder import DarkPeriod, Query, to_params
from leaps.catalogue.models import LIGHT_SOURCES
from leaps.landscape import coverage
from leaps.landscape.models import (
    AdoptedWork,
    Challenge,
    ChallengeNeed,
    Need,
    Observable,
    ObservableTechnique,
)
from leaps.landscape.types import ChallengeList, EvidenceKind
from leaps.record.specs import readable_number
from leaps.record.types import Confidence, Provenance

"""Coverage is that of light sources; other infrastructures are told beside it."""
OPEN = ("operating", "commissioning")
_SHARE = {True: 1.0, None: 0.5, False: 0.0}
DARK_FROM, DARK_UNTIL = 2020, 2045


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a step of the record rests on."""

    kind: str
    title: str
    url: str
    date: str

    @property
    def kind_words(self) -> str:
        """Paper, case or project."""
        return str(EvidenceKind(self.kind).label) if self.kind in EvidenceKind.values else self.kind


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a chain: where it stands in the record, its strength, its evidence and who stands behind the strength."""

    kind: str
    key: str
    strength: int
    evidence: tuple[Evidence, ...]
    provenance: Provenance

    @property
    def is_evidenced(self) -> bool:
        """Whether somebody has shown it; else it is claimed, and drawn hollow."""
        return bool(self.evidence)

    @property
    def is_unverified(self) -> bool:
        """Whether nobody stands behind its strength."""
        return self.provenance.confidence == Confidence.KNOWN


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a technique must be able to do; None where anything serves."""

    energy_min_ev: float | None = None
    energy_max_ev: float | None = None
    beam_um: float | None = None
    time_s: float | None = None
    environment: str = ""

    @property
    def words(self) -> str:
        """In one line."""
        low, high = self.energy_min_ev, self.energy_max_ev
        parts = []
        if low is not None and high is not None:
            parts.append(_("%(low)s to %(high)s keV") % {"low": _kev(low), "high": _kev(high)})
        elif low is not None:
            parts.append(_("%(low)s keV or more") % {"low": _kev(low)})
        elif high is not None:
            parts.append(_("up to %(high)s keV") % {"high": _kev(high)})
        if self.beam_um is not None:
            parts.append(_("beam of %(size)s µm or less") % {"size": readable_number(self.beam_um)})
        if self.time_s is not None:
            parts.append(_("one measurement in %(time)s") % {"time": _seconds(self.time_s)})
        if self.environment:
            parts.append(self.environment)
        return "; ".join(parts)

    @property
    def is_beyond_catalogue(self) -> bool:
        """Whether part of it is nothing the catalogue can answer."""
        return self.time_s is not None or bool(self.environment)


def _kev(energy_ev: float) -> str:
    return readable_number(energy_ev / 1000)


def _seconds(time: float) -> str:
    if time >= 60:
        return _("%(n)s min") % {"n": readable_number(time / 60)}
    if time >= 1:
        return _("%(n)s s") % {"n": readable_number(time)}
    return _("%(n)s ms") % {"n": readable_number(round(time * 1000, 6))}


@dataclass(frozen=True, slots=True)
class Site:
    """Instruments of one facility that fit and may fit, and the share of the year in which it is open."""

    facility: str
    name: str
    certain: int
    possible: int
    share: float
    is_leaps: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """What the catalogue has for a technique and a requirement: at light sources by facility, and how many elsewhere."""

    sites: tuple[Site, ...]
    elsewhere: int
    address: str

    @property
    def certain(self) -> int:
        """Instruments of light sources that certainly fit."""
        return sum(site.certain for site in self.sites)

    @property
    def possible(self) -> int:
        """Those of which the catalogue does not tell."""
        return sum(site.possible for site in self.sites)

    @property
    def open_certain(self) -> float:
        """Those that fit, each with the share of the year in which it is open."""
        return sum(site.certain * site.share for site in self.sites)

    @property
    def open_possible(self) -> float:
        """Those that may fit, likewise."""
        return sum(site.possible * site.share for site in self.sites)

    @property
    def is_empty(self) -> bool:
        """Whether no light source has it."""
        return not self.sites

    @property
    def is_dark(self) -> bool:
        """Whether it is there, and dark the whole year."""
        return bool(self.sites) and self.open_certain + self.open_possible == 0


@dataclass(frozen=True, slots=True)
class TechniqueEnd:
    """A technique at the end of an observable."""

    step: Step
    panet_id: str
    label: str
    requirement: Requirement
    offer: Offer


@dataclass(frozen=True, slots=True)
class ObservableNode:
    """An observable of a need with its techniques."""

    key: str
    name: str
    step: Step
    techniques: tuple[TechniqueEnd, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A link that is missing: its kind, in words, and where."""

    kind: str
    words: str
    need: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class NeedNode:
    """A need with its observables, how well it is covered and what is missing below it."""

    key: str
    question: str
    observables: tuple[ObservableNode, ...]
    coverage: float
    gaps: tuple[Gap, ...]

    @property
    def ends(self) -> list[TechniqueEnd]:
        """All techniques below it."""
        return [end for one in self.observables for end in one.techniques]

    @property
    def steps(self) -> list[Step]:
        """All steps below it."""
        return [one.step for one in self.observables] + [end.step for end in self.ends]


@dataclass(frozen=True, slots=True)
class Chain:
    """One need of a challenge, with the step that leads to it."""

    step: Step
    need: NeedNode


@dataclass(frozen=True, slots=True)
class ChallengeRow:
    """A challenge with its chains. `coverage` None: there is nothing to compute it from."""

    key: str
    scheme: str
    code: str
    title: str
    description: str
    provenance: Provenance
    chains: tuple[Chain, ...]
    coverage: float | None
    gaps: tuple[Gap, ...] = field(default=())

    @property
    def scheme_words(self) -> str:
        """The list it is of."""
        return str(ChallengeList(self.scheme).label)

    @property
    def is_unverified(self) -> bool:
        """Whether its name was read in no source."""
        return self.provenance.confidence == Confidence.KNOWN

    @property
    def steps(self) -> list[Step]:
        """Every step of its chains."""
        return [step for chain in self.chains for step in (chain.step, *chain.need.steps)]

    @property
    def evidenced(self) -> int:
        """How many of its steps somebody has shown."""
        return sum(step.is_evidenced for step in self.steps)

    @property
    def evidence(self) -> list[tuple[Evidence, int]]:
        """What its steps rest on, each once, with how many steps it shows."""
        counts: dict[Evidence, int] = defaultdict(int)
        for step in self.steps:
            for one in step.evidence:
                counts[one] += 1
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].title))

    @property
    def techniques(self) -> dict[str, str]:
        """The techniques at the ends, id to label."""
        return {end.panet_id: end.label for chain in self.chains for end in chain.need.ends}

    @property
    def facilities(self) -> dict[str, str]:
        """The light sources with an instrument that fits or may fit, slug to name."""
        return {site.facility: site.name for chain in self.chains for end in chain.need.ends for site in end.offer.sites}


def challenges(today: dt.date, year: int | None = None) -> list[ChallengeRow]:
    """Every challenge in the order of the lists, with coverage in a year (None: this one)."""
    beside = _beside()
    needs = {node.key: node for node in _needs(year or today.year, beside)}
    links: dict[str, list[Chain]] = defaultdict(list)
    for row in ChallengeNeed.objects.select_related("challenge", "need").order_by("-strength", "slug"):
        links[row.challenge.slug].append(Chain(_step("challenge_need", row, beside), needs[row.need.slug]))
    order = {code: place for place, code in enumerate(ChallengeList.values)}
    rows = sorted(Challenge.objects.all(), key=lambda one: (order.get(one.scheme, 99), one.code))
    return [_challenge(row, tuple(links[row.slug])) for row in rows]


def needs(today: dt.date, year: int | None = None) -> list[NeedNode]:
    """Every need with its chain, in the order of its key."""
    return _needs(year or today.year, _beside())


def _challenge(row: Challenge, chains: tuple[Chain, ...]) -> ChallengeRow:
    covered = coverage.of_challenge((chain.step.strength, chain.need.coverage) for chain in chains)
    gaps = [gap for chain in chains for gap in chain.need.gaps]
    if not chains:
        gaps.append(Gap("no-need", _("No need is on record: nobody has said what would have to be measured.")))
    return ChallengeRow(
        row.slug, row.scheme, row.code, row.title, row.description or "", Provenance.of(row.provenance.get("title")), chains, covered, tuple(gaps)
    )


Beside = dict[tuple[str, str], list[Evidence]]
"""Works that were taken as evidence beside that of the record, by kind and key of the step."""


def _beside() -> Beside:
    found: Beside = defaultdict(list)
    for one in AdoptedWork.objects.filter(work__withdrawn_at=None).select_related("work"):
        found[one.kind, one.key].append(Evidence(one.work.kind, one.work.title, one.work.address, str(one.work.year or "")))
    return found


def _step(kind: str, row: ChallengeNeed | Observable | ObservableTechnique, beside: Beside) -> Step:
    evidence: tuple[Evidence, ...] = ()
    if row.evidence_kind and row.evidence_url:
        evidence = (Evidence(row.evidence_kind, row.evidence_title or row.evidence_url, row.evidence_url, row.evidence_date or ""),)
    evidence += tuple(beside.get((kind, row.slug), ()))
    return Step(kind, row.slug, row.strength, evidence, Provenance.of(row.provenance.get("strength")))


def _needs(year: int, beside: Beside) -> list[NeedNode]:
    ends: dict[int, list[TechniqueEnd]] = defaultdict(list)
    for row in ObservableTechnique.objects.select_related("technique").order_by("-strength", "slug"):
        required = Requirement(row.photon_energy_min_ev, row.photon_energy_max_ev, row.beam_size_um, row.time_resolution_s, row.environment or "")
        panet = row.technique.panet_id
        ends[row.observable_id].append(TechniqueEnd(_step("observable_technique", row, beside), panet, row.technique.label, required, offer_of(panet, required, year)))
    observables: dict[int, list[ObservableNode]] = defaultdict(list)
    for one in Observable.objects.order_by("-strength", "slug"):
        observables[one.need_id].append(ObservableNode(one.slug, one.name, _step("observable", one, beside), tuple(ends[one.pk])))
    return [_need(need, tuple(observables[need.pk]), year) for need in Need.objects.order_by("slug")]


def _need(need: Need, observables: tuple[ObservableNode, ...], year: int) -> NeedNode:
    routes = [
        coverage.Route(min(one.step.strength, end.step.strength), end.offer.open_certain, end.offer.open_possible)
        for one in observables
        for end in one.techniques
    ]
    return NeedNode(need.slug, need.question, observables, coverage.of_need(routes), tuple(_gaps(need, observables, year)))


def _gaps(need: Need, observables: Sequence[ObservableNode], year: int) -> Iterable[Gap]:
    address = reverse("landscape:need", args=[need.slug])
    if not observables:
        yield Gap("no-observable", _("Nobody has said what would have to be observed."), need.question, address)
    for one in observables:
        if not one.techniques:
            yield Gap("no-technique", _("No technique is on record for: %(what)s.") % {"what": one.name}, need.question, address)
    ends = [end for one in observables for end in one.techniques]
    for end in ends:
        if end.offer.is_empty:
            words = _("No light source of the record has %(technique)s as required.") % {"technique": end.label}
            if end.offer.elsewhere:
                words += " " + ngettext(
                    "Other infrastructures have %(n)d instrument for it.", "Other infrastructures have %(n)d instruments for it.", end.offer.elsewhere
                ) % {"n": end.offer.elsewhere}
            yield Gap("no-instrument", words, need.question, reverse("catalogue:technique", args=[end.panet_id]))
    there = [end for end in ends if not end.offer.is_empty]
    if there and all(end.offer.is_dark for end in there):
        yield Gap("all-dark", _("Every instrument for it is dark all through %(year)d.") % {"year": year}, need.question, address)


GAPS = ("no-need", "no-observable", "no-technique", "no-instrument", "all-dark")


def gap_words(kind: str) -> str:
    """A kind of missing link, for a filter."""
    return {
        "no-need": _("challenge without a need"), "no-observable": _("need without an observable"), "no-technique": _("observable without a technique"),
        "no-instrument": _("technique without an instrument"), "all-dark": _("all instruments dark in the year"),
    }[kind]  # fmt: skip


class _Kept:
    """Answers for one state of the catalogue, forgotten when it changes."""

    def __init__(self) -> None:
        self._of: tuple[search_index.CurrentIndex | None, dict[tuple[Any, ...], Offer]] = (None, {})

    def answers(self, current: search_index.CurrentIndex) -> dict[tuple[Any, ...], Offer]:
        """What was answered of this very state."""
        of = self._of
        if of[0] is not current:
            of = self._of = (current, {})
        return of[1]


_kept = _Kept()


def offer_of(panet_id: str, required: Requirement, year: int) -> Offer:
    """The instruments for a technique or a finer form of it, at the photon energy and with the beam that are required.

    An instrument fits the energy when its range reaches into the required one. Closed and planned instruments do not count,
    nor do those without any technique on record.
    """
    current = search_index.current()
    answers = _kept.answers(current)
    asked = (panet_id, required.energy_min_ev, required.energy_max_ev, required.beam_um, year)
    if asked not in answers:
        answers[asked] = _offer(current, panet_id, required, year)
    return answers[asked]


def _offer(current: search_index.CurrentIndex, panet_id: str, required: Requirement, year: int) -> Offer:
    query = Query(techniques=(panet_id,), statuses=OPEN, beam_size_max_um=required.beam_um).with_energy_ev(required.energy_min_ev, required.energy_max_ev)
    result = current.index.search(query)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    about: dict[str, tuple[str, bool]] = {}
    elsewhere = 0
    for place, ids in enumerate((result.fits, result.may_fit)):
        for number in ids.tolist():
            facts = current.index.instrument(number)
            if not facts.techniques:  # the finder says that it may have any technique; that is too little to build on
                continue
            if facts.facility_kind not in LIGHT_SOURCES:
                elsewhere += 1
                continue
            counts[facts.facility][place] += 1
            about[facts.facility] = (facts.facility_short_name, facts.partnership == "LEAPS")
    sites = [
        Site(slug, about[slug][0], fits, maybe, open_share(current.dark.get(slug, ()), year), about[slug][1]) for slug, (fits, maybe) in counts.items()
    ]
    sites.sort(key=lambda site: (-site.certain, -site.possible, site.name.casefold()))
    return Offer(tuple(sites), elsewhere, f"{reverse('catalogue:finder')}?{urlencode(to_params(query))}")


def open_share(periods: Sequence[DarkPeriod], year: int) -> float:
    """The share of a year in which a facility is open, by the middle of its months; a month that may be dark counts half."""
    return sum(_SHARE[darkness.running(periods, dt.date(year, month, 15)).state] for month in range(1, 13)) / 12


def filtered(rows: Iterable[ChallengeRow], scheme: str = "", gap: str = "", text: str = "") -> list[ChallengeRow]:
    """The challenges of a list, with a kind of missing link, and with all words of a text in them or their needs."""
    wanted = text.casefold().split()
    found = []
    for row in rows:
        words = " ".join((row.title, row.description, row.code, *(chain.need.question for chain in row.chains), *row.techniques.values())).casefold()
        if (not scheme or row.scheme == scheme) and (not gap or any(one.kind == gap for one in row.gaps)) and all(word in words for word in wanted):
            found.append(row)
    return found


def of_technique(panet_id: str) -> list[tuple[Need, list[Challenge]]]:
    """The needs that lead to a technique, each with the challenges that ask for it. Two queries."""
    wanted = list(Need.objects.filter(observables__techniques__technique__panet_id=panet_id).distinct().order_by("question"))
    asked: dict[int, list[Challenge]] = defaultdict(list)
    for link in ChallengeNeed.objects.filter(need__in=wanted).select_related("challenge").order_by("-strength", "slug"):
        asked[link.need_id].append(link.challenge)
    return [(need, asked[need.pk]) for need in wanted]
