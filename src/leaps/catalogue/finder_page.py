"""What the finder page shows: one answer, its filters, rows and figures, ready for the template.

The rows and filter options are by far the largest part of the page, so they are put together here
as markup; the rows of an instrument are kept for as long as the record does not change.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

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
    Index,
    InstrumentFacts,
    Query,
    Result,
    parse,
    to_params,
    understand,
)
from leaps.catalogue.search_index import CurrentIndex, current
from leaps.catalogue.templatetags.catalogue_ui import energy_words
from leaps.core.errors import Problem
from leaps.record.specs import readable_number

PAGE_SIZE = 25
MAX_DRAWN = 60
VIEWS = ("list", "table", "map", "energy")
MOST_OPTIONS = 12


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
    base = reverse("catalogue:finder")
    return f"{base}?{urlencode(pairs)}" if pairs else base


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
    titles = wording.titles()
    found = []
    for code in (Code.TECHNIQUE, *LISTS):
        facet = result.facets.get(code)
        if facet is None:
            continue
        shown = facet.shown()
        most = MOST_OPTIONS if code is Code.TECHNIQUE else 60
        if code is Code.TECHNIQUE:
            own = asked.current.memo.setdefault("used techniques", _used(asked.index))
            shown = tuple(c for c in shown if c.selected or c.value in own)  # type: ignore[operator]
        options = [
            _option(code.value, c.value, wording.value_words(code, c.value, asked.index), c.fits, c.may_fit, c.selected)
            for c in shown[:most]
        ]
        found.append(
            Section(code.value, titles[code].capitalize(), mark_safe("".join(options)), any(c.selected for c in shown))  # noqa: S308  escaped in _option
        )
    flags = [
        _option(code.value, "yes", titles[code].capitalize(), count.fits, count.may_fit, count.selected)
        for code in FLAGS
        if (count := result.facets[code]["yes"])
    ]
    found.insert(1, Section("services", _("Services"), mark_safe("".join(flags)), open=True))  # noqa: S308  escaped in _option
    return found


def _used(index: Index) -> frozenset[str]:
    """The techniques that instruments name themselves; the classes above them are in the tree."""
    return frozenset(t for f in index.instruments for t in f.techniques)


def _option(name: str, value: str, words: str, fits: int, may_fit: int, selected: bool) -> str:
    identity = f"f-{name}-{escape(value)}".replace(" ", "_")
    more = f'<span class="visually-hidden"> {escape(_("may fit"))}</span>'
    may = f" +{may_fit}{more}" if may_fit else ""
    return (
        f'<li class="option"><input type="checkbox" class="form-check-input" name="{name}" value="{escape(value)}" '
        f'id="{identity}"{" checked" if selected else ""}><label for="{identity}">{escape(words)}</label>'
        f'<span class="count">{fits}{may}</span></li>'
    )


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


def list_html(asked: Asked, result: Result, ids: Sequence[int]) -> SafeString:
    """The rows of the list view."""
    fitting = {int(i) for i in result.fits}
    parts = []
    divided = False
    for id_ in ids:
        note = ""
        if id_ not in fitting:
            if not divided:
                parts.append(f'<li class="result"><h3 class="quiet">{escape(_("May fit, not everything is recorded"))}</h3></li>')
                divided = True
            note = f'<p class="why">{escape(why(result, id_))}</p>'
        parts.append(_row(asked, id_).replace("<!--why-->", note))
    return mark_safe("".join(parts))  # noqa: S308  every value is escaped in _row


def why(result: Result, id_: int) -> str:
    """Why an instrument only may fit, in words."""
    return "; ".join(wording.answer_words(a) for a in result.unknown(id_))


def _row(asked: Asked, id_: int) -> str:
    memo = asked.current.memo
    key = ("row", id_, asked.day, get_language())
    if key not in memo:
        memo[key] = _build_row(asked.index.instrument(id_), asked)
    return memo[key]  # type: ignore[return-value]


def _build_row(f: InstrumentFacts, asked: Asked) -> str:
    tree = asked.index.techniques
    labels = [tree.label(t) for t in f.techniques] + list(f.technique_terms)
    running = darkness.running(f.dark_periods, asked.day)
    energy = energy_words(f.photon_energy_min_ev, f.photon_energy_max_ev)
    sizes = [readable_number(s) for s in (f.beam_size_h_um, f.beam_size_v_um) if s is not None]
    side = [format_html("<p>{} eV</p>", energy) if energy else ""]
    if sizes:
        side.append(format_html('<p class="quiet">{} µm</p>', " × ".join(sizes)))
    side.append(format_html('<p><span class="status status-{}">{}</span></p>', running.tone, running.words))
    compare = _("Compare %(name)s") % {"name": f"{f.facility_short_name} {f.name}"}
    return (
        '<li class="result"><div>'
        f'<h3><input class="form-check-input" type="checkbox" name="i" value="{escape(f.key)}" aria-label="{escape(compare)}" form="compare"> '
        f'<a href="{escape(reverse("catalogue:instrument", args=[f.key]))}">{escape(f.name)}</a> '
        f'<span class="quiet">{escape(f.facility_short_name)}, {escape(wording.value_words(Code.COUNTRY, f.country, asked.index))}</span></h3>'
        f"<p>{escape(f.full_name)}</p>"
        f'<p class="quiet small">{escape(", ".join(labels[:6]))}{" …" if len(labels) > 6 else ""}</p><!--why--></div>'
        f'<div class="side">{"".join(conditional_escape(part) for part in side)}</div></li>'
    )


def suggested_misses(asked: Asked, result: Result) -> list[tuple[InstrumentFacts, str]]:
    """The nearest misses with what they miss."""
    return [
        (asked.index.instrument(miss.id), "; ".join(wording.answer_words(a) for a in miss.failed))
        for miss in result.near_misses[:8]
    ]
