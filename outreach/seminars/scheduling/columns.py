"""What a presenter gives on one day, many at once as arrays; and the prices at which that is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .days import Board, Floats, Ints

NOBODY = -1


@dataclass
class Prices:
    """What a request costs to serve (``ask``, by request), and one seminar of a presenter (``work``)."""

    ask: Floats
    work: Floats

    def toward(self, other: Prices, share: float) -> Prices:
        """The prices that lie that share of the way to the others."""
        return Prices(self.ask + share * (other.ask - self.ask), self.work + share * (other.work - self.work))


@dataclass
class Columns:
    """Columns as arrays: day, points (travel taken off, load not), options in order of time (-1 fills up)."""

    day: Ints
    value: Floats
    options: Ints

    def __len__(self) -> int:
        return len(self.day)

    @classmethod
    def none(cls, width: int) -> Columns:
        """No column at all."""
        return cls(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros((0, width), dtype=np.int64))

    def requests(self, board: Board) -> Ints:
        """Requests of each column (-1 fills up)."""
        if not len(board.request):
            return np.full(self.options.shape, NOBODY, dtype=np.int64)
        found: Ints = np.where(self.options >= 0, board.request[self.options], NOBODY)
        return found

    def size(self) -> Ints:
        """Seminars of each column."""
        size: Ints = (self.options >= 0).sum(axis=1)
        return size

    def take(self, which: Any) -> Columns:
        """Those columns only."""
        return Columns(self.day[which], self.value[which], self.options[which])

    def profit(self, board: Board, prices: Prices) -> Floats:
        """Points less what its requests and work cost at these prices."""
        asked = self.requests(board)
        cost = np.where(asked >= 0, prices.ask[asked], 0.0).sum(axis=1) if len(prices.ask) else 0.0
        profit: Floats = self.value - cost - self.size() * prices.work[board.who[self.day]]
        return profit

    def best_of_each(self, board: Board) -> Columns:
        """Of the columns of a day with the same requests, the one worth most; in a fixed order."""
        if not len(self):
            return self
        asked = np.sort(self.requests(board), axis=1)
        order = np.lexsort((-self.value, *asked.T, self.day))
        asked, day = asked[order], self.day[order]
        fresh = np.ones(len(order), dtype=bool)
        fresh[1:] = (day[1:] != day[:-1]) | (asked[1:] != asked[:-1]).any(axis=1)
        return self.take(order[fresh])


def joined(parts: list[Columns]) -> Columns:
    """All columns in one."""
    return Columns(
        np.concatenate([part.day for part in parts]),
        np.concatenate([part.value for part in parts]),
        np.concatenate([part.options for part in parts]),
    )


def width_of(board: Board) -> int:
    """The most seminars that one day can hold by its limit and its length."""
    return int(board.most.max(initial=1)) if board.days else 1
