"""Imposition: where several posters lie on one press sheet, where it is cut, and which page lies where.

    plan = plan_imposition(Trimmed(288, 432, bleed=9), Stock(936, 1368, margin=9))   # None where fewer than two fit
    plan.up                                          # 8
    plan.places                                      # what is left of each poster once it is cut, from the top left
    plan.sheets_for(20)                              # 3
    plan.order(20)                                   # [[0, 3, 6, 9, 12, …], [1, 4, …], [2, 5, 8, 11]]
    impose(pdf, plan)                                # in press.py: the sheets

Lengths are points, counted from the top left corner of the sheet. Nothing here knows what a PDF is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from portal.typesetting.geometry import Box

#: Points between the outermost bleed and a mark, and the shortest and longest that a mark may be.
MARK_GAP: Final = 2.0
SHORTEST_MARK: Final = 6.0
LONGEST_MARK: Final = 18.0
#: What two lengths may differ by and still be the same: a third of a millimetre, which sizes in inches and in
#: millimetres miss each other by.
_SAME: Final = 1.0
_EPSILON: Final = 0.01


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A poster as it is cut, and the bleed around it."""

    width: float
    height: float
    bleed: float = 0.0


@dataclass(frozen=True, slots=True)
class Stock:
    """A press sheet, and the margin that the press leaves white at every edge.

    ``may_fill``: two posters without bleed may halve it, as an office printer's sheet, whose pages have white edges too.
    """

    width: float
    height: float
    margin: float = 0.0
    may_fill: bool = False


@dataclass(frozen=True)
class Imposition:
    """``columns`` × ``rows`` posters on a press sheet, in the middle of it. ``is_turned``: a quarter turn to the right.

    Neighbours touch with their bleeds; without bleed one cut parts them. Where posters without bleed fill the sheet
    to its edges there is no room for marks, and nothing to cut off around them.
    """

    poster: Trimmed
    stock: Stock
    columns: int
    rows: int
    is_turned: bool

    @property
    def up(self) -> int:
        """How many posters a full sheet holds."""
        return self.columns * self.rows

    @cached_property
    def places(self) -> tuple[Box, ...]:
        """Each poster as it is cut, row by row from the top left."""
        (width, height), bleed = self._cell, self.poster.bleed
        across, down = width + 2 * bleed, height + 2 * bleed
        left, top = (self.stock.width - self.columns * across) / 2, (self.stock.height - self.rows * down) / 2
        return tuple(
            Box(x=left + column * across + bleed, y=top + row * down + bleed, width=width, height=height)
            for row in range(self.rows)
            for column in range(self.columns)
        )

    @property
    def live(self) -> Box:
        """All posters with their bleed."""
        first, last, bleed = self.places[0], self.places[-1], self.poster.bleed
        return Box(
            x=first.x - bleed,
            y=first.y - bleed,
            width=last.x + last.width - first.x + 2 * bleed,
            height=last.y + last.height - first.y + 2 * bleed,
        )

    @property
    def marks(self) -> list[tuple[float, float, float, float]]:
        """Hairlines ``x0, y0, x1, y1`` at both ends of every cut, outside the posters and their bleed."""
        live = self.live
        right, bottom = live.x + live.width, live.y + live.height
        uprights = {edge for place in self.places for edge in (place.x, place.x + place.width)}
        levels = {edge for place in self.places for edge in (place.y, place.y + place.height)}
        lines = []
        if length := self._mark(live.y):
            for x in sorted(uprights):
                lines += [(x, live.y - MARK_GAP, x, live.y - MARK_GAP - length)]
                lines += [(x, bottom + MARK_GAP, x, bottom + MARK_GAP + length)]
        if length := self._mark(live.x):
            for y in sorted(levels):
                lines += [(live.x - MARK_GAP, y, live.x - MARK_GAP - length, y)]
                lines += [(right + MARK_GAP, y, right + MARK_GAP + length, y)]
        return lines

    def sheets_for(self, pages: int) -> int:
        """How many press sheets that many posters take."""
        return -(-pages // self.up)

    def order(self, pages: int) -> list[list[int]]:
        """Cut and stack: of every sheet the pages, counted from 0, in the order of its places.

        Once the sheets are cut as one pile, each place holds pages in a row; its piles laid one under the other, place
        after place, are all pages in order. Only the last sheet may have empty places, its last ones.
        """
        full, rest = divmod(pages, self.up)
        heights = [full + (place < rest) for place in range(self.up)]
        begins = [sum(heights[:place]) for place in range(self.up)]
        return [
            [begin + sheet for begin, height in zip(begins, heights, strict=True) if sheet < height]
            for sheet in range(self.sheets_for(pages))
        ]

    def on_sheet(self, place: Box, within: Box) -> Box:
        """Where on the sheet something lies that lies ``within`` the poster at a place, counted from the cut's corner."""
        if not self.is_turned:
            return Box(x=place.x + within.x, y=place.y + within.y, width=within.width, height=within.height)
        return Box(
            x=place.x + self.poster.height - within.y - within.height,
            y=place.y + within.x,
            width=within.height,
            height=within.width,
        )

    @property
    def _cell(self) -> tuple[float, float]:
        poster = self.poster
        return (poster.height, poster.width) if self.is_turned else (poster.width, poster.height)

    def _mark(self, room: float) -> float:
        """The length of a mark in the room between the posters and the edge of the sheet; 0 where there is none."""
        length = min(LONGEST_MARK, room - self.stock.margin - MARK_GAP)
        return length if length >= SHORTEST_MARK - _EPSILON else 0.0


def plan_imposition(poster: Trimmed, stock: Stock) -> Imposition | None:
    """The way to lay the most posters on a press sheet; none where fewer than two fit. Where both ways lay as many,
    the posters are not turned."""
    ways = [plan for is_turned in (False, True) for plan in _ways(poster, stock, is_turned=is_turned)]
    best = max(ways, key=lambda plan: plan.up, default=None)
    return best if best and best.up > 1 else None


def _ways(poster: Trimmed, stock: Stock, *, is_turned: bool) -> Iterator[Imposition]:
    width, height = (poster.height, poster.width) if is_turned else (poster.width, poster.height)
    around = stock.margin + MARK_GAP + SHORTEST_MARK
    columns = int((stock.width - 2 * around + _EPSILON) // (width + 2 * poster.bleed))
    rows = int((stock.height - 2 * around + _EPSILON) // (height + 2 * poster.bleed))
    if columns > 0 and rows > 0:
        yield Imposition(poster, stock, columns, rows, is_turned)
    columns, rows = round(stock.width / width), round(stock.height / height)
    is_filled = abs(columns * width - stock.width) <= _SAME and abs(rows * height - stock.height) <= _SAME
    if stock.may_fill and not poster.bleed and columns * rows == 2 and is_filled:
        yield Imposition(poster, stock, columns, rows, is_turned)
