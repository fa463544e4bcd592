"""The best days of every presenter at given prices, found exactly.

A *column* is what a presenter gives on one day: options in order of time. All days are searched at once, a level
for each further seminar, as arrays; a label (a day so far) is dropped when even the best additions cannot lift it
over its day's floor, or when another label with the same requests and place is as good and free as early.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .columns import NOBODY, Columns, Prices, joined, width_of
from .days import HOME, MINUTES_A_DAY, Board, Floats, Ints
from .diary import SETUP
from .instants import STEP
from .scoring import TRAVEL_COST

PAIRS_AT_ONCE = 250_000
MOST_PAIRS = 150_000_000
MOST_COLUMNS = 400_000
BEAM = 6
PARTS = 6
EPSILON = 1e-9

Cut = Callable[[], bool]


@dataclass
class Priced:
    """Columns over the floor, the best profit of each day (at least 0: a day may stay empty), and a ``ceiling``
    that no column of the day exceeds: the best itself unless the search was cut, and so is not ``complete``."""

    columns: Columns
    best: Floats
    ceiling: Floats
    complete: bool


FIELDS = ("day", "place", "free", "travel", "reward", "value", "options", "asked")


@dataclass
class _Labels:
    day: Ints
    place: Ints
    free: Ints
    travel: Ints
    reward: Floats
    value: Floats
    options: Ints
    asked: Ints

    def take(self, which: Any) -> _Labels:
        return _Labels(*(getattr(self, name)[which] for name in FIELDS))


def never() -> bool:
    """Lets a search come to its end."""
    return False


def price(board: Board, prices: Prices, *, spread: float = 0.0, cut: Cut = never) -> Priced:
    """The best column of every day, exactly, and others that come within ``spread`` of it or were met on the way.

    Once ``cut`` says so, the search gives up: what it left out raises the ceilings.
    """
    quick = _Search(board, prices, spread=spread, beam=BEAM).run()
    exact = _Search(board, prices, spread=spread, best=quick.best, cut=cut).run()
    exact.columns = joined([quick.columns, exact.columns]).best_of_each(board)
    return exact


def guess(board: Board, prices: Prices) -> Priced:
    """Good columns of every day, quickly: only the most promising labels are followed. The ceiling means nothing."""
    return _Search(board, prices, beam=BEAM).run()


def price_all(board: Board, prices: Prices, floor: Floats, *, cut: Cut = never) -> Priced:
    """Every column of every day whose profit is above the day's floor, if ``complete``."""
    return _Search(board, prices, floor=floor, cut=cut).run()


class _Search:
    def __init__(
        self,
        board: Board,
        prices: Prices,
        *,
        floor: Floats | None = None,
        best: Floats | None = None,
        spread: float = 0.0,
        beam: int = 0,
        cut: Cut = never,
    ) -> None:
        self.cut = cut
        self.board, self.spread, self.beam = board, spread, beam
        self.all_above = floor is not None
        self.floor = np.zeros(board.days) if floor is None else floor
        self.best = np.where(board.sure > 0, -np.inf, 0.0) if best is None else best
        self.dropped = np.full(board.days, -np.inf)
        self.reward = board.value - prices.ask[board.request] - prices.work[board.who[board.day]]
        self.hope = self.reward - TRAVEL_COST * board.detour
        self.width = width_of(board)
        self.max_last = np.zeros(board.days, dtype=np.int64)
        np.maximum.at(self.max_last, board.day, board.last)
        self.min_lasts = np.full(board.days, MINUTES_A_DAY, dtype=np.int64)
        np.minimum.at(self.min_lasts, board.day, board.lasts)
        self.top, self.top_asked = self._tops()
        self.found: list[Columns] = []
        self.spent = 0

    def run(self) -> Priced:
        board = self.board
        everything = np.arange(len(board.request))
        rest = self._rest(board.day, board.request[:, None], 1, board.opens[board.day])
        self.useful = everything[self.hope + rest > self._floor()[board.day] + EPSILON]
        self.useful = self.useful[np.lexsort((-self.hope[self.useful], board.day[self.useful]))]
        self.stride = 4.0 * (1.0 + float(np.abs(self.hope).max(initial=0.0)))
        self.keys = board.day[self.useful] * self.stride - self.hope[self.useful]
        counts = np.bincount(board.day[self.useful], minlength=board.days)
        self.begin = np.concatenate(([0], np.cumsum(counts)))
        labels = self._start(np.flatnonzero(counts))
        if self.beam:
            self._follow_few(labels)
        else:
            self._follow_all(labels, 1)
        width = self.width
        columns = joined(self.found) if self.found else Columns.none(width)
        columns = columns.best_of_each(board)
        best = np.where(np.isfinite(self.best), self.best, 0.0)
        return Priced(columns, best, np.maximum(best, self.dropped), complete=not np.isfinite(self.dropped).any())

    def _follow_few(self, labels: _Labels) -> None:
        for level in range(1, self.width + 1):
            if not len(labels.day):
                break
            parts = [self._extend(labels, *pairs, level) for pairs in self._pairs(labels, level)]
            labels = self._within_beam(self._joined(parts, level), level)

    def _follow_all(self, labels: _Labels, level: int) -> None:
        """To the end of each lot before the next: floors rise meanwhile, and memory stays flat."""
        if level > self.width or not len(labels.day):
            return
        for pairs in self._pairs(labels, level):
            if self._too_much():
                self._give_up(labels, pairs[0], level)
                continue
            self.spent += len(pairs[0])
            self._follow_all(self._joined([self._extend(labels, *pairs, level)], level), level + 1)

    def _floor(self) -> Floats:
        if self.all_above:
            return self.floor
        return np.maximum(self.floor, self.best - self.spread)

    def _tops(self) -> tuple[Floats, Ints]:
        """The greatest hopes of each day, one a request, of the options that can still start in each part of it."""
        board, width = self.board, self.width
        top = np.zeros((PARTS, board.days, width))
        asked = np.full((PARTS, board.days, width), NOBODY - 1, dtype=np.int64)
        good = np.flatnonzero(self.hope > 0)
        order = good[np.lexsort((-self.hope[good], board.day[good]))]
        for part in range(PARTS):
            order = order[board.last[order] >= self._edge(board.day[order], part)]
            key = board.day[order] * (len(board.problem.requests) + 1) + board.request[order]
            firsts = order[np.sort(np.unique(key, return_index=True)[1])]
            day = board.day[firsts]
            counts = np.bincount(day, minlength=board.days)
            rank = np.arange(len(firsts)) - np.repeat(np.cumsum(counts) - counts, counts)
            within = rank < width
            top[part, day[within], rank[within]] = self.hope[firsts[within]]
            asked[part, day[within], rank[within]] = board.request[firsts[within]]
        return top, asked

    def _edge(self, day: Ints, part: Any) -> Ints:
        """When a part of a day begins."""
        length = self.board.closes[day] - self.board.opens[day]
        edge: Ints = self.board.opens[day] + part * length // PARTS
        return edge

    def _rest(self, day: Ints, asked: Ints, level: int, free: Ints) -> Floats:
        """The most that further seminars could add to days that hold ``level`` and are free from then on."""
        ready = free + SETUP
        length = self.board.closes[day] - self.board.opens[day]
        part = np.clip((ready - self.board.opens[day]) * PARTS // length, 0, PARTS - 1)
        # Where the edge is rounded down, the part before holds no fewer options.
        part = np.where(self._edge(day, part) > ready, part - 1, part).clip(0)
        fitting = 1 + (self.max_last[day] - ready) // (SETUP + self.min_lasts[day])
        left = np.minimum(self.board.most[day] - level, np.maximum(0, fitting))
        rest, taken = np.zeros(len(day)), np.zeros(len(day), dtype=np.int64)
        for rank in range(self.width):
            hope, who = self.top[part, day, rank], self.top_asked[part, day, rank]
            unused = (taken < left) & ~(asked == who[:, None]).any(axis=1)
            rest += np.where(unused, hope, 0.0)
            taken += unused
        return rest

    def _start(self, days: Ints) -> _Labels:
        count = len(days)
        return _Labels(
            day=days,
            place=np.full(count, HOME, dtype=np.int64),
            free=self.board.opens[days],
            travel=np.zeros(count, dtype=np.int64),
            reward=np.zeros(count),
            value=np.zeros(count),
            options=np.zeros((count, 0), dtype=np.int64),
            asked=np.zeros((count, 0), dtype=np.int64),
        )

    def _pairs(self, labels: _Labels, level: int) -> Iterator[tuple[Ints, Ints]]:
        """Labels with each option of their day that could lift them over its floor, so many at a time.

        ``level`` seminars are on the labels' days when the option is added. Options of a day stand by hope.
        """
        rest = self._rest(labels.day, labels.asked, level, labels.free)
        need = self._floor()[labels.day] - self._profit(labels) - rest
        ends = np.searchsorted(
            self.keys, labels.day * self.stride - need + 2 * np.spacing(self.stride * self.board.days)
        )
        counts = np.clip(ends - self.begin[labels.day], 0, self.begin[labels.day + 1] - self.begin[labels.day])
        ends = np.cumsum(counts)
        start = 0
        while start < len(counts):
            done = int(ends[start - 1]) if start else 0
            stop = max(start + 1, int(np.searchsorted(ends, done + PAIRS_AT_ONCE, side="right")))
            size = counts[start:stop]
            label = np.repeat(np.arange(start, stop), size)
            offset = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
            yield label, self.useful[self.begin[labels.day[label]] + offset]
            start = stop

    def _profit(self, labels: _Labels) -> Floats:
        """What labels bring if the presenter drives home now."""
        home = self.board.drive(labels.day, labels.place, HOME)
        profit: Floats = labels.reward - TRAVEL_COST * (labels.travel + home)
        return profit

    def _extend(self, labels: _Labels, label: Ints, option: Ints, level: int) -> _Labels:
        board = self.board
        day = labels.day[label]
        request = board.request[option]
        fresh = ~(labels.asked[label] == request[:, None]).any(axis=1)
        place = board.place[option]
        drive = board.drive(day, labels.place[label], place)
        start = labels.free[label] + drive + SETUP
        start = np.maximum(board.first[option], -(-start // STEP) * STEP)
        travel = labels.travel[label] + drive
        home = travel + board.drive(day, place, HOME)
        good = fresh & (start <= board.last[option]) & (home <= board.most_travel[day] + board.slack[day])
        label, option, day, place = label[good], option[good], day[good], place[good]
        start, travel, home = start[good], travel[good], home[good]
        reward = labels.reward[label] + self.reward[option]
        value = labels.value[label] + board.value[option]
        profit = reward - TRAVEL_COST * home
        options = np.column_stack((labels.options[label], option))
        asked = np.column_stack((labels.asked[label], board.request[option]))
        whole = (home <= board.most_travel[day]) & (profit > self._floor()[day] + EPSILON)
        self._emit(day[whole], value[whole] - TRAVEL_COST * home[whole], options[whole], profit[whole])
        free = start + board.lasts[option]
        going = np.flatnonzero(board.most[day] > level)
        rest = self._rest(day[going], asked[going], level, free[going])
        going = going[(profit[going] + rest > self._floor()[day[going]] + EPSILON)]
        return _Labels(
            day[going],
            place[going],
            free[going],
            travel[going],
            reward[going],
            value[going],
            options[going],
            asked[going],
        )

    def _emit(self, day: Ints, value: Floats, options: Ints, profit: Floats) -> None:
        if not len(day):
            return
        if self.board.sure.any():
            held = np.where(self.board.fixed[options], 1, 0).sum(axis=1)
            sure = self._fixed_in()[day]
            day, value, options, profit = (part[held == sure] for part in (day, value, options, profit))
        np.maximum.at(self.best, day, profit)
        filler = np.full((len(day), self.width - options.shape[1]), NOBODY, dtype=np.int64)
        self.found.append(Columns(day, value, np.column_stack((options, filler))))

    def _fixed_in(self) -> Ints:
        counts: Ints = np.bincount(self.board.day[self.board.fixed], minlength=self.board.days)
        return counts

    def _joined(self, parts: list[_Labels], level: int) -> _Labels:
        labels = _Labels(*(np.concatenate([getattr(part, name) for part in parts]) for name in FIELDS))
        profit = self._profit(labels)
        rest = self._rest(labels.day, labels.asked, level, labels.free)
        labels = labels.take(profit + rest > self._floor()[labels.day] + EPSILON)
        return self._undominated(labels) if level > 1 else labels

    def _undominated(self, labels: _Labels) -> _Labels:
        """Drops a label whose requests and place another has with no less reward, no more travel, free no later."""
        asked = np.sort(labels.asked, axis=1)
        net = labels.reward - TRAVEL_COST * labels.travel
        order = np.lexsort((labels.travel, labels.free, -net, labels.place, *asked.T, labels.day))
        key = np.column_stack((labels.day, labels.place, asked))[order]
        leads = np.ones(len(order), dtype=bool)
        leads[1:] = (key[1:] != key[:-1]).any(axis=1)
        leader = order[np.maximum.accumulate(np.where(leads, np.arange(len(order)), 0))]
        beaten = ~leads & (labels.free[leader] <= labels.free[order]) & (labels.travel[leader] <= labels.travel[order])
        return labels.take(np.sort(order[~beaten]))

    def _too_much(self) -> bool:
        many = self.all_above and sum(map(len, self.found)) > MOST_COLUMNS
        return many or self.spent > MOST_PAIRS or self.cut()

    def _give_up(self, labels: _Labels, label: Ints, level: int) -> None:
        """Leaves labels where they are; what they could have reached raises their days' ceilings."""
        lost = labels.take(np.unique(label))
        hope = self._profit(lost) + self._rest(lost.day, lost.asked, level - 1, lost.free)
        np.maximum.at(self.dropped, lost.day, hope)

    def _within_beam(self, labels: _Labels, level: int) -> _Labels:
        """The few most promising labels of each day."""
        profit = self._profit(labels)
        hope = profit + self._rest(labels.day, labels.asked, level, labels.free)
        order = np.lexsort((-hope, labels.day))
        counts = np.bincount(labels.day, minlength=self.board.days)
        rank = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
        return labels.take(np.sort(order[rank < self.beam]))
