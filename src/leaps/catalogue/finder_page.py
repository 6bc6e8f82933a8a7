"""What the finder page shows: one answer, its filters, rows and figures, ready for the template.

The rows and filter options are by far the largest part of the page, so they are put together here
as markup; the rows of an instrument are kept for as long as the record does not change.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

import numpy as np
from django.urls import reverse
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from leaps.catalogue import darkness, queries, wording
from leaps.catalogue.finder import (
    FLAGS,
    LISTS,
    Code,
    Count,
    Index,
    InstrumentFacts,
    Query,
    Result,
    parse,
    to_params,
    understand,
)
from leaps.catalogue.search_index import CurrentIndex, current
from leaps.core.errors import Problem
from leaps.record.specs import readable_number

PAGE_SIZE = 25
MAX_DRAWN = 60
VIEWS = ("list", "table", "map", "energy")
MOST_OPTIONS = 12
MOST_VALUES = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as read from an address. `said` is the sentence it was understood from."""

    query: Query
    problems: tuple[Problem, ...]
    current: CurrentIndex
    day: dt.date
    said: str = ""

    @property
    def index(self) -> Index:
        """The index the question is put to."""
        return self.current.index

    def search(self) -> Result:
        """The answer."""
        return self.index.search(self.query, today=self.day)


def read(params: Mapping[str, Sequence[str]]) -> Asked:
    """Read an address; never raises, problems are part of what comes back."""
    found = current()
    query, problems = parse(params, found.index.values)
    said = " ".join(params.get("said", ())[:1])[:200]
    return Asked(query, problems, found, queries.today(), said)


def understood(asked: Asked) -> Query | None:
    """The question a sentence in the search field means as filters; None when it is only words."""
    if not asked.query.text:
        return None
    meant = understand(asked.query.text, asked.index.vocabulary, today=asked.day)
    return meant.apply(asked.query) if meant.suggestions else None


def address(query: Query, **more: str) -> str:
    """The shareable address of a question."""
    pairs = [*to_params(query), *((name, value) for name, value in more.items() if value)]
    return f"{_base()}?{urlencode(pairs)}" if pairs else _base()


@cache
def _base() -> str:
    return reverse("catalogue:finder")


@dataclass(frozen=True, slots=True)
class Chip:
    """One active condition and the address without it."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Section:
    """One group of filter options."""

    code: str
    title: str
    html: SafeString
    open: bool


@dataclass(frozen=True, slots=True)
class Relax:
    """What dropping or loosening one condition would bring."""

    words: str
    brings: str
    url: str


def chips(asked: Asked) -> list[Chip]:
    """The active conditions, each removable."""
    q = asked.query
    return [Chip(wording.condition_words(c, q, asked.index), address(q.without(c))) for c in q.conditions]


def relaxations(result: Result, index: Index) -> list[Relax]:
    """Which single condition to relax, best first, and how many each would bring."""
    found = []
    for r in sorted(result.relaxations, key=lambda r: (-r.fits, -r.may_fit)):
        words = _("without %(what)s") % {"what": wording.condition_words(r.condition, result.query, index)}
        found.append(Relax(words, wording.brings_words(r.fits, r.may_fit), address(r.query)))
        found.extend(
            Relax(wording.loosening_words(item), wording.brings_words(item.fits, item.may_fit), address(item.query))
            for item in r.loosenings
        )
    return found


def sections(asked: Asked, result: Result) -> list[Section]:
    """The filter options with counts: values worth showing, selected ones first."""
    found = []
    for code in (Code.TECHNIQUE, *LISTS):
        facet = result.facets.get(code)
        if facet is None:
            continue
        if code is Code.TECHNIQUE:
            # The classes above those that instruments name are in the tree.
            shown = facet.shown(MOST_OPTIONS, asked.index.used_techniques)
        else:
            shown = facet.shown(MOST_VALUES)
        found.append(Section(code.value, wording.title(code).capitalize(), _options(asked, code, shown), bool(facet.selected)))
    flags = [
        _options(asked, code, (count,), wording.title(code).capitalize())
        for code in FLAGS
        if (count := result.facets[code]["yes"])
    ]
    found.insert(1, Section("services", _("Services"), mark_safe("".join(flags)), open=True))  # noqa: S308  escaped in _options
    return found


def _options(asked: Asked, code: Code, counts: Sequence[Count], words: str = "") -> SafeString:
    """Filter options as markup. All but the count and the tick is kept with the index."""
    frames = asked.current.kept(("options", code, get_language()))
    more = f'<span class="visually-hidden"> {escape(_("may fit"))}</span></span></li>'
    parts = []
    for count in counts:
        frame = frames.get(count.value)
        if frame is None:
            words_ = words or wording.value_words(code, count.value, asked.index)
            frame = frames[count.value] = _option_frame(code.value, count.value, words_)
        tick = " checked" if count.selected else ""
        may = f" +{count.may_fit}{more}" if count.may_fit else "</span></li>"
        parts.append(f"{frame[0]}{tick}{frame[1]}{count.fits}{may}")
    return mark_safe("".join(parts))  # noqa: S308  every value is escaped in _option_frame


def _option_frame(name: str, value: str, words: str) -> tuple[str, str]:
    code, identity = escape(value), f"f-{name}-{escape(value)}".replace(" ", "_")
    box = f'<input type="checkbox" class="form-check-input" name="{name}" value="{code}" id="{identity}"'
    return f'<li class="option">{box}', f'><label for="{identity}">{escape(words)}</label><span class="count">'


def page_ids(result: Result, number: int) -> tuple[list[int], int, int]:
    """The instruments of one page (fits first), the page's number within bounds, and how many pages."""
    total = len(result.fits) + len(result.may_fit)
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, number), pages)
    first = (number - 1) * PAGE_SIZE
    last = first + PAGE_SIZE
    fits = result.fits[first:last].tolist()
    start = max(0, first - len(result.fits))
    may = result.may_fit[start : max(0, last - len(result.fits))].tolist() if last > len(result.fits) else []
    return [*fits, *may], number, pages


def fitting_of(result: Result, ids: Sequence[int]) -> frozenset[int]:
    """Which of some instruments fit for certain."""
    wanted = np.asarray(ids, dtype=np.int64)
    return frozenset(wanted[np.isin(wanted, result.fits)].tolist())


def list_html(asked: Asked, result: Result, ids: Sequence[int]) -> SafeString:
    """The rows of the list view."""
    fitting = fitting_of(result, ids)
    rows = asked.current.kept(("rows", get_language()), asked.day)
    parts = []
    divided = False
    for id_ in ids:
        row = rows.get(id_)
        if row is None:
            row = rows[id_] = _build_row(asked.index.instrument(id_), asked)
        if id_ in fitting:
            parts.append("".join(row))
            continue
        if not divided:
            parts.append(f'<li class="result"><h3 class="quiet">{escape(_("May fit, not everything is recorded"))}</h3></li>')
            divided = True
        parts.append(f'{row[0]}<p class="why">{escape(why(result, id_))}</p>{row[1]}')
    return mark_safe("".join(parts))  # noqa: S308  every value is escaped in _build_row


def why(result: Result, id_: int) -> str:
    """Why an instrument only may fit, in words."""
    return "; ".join(wording.answer_words(a) for a in result.unknown(id_))


def _build_row(f: InstrumentFacts, asked: Asked) -> tuple[str, str]:
    """One row of the list: what comes before and after the words on why an instrument only may fit."""
    tree = asked.index.techniques
    labels = [tree.label(t) for t in f.techniques] + list(f.technique_terms)
    running = darkness.running(f.dark_periods, asked.day)
    energy = wording.recorded_energy(f.photon_energy_min_ev, f.photon_energy_max_ev)
    sizes = [readable_number(s) for s in (f.beam_size_h_um, f.beam_size_v_um) if s is not None]
    side = [format_html("<p>{} eV</p>", energy) if energy else ""]
    if sizes:
        side.append(format_html('<p class="quiet">{} µm</p>', " × ".join(sizes)))
    side.append(format_html('<p><span class="status status-{}">{}</span></p>', running.tone, running.words))
    compare = _("Compare %(name)s") % {"name": f"{f.facility_short_name} {f.name}"}
    before = (
        '<li class="result"><div>'
        f'<h3><input class="form-check-input" type="checkbox" name="i" value="{escape(f.key)}" aria-label="{escape(compare)}" form="compare"> '
        f'<a href="{escape(reverse("catalogue:instrument", args=[f.key]))}">{escape(f.name)}</a> '
        f'<span class="quiet">{escape(f.facility_short_name)}, {escape(wording.value_words(Code.COUNTRY, f.country, asked.index))}</span></h3>'
        f"<p>{escape(f.full_name)}</p>"
        f'<p class="quiet small">{escape(", ".join(labels[:6]))}{" …" if len(labels) > 6 else ""}</p>'
    )
    return before, f'</div><div class="side">{"".join(conditional_escape(part) for part in side)}</div></li>'


def suggested_misses(asked: Asked, result: Result) -> list[tuple[InstrumentFacts, str]]:
    """The nearest misses with what they miss."""
    return [
        (asked.index.instrument(miss.id), "; ".join(wording.answer_words(a) for a in miss.failed))
        for miss in result.near_misses[:8]
    ]
