"""Choosing one column a day so that no request is given twice: an integer program over columns at hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .days import Board
from .master import Master
from .pricing import Columns


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
) -> Packed | None:
    master = Master(
        board,
        seed=seed,
        time_limit=max(0.1, seconds),
        mip_rel_gap=gap,
        mip_abs_gap=1e-4,
    )
    if nodes is not None:
        master.solver.set(mip_max_nodes=nodes)
    master.add(columns)
    first = master.steps
    master.solver.make_integer(np.arange(first, first + len(columns), dtype=np.int32))
    master.solver.stop_when(should_stop)
    answer = master.solver.run()
    limit = -master.solver.bound
    if not master.solver.has_solution:
        return None
    taken = columns.take(np.flatnonzero(master.shares() > 0.5))
    return Packed(taken, value_of(board, taken), limit)
