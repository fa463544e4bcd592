"""Column generation: prices from the master, columns from the days, until no day can do better."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .bound import bound_of, constant
from .days import Board, Floats
from .master import Master
from .pricing import Columns, Prices, guess, joined, price, width_of

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
    """Columns, the prices with the least bound, that bound, and the master's value and mixture (``shares``)."""

    columns: Columns
    prices: Prices
    bound: float
    value: float
    shares: Floats


def generate(
    board: Board,
    start: Columns,
    *,
    seed: int,
    should_stop: Callable[[], bool],
    on_bound: Callable[[float], None],
    left: Callable[[], float],
) -> Generated:
    """Generates columns from those of a plan on. Any moment's bound is proven; stopping early leaves it higher.

    Prices are smoothed: the search asks between the master's prices and those with the least bound so far, since
    the master's own swing wildly at first.
    """
    exact = len(board.request) < MANY_OPTIONS
    spread, close = (SPREAD, CLOSE_ENOUGH) if exact else (0.0, CLOSE_ENOUGH_IF_LARGE)
    master = Master(board, seed=seed) if exact else Master(board, seed=seed, **INSIDE)
    pool = _Pool(board)
    master.add(pool.new(start.best_of_each(board)))
    value, lp, day_price = master.solve(left())
    center, best, inward = _first_prices(board), np.inf, SMOOTH
    while True:
        asked = lp.toward(center, inward)
        if exact:
            priced = price(board, asked, spread=spread)
            bound = bound_of(board, asked, priced)
            if bound < best:
                best, center = bound, asked
                on_bound(best)
        else:
            priced = guess(board, asked)
            center = asked
        gain = priced.columns.profit(board, lp) - day_price[priced.columns.day]
        fresh = pool.new(_best_few(board, priced.columns, gain))
        closed = np.isfinite(best) and best - (value + constant(board)) <= close * max(1.0, abs(best))
        if closed or should_stop():
            break
        if not exact and len(fresh) < FEW * board.days:
            exact = True
        elif not len(fresh):
            if inward == 0:
                break
            inward = inward / 2 if inward > SMOOTH / 4 else 0.0
            continue
        master.add(fresh)
        value, lp, day_price = master.solve(left())
    return Generated(pool.columns(), center, best, value, master.shares())


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
