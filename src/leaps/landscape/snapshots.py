"""The record as it was at one revision: what an edition's numbers are read from."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from leaps.record import queries as record_queries
from leaps.record import registry
from leaps.record.types import State


class Snapshot:
    """The states of all objects at a revision; without one, as they are now.

    Only what changed since is worked out from the history; the rest is read as it stands.
    """

    def __init__(self, revision: int | None = None) -> None:
        now = record_queries.current_revision()
        self.revision = now if revision is None else min(revision, now)
        self._now = now
        self._states: dict[str, Mapping[str, State]] = {}

    @cached_property
    def _changed(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        if self.revision < self._now:
            for kind, key in record_queries.changes_between(self.revision, self._now).values_list("kind", "key"):
                found.setdefault(kind, set()).add(key)
        return found

    def states(self, kind: str) -> Mapping[str, State]:
        """All objects of a kind by key, in the order of their keys. Raises registry.UnknownKind."""
        if kind not in self._states:
            self._states[kind] = dict(sorted(self._read(kind)))
        return self._states[kind]

    def _read(self, kind: str) -> Iterator[tuple[str, State]]:
        present = record_queries.states(registry.get(kind))
        changed = self._changed.get(kind, set())
        yield from ((key, state) for key, state in present.items() if key not in changed)
        for key in sorted(changed):
            former = record_queries.state_at(kind, key, self.revision)
            if former is not None:
                yield key, former

    def state(self, kind: str, key: str) -> State | None:
        """One object, None when there was none."""
        return self.states(kind).get(key)

    def label(self, kind: str, key: str) -> str:
        """The name of an object for people; its key where there is none."""
        state = self.state(kind, key)
        if state is None:
            return key
        return str(state.values.get("short_name") or registry.get(kind).label_of(state.values, key))
