"""The technique hierarchy: a class stands for itself and everything below it."""

from collections.abc import Callable, Iterable, Iterator

from leaps.catalogue.finder.text import natural
from leaps.catalogue.finder.types import TechniqueFacts


class TechniqueTree:
    """Read-only look-ups in a polyhierarchy. Unknown parents are ignored; a cycle does no harm."""

    def __init__(self, techniques: Iterable[TechniqueFacts]) -> None:
        self._facts = {technique.id: technique for technique in techniques}
        children: dict[str, list[str]] = {key: [] for key in self._facts}
        for technique in self._facts.values():
            for parent in technique.parents:
                if parent in children:
                    children[parent].append(technique.id)
        self._children = {key: tuple(sorted(set(found), key=self._order)) for key, found in children.items()}
        self.roots: tuple[str, ...] = tuple(
            sorted((t.id for t in self._facts.values() if not self.parents(t.id)), key=self._order)
        )
        self._ancestors: dict[str, frozenset[str]] = {
            key: self._reach(key, self.parents) for key in self._facts
        }
        self._descendants: dict[str, frozenset[str]] = {
            key: self._reach(key, self.children) for key in self._facts
        }
        grouping = {root for root in self.roots if self._children[root]}
        self.grouping: frozenset[str] = frozenset(
            grouping | {child for root in grouping for child in self._children[root]}
        )
        """The root and its children: headings such as "defined by experimental probe", poor as tags.

        A root of a small tree (no grandchildren) is a technique like any other.
        """
        if not any(self._children[child] for root in grouping for child in self._children[root]):
            self.grouping = frozenset()

    def _order(self, key: str) -> tuple[object, ...]:
        return (natural(self._facts[key].label), key)

    @staticmethod
    def _reach(start: str, step: Callable[[str], tuple[str, ...]]) -> frozenset[str]:
        seen = {start}
        waiting = [start]
        while waiting:
            for found in step(waiting.pop()):
                if found not in seen:
                    seen.add(found)
                    waiting.append(found)
        return frozenset(seen)

    def __contains__(self, key: object) -> bool:
        return key in self._facts

    def __iter__(self) -> Iterator[TechniqueFacts]:
        return iter(self._facts.values())

    def __len__(self) -> int:
        return len(self._facts)

    def facts(self, key: str) -> TechniqueFacts:
        """The class itself; KeyError for an key that is not in the tree."""
        return self._facts[key]

    def label(self, key: str) -> str:
        """The label, or the key where there is none."""
        found = self._facts.get(key)
        return found.label if found else key

    def parents(self, key: str) -> tuple[str, ...]:
        """Direct parents that are in the tree."""
        return tuple(parent for parent in self._facts[key].parents if parent in self._facts)

    def children(self, key: str) -> tuple[str, ...]:
        """Direct children, by label."""
        return self._children.get(key, ())

    def ancestors(self, key: str) -> frozenset[str]:
        """Everything above, the class itself included."""
        return self._ancestors.get(key, frozenset({key}))

    def descendants(self, key: str) -> frozenset[str]:
        """Everything below, the class itself included."""
        return self._descendants.get(key, frozenset({key}))

    def path(self, key: str) -> tuple[str, ...]:
        """One way from a root down to the class, by first parents; for breadcrumbs."""
        way = [key]
        while True:
            above = [parent for parent in self.parents(way[-1]) if parent not in way]
            if not above:
                return tuple(reversed(way))
            way.append(above[0])
