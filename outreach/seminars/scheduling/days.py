"""The problem as arrays: every way to put a request on an otherwise empty day of a presenter.

An *option* is (request, day, way, window): any start in [first, last] is worth the same. A *day* is one
availability entry. Options are sorted by day, so that those of a day lie together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .diary import SETUP, WRAPUP, Seminar, day_of, seminar_of
from .instants import OpenDay, step_up
from .model import Mode, Presenter, Problem, ProblemRefused, Request
from .scoring import CHANGE_COST, TRAVEL_COST, load_cost, worth
from .travel import MILE_TOLERANCE, NEAR_TIE, miles, miles_between, minutes_between, positions

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
HOME = 0
NEAR_MISS_MINUTES = 10
MINUTES_A_DAY = 1440
MOST_LOAD_STEP = 20.0


@dataclass
class Board:
    """A problem in arrays.

    Options: ``request`` and ``day`` (numbers), ``place`` (0 is home, within the presenter's table of minutes),
    ``first`` and ``last`` start, ``lasts`` (length with wrap-up), ``value`` (points without travel), ``virtual``,
    ``detour`` (the least minutes that it can add at the end of a day), ``fixed`` (confirmed).
    Days: ``who`` (presenter's number), ``number``, ``opens``, ``closes``, ``most`` (seminars), ``begin`` of its
    options (one longer), ``sure`` (points that only mark confirmed seminars), ``table`` (where its minutes begin).
    """

    problem: Problem
    request: Ints
    day: Ints
    place: Ints
    first: Ints
    last: Ints
    lasts: Ints
    value: Floats
    virtual: npt.NDArray[np.bool_]
    fixed: npt.NDArray[np.bool_]
    detour: Ints
    who: Ints
    number: Ints
    opens: Ints
    closes: Ints
    most: Ints
    most_travel: Ints
    slack: Ints
    begin: Ints
    sure: Floats
    table: Ints
    width: Ints
    minutes: Ints
    steps: list[list[float]]
    day_of: dict[tuple[str, int], int]

    @property
    def days(self) -> int:
        """How many days there are."""
        return len(self.who)

    def drive(self, day: Any, a: Any, b: Any) -> Any:
        """Minutes between two places of the presenter of a day; arrays or numbers."""
        return self.minutes[self.table[day] + a * self.width[day] + b]

    def seminar(self, option: int, start: int) -> Seminar:
        """The seminar of an option at a start."""
        problem = self.problem
        return Seminar(
            int(start),
            problem.requests[self.request[option]].id,
            problem.presenters[self.who[self.day[option]]].id,
            Mode.VIRTUAL if self.virtual[option] else Mode.IN_PERSON,
        )


class _Row(NamedTuple):
    """An option before it goes into arrays; names as in :class:`Board`."""

    request: int
    place: int
    first: int
    last: int
    lasts: int
    value: float
    virtual: bool
    fixed: bool


class _DayRow(NamedTuple):
    """A day before it goes into arrays."""

    who: int
    number: int
    opens: int
    closes: int
    most: int
    most_travel: int
    slack: int
    sure: float
    table: int
    width: int


def lay_out(problem: Problem) -> Board:
    """Every option of a problem. Raises ProblemRefused if a confirmed seminar lies outside its presenter's days."""
    confirmed, asks, spots = _confirmed(problem), _by_skill(problem), positions(problem.requests)
    rows: list[_Row] = []
    days: list[_DayRow] = []
    begin, flat, size = [0], list[Ints](), 0
    for who, presenter in enumerate(problem.presenters):
        sure = confirmed.get(presenter.id, [])
        fixed = _confirmed_of(problem, presenter, sure)
        able = _able(problem, presenter, asks, spots, sure)
        stops = [presenter, *(problem.requests[number] for number, way, _ in able if way == Mode.IN_PERSON)]
        table = minutes_between(stops, stops)
        np.fill_diagonal(table, 0)
        # Neighbours without a drive between them are the one case where a detour can be shorter than the way.
        near = NEAR_MISS_MINUTES if np.count_nonzero(table == 0) > len(stops) else 0
        for day in problem.instants.days[presenter.id]:
            held = fixed.get(day.number, [])
            found = list(_options(problem, presenter, day, able, table, near))
            mark = _mark(presenter, found) if held else 0.0
            rows += found
            rows += _fixed_options(problem, held, able, mark)
            begin.append(len(rows))
            limits = (presenter.max_per_day, presenter.max_travel_minutes, near)
            days.append(_DayRow(who, *day, *limits, mark * len(held), size, len(stops)))
        flat.append(table.ravel())
        size += table.size
    board = Board(
        problem=problem,
        day=np.repeat(np.arange(len(days)), np.diff(begin)),
        detour=np.zeros(len(rows), dtype=np.int64),
        begin=np.array(begin, dtype=np.int64),
        minutes=np.concatenate(flat) if flat else np.zeros(0, dtype=np.int64),
        steps=[
            [load_cost(who, n) - load_cost(who, n - 1) for n in range(1, who.offered + 1)] for who in problem.presenters
        ],
        day_of={(problem.presenters[row.who].id, row.number): number for number, row in enumerate(days)},
        **_arrays(rows, _Row),
        **_arrays(days, _DayRow),
    )
    _count_detours(board)
    return board


def _arrays(rows: Sequence[Any], kind: Any) -> dict[str, Any]:
    """The fields of rows, each as an array."""
    types = {"value": np.float64, "sure": np.float64, "virtual": np.bool_, "fixed": np.bool_}
    return {name: np.array([row[n] for row in rows], types.get(name, np.int64)) for n, name in enumerate(kind._fields)}


def _mark(presenter: Presenter, found: list[_Row]) -> float:
    """Points that only mark a confirmed seminar: so many that no day gains by leaving it out."""
    dearest = max((row.value for row in found), default=0.0)
    return presenter.max_per_day * (dearest + MOST_LOAD_STEP) + TRAVEL_COST * MINUTES_A_DAY


def _confirmed(problem: Problem) -> dict[str, list[int]]:
    """Numbers of the confirmed requests by presenter."""
    found: dict[str, list[int]] = {}
    for number, request in enumerate(problem.requests):
        if request.previous is not None and request.previous.confirmed:
            found.setdefault(request.previous.presenter, []).append(number)
    return found


def _by_skill(problem: Problem) -> dict[tuple[str, str], Ints]:
    """Numbers of the requests that are free to place, by language and topic."""
    found: dict[tuple[str, str], list[int]] = {}
    for number, request in enumerate(problem.requests):
        if request.previous is None or not request.previous.confirmed:
            found.setdefault((request.language, request.topic), []).append(number)
    return {skill: np.array(numbers, dtype=np.int64) for skill, numbers in found.items()}


def _confirmed_of(problem: Problem, presenter: Presenter, sure: list[int]) -> dict[int, list[Seminar]]:
    """The presenter's confirmed seminars by day."""
    found: dict[int, list[Seminar]] = {}
    for request in (problem.requests[number] for number in sure):
        old = request.previous
        assert old is not None
        seminar = seminar_of(request.id, old)
        day = day_of(problem.instants.days[presenter.id], seminar.start, request.minutes)
        if day is None:
            raise ProblemRefused(
                f"requests[{request.id!r}].previous",
                f"confirmed with {presenter.id}, who does not offer that time",
                "Set confirmed to false, or add the day to the presenter's availability.",
            )
        found.setdefault(day.number, []).append(seminar)
    return found


def _able(
    problem: Problem, presenter: Presenter, asks: dict[tuple[str, str], Ints], spots: Floats, sure: list[int]
) -> list[tuple[int, Mode, int]]:
    """(request's number, way, place) of what the presenter could give on some day, and what is confirmed with her."""
    skilled = [
        asks[language, topic]
        for language in sorted(presenter.languages)
        for topic in sorted(presenter.topics)
        if (language, topic) in asks
    ]
    numbers = np.sort(np.concatenate(skilled)) if skilled else np.zeros(0, dtype=np.int64)
    far = miles_between(positions([presenter]), spots[numbers])[0] if len(numbers) else np.zeros(0)
    able: list[tuple[int, Mode, int]] = []
    places = 0
    for number, distance in zip(numbers.tolist(), far.tolist(), strict=True):
        request = problem.requests[number]
        ways = request.mode.ways
        if Mode.IN_PERSON in ways:
            if abs(distance - presenter.radius_miles) < NEAR_TIE * 10:
                distance = miles(presenter, request)
            if distance <= presenter.radius_miles + MILE_TOLERANCE:
                places += 1
                able.append((number, Mode.IN_PERSON, places))
        if Mode.VIRTUAL in ways and presenter.virtual:
            able.append((number, Mode.VIRTUAL, HOME))
    for number in sure:
        old = problem.requests[number].previous
        assert old is not None
        if old.mode == Mode.IN_PERSON:
            places += 1
        able.append((number, old.mode, places if old.mode == Mode.IN_PERSON else HOME))
    return able


def _options(
    problem: Problem,
    presenter: Presenter,
    day: OpenDay,
    able: list[tuple[int, Mode, int]],
    table: Ints,
    near: int,
) -> Iterator[_Row]:
    """Options of a day, confirmed ones left out."""
    home = table[HOME].tolist()
    for number, way, place in able:
        request = problem.requests[number]
        if request.previous is not None and request.previous.confirmed:
            continue
        drive = home[place]
        if 2 * drive > presenter.max_travel_minutes + near:
            continue
        opens, closes = day.opens + drive + SETUP, day.closes - drive - WRAPUP
        if closes - opens < request.minutes:
            continue
        old = request.previous
        kept = None
        if old is not None and (old.presenter, old.mode) == (presenter.id, way):
            kept = seminar_of(request.id, old).start
        for rank, earliest, latest in problem.instants.windows[request.id]:
            first = step_up(max(earliest, opens))
            last = min(latest, closes) - request.minutes
            if first > last:
                continue
            value, lasts, virtual = worth(request, rank, way), request.minutes + WRAPUP, way == Mode.VIRTUAL
            yield _Row(number, place, first, last, lasts, value, virtual, False)
            if kept is not None and first <= kept <= last:
                yield _Row(number, place, kept, kept, lasts, value + CHANGE_COST, virtual, False)


def _fixed_options(
    problem: Problem, held: list[Seminar], able: list[tuple[int, Mode, int]], mark: float
) -> Iterator[_Row]:
    """The options that confirmed seminars are: one start, and points that mark them."""
    places = {problem.requests[number].id: (number, place) for number, _, place in able}
    for seminar in held:
        number, place = places[seminar.request]
        request: Request = problem.requests[number]
        rank = problem.instants.rank(request, seminar.start)
        value = (worth(request, rank, seminar.mode) if rank is not None else 0.0) + mark
        lasts, virtual = request.minutes + WRAPUP, seminar.mode == Mode.VIRTUAL
        yield _Row(number, place, seminar.start, seminar.start, lasts, value, virtual, True)


def _count_detours(board: Board) -> None:
    """The least minutes that each option adds when it is put at the end of its day, whatever came before."""
    for day in range(board.days):
        begin, end = int(board.begin[day]), int(board.begin[day + 1])
        if begin == end:
            continue
        width, table = int(board.width[day]), int(board.table[day])
        minutes = board.minutes[table : table + width * width].reshape(width, width)
        stops = np.unique(np.append(board.place[begin:end], HOME))
        there = board.place[begin:end]
        added = minutes[np.ix_(stops, there)] + minutes[there, HOME][None, :] - minutes[stops, HOME][:, None]
        same = (stops[:, None] == there[None, :]) & (there[None, :] != HOME)
        # Two requests of one school lie at two places of the table, so that a place follows itself never.
        board.detour[begin:end] = np.where(same, np.iinfo(np.int64).max, added).min(axis=0)
