"""What the texts of the landscape can ask for: facts, indicators, counts, extremes, tables and figures.

Each answer leads back to the record. What is not recorded, embargoed or synthetic is refused, in words for the author.
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.models import AnonymousUser
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from leaps.catalogue import queries as catalogue_queries
from leaps.core import documents
from leaps.core.documents import Binder, Call, Number, Piece, Standing, Unbound
from leaps.core.documents.keeping import once
from leaps.core.figures import svg
from leaps.indicators.queries import computed as computed_queries
from leaps.indicators.queries import published
from leaps.indicators.types import Shown
from leaps.landscape import figures, tables
from leaps.landscape.first_edition import sources
from leaps.landscape.snapshots import Snapshot
from leaps.record import queries as record_queries
from leaps.record import registry
from leaps.record.presentation import object_url
from leaps.record.registry import RecordType, UnknownKind
from leaps.record.specs import display, readable_number
from leaps.record.types import Confidence, Provenance, State

_DATE: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?")
LONGEST_NOTES: Final = 260
_STANDING: Final = {
    Confidence.CONFIRMED.value: Standing.CONFIRMED, Confidence.SOURCED.value: Standing.SOURCED, Confidence.KNOWN.value: Standing.UNVERIFIED,
}  # fmt: skip


def bind(viewer: object = None, revision: int | None = None, *, kept: Path | None = None) -> Binder:
    """A binder over the record at a revision (None: as it is now), for what a person may see (None: the public).

    Figures are drawn of the record as it is now; everything else is read at the revision. In the folder `kept` figures
    are kept, by the revision they were drawn of and the day, so that a text that changes does not draw them again.
    """
    return _Binder(viewer or AnonymousUser(), Snapshot(revision), kept)


def functions() -> list[tuple[str, str]]:
    """Every call an author can write, with what it gives; shown beside the editor."""
    return [
        ("{{ fact('source', 'esrf-ebs', 'horizontal_emittance_pm_rad') }}", _("one value of the record, with its unit")),
        ("{{ value('diamond', 'PPL-02', 2015) }}", _("an indicator of a facility in a year, as published or as computed from signed returns")),
        ("{{ published('leaps-acc-10-2023-community') }}", _("one published value by its name")),
        ("{{ count('instrument', status='operating', facility__country='DE') }}", _("how many objects of the record are so")),
        ("{{ recorded('instrument', 'photon_energy_min_ev') }}", _("how many of them have a value, of all")),
        ("{{ least('source', 'horizontal_emittance_pm_rad', kind='storage_ring', status='operating') }}", _("the smallest value, with whose it is; greatest() likewise")),
        ("{{ dark(2029, 3) }}", _("ring instruments dark in a month by the public dates")),
        ("{{ table('facilities') }}", _("a table; names: %(names)s") % {"names": ", ".join(tables.names())}),
        ("{{ figure('F2') }}", _("a figure; keys: %(names)s") % {"names": ", ".join(e.key for e in figures.all_entries())}),
        ("{{ cite('leaps-about') }}", _("a document; names: %(names)s") % {"names": ", ".join(sources.all_sources())}),
        ("{{ ref('F2') }}", _("the number of a figure, table or chapter of this document, with a link")),
    ]


class _Binder:
    """Answers the calls of one build; what it has read once it keeps."""

    def __init__(self, viewer: object, snapshot: Snapshot, kept: Path | None) -> None:
        self._viewer, self._snapshot, self._kept = viewer, snapshot, kept
        self._known: dict[tuple[Any, ...], Piece] = {}
        self._functions: Mapping[str, Callable[..., Piece]] = {
            "fact": self._fact, "value": self._value, "published": self._published, "count": self._count, "recorded": self._recorded,
            "least": self._least, "greatest": self._greatest, "dark": self._dark, "table": self._table, "figure": self._figure,
            "cite": self._cite,
        }  # fmt: skip

    def __call__(self, call: Call) -> Piece:
        """The piece a call stands for. Raises Unbound."""
        function = self._functions.get(call.name)
        if function is None:
            raise Unbound(_("“%(name)s” is nothing a text can ask for") % {"name": call.name}, _("Use one of: %(names)s.") % {"names": ", ".join(sorted(self._functions))})
        asked = (call.name, call.args, call.kwargs)
        if asked not in self._known:
            try:
                self._known[asked] = function(*call.args, **call.named)
            except TypeError:  # wrong number or names of arguments
                example = next((text for text, _words in functions() if text.startswith("{{ " + call.name)), "")
                raise Unbound(_("has other arguments than it takes"), _("Write it like %(example)s.") % {"example": example}) from None
        return self._known[asked]

    # -- the record

    def _kind(self, kind: object) -> RecordType:
        try:
            return registry.get(str(kind))
        except UnknownKind as error:
            raise Unbound(str(error), _("Kinds are: %(names)s.") % {"names": ", ".join(t.kind for t in registry.all_types())}) from None

    def _field(self, record_type: RecordType, name: object) -> str:
        if name not in record_type.specs:
            raise Unbound(
                _("%(kind)s has no field “%(field)s”") % {"kind": record_type.kind, "field": name},
                _("Its fields are: %(names)s.") % {"names": ", ".join(record_type.specs)},
            )
        return str(name)

    def _state(self, record_type: RecordType, key: object) -> State:
        state = self._snapshot.state(record_type.kind, str(key))
        if state is None:
            raise Unbound(
                _("There is no %(kind)s “%(key)s” in the record") % {"kind": record_type.title, "key": key},
                _("Look its key up in its address, such as /facilities/esrf/."),
            )
        return state

    def _fact(self, kind: str, key: str, field: str) -> Number:
        record_type = self._kind(kind)
        return self._number(record_type, self._state(record_type, key), self._field(record_type, field))

    def _number(self, record_type: RecordType, state: State, name: str) -> Number:
        fact, spec = state.fact(name), record_type.specs[name]
        label = f"{self._snapshot.label(record_type.kind, state.key)}: {spec.title}"
        if fact.value in (None, []):
            raise Unbound(_("%(label)s is not recorded") % {"label": label}, _("Have it recorded with its source, or write without it."))
        value = fact.value
        if spec.target and isinstance(value, str):
            value = self._snapshot.label(spec.target, value)
        text = _date_words(value) if isinstance(value, str) and _DATE.fullmatch(value) else display(spec, value)
        return Number(
            text=text, key=f"{record_type.kind}/{state.key}/{name}", label=label, raw=str(fact.value),
            link=object_url(record_type.kind, state.key), **_about(fact.provenance),
        )  # fmt: skip

    def _matching(self, kind: object, conditions: Mapping[str, object]) -> tuple[RecordType, list[State]]:
        """The objects for which every condition holds; `facility__country` looks at what a field refers to."""
        record_type = self._kind(kind)
        tests = [(*self._path(record_type, name), wanted) for name, wanted in conditions.items()]
        rows = self._snapshot.states(record_type.kind).values()
        return record_type, [state for state in rows if all(self._holds(state, first, rest, wanted) for first, rest, wanted in tests)]

    def _path(self, record_type: RecordType, name: str) -> tuple[str, str]:
        first, _mark, rest = name.partition("__")
        self._field(record_type, first)
        if rest:
            if first not in record_type.references:
                raise Unbound(_("“%(field)s” refers to nothing") % {"field": first}, _("Only a field that names another object can be followed by __."))
            self._field(record_type.references[first], rest)
        return first, rest

    def _holds(self, state: State, first: str, rest: str, wanted: object) -> bool:
        value = state.values.get(first)
        if rest:
            target = registry.get(state.kind).references[first]
            other = self._snapshot.state(target.kind, str(value)) if value is not None else None
            value = other.values.get(rest) if other else None
        return wanted in value if isinstance(value, list) else value == wanted

    def _count(self, kind: str, /, **conditions: object) -> Number:
        record_type, rows = self._matching(kind, conditions)
        asked = urlencode(sorted((k, str(v)) for k, v in conditions.items()))
        told = ", ".join(self._condition(record_type, name, wanted) for name, wanted in sorted(conditions.items()))
        label = _("%(kind)s in the record") % {"kind": str(record_type.title_plural).capitalize()} + (f", {told}" if told else "")
        return self._computed(f"count/{record_type.kind}?{asked}", readable_number(len(rows)), str(len(rows)), label)

    def _condition(self, record_type: RecordType, name: str, wanted: object) -> str:
        first, rest = self._path(record_type, name)
        spec = record_type.references[first].specs[rest] if rest else record_type.specs[first]
        return f"{spec.title}: {spec.words_for(wanted)}"

    def _computed(self, key: str, text: str, raw: str, label: str, link: str = "") -> Number:
        counted = _("counted in the record, revision %(revision)d") % {"revision": self._snapshot.revision}
        return Number(text, key, label, Standing.COMPUTED, raw, source=counted, link=link)

    def _recorded(self, kind: str, field: str, /, **conditions: object) -> Number:
        record_type, rows = self._matching(kind, conditions)
        name = self._field(record_type, field)
        n = sum(state.values.get(name) not in (None, []) for state in rows)
        asked = urlencode(sorted((k, str(v)) for k, v in conditions.items()))
        text = _("%(n)s of %(all)s") % {"n": readable_number(n), "all": readable_number(len(rows))}
        label = _("%(kind)s with a recorded value of “%(field)s”") % {"kind": record_type.title_plural, "field": record_type.specs[name].title}
        return self._computed(f"recorded/{record_type.kind}/{name}?{asked}", text, f"{n}/{len(rows)}", label)

    def _least(self, kind: str, field: str, /, **conditions: object) -> Number:
        return self._extreme(kind, field, conditions, min)

    def _greatest(self, kind: str, field: str, /, **conditions: object) -> Number:
        return self._extreme(kind, field, conditions, max)

    def _extreme(self, kind: str, field: str, conditions: Mapping[str, object], choose: Callable[..., Any]) -> Number:
        record_type, rows = self._matching(kind, conditions)
        name = self._field(record_type, field)
        if not record_type.specs[name].is_numeric:
            raise Unbound(_("“%(field)s” is no number") % {"field": name}, _("Choose a field with numbers."))
        known = [state for state in rows if state.values.get(name) is not None]
        if not known:
            raise Unbound(_("Nothing recorded fits"), _("Loosen the conditions."))
        return self._number(record_type, choose(known, key=lambda state: state.values[name]), name)

    # -- indicators

    def _published(self, slug: str) -> Number:
        rows = published(slug=str(slug))
        if not rows or rows[0].value is None:
            raise Unbound(_("There is no published value “%(slug)s”") % {"slug": slug}, _("Its name is the end of its address, /indicators/values/…/."))
        return self._of_published(rows[0])

    def _of_published(self, row: Any) -> Number:
        about = row.about or row.facility
        label = f"{about}: {row.indicator} {row.indicator_name}, {row.period_words}" + (f" ({row.details})" if row.details else "")
        number = _about(row.provenance)
        return Number(row.value_words, f"published_value/{row.slug}/value", label, raw=str(row.value), link=reverse("indicators:value", args=[row.slug]), **number)

    def _value(self, facility: str, code: str, year: int) -> Number:
        """A facility's indicator in a year: a published value if there is just one, else the signed and public computed one."""
        told = [row for row in published(facility__slug=str(facility), indicator__code=str(code), year=int(year)) if row.value is not None]
        if len(told) > 1:
            names = ", ".join(row.slug for row in told)
            raise Unbound(_("Several values are published for it"), _("Say which: published('…') with one of %(names)s.") % {"names": names})
        if told:
            return self._of_published(told[0])
        where = f"{facility} {code} {year}"
        rows = computed_queries.standard(computed_queries.visible(AnonymousUser(), facility=str(facility), indicator=str(code), campaign__year=int(year), dimension=""))
        if not rows:
            raise Unbound(_("%(what)s is neither published nor released") % {"what": where}, _("See what there is at /indicators/%(code)s/.") % {"code": code})
        row = rows[0]
        if row.is_synthetic:
            raise Unbound(_("%(what)s exists only in the synthetic league") % {"what": where}, _("Synthetic values are never printed."))
        if row.value is None or row.shown != Shown.PUBLIC:
            raise Unbound(_("%(what)s is withheld") % {"what": where}, _("It is under embargo or too few people stand behind it."))
        return Number(
            readable_number(row.value), f"computed_value/{facility}/{code}/{year}", f"{self._snapshot.label('facility', str(facility))}: {code}, {year}",
            Standing.CONFIRMED, str(row.value), source=_("computed from signed returns"), as_of=str(year), link=reverse("indicators:computed-value", args=[row.pk]),
        )  # fmt: skip

    def _dark(self, year: int, month: int) -> Number:
        from leaps.roadmaps import queries as dark_queries

        try:
            first = dt.date(int(year), int(month), 1)
        except ValueError:
            raise Unbound(_("is no month"), _("Write dark(2029, 3) for March 2029.")) from None
        board = dark_queries.board(first, {})
        n = board.published[0]
        label = _("Instruments of storage rings dark in %(month)s, by the public dates, of %(all)d") % {"month": f"{first:%Y-%m}", "all": board.ring_instruments}
        return self._computed(f"dark/{first:%Y-%m}", str(n), str(n), label, _address("roadmaps:planner"))

    # -- tables, figures, sources

    def _table(self, name: str, /, **options: object) -> documents.Table:
        return tables.table(self._snapshot, str(name), options)

    def _figure(self, key: str, /, **options: object) -> documents.Figure:
        asked = [key, sorted((name, str(value)) for name, value in options.items()), record_queries.current_revision(), str(catalogue_queries.today()), version("leaps-commons")]
        told = json.loads(once(self._kept, "figure", asked, lambda: json.dumps(asdict(self._drawn(key, options))).encode()))
        return documents.Figure(**told | {"head": tuple(told["head"]), "rows": tuple(tuple(row) for row in told["rows"])})

    def _drawn(self, key: str, options: Mapping[str, object]) -> documents.Figure:
        try:
            made = figures.make(str(key), self._viewer, {name: str(value) for name, value in options.items()})
            entry = figures.entry(str(key))
        except figures.UnknownFigure as error:
            raise Unbound(str(error), _("Choose one of them.")) from None
        if not made.svg:
            raise Unbound(made.title, _("There is nothing to draw yet."))
        if made.is_synthetic:
            raise Unbound(made.title, _("Synthetic values are never printed."))
        rows = tuple(tuple(_cell(record.get(column)) for column in made.columns) for record in made.records)
        notes = " ".join(made.notes)
        if len(notes) > LONGEST_NOTES:
            notes = _("What had to be assumed is told with the figure and its data.")
        address = _address(entry.page) if entry.page else _address("landscape:figure", entry.slug)
        return documents.Figure(
            made.key, f"{made.title.rstrip('.')}. {made.caption}", made.alt, svg.standalone(made.draw("", "")), made.columns, rows, address, notes
        )

    def _cite(self, name: str) -> documents.Citation:
        found = sources.all_sources().get(str(name))
        if found is None:
            raise Unbound(_("There is no source “%(name)s”") % {"name": name}, _("Choose one of: %(names)s.") % {"names": ", ".join(sources.all_sources())})
        return found


def _about(provenance: Provenance) -> dict[str, Any]:
    """Where a value comes from, in the words of a note."""
    vouched = ""
    if provenance.vouched_by:
        vouched = _("Confirmed by %(who)s, %(when)s.") % {"who": provenance.vouched_by, "when": provenance.vouched_on or "–"}
    return {
        "standing": _STANDING.get(provenance.confidence, Standing.UNVERIFIED), "source_url": provenance.source_url,
        "source": (urlsplit(provenance.source_url).hostname or "").removeprefix("www."), "as_of": provenance.as_of, "vouched": vouched,
    }  # fmt: skip


def _date_words(value: str) -> str:
    """A date as sharp as it is known: a year, a month of a year, a day."""
    year, month, day = (*(int(part) for part in value.split("-")), 1, 1)[:3]
    shape = {4: "Y", 7: "F Y"}.get(len(value), "j F Y")
    return date_format(dt.date(year, month, day), shape)


def _address(name: str, *args: str) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _cell(value: object) -> str:
    return "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)


