"""Choosing one column a day so that no request is given twice: an integer program over columns at hand.

Small problems are packed whole. In large ones the presenters of one region at a time are packed anew around what
all others give, region after region: regions hardly touch, while dates and limits tie the weeks together.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .columns import Columns, joined
from .days import Board, Floats, Ints
from .master import Master
from .travel import miles_between, positions

BLOCK = 50
BLOCK_SECONDS = 20.0
MOST_NODES = 200


@dataclass
class Packed:
    """The columns taken, their value, and what no choice among the columns offered exceeds."""

    columns: Columns
    value: float
    limit: float


def value_of(board: Board, columns: Columns) -> float:
    """What a choice of columns is worth, load taken off."""
    given = np.bincount(board.who[columns.day], weights=columns.size(), minlength=len(board.steps))
    load = sum(sum(steps[: int(count)]) for steps, count in zip(board.steps, given.tolist(), strict=True))
    return float((columns.value - board.sure[columns.day]).sum() - load)


def pack(
    board: Board,
    columns: Columns,
    start: Columns,
    *,
    seconds: float,
    seed: int,
    should_stop: Callable[[], bool],
    gap: float = 0.0,
    nodes: int | None = None,
    people: npt.NDArray[np.bool_] | None = None,
) -> Packed | None:
    """The best choice among the columns and those of ``start``, a choice itself; None if time ran out before any.

    Days that hold confirmed seminars need a column among those offered; with ``people``, only theirs do.
    """
    offered = joined([columns, start]).best_of_each(board)
    master = Master(board, seed=seed, people=people, time_limit=max(0.1, seconds), mip_rel_gap=gap, mip_abs_gap=1e-4)
    if nodes is not None:
        master.solver.set(mip_max_nodes=nodes)
    master.add(offered)
    numbers = np.arange(master.steps, master.steps + len(offered), dtype=np.int32)
    master.solver.make_integer(numbers)
    _begin_at(master, offered, start)
    master.solver.stop_when(should_stop)
    master.solver.run()
    if not master.solver.has_solution:
        return None
    taken = offered.take(np.flatnonzero(master.shares() > 0.5))
    return Packed(taken, value_of(board, taken), -master.solver.bound)


def _begin_at(master: Master, offered: Columns, start: Columns) -> None:
    """Offers the choice at hand to the solver, which completes it by itself."""
    board = master.board
    day_of = {int(day): frozenset(row) for day, row in zip(start.day, start.requests(board).tolist(), strict=True)}
    same = [
        day_of.get(int(day)) == frozenset(row)
        for day, row in zip(offered.day, offered.requests(board).tolist(), strict=True)
    ]
    numbers = np.arange(master.steps, master.steps + len(offered), dtype=np.int32)
    master.solver.start_at(numbers, np.array(same, dtype=float))


def rounded(board: Board, columns: Columns, shares: Floats) -> Columns:
    """A choice made of the columns that the mixture takes most of."""
    taken: list[int] = []
    days: set[int] = set()
    used: set[int] = set()
    load = np.zeros(len(board.steps), dtype=np.int64)
    asked, size = columns.requests(board).tolist(), columns.size().tolist()
    for number in np.argsort(-shares, kind="stable").tolist():
        if shares[number] < 0.02:
            break
        day, row = int(columns.day[number]), [request for request in asked[number] if request >= 0]
        who = int(board.who[day])
        if day in days or used.intersection(row) or load[who] + size[number] > len(board.steps[who]):
            continue
        taken.append(number)
        days.add(day)
        used.update(row)
        load[who] += size[number]
    return columns.take(np.array(taken, dtype=np.int64))


def regions(board: Board, seed: int) -> Iterator[Ints]:
    """Presenters that live close together, as many as pack well; all are in one before any is in two sweeps."""
    people = board.problem.presenters
    near = miles_between(positions(people), positions(people))
    chance = random.Random(seed)  # noqa: S311 (no secret)
    while True:
        left = set(range(len(people)))
        while left:
            center = chance.choice(sorted(left))
            block = np.argsort(near[center], kind="stable")[:BLOCK]
            left.difference_update(block.tolist())
            yield np.sort(block)


def repack(
    board: Board,
    columns: Columns,
    chosen: Columns,
    people: Ints,
    *,
    seconds: float,
    seed: int,
    should_stop: Callable[[], bool],
) -> Columns:
    """The choice with the days of those presenters packed anew; never worse."""
    theirs = np.zeros(len(board.steps), dtype=bool)
    theirs[people] = True
    outside = chosen.take(~theirs[board.who[chosen.day]])
    inside = chosen.take(theirs[board.who[chosen.day]])
    taken = np.zeros(len(board.problem.requests) + 1, dtype=bool)
    taken[outside.requests(board).ravel()] = True
    taken[-1] = False
    free = theirs[board.who[columns.day]] & ~taken[columns.requests(board)].any(axis=1)
    packed = pack(
        board,
        columns.take(free),
        inside,
        seconds=min(seconds, BLOCK_SECONDS),
        seed=seed,
        should_stop=should_stop,
        gap=1e-4,
        nodes=MOST_NODES,
        people=theirs,
    )
    if packed is None or packed.value <= value_of(board, inside) + 1e-6:
        return chosen
    return joined([outside, packed.columns])
