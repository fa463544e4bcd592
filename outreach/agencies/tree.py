"""What a place in the tree of agencies must keep to: no circle, at most four levels. Pure."""

from collections.abc import Mapping
from typing import Final

LEVELS: Final = 4
"""How deep the tree goes: department, bureau, office, programme."""
BENEATH: Final = "This office lies beneath the one you edit: choose one above it."
TOO_DEEP: Final = f"The tree is at most {LEVELS} levels deep: choose one higher up."

Parents = Mapping[int, int | None]
"""The office above each office, by key."""


class Tree:
    """The office above each one, and those beneath: of a tree in which one after the other moves, each judged first."""

    def __init__(self, parents: Parents) -> None:
        self.above = dict(parents)
        self._beneath: dict[int, set[int]] = {}
        for key, above in parents.items():
            if above is not None:
                self._beneath.setdefault(above, set()).add(key)

    def put(self, key: int, under: int | None) -> None:
        """Places an office, which may be new, under another one, or at the top (``None``)."""
        former = self.above.get(key)
        if former is not None:
            self._beneath[former].discard(key)
        self.above[key] = under
        if under is not None:
            self._beneath.setdefault(under, set()).add(key)

    def refusal(self, *, moved: int | None, under: int | None) -> str:
        """Why an office, with all beneath it, cannot stand under another one; empty if it can.

        ``moved`` is ``None`` for an office that is new, ``under`` for a place at the top.
        """
        above = chain(self.above, under)
        if moved is not None and moved in above:
            return BENEATH
        return TOO_DEEP if len(above) + self._height(moved) > LEVELS else ""

    def _height(self, top: int | None) -> int:
        """How many levels an office fills with what lies beneath it, its own included; 1 for a new one."""
        if top is None:
            return 1
        levels, seen, level = 0, {top}, {top}
        while level:
            levels += 1
            level = set().union(*(self._beneath.get(key, ()) for key in level)) - seen
            seen |= level
        return levels


def refusal(parents: Parents, *, moved: int | None, under: int | None) -> str:
    """The same of one office alone."""
    return Tree(parents).refusal(moved=moved, under=under)


def chain(parents: Parents, start: int | None) -> list[int]:
    """An office and those above it, from itself up to the top; ends where a circle would begin."""
    found: list[int] = []
    while start is not None and start not in found:
        found.append(start)
        start = parents.get(start)
    return found


def beneath(parents: Parents, top: int) -> set[int]:
    """The keys of all that lie beneath an office."""
    return {key for key in parents if key != top and top in chain(parents, key)}
