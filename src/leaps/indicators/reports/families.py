"""The indicators of ESFRI (2019) and the core of OECD (2019), filled from ours.

Which of our definitions answers a line is told by the record: the counterparts of the definition. Where a line
asks for parts or shares, or for something that no raw record tells, that stands here.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leaps.indicators.models import Counterpart, IndicatorDefinition
from leaps.indicators.raw.records import INDUSTRY_SECTORS
from leaps.indicators.reports.entries import Audience, Entry, Report, Subject, World
from leaps.indicators.reports.shelf import Ask, Gap, Shelf
from leaps.indicators.types import Family, Objective

UNION: Final = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905  reads as the list it is
)
ASSOCIATED: Final = frozenset("AL BA CH FO GB IL IS MD ME MK NO RS TR UA".split())  # noqa: SIM905
"""Countries outside the Union taken for countries of the Forum; its list of delegations was not read, so this is printed."""
FORUM: Final = UNION | ASSOCIATED
NOWHERE: Final = frozenset({"", "not recorded"})

_AUTHORS = gettext_lazy("Publications come without the countries and employers of their authors.")
_MEMBERSHIPS = gettext_lazy("Members and their countries are no raw record.")
_MEDIA = gettext_lazy("Neither articles nor visits of web pages are a raw record.")
_POLICY = gettext_lazy("Work for policy, and policy documents that cite, are no raw record.")

ESFRI: Final[Mapping[str, Sequence[Ask | Gap]]] = {
    "ESFRI-02": (Ask("ACC-10"), Ask("ACC-07"), Ask("ACC-08"), Ask("ACC-09")),
    "ESFRI-06": (Ask("PPL-07"), Gap(gettext_lazy("Person-days of training"), gettext_lazy("Hours of events are returned, not the days of each participant."))),
    "ESFRI-07": (Gap(gettext_lazy("Members from countries of the Forum"), _MEMBERSHIPS),),
    "ESFRI-08": (
        Ask("ACC-10", gettext_lazy("Share of users, by country of the Forum"), "country", share=True, only=FORUM),
        Gap(gettext_lazy("Share of publications, by country of the Forum"), _AUTHORS),
        Ask("ACC-12"), Ask("ACC-13"), Ask("PPL-06"),
    ),
    "ESFRI-09": (
        Ask("ACC-10", gettext_lazy("Share of users from industry"), "sector", share=True, only=INDUSTRY_SECTORS),
        Gap(gettext_lazy("Share of publications with industry"), _AUTHORS),
        Ask("IND-03"),
    ),
    "ESFRI-10": (Ask("IND-02"), Ask("IND-01")),
    "ESFRI-12": (Gap(gettext_lazy("Media items"), _MEDIA),),
    "ESFRI-13": (Gap(gettext_lazy("Sessions, followers and engagement"), _MEDIA),),
    "ESFRI-15": (Gap(gettext_lazy("Activities for policy"), _POLICY),),
    "ESFRI-16": (Gap(gettext_lazy("Citations in documents of policy"), _POLICY),),
    "ESFRI-17": (
        Ask("ACC-10", gettext_lazy("Share of users, by country outside the Forum"), "country", share=True, without=FORUM | NOWHERE),
        Gap(gettext_lazy("Share of publications, by country outside the Forum"), _AUTHORS),
    ),
    "ESFRI-18": (Gap(gettext_lazy("Trainees from abroad"), gettext_lazy("Events are returned without the countries of their participants.")),),
    "ESFRI-19": (Gap(gettext_lazy("Members from other countries"), _MEMBERSHIPS),),
    "ESFRI-20": (
        Ask("FIN-04"), Ask("FIN-01"),
        Gap(gettext_lazy("Revenue by source"), gettext_lazy("Only the share that is not core funding is computed; amounts by source are not.")),
    ),
}  # fmt: skip
"""What lines ask for that counterparts alone do not tell; other lines are filled by their counterparts."""

OECD: Final[Mapping[str, Sequence[Ask | Gap]]] = {
    "OECD-01": (Ask("ACC-10"), Ask("ACC-10", gettext_lazy("Users, by sector"), "sector")),
    "OECD-16": (Gap(gettext_lazy("Purchases by region and branch"), gettext_lazy("Orders are returned; the economic impact of facilities makes use of them, this report does not.")),),
    "OECD-24": (Ask("PPL-03"), Ask("PPL-04"), Ask("ACC-10", gettext_lazy("Users, by declared gender"), "gender")),
    "OECD-25": (Ask("ENV-01"), Ask("ENV-03"), Ask("ENV-04"), Ask("ENV-06")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Line:
    subject: Subject
    asks: tuple[Ask | Gap, ...]


def esfri_21(viewer: object, *, facility: str, year: int, world: World, today: dt.date) -> Report:
    """The 21 indicators of one facility and year. Eight queries."""
    return _report("esfri-21", Family.ESFRI, ESFRI, viewer, [facility], year, world, today)


def esfri_of_all(viewer: object, *, facilities: Sequence[str], year: int, world: World, today: dt.date) -> Report:
    """The 21 indicators of several facilities, one after the other in the order given; as many queries as for one."""
    return _report("esfri-21", Family.ESFRI, ESFRI, viewer, facilities, year, world, today)


def oecd_core(viewer: object, *, facility: str, year: int, world: World, today: dt.date) -> Report:
    """The 25 core indicators of one facility and year. Eight queries."""
    return _report("oecd-core", Family.OECD, OECD, viewer, [facility], year, world, today)


def lines(family: Family, parts: Mapping[str, Sequence[Ask | Gap]]) -> list[_Line]:
    """The definitions of a family in order, each with what fills it. Two queries."""
    theirs: dict[str, list[str]] = defaultdict(list)
    links = Counterpart.objects.filter(target__family=family, source__family=Family.LEAGUE).order_by("source__code")
    for ours, code in links.values_list("source__code", "target__code"):
        theirs[code].append(ours)
    found = []
    for definition in IndicatorDefinition.objects.filter(family=family).defer("provenance").order_by("code"):
        declared = parts.get(definition.code, ())
        told = {ask.indicator for ask in declared if isinstance(ask, Ask)}
        asks = (*declared, *(Ask(code) for code in theirs[definition.code] if code not in told))
        found.append(_Line(_subject(definition), asks))
    return found


def _subject(definition: IndicatorDefinition) -> Subject:
    objective = str(Objective(definition.objective).label) if definition.objective else ""
    return Subject(
        definition.code, definition.name, objective, definition.unit, definition.definition_version, definition.wording_checked
    )


def _report(
    kind: str, family: Family, parts: Mapping[str, Sequence[Ask | Gap]], viewer: object, facilities: Sequence[str], year: int,
    world: World, today: dt.date,
) -> Report:  # fmt: skip
    asked = lines(family, parts)
    asks = [ask for line in asked for ask in line.asks if isinstance(ask, Ask)]
    shelf = Shelf(
        viewer, world=world, facilities=facilities, years=[year], asks=asks, codes=[line.subject.code for line in asked], today=today
    )
    entries: list[Entry] = []
    for slug in facilities:
        for line in asked:
            entries += _filled(shelf, line, slug, year)
    names = [shelf.names.get(slug, slug) for slug in facilities]
    who = names[0] if len(names) == 1 else _("%(n)d facilities") % {"n": len(names)}
    house = any(shelf.audience(slug) is Audience.HOUSE for slug in facilities)
    return Report(
        kind=kind, title=_("%(family)s: %(who)s, %(year)d") % {"family": family.label, "who": who, "year": year},
        about=facilities[0] if len(facilities) == 1 else "all", period=str(year), method=_method(), world=world,
        audience=Audience.HOUSE if house else Audience.PUBLIC, entries=tuple(entries), notes=tuple(_notes(family, asked)),
    )  # fmt: skip


def _filled(shelf: Shelf, line: _Line, slug: str, year: int) -> list[Entry]:
    found = shelf.own(line.subject, slug, year)
    for ask in line.asks:
        found += shelf.fill(line.subject, ask, slug, year)
    if not found:
        nothing = Gap(line.subject.name, gettext_lazy("No raw record that facilities return tells it."))
        found = shelf.fill(line.subject, nothing, slug, year)
    return found


def _method() -> str:
    return _(
        "Each value was computed from the records the facility signed, by one rule for all facilities; the hash names the code that did. "
        "Where nothing was computed, a value that the facility has published stands with its source. For everybody, counts of people are "
        "rounded to five, shares are taken of rounded counts, and small counts are withheld with others that would tell them."
    )


def _notes(family: Family, asked: Collection[_Line]) -> list[str]:
    notes = []
    if any(line.subject.is_checked is False for line in asked):
        notes.append(_("Names and numbers of the lines are in our wording, which was not checked against the original."))
    if family is Family.ESFRI:
        names = ", ".join(sorted(ASSOCIATED))
        notes.append(_("Countries of the Forum: the members of the European Union and %(codes)s; the list was not checked with the Forum.") % {"codes": names})
    return notes
