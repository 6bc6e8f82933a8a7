"""What changed from one edition to another: facts, instruments, dates, text and figures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from leaps.core.documents import Use
from leaps.core.documents.comparing import Part, compare_texts
from leaps.landscape import edition_queries
from leaps.landscape.models import Build, BuildFile, Edition
from leaps.landscape.snapshots import Snapshot
from leaps.record import registry
from leaps.record.presentation import object_url

_DATED = (("upgrade", ("dark_start", "dark_end")), ("milestone", ("due",)))
_CLOSED = frozenset({"closed", "decommissioned", "retired"})


@dataclass(frozen=True, slots=True)
class Changed:
    """A number, before and after; one of them empty when only one edition prints it."""

    label: str
    before: str
    after: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class TextChange:
    """A chapter whose text differs."""

    slug: str
    title: str
    parts: tuple[Part, ...]
    is_new: bool = False
    is_gone: bool = False


@dataclass(frozen=True)
class Changes:
    """Everything that differs between two editions."""

    facts: list[Changed] = field(default_factory=list)
    added: list[Changed] = field(default_factory=list)
    dropped: list[Changed] = field(default_factory=list)
    opened: list[tuple[str, str]] = field(default_factory=list)
    closed: list[tuple[str, str]] = field(default_factory=list)
    dates: list[Changed] = field(default_factory=list)
    texts: list[TextChange] = field(default_factory=list)
    figures: list[tuple[str, bool, bool]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether the two say the same."""
        return not any((self.facts, self.added, self.dropped, self.opened, self.closed, self.dates, self.texts, self.figures))


def compare(before: Edition, after: Edition) -> Changes:
    """The differences between the last builds of two editions, and between their texts."""
    a, b = edition_queries.last_build(before), edition_queries.last_build(after)
    facts, added, dropped = _numbers(edition_queries.uses_of(a), edition_queries.uses_of(b))
    then, now = Snapshot(a.revision if a else None), Snapshot(b.revision if b else None)
    opened, closed = _instruments(then, now)
    return Changes(facts, added, dropped, opened, closed, _dates(then, now), _texts(before, after), _figures(a, b))


def _numbers(before: Sequence[Use], after: Sequence[Use]) -> tuple[list[Changed], list[Changed], list[Changed]]:
    a = {use.number.key: use.number for use in before}
    b = {use.number.key: use.number for use in after}
    facts = [Changed(b[key].label, n.text, b[key].text, b[key].link) for key, n in a.items() if key in b and n.text != b[key].text]
    added = [Changed(n.label, "", n.text, n.link) for key, n in b.items() if key not in a]
    dropped = [Changed(n.label, n.text, "", n.link) for key, n in a.items() if key not in b]
    return facts, added, dropped


def _instruments(then: Snapshot, now: Snapshot) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Names and addresses of the instruments that came, and of those that went or were closed."""
    a, b = then.states("instrument"), now.states("instrument")
    opened = [(now.label("instrument", key), object_url("instrument", key)) for key in b if key not in a]
    closed = [(then.label("instrument", key), "") for key in a if key not in b]
    closed += [
        (now.label("instrument", key), object_url("instrument", key))
        for key, state in b.items()
        if key in a and state.values.get("status") in _CLOSED and a[key].values.get("status") not in _CLOSED
    ]
    return opened, closed


def _dates(then: Snapshot, now: Snapshot) -> list[Changed]:
    found = []
    for kind, names in _DATED:
        a, specs = then.states(kind), registry.get(kind).specs
        for key, state in now.states(kind).items():
            for name in names:
                before, after = (a[key].values.get(name) if key in a else None), state.values.get(name)
                if key in a and before != after:
                    label = f"{now.label(kind, key)}: {specs[name].title}"
                    found.append(Changed(label, str(before or _("not recorded")), str(after or _("not recorded")), object_url(kind, key)))
    return found


def _texts(before: Edition, after: Edition) -> list[TextChange]:
    a = {chapter.slug: chapter for chapter in before.chapters.all()}
    found = []
    for chapter in after.chapters.all():
        former = a.pop(chapter.slug, None)
        if former is None or former.text != chapter.text:
            parts = compare_texts(former.text if former else "", chapter.text)
            found.append(TextChange(chapter.slug, chapter.title, tuple(_shortened(parts)), is_new=former is None))
    found += [TextChange(slug, chapter.title, (), is_gone=True) for slug, chapter in a.items()]
    return found


def _shortened(parts: Sequence[Part], most: int = 240) -> list[Part]:
    """Long stretches that both have in common are cut in the middle."""
    half = most // 2
    return [
        Part("same", f"{part.text[:half].rsplit(' ', 1)[0]} […] {part.text[-half:].partition(' ')[2]}") if part.kind == "same" and len(part.text) > most else part
        for part in parts
    ]


def _figures(before: Build | None, after: Build | None) -> list[tuple[str, bool, bool]]:
    """The figures that differ: name, whether the former edition has it, whether the later has it."""

    def drawn(build: Build | None) -> dict[str, bytes]:
        rows = BuildFile.objects.filter(build=build, name__startswith="figures/").values_list("name", "content") if build else []
        return {name.removeprefix("figures/").removesuffix(".svg"): bytes(content) for name, content in rows}

    a, b = drawn(before), drawn(after)
    return [(name, name in a, name in b) for name in sorted({*a, *b}) if a.get(name) != b.get(name)]


def in_words(changes: Changes, before: Edition) -> str:
    """The changes as the Markdown of a chapter. Numbers in it are those of the moment: they are not bound."""
    lines = [_("This chapter was written by the platform; it lists what differs from %(title)s.") % {"title": before.title}, ""]

    def section(title: str, rows: list[str]) -> None:
        if rows:
            lines.extend([f"# {title}", "", *rows, ""])

    def row(one: Changed) -> str:
        name = f"[{_safe(one.label)}]({one.link})" if one.link else _safe(one.label)
        if not one.before:
            return f"- {name}: {_safe(one.after)}"
        return f"- {name}: {_safe(one.before)}" + (f" → {_safe(one.after)}" if one.after else "")

    section(_("Numbers that changed"), [row(one) for one in changes.facts])
    section(_("Dates that moved"), [row(one) for one in changes.dates])
    section(_("New instruments"), [f"- [{_safe(name)}]({link})" for name, link in changes.opened])
    section(_("Instruments that closed"), [f"- [{_safe(name)}]({link})" if link else f"- {_safe(name)}" for name, link in changes.closed])
    section(_("Numbers printed for the first time"), [row(one) for one in changes.added])
    section(_("Numbers no longer printed"), [row(one) for one in changes.dropped])
    section(_("Chapters whose text changed"), [f"- {_safe(one.title)}" for one in changes.texts])
    return "\n".join(lines).rstrip() + "\n"


def _safe(text: str) -> str:
    """A name as Markdown that means nothing but itself."""
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~$^@-])", r"\\\1", " ".join(text.split()))
