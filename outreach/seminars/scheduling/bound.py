"""What no plan can exceed: the Lagrangian value of prices, in our own arithmetic."""

from __future__ import annotations

import numpy as np

from .columns import Prices
from .days import Board
from .pricing import Priced
from .scoring import CHANGE_COST


def constant(board: Board) -> float:
    """Points that every plan loses: 25 for each unconfirmed place of before; options that keep it win them back."""
    return -CHANGE_COST * sum(
        1 for request in board.problem.requests if request.previous and not request.previous.confirmed
    )


def bound_of(board: Board, prices: Prices, priced: Priced) -> float:
    """The bound that prices prove, given the best column of every day at them.

    Asking any price ≥ 0 instead of 'each request once', and paying each presenter the best of her own load, can
    only raise the value of the best plan.
    """
    return float(
        constant(board) + prices.ask.sum() + (priced.ceiling - board.sure).sum() + _best_loads(board, prices.work)
    )


def _best_loads(board: Board, work: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    # Steps rise, so that each one that pays for itself is taken.
    return float(
        sum(
            sum(max(0.0, wage - step) for step in steps) for wage, steps in zip(work.tolist(), board.steps, strict=True)
        )
    )
