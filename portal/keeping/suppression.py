"""Which counts of a week may be shown: small ones are withheld, and so are the larger ones that would give them away.

Pure: counts in, names of withheld cells out. Cells of all tables of a week are judged together, since whoever sees
one table sees them all.

**The proof.** A *slice* is the scans that lie in the same cells: those of one station, language and design, say.
Slices that lie in the same *shown* cells form a group. All that is shown is a sum over whole groups, so scans can be
moved between the slices of a group and nothing that is shown changes. A withheld cell that holds some slices of a
group and not others could therefore be larger or smaller by all that can be moved. ``withhold`` goes on until each
withheld cell could be off by ``LEEWAY`` or more while none is emptied: that withheld cells aren't 0 is known.

Which larger cell is withheld besides is drawn by lot among the few that cost least. Were it always the smallest, one
who knows this code could rule numbers out: "had it been 9, another cell would be missing".
"""

import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Final, TypeVar

SMALL: Final = 10
"""Counts from 1 to this are never shown (the rule of CMS): one poster is one stall."""

Cell = TypeVar("Cell", bound=Hashable)
Slices = Mapping[frozenset[Cell], int]
"""How many scans lie in exactly these cells; 0 where there could be some: a poster hangs there."""

LEEWAY: Final = 5
"""A withheld cell could be any of more than so many numbers, for one who sees all the others."""

LOTS: Final = 3
"""Among so many it is drawn what is withheld to cover another cell."""

DEAREST: Final = 4
"""None of them withholds more than so many times the scans of the cheapest."""

Choice = frozenset[Cell]
Pick = Callable[[Sequence[Choice[Cell]]], Choice[Cell]]
"""Draws one of several sets of cells to withhold."""

UNKNOWN: Final = float("inf")
"""As many as one likes."""


def totals(slices: Slices[Cell]) -> dict[Cell, int]:
    """The count of each cell."""
    counts: dict[Cell, int] = defaultdict(int)
    for cells, count in slices.items():
        for cell in cells:
            counts[cell] += count
    return dict(counts)


def withhold(
    slices: Slices[Cell], *, small: int = SMALL, least: int = LEEWAY, pick: Pick[Cell] = secrets.choice
) -> frozenset[Cell]:
    """The cells whose counts are not shown: those from 1 to ``small``, and what else it takes to keep them.

    Each could be off by ``least`` for one who sees all others. Cells without a scan are shown as 0 and never
    withheld. Drawn by lot: ask once for the same slices and keep the answer, since two answers side by side would
    show more than each. Raises ``ValueError`` for a negative count.
    """
    if any(count < 0 for count in slices.values()):
        raise ValueError("A count is negative.")
    counts = totals(slices)
    withheld = {cell for cell, count in counts.items() if 1 <= count <= small}
    # One more cell at least is withheld in each round, so this ends: at the latest when nothing is shown.
    while exposed := [cell for cell, room in leeway(slices, withheld).items() if room < least]:
        withheld |= pick(_covers(min(exposed, key=repr), slices, withheld, counts, least))
    return frozenset(withheld)


def leeway(slices: Slices[Cell], withheld: frozenset[Cell] | set[Cell]) -> dict[Cell, float]:
    """By how much each withheld cell could differ, at least, for one who sees all others: 0 gives it away."""
    groups: dict[frozenset[Cell], list[frozenset[Cell]]] = defaultdict(list)
    for cells in slices:
        groups[cells - withheld].append(cells)
    kept = _kept(slices, withheld)
    room: dict[Cell, float] = dict.fromkeys(withheld, 0)
    for shown, group in groups.items():
        movable = sum(slices[cells] for cells in group) - sum(cells in kept for cells in group) if shown else UNKNOWN
        held = Counter(cell for cells in group for cell in cells & withheld)
        for cell, number in held.items():
            if number < len(group) or not shown:
                room[cell] += movable
    return room


def _kept(slices: Slices[Cell], withheld: frozenset[Cell] | set[Cell]) -> set[frozenset[Cell]]:
    """Slices that together lie in every withheld cell: each keeps a scan, so that no withheld cell is emptied."""
    kept: set[frozenset[Cell]] = set()
    wanting = set(withheld)
    scanned = [cells for cells, count in slices.items() if count]
    for cells in sorted(scanned, key=lambda cells: len(cells & withheld), reverse=True):
        if cells & wanting:
            kept.add(cells)
            wanting -= cells
    return kept


def _covers(
    exposed: Cell, slices: Slices[Cell], withheld: set[Cell], counts: Mapping[Cell, int], least: int
) -> list[Choice[Cell]]:
    """What could be withheld so that a group of ``exposed`` becomes one with a group outside: the best few.

    Best is what suffices, then what withholds the fewest scans: rather three stations than the nation.
    """
    inside: dict[frozenset[Cell], int] = defaultdict(int)
    outside: dict[frozenset[Cell], int] = defaultdict(int)
    for cells, count in slices.items():
        (inside if exposed in cells else outside)[cells - withheld] += count
    # What lies in no shown cell could be any number: to withhold all that shows a group always suffices.
    outside[frozenset()] = least
    suffices: dict[Choice[Cell], bool] = defaultdict(bool)
    for here in inside:
        for there in outside:
            if here != there and all(counts[cell] for cell in here ^ there):
                suffices[here ^ there] |= inside[here] + outside[there] >= least
    costs = {choice: (not enough, sum(counts[cell] for cell in choice)) for choice, enough in suffices.items()}
    best = sorted(costs, key=lambda choice: (*costs[choice], sorted(map(repr, choice))))[:LOTS]
    falls_short, cost = costs[best[0]]
    return [choice for choice in best if costs[choice] <= (falls_short, DEAREST * cost)]
