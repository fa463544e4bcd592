"""The linear program over columns: each request once, each day once, each presenter's work at its price."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .columns import Columns, Prices
from .days import Board, Floats
from .highs import Solver


class Master:
    """Grows by columns; rows are the requests, then the days, then the presenters."""

    def __init__(
        self, board: Board, *, seed: int = 0, people: npt.NDArray[np.bool_] | None = None, **options: object
    ) -> None:
        self.board = board
        self.mine = np.ones(len(board.steps), dtype=bool) if people is None else people
        self.solver = Solver(seed=seed, **options)
        self.requests, self.days, self.people = len(board.problem.requests), board.days, len(board.steps)
        endless = self.solver.infinity
        lower = np.full(self.requests + self.days + self.people, -endless)
        lower[self.requests : self.requests + self.days][(board.sure > 0) & self.mine[board.who]] = 1.0
        upper = np.concatenate((np.ones(self.requests + self.days), np.zeros(self.people)))
        self.solver.add_rows(lower, upper)
        self.steps = self._add_work()
        self.columns = 0

    def _add_work(self) -> int:
        """One column for the free half of each presenter's offer, one for each further seminar."""
        cost, most, who = [], [], []
        for number, steps in enumerate(self.board.steps):
            if not self.mine[number]:
                continue
            free = sum(1 for step in steps if step <= 0)
            priced = steps[free:]
            cost += [0.0] * bool(free) + priced
            most += [float(free)] * bool(free) + [1.0] * len(priced)
            who += [number] * (bool(free) + len(priced))
        rows = (np.array(who, dtype=np.int64) + self.requests + self.days).astype(np.int32)
        count = len(cost)
        self.solver.add_columns(
            np.array(cost, dtype=float),
            np.zeros(count),
            np.array(most, dtype=float),
            np.arange(count, dtype=np.int32),
            rows,
            np.full(count, -1.0),
        )
        return count

    def add(self, columns: Columns) -> None:
        """Adds columns."""
        if not len(columns):
            return
        board = self.board
        asked, size = columns.requests(board), columns.size()
        free = (asked >= 0) & ~board.fixed[columns.options]
        rows = np.column_stack(
            (
                np.where(free, asked, -1),
                self.requests + columns.day,
                self.requests + self.days + board.who[columns.day],
            )
        )
        values = np.ones(rows.shape)
        values[:, -1] = size
        used = rows >= 0
        starts = np.concatenate(([0], np.cumsum(used.sum(axis=1))[:-1]))
        count = len(columns)
        self.solver.add_columns(
            board.sure[columns.day] - columns.value,
            np.zeros(count),
            np.full(count, self.solver.infinity),
            starts.astype(np.int32),
            rows[used].astype(np.int32),
            values[used],
        )
        self.columns += count

    def solve(self, seconds: float) -> tuple[float, Prices, Floats]:
        """The best value of the mixture, its prices, and the price of each day. InterruptedError when time is up."""
        self.solver.allow(seconds)
        if self.solver.run() != "optimal":
            raise InterruptedError
        duals = -self.solver.duals()
        ask = np.maximum(0.0, duals[: self.requests])
        day = duals[self.requests : self.requests + self.days]
        work = np.maximum(0.0, duals[self.requests + self.days :])
        return -self.solver.objective, Prices(ask, work), day

    def shares(self) -> Floats:
        """How much of each column the mixture takes."""
        return self.solver.values()[self.steps :]
