"""Column generation: prices from the master, columns from the days, until no day can do better."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .bound import bound_of, constant
from .columns import Columns, Prices, joined, width_of
from .days import Board, Floats
from .master import Master
from .pricing import Cut, guess, never, price

# Where prices are found to lie close enough to the best: part of the bound, for small and for large problems.
CLOSE_ENOUGH, CLOSE_ENOUGH_IF_LARGE = 1e-6, 5e-4
LEAST_GAIN = 1e-7
MOST_A_DAY = 6
SPREAD = 10.0
SMOOTH = 0.5
FIRST_ASK = 0.8
MANY_OPTIONS = 20_000
FEW = 0.3
# Interior points instead of corners: much faster where columns are many, and prices that swing less.
INSIDE: dict[str, Any] = {"solver": "ipm", "run_crossover": "off", "ipm_optimality_tolerance": 1e-5}


@dataclass
class Generated:
    """Columns, and how much of each the master's mixture takes; the prices with the least bound, and that bound
    (infinite if there was no time to prove one), with the best profit of each day at them; ``ended``: no day can do
    better, nothing was cut short."""

    columns: Columns
    shares: Floats
    prices: Prices
    bound: float
    best: Floats
    ended: bool


def generate(
    board: Board,
    start: Columns,
    *,
    seed: int,
    should_stop: Callable[[], bool],
    left: Callable[[], float],
    on_bound: Callable[[float], None],
) -> Generated:
    """Generates columns from those of a plan on, until no day gains or ``left`` seconds are used up.

    Any moment's bound is proven; stopping early leaves it higher. Prices are smoothed: the search asks between the
    master's prices and those with the least bound so far, since the master's own swing wildly at first.
    """
    return _Generation(board, seed, on_bound).run(start, should_stop, left)


class _Generation:
    def __init__(self, board: Board, seed: int, on_bound: Callable[[float], None]) -> None:
        self.board, self.on_bound = board, on_bound
        self.small = len(board.request) < MANY_OPTIONS
        self.master = Master(board, seed=seed) if self.small else Master(board, seed=seed, **INSIDE)
        self.pool = _Pool(board)
        self.center, self.bound = _first_prices(board), np.inf
        self.best = np.zeros(board.days)
        self.cut: Cut = never

    def run(self, start: Columns, should_stop: Callable[[], bool], left: Callable[[], float]) -> Generated:
        self.master.add(self.pool.new(start.best_of_each(self.board)))
        shares, ended = np.zeros(0), False
        exact, inward = self.small, SMOOTH
        self.cut = lambda: left() <= 0 or should_stop()
        close = CLOSE_ENOUGH if self.small else CLOSE_ENOUGH_IF_LARGE
        while not self.cut():
            try:
                value, prices, day_price = self.master.solve(left())
            except InterruptedError:
                break
            shares, value = self.master.shares(), value + constant(self.board)
            fresh, asked = self._fresh(prices, day_price, inward, exact=exact)
            while exact and not len(fresh) and inward and self.bound - value > close * abs(self.bound):
                inward = inward / 2 if inward > SMOOTH / 4 else 0.0
                fresh, asked = self._fresh(prices, day_price, inward, exact=True)
            if exact and (not len(fresh) or self.bound - value <= close * abs(self.bound)):
                ended = not self.cut()
                break
            if not exact:
                self.center, exact = asked, len(fresh) < FEW * self.board.days
            self.master.add(fresh)
        if not np.isfinite(self.bound) and not should_stop():
            self.cut = should_stop
            self._prove(self.center)
        columns = self.pool.columns()
        shares = np.concatenate((shares, np.zeros(len(columns) - len(shares))))
        return Generated(columns, shares, self.center, self.bound, self.best, ended)

    def _fresh(self, prices: Prices, day_price: Floats, inward: float, *, exact: bool) -> tuple[Columns, Prices]:
        """New columns that gain at the master's prices, and the prices at which they were looked for."""
        asked = prices.toward(self.center, inward)
        found = self._prove(asked) if exact else guess(self.board, asked).columns
        gain = found.profit(self.board, prices) - day_price[found.day]
        return self.pool.new(_best_few(self.board, found, gain)), asked

    def _prove(self, asked: Prices) -> Columns:
        """The best columns at those prices, and the bound that they prove, kept if it is the least."""
        priced = price(self.board, asked, spread=SPREAD if self.small else 0.0, cut=self.cut)
        bound = bound_of(self.board, asked, priced)
        if bound < self.bound:
            self.bound, self.center, self.best = bound, asked, priced.best
            self.on_bound(bound)
        return priced.columns


def _first_prices(board: Board) -> Prices:
    """A guess to begin with: each request costs most of what it could bring."""
    ask = np.zeros(len(board.problem.requests))
    loose = ~board.fixed
    np.maximum.at(ask, board.request[loose], board.value[loose])
    return Prices(FIRST_ASK * ask, np.zeros(len(board.steps)))


def _best_few(board: Board, columns: Columns, gain: Floats) -> Columns:
    """Of the columns that gain at the master's prices, a few of each day."""
    columns, gain = columns.take(gain > LEAST_GAIN), gain[gain > LEAST_GAIN]
    order = np.lexsort((-gain, columns.day))
    counts = np.bincount(columns.day[order], minlength=board.days)
    rank = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    return columns.take(order[rank < MOST_A_DAY])


class _Pool:
    """The columns that the master has, each set of requests of a day at its best."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.parts: list[Columns] = [Columns.none(width_of(board))]
        self.known: dict[tuple[int, ...], float] = {}

    def new(self, columns: Columns) -> Columns:
        """Those that the master does not have, or has at fewer points; it has them from now on."""
        asked = np.sort(columns.requests(self.board), axis=1)
        fresh = []
        keys = np.column_stack((columns.day, asked)).tolist()
        for number, (row, value) in enumerate(zip(keys, columns.value.tolist(), strict=True)):
            key = tuple(row)
            if value > self.known.get(key, -np.inf) + LEAST_GAIN:
                self.known[key] = value
                fresh.append(number)
        found = columns.take(np.array(fresh, dtype=np.int64))
        self.parts.append(found)
        return found

    def columns(self) -> Columns:
        """All of them, in the order in which the master got them."""
        return joined(self.parts)
