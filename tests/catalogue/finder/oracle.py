"""The finder as anybody would write it: one instrument, one condition at a time, no tricks.

It shares with the engine only the facts, the Query, the cutting of text into words and the rounding
of numbers. Spelling distance, hierarchy, dark days and counts are done again in another way: dark
days by trying every possible pair of dates, counts by asking the changed question.
"""

import calendar
import math
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache

from leaps.catalogue.finder.query import FLAGS, LISTS, Query
from leaps.catalogue.finder.text import GENERIC_WORDS, SMALL_WORDS, natural, words
from leaps.catalogue.finder.types import Code, Condition, DarkPeriod, InstrumentFacts, TechniqueFacts
from leaps.catalogue.finder.units import canonical

NEUTRONS = ("reactor", "spallation", "muon_target")


@cache
def tokens(text: str) -> tuple[str, ...]:
    """The words of a text worth searching."""
    return tuple(w.token for w in words(text) if w.token not in SMALL_WORDS and w.token not in GENERIC_WORDS)



class Oracle:
    def __init__(self, instruments: Iterable[InstrumentFacts], techniques: Iterable[TechniqueFacts]):
        self.instruments = list(instruments)
        self.techniques = {t.id: t for t in techniques}
        self.documents = {i.id: set(self._document(i)) for i in self.instruments}
        self.words = set().union(*self.documents.values()) | {
            w for t in self.techniques.values() for label in (t.label, *t.alt_labels) for w in tokens(label)
        }
        self._seen: dict[tuple, dict[int, str]] = {}

    # techniques

    def is_a(self, technique: str, wanted: str, trail: tuple[str, ...] = ()) -> bool:
        if technique == wanted:
            return True
        if technique not in self.techniques or technique in trail:
            return False
        return any(self.is_a(p, wanted, (*trail, technique)) for p in self.techniques[technique].parents)

    def _is_heading(self, technique: str) -> bool:
        """The root and its children, in a hierarchy that goes deeper than that."""
        deep = any(self._depth(t) >= 2 for t in self.techniques)
        return deep and self._has_relatives(technique) and self._depth(technique) <= 1

    def _has_relatives(self, technique: str) -> bool:
        return bool(self.techniques[technique].parents) or any(
            technique in t.parents for t in self.techniques.values()
        )

    def _depth(self, technique: str) -> int:
        parents = self.techniques[technique].parents
        return 1 + min(self._depth(p) for p in parents) if parents else 0

    # words

    def _document(self, i: InstrumentFacts) -> Iterator[str]:
        for text in (
            i.name,
            i.key,
            i.full_name,
            i.facility,
            i.facility_name,
            i.facility_short_name,
            *i.technique_terms,
            *i.science_fields,
            *i.sample_environments,
            *i.detectors,
        ):
            yield from tokens(text)
        for own in i.techniques:
            for other in self.techniques.values():
                if other.id == own or (self.is_a(own, other.id) and not self._is_heading(other.id)):
                    for label in (other.label, *other.alt_labels):
                        yield from tokens(label)

    def _frequency(self, word: str) -> int:
        return sum(word in document for document in self.documents.values())

    def text(self, i: InstrumentFacts, text: str) -> str:
        asked = [w.token for w in words(text) if w.token not in SMALL_WORDS and w.token not in GENERIC_WORDS]
        joined: list[str] = []
        for word in asked:
            if joined and joined[-1] + word in self.words and not {joined[-1], word} <= self.words:
                joined[-1] += word
            else:
                joined.append(word)
        for place, word in enumerate(joined):
            if not self.documents[i.id] & self._meant(word, place == len(joined) - 1):
                return "no"
        return "yes"

    def _meant(self, word: str, last: bool) -> set[str]:
        exact = word in self.words
        begins = {w for w in self.words if w.startswith(word)}
        if last and len(word) >= 2 and begins and not (exact and len(word) <= 3):
            return begins
        if exact:
            return {word}
        allowed = 0 if len(word) < 4 or not word.isalpha() else 1 if len(word) < 8 else 2
        near = [
            (slips(word, w), w[0] != word[0], -self._frequency(w), w)
            for w in self.words
            if allowed and w.isalpha() and abs(len(w) - len(word)) <= allowed
        ]
        near = [hit for hit in near if hit[0] <= allowed]
        if near:
            return {min(near)[3]}
        return begins if len(word) >= 4 else set()

    # conditions

    def verdict(self, i: InstrumentFacts, c: Condition, q: Query, today: date | None = None) -> str:
        return self._verdicts(c, q, today)[i.id]

    def _verdicts(self, c: Condition, q: Query, today: date | None) -> dict[int, str]:
        """One condition for every instrument, remembered by exactly what it asks."""
        if c.code is Code.TEXT:
            asked: object = q.text
        elif c.code is Code.TECHNIQUE:
            asked = c.value
        elif c.code is Code.ENERGY:
            asked = q.energy_ev
        elif c.code is Code.RUNNING:
            asked = (q.running_from, q.running_to, today)
        elif c.code in LISTS:
            asked = q.values(c.code)
        else:
            asked = (q.beam_size_max_um, q.flux_min_ph_s, q.resolution_max_rel)
        key = (c, asked)
        if key not in self._seen:
            self._seen[key] = {i.id: self._verdict(i, c, q, today) for i in self.instruments}
        return self._seen[key]

    def _verdict(self, i: InstrumentFacts, c: Condition, q: Query, today: date | None) -> str:
        code = c.code
        if code is Code.TEXT:
            return self.text(i, q.text)
        if code is Code.TECHNIQUE:
            if not i.techniques:
                return "unknown"
            return "yes" if any(self.is_a(t, c.value) for t in i.techniques) else "no"
        if code in LISTS:
            has = {
                Code.COUNTRY: [i.country], Code.FACILITY: [i.facility], Code.PARTNERSHIP: [i.partnership],
                Code.KIND: [i.facility_kind], Code.DEVICE: [i.source_device], Code.STATUS: [i.status],
                Code.FIELD: i.science_fields, Code.ENVIRONMENT: i.sample_environments,
                Code.SOURCE: [i.source_device] if i.source_device in (*NEUTRONS, "laser") else i.source_kinds,
            }[code]  # fmt: skip
            has = [value for value in has if value != ""]
            if not has:
                return "unknown"
            return "yes" if any(value in q.values(code) for value in has) else "no"
        if code in FLAGS:
            flag = {"remote": i.remote_access, "mail_in": i.mail_in, "industry": i.industry_service}[
                FLAGS[code]
            ]
            return "unknown" if flag is None else "yes" if flag else "no"
        if code is Code.ENERGY:
            return self._energy(i, *q.energy_ev)
        if code is Code.BEAM_SIZE:
            limit = canonical(q.beam_size_max_um)
            sizes = [
                None if s is None else canonical(s) <= limit for s in (i.beam_size_h_um, i.beam_size_v_um)
            ]
            return "no" if False in sizes else "unknown" if None in sizes else "yes"
        if code is Code.FLUX:
            if i.source_device in NEUTRONS:
                return "no"
            if i.flux_ph_s is None:
                return "unknown"
            return "yes" if canonical(i.flux_ph_s) >= canonical(q.flux_min_ph_s) else "no"
        if code is Code.RESOLUTION:
            if i.energy_resolution_rel is None:
                return "unknown"
            return "yes" if canonical(i.energy_resolution_rel) <= canonical(q.resolution_max_rel) else "no"
        return self._running(i, q, today)

    def _energy(self, i: InstrumentFacts, low: float | None, high: float | None) -> str:
        """Try what the unrecorded end could be: at the known end, far away, and around the bounds."""
        if i.source_device in NEUTRONS:
            return "no"
        first = None if i.photon_energy_min_ev is None else canonical(i.photon_energy_min_ev)
        last = None if i.photon_energy_max_ev is None else canonical(i.photon_energy_max_ev)
        tries = [0.0, 1e12]
        tries += [
            x for v in (first, last, low, high) if v is not None for x in (v * 0.999999, v, v * 1.000001)
        ]
        answers = set()
        for a in tries if first is None else [first]:
            for b in tries if last is None else [last]:
                if a <= b:
                    answers.add((low is None or b >= low) and (high is None or a <= high))
        return "unknown" if len(answers) == 2 else "yes" if answers == {True} else "no"

    def _running(self, i: InstrumentFacts, q: Query, today: date | None) -> str:
        first, last = q.running_from, q.running_to or date.max
        if i.status == "closed" or (i.status == "planned" and today is not None and last < today):
            return "no"
        certain, possible = [], []
        for period in i.dark_periods:
            sure, may = dark_days(period)
            certain += sure
            possible += may
        if covers(certain, first, last):
            return "no"
        if i.status != "operating" or any(a <= last and b >= first for a, b in possible):
            return "unknown"
        return "yes"

    # answers

    def search(self, q: Query, today: date | None = None) -> tuple[set[int], set[int]]:
        fits, may_fit = set(), set()
        conditions = [self._verdicts(c, q, today) for c in q.conditions]
        for i in self.instruments:
            found = {verdicts[i.id] for verdicts in conditions}
            if "no" in found:
                continue
            (may_fit if "unknown" in found else fits).add(i.id)
        return fits, may_fit

    def counts(self, q: Query, code: Code, value: str, today: date | None = None) -> tuple[int, int]:
        """What the changed question would give."""
        if code is Code.TECHNIQUE:
            q = q.with_values(code, (*q.techniques, value))
        elif code in LISTS:
            q = q.with_values(code, (value,))
        else:
            q = Query(**{**q.__dict__, FLAGS[code]: True})
        fits, may_fit = self.search(q, today)
        return len(fits), len(may_fit)

    def misses(self, q: Query, today: date | None = None) -> list[tuple[int, float, int, tuple]]:
        """(number failed, distance, gaps, name) of every instrument that fails one or two conditions."""
        most = 2 if len(q.conditions) > 2 else 1
        found = []
        for i in self.instruments:
            verdicts = {c: self.verdict(i, c, q, today) for c in q.conditions}
            failed = [c for c, v in verdicts.items() if v == "no"]
            if 1 <= len(failed) <= most:
                gaps = sum(v == "unknown" for v in verdicts.values())
                distance = round(sum(round(self.off_by(i, c, q, today), 6) for c in failed), 6)
                found.append((len(failed), distance, gaps, (natural(i.name), i.facility, i.key, i.id), i.id))
        return sorted(found)

    def off_by(self, i: InstrumentFacts, c: Condition, q: Query, today: date | None) -> float:
        def factor(a: float, b: float) -> float:
            return abs(math.log(max(a, 1e-30)) - math.log(max(b, 1e-30)))

        if c.code is Code.TEXT:
            return 2.0
        if c.code in (Code.ENERGY, Code.FLUX) and i.source_device in NEUTRONS:
            return 5.0
        if c.code is Code.ENERGY:
            low, high = q.energy_ev
            if (
                low is not None
                and i.photon_energy_max_ev is not None
                and canonical(i.photon_energy_max_ev) < low
            ):
                return factor(low, canonical(i.photon_energy_max_ev))
            return factor(canonical(i.photon_energy_min_ev), high)
        if c.code is Code.BEAM_SIZE:
            sizes = [s for s in (i.beam_size_h_um, i.beam_size_v_um) if s is not None]
            return factor(max(sizes), q.beam_size_max_um)
        if c.code is Code.FLUX:
            return factor(i.flux_ph_s, q.flux_min_ph_s)
        if c.code is Code.RESOLUTION:
            return factor(i.energy_resolution_rel, q.resolution_max_rel)
        if c.code is Code.RUNNING:
            if i.status == "closed":
                return 3.0
            last = q.running_to or date.max
            return 2.0 if i.status == "planned" and today is not None and last < today else 1.0
        return 1.0


def slips(a: str, b: str) -> int:
    """Letters too many, too few, wrong, or two neighbours exchanged (each place changed once)."""
    rows = [list(range(len(b) + 1))]
    for x, left in enumerate(a, start=1):
        row = [x]
        for y, right in enumerate(b, start=1):
            best = min(rows[x - 1][y] + 1, row[y - 1] + 1, rows[x - 1][y - 1] + (left != right))
            if x > 1 and y > 1 and left == b[y - 2] and a[x - 2] == right:
                best = min(best, rows[x - 2][y - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def meanings(day: date, precision: str) -> tuple[date, date]:
    if precision == "year":
        return date(day.year, 1, 1), date(day.year, 12, 31)
    if precision == "month":
        return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return day, day


def dark_days(period: DarkPeriod) -> tuple[list[tuple[date, date]], list[tuple[date, date]]]:
    """Certain and possible dark days: what all, and what any, of the extreme readings say."""
    if period.start is None and period.end is None:
        return [], []
    starts = meanings(period.start, period.precision) if period.start else (date.min, None)
    ends = meanings(period.end, period.precision) if period.end else (None, date.max)
    possible = [(starts[0], ends[1])]
    latest_start, earliest_return = starts[1], ends[0]
    if earliest_return is None and period.status == "decommissioned":
        return [(latest_start, date.max)], possible
    if latest_start is None or earliest_return is None or earliest_return <= latest_start:
        return [], possible
    return [(latest_start, earliest_return - timedelta(days=1))], possible


def covers(spans: list[tuple[date, date]], first: date, last: date) -> bool:
    """Walk through the period, jumping to the end of whichever span holds the day."""
    day = first
    while True:
        reach = [b for a, b in spans if a <= day <= b]
        if not reach:
            return False
        if max(reach) >= last:
            return True
        day = max(reach) + timedelta(days=1)
