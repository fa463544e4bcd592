"""What a place in the tree of agencies must keep to: no circle, at most four levels. Pure."""

from collections.abc import Mapping
from typing import Final

LEVELS: Final = 4
"""How deep the tree goes: department, bureau, office, programme."""
BENEATH: Final = "This office lies beneath the one you edit: choose one above it."
TOO_DEEP: Final = f"The tree is at most {LEVELS} levels deep: choose one higher up."

Parents = Mapping[int, int | None]
"""The office above each office, by key."""


def refusal(parents: Parents, *, moved: int | None, under: int | None) -> str:
    """Why an office, with all beneath it, cannot stand under another one; empty if it can.

    ``moved`` is ``None`` for an office that is new, ``under`` for a place at the top.
    """
    above = list(chain(parents, under))
    if moved is not None and moved in above:
        return BENEATH
    return TOO_DEEP if len(above) + height(parents, moved) > LEVELS else ""


def chain(parents: Parents, start: int | None) -> list[int]:
    """An office and those above it, from itself up to the top; ends where a circle would begin."""
    found: list[int] = []
    while start is not None and start not in found:
        found.append(start)
        start = parents.get(start)
    return found


def height(parents: Parents, top: int | None) -> int:
    """How many levels an office fills with what lies beneath it, its own included; 1 for a new one."""
    if top is None:
        return 1
    steps = (above.index(top) + 1 for above in (chain(parents, key) for key in parents) if top in above)
    return max(steps, default=1)


def beneath(parents: Parents, top: int) -> set[int]:
    """The keys of all that lie beneath an office."""
    return {key for key in parents if key != top and top in chain(parents, key)}
