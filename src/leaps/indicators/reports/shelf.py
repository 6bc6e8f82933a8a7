"""What is known of some facilities and years, read once; from it any line of any report is filled.

What the viewer may see is decided by `queries.computed`. Values published elsewhere are facts of the record: they
fill gaps of real reports only.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from leaps.catalogue.models import Facility
from leaps.catalogue.places import country_name
from leaps.core.errors import DomainError
from leaps.indicators import raw, rules
from leaps.indicators.computed.registry import all_indicators
from leaps.indicators.models import Campaign, ComputedValue, PublishedValue, Return
from leaps.indicators.queries import Published, published
from leaps.indicators.queries.computed import Computed, is_synthetic_world, visible
from leaps.indicators.reports.entries import Audience, Entry, Filled, Subject, World
from leaps.indicators.types import Family, Origin, Qualifier, ReturnState, Shown, Standing

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MONEY: Final = "currency"
COUNTRY: Final = "country"


class NoSuchWorld(DomainError):
    """There are no values of that world here."""

    status = 404


def world_of(asked: str) -> World:
    """The world asked for, else the one this installation computes values of. Raises NoSuchWorld."""
    if not asked:
        return World.SYNTHETIC if is_synthetic_world() else World.REAL
    if asked not in World.values or (asked == World.SYNTHETIC and not is_synthetic_world()):
        raise NoSuchWorld(_("Only real values are kept here; synthetic ones are found in a trial."))
    return World(asked)


@dataclass(frozen=True, slots=True)
class Ask:
    """One value that a line asks for: of an indicator, whole or by a dimension, as it is or as a share of the whole.

    `only` keeps the parts named, `without` leaves those named out.
    """

    indicator: str
    what: "StrOrPromise" = ""
    dimension: str = ""
    share: bool = False
    only: Collection[str] = ()
    without: Collection[str] = ()

    def takes(self, category: str) -> bool:
        """Whether a part of the dimension is asked for."""
        return category not in self.without and (not self.only or category in self.only)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something a line asks for that no raw record tells."""

    what: "StrOrPromise"
    why: "StrOrPromise"


Place = tuple[str, int]
"""Facility and year."""


class Shelf:
    """Everything known of some facilities and years, as far as the viewer may see it. Six queries."""

    def __init__(
        self, viewer: object, *, world: World, facilities: Collection[str], years: Collection[int], asks: Iterable[Ask], codes: Iterable[str],
        today: dt.date,
    ) -> None:  # fmt: skip
        self.world, self.today, self.viewer = world, today, viewer
        asks = list(asks)
        known = all_indicators()
        wanted = {ask.indicator for ask in asks} & set(known)
        dimensions = {"", *(ask.dimension for ask in asks)} | ({MONEY} if any(_is_money(code) for code in wanted) else set())
        here = {
            "facility__in": facilities, "campaign__year__in": years, "indicator__in": wanted, "dimension__in": dimensions,
            "is_synthetic": world is World.SYNTHETIC,
        }  # fmt: skip
        self.rows: dict[tuple[str, int, str, str], list[Computed]] = defaultdict(list)
        for row in visible(viewer, **here):
            if row.variant == known[row.indicator].standard_variant:
                self.rows[row.facility, row.year, row.indicator, row.dimension].append(row)
        self._hidden: dict[tuple[str, int, str, str], set[str]] = defaultdict(set)
        names = ("facility", "campaign__year", "indicator", "dimension", "category", "variant")
        hidden = ComputedValue.objects.filter(**here, closed_at=None, shown=Shown.HOUSE) | ComputedValue.objects.filter(
            **(here | {"dimension__in": [MONEY]}), closed_at=None
        )
        for facility, year, code, dimension, category, variant in hidden.values_list(*names).distinct():
            if variant == known[code].standard_variant:
                self._hidden[facility, year, code, dimension].add(category)
        self.names = dict(Facility.objects.filter(slug__in=facilities).values_list("slug", "short_name"))
        self.signed: dict[Place, Return] = {
            (sent.facility, sent.campaign.year): sent
            for sent in Return.objects.select_related("campaign").filter(
                facility__in=facilities, campaign__year__in=years, state=ReturnState.SIGNED, is_synthetic=world is World.SYNTHETIC
            )
        }
        self.collected = set(Campaign.objects.filter(year__in=years).values_list("year", flat=True))
        self.published: dict[tuple[str, int, str], list[Published]] = defaultdict(list)
        if world is World.REAL:
            told = published(
                facility__slug__in=facilities, year__in=years, standing=Standing.PUBLISHED,
                indicator__code__in={*codes, *(ask.indicator for ask in asks)},
            )  # fmt: skip
            for value in told:
                self.published[value.facility, value.year, value.indicator].append(value)

    def audience(self, facility: str) -> Audience:
        """For whom a report on the facility is."""
        inside = rules.may_see_return_of(self.viewer, facility)
        return Audience.HOUSE if inside and self.world_has(facility) else Audience.PUBLIC

    def world_has(self, facility: str) -> bool:
        """Whether anything of the facility was signed, so that there is something to keep in the house."""
        return any(of == facility for of, _year in self.signed)

    def fill(self, subject: Subject, ask: Ask | Gap, facility: str, year: int) -> list[Entry]:
        """The entries of what a line asks for of one facility and year; never empty."""
        bare = Entry(subject, "", Filled.NOT_COLLECTED, facility=facility, facility_name=self.names.get(facility, ""), year=year)
        if isinstance(ask, Gap):
            return [replace(bare, what=str(ask.what), why=str(ask.why))]
        one = all_indicators().get(ask.indicator)
        bare = replace(bare, what=str(ask.what or (one.title if one else subject.name)), indicator=ask.indicator)
        if one is not None:
            rule = one.variants.get(one.standard_variant) or one.rule
            bare = replace(bare, rule=str(rule), unit="%" if ask.share else one.unit, dimension=ask.dimension, method=one.method_hash)
            found = self._money(bare, ask) if _is_money(ask.indicator) and not ask.dimension else self._computed(bare, ask)
            if found:
                return found
        if told := self._told(bare, ask):
            return told
        return [self._missing(bare, ask)]

    def own(self, subject: Subject, facility: str, year: int) -> list[Entry]:
        """What was published under the code of the line itself."""
        bare = Entry(subject, subject.name, Filled.PUBLISHED, facility=facility, facility_name=self.names.get(facility, ""), year=year)
        return self._told(replace(bare, indicator=subject.code), Ask(subject.code))

    def _computed(self, bare: Entry, ask: Ask) -> list[Entry]:
        facility, year = bare.facility, bare.year or 0
        rows = [row for row in self.rows[facility, year, ask.indicator, ask.dimension] if ask.takes(row.category)]
        whole = next(iter(self.rows[facility, year, ask.indicator, ""]), None)
        return [self._seen(bare, row, whole if ask.share else None, share=ask.share) for row in rows]

    def _money(self, bare: Entry, ask: Ask) -> list[Entry]:
        """Amounts in each currency; who may see only the whole sees it where there is one currency alone."""
        facility, year = bare.facility, bare.year or 0
        rows = self.rows[facility, year, ask.indicator, MONEY]
        if rows:
            return [replace(self._seen(bare, row, None), unit=bare.unit.replace(MONEY, row.category or MONEY), category="", dimension="") for row in rows]
        whole = next(iter(self.rows[facility, year, ask.indicator, ""]), None)
        if whole is None:
            return []
        used = self._hidden[facility, year, ask.indicator, MONEY]
        if len(used) > 1:
            return [replace(bare, filled=Filled.UNDEFINED, why=_("The amounts are in several currencies, which are not added."))]
        return [replace(self._seen(bare, whole, None), unit=bare.unit.replace(MONEY, next(iter(used), MONEY)))]

    def _seen(self, bare: Entry, row: Computed, whole: Computed | None, *, share: bool = False) -> Entry:
        found = replace(
            self._vouched(bare), category=row.category, category_name=_words(row.dimension, row.category), method=row.method,
            n_facilities=row.n_facilities if not row.facility else None, period=str(row.year), qualifier=Qualifier.EXACT.value,
        )  # fmt: skip
        if row.value is None:
            withheld = row.shown == Shown.SUPPRESSED and not row.is_exact
            if withheld:
                why = _("Fewer than five people or companies stand behind it, or behind what could be worked out from it.")
                return replace(found, filled=Filled.WITHHELD, qualifier="", why=why)
            return replace(found, filled=Filled.UNDEFINED, qualifier="", why=_("There is nothing to divide by."))
        found = replace(
            found, filled=Filled(_FILLED[Origin(row.origin)]), value=row.value, numerator=row.numerator, denominator=row.denominator,
            low=row.low, high=row.high, n_records=row.n_records,
        )  # fmt: skip
        if row.low is not None and row.low != row.high:
            found = replace(found, qualifier=Qualifier.MAX.value)
        elif not row.is_exact and all_indicators()[row.indicator].unit == "person":
            found = replace(found, qualifier=Qualifier.APPROX.value)  # rounded to five
        if not share:
            return found
        if whole is None or not whole.value:
            why = _("The whole it would be a share of may not be shown.")
            return replace(found, filled=Filled.WITHHELD, value=None, numerator=None, low=None, high=None, qualifier="", why=why)
        part = 100 * row.value / whole.value
        return replace(found, value=round(part, 1), numerator=row.value, denominator=whole.value, low=None, high=None)

    def _told(self, bare: Entry, ask: Ask) -> list[Entry]:
        if ask.dimension or ask.share:
            return []
        return [
            replace(
                bare, filled=Filled.PUBLISHED, what=row.indicator_name, value=row.value, unit=row.unit, qualifier=row.qualifier,
                rule="; ".join(filter(None, (row.part, row.rule))), why="", period=row.period_words, source=row.provenance.source_url,
                comment=row.note, method="",
            )
            for row in self.published[bare.facility, bare.year or 0, ask.indicator]
        ]  # fmt: skip

    def _missing(self, bare: Entry, ask: Ask) -> Entry:
        facility, year = bare.facility, bare.year or 0
        one, sent = all_indicators().get(ask.indicator), self.signed.get((facility, year))
        if one is None or one.league_only:
            why = _("It is not computed from the raw records of one facility.") if one else _("No raw record that facilities return tells it.")
            return replace(bare, why=why, rule="", method="")
        if sent is None:
            why = _("Nobody has signed a return of %(year)d.") if year in self.collected else _("No campaign collected %(year)d.")
            return replace(bare, filled=Filled.NOT_SIGNED, why=why % {"year": year})
        held = self._hidden[facility, year, ask.indicator, ask.dimension]
        if held and self._is_embargoed(sent):
            why = _("Only the facility and the office see it until %(day)s.") % {"day": f"{sent.embargo_until:%Y-%m-%d}"}
            return replace(bare, filled=Filled.EMBARGO, why=why)
        bare = self._vouched(bare)
        if held and any(ask.takes(category) for category in held):
            return replace(bare, filled=Filled.HOUSE, why=_("It is broken down so far that it is not published."))
        lacking = [str(raw.record(name).title) for name in one.records if name not in sent.tables]
        if lacking:
            why = _("The return does not hold: %(records)s.") % {"records": ", ".join(lacking)}
            if raw.FINISHED_VALUE.name in sent.tables:
                why = _("The facility gave finished values, this one not among them.")
            return replace(bare, filled=Filled.NO_RECORDS, why=why)
        return replace(bare, filled=Filled.NOTHING, why=_("The records are there and hold nothing of the kind."))

    def _is_embargoed(self, sent: Return) -> bool:
        return sent.embargo_until is not None and sent.embargo_until > self.today

    def _vouched(self, entry: Entry) -> Entry:
        """The entry with who signed the return behind it, where the viewer may know."""
        sent = self.signed.get((entry.facility, entry.year or 0))
        if sent is None or sent.signed_at is None:
            return entry
        if self._is_embargoed(sent) and not rules.may_see_return_of(self.viewer, entry.facility):
            return entry
        words = ". ".join(filter(None, (sent.comment.strip(), sent.reason.strip())))
        return replace(entry, signed_by=sent.signed_label, signed_on=sent.signed_at.date(), comment=words)


_FILLED: Final = {Origin.RAW: Filled.COMPUTED, Origin.FINISHED: Filled.FINISHED, Origin.MIXED: Filled.MIXED}


def _is_money(code: str) -> bool:
    one = all_indicators().get(code)
    return one is not None and one.unit.startswith(MONEY)


def _words(dimension: str, category: str) -> str:
    if not dimension:
        return ""
    if not category:
        return _("not recorded")
    return country_name(category) if dimension == COUNTRY else category.replace("_", " ")


def years_of(facility: str, world: World) -> list[int]:
    """The years of which anything is known of a facility, in order. Two queries."""
    signed = Return.objects.filter(facility=facility, state=ReturnState.SIGNED, is_synthetic=world is World.SYNTHETIC)
    found = set(signed.values_list("campaign__year", flat=True))
    if world is World.REAL:
        told = PublishedValue.objects.filter(facility__slug=facility, standing=Standing.PUBLISHED, indicator__family=Family.LEAGUE)
        found |= set(told.order_by().values_list("year", flat=True))
    return sorted(found)
