"""The problem as arrays: every way to put a request on an otherwise empty day of a presenter.

An *option* is (request, day, way, window): any start in [first, last] is worth the same. A *day* is one
availability entry. Options are sorted by day, so that those of a day lie together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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


def lay_out(problem: Problem) -> Board:
    """Every option of a problem. Raises ProblemRefused if confirmed seminars exclude each other."""
    sure_with = _confirmed(problem)
    asks = _by_skill(problem)
    spots = positions(problem.requests)
    rows: list[tuple[int, int, int, int, int, int, float, bool, bool]] = []
    begin, days, sure, tables, widths, slack = [0], list[tuple[int, OpenDay]](), list[float](), [], [], []
    day_numbers: dict[tuple[str, int], int] = {}
    flat: list[Ints] = []
    size = 0
    for number, presenter in enumerate(problem.presenters):
        fixed = _confirmed_of(problem, presenter, sure_with.get(presenter.id, []))
        able = _able(problem, presenter, asks, spots, sure_with.get(presenter.id, []))
        stops = [presenter, *(problem.requests[r] for r, way, _ in able if way == Mode.IN_PERSON)]
        table = minutes_between(stops, stops)
        np.fill_diagonal(table, 0)
        off_diagonal = table + np.eye(len(stops), dtype=np.int64)
        near = NEAR_MISS_MINUTES if (off_diagonal == 0).any() else 0
        for day in problem.instants.days[presenter.id]:
            held = fixed.get(day.number, [])
            found = list(_options(problem, presenter, day, able, table, near))
            # Big enough that no day gains by leaving a confirmed seminar out.
            dearest = max((row[5] for row in found), default=0.0)
            mark = presenter.max_per_day * (dearest + MOST_LOAD_STEP) + TRAVEL_COST * MINUTES_A_DAY if held else 0.0
            found += _fixed_options(problem, presenter, day, held, able, mark)
            here = len(days)
            day_numbers[presenter.id, day.number] = here
            rows += [(request, here, *rest) for request, rest in ((row[0], row[1:]) for row in found)]
            days.append((number, day))
            begin.append(len(rows))
            sure.append(mark * len(held))
            tables.append(size)
            widths.append(len(stops))
            slack.append(near)
        flat.append(table.ravel())
        size += table.size
    columns: list[Any] = [np.array(column) for column in zip(*rows, strict=True)] if rows else [np.zeros(0)] * 9
    board = Board(
        problem=problem,
        request=columns[0].astype(np.int64),
        day=columns[1].astype(np.int64),
        place=columns[2].astype(np.int64),
        first=columns[3].astype(np.int64),
        last=columns[4].astype(np.int64),
        lasts=columns[5].astype(np.int64),
        value=columns[6].astype(np.float64),
        virtual=columns[7].astype(np.bool_),
        fixed=columns[8].astype(np.bool_),
        detour=np.zeros(len(rows), dtype=np.int64),
        who=np.array([number for number, _ in days], dtype=np.int64),
        number=np.array([day.number for _, day in days], dtype=np.int64),
        opens=np.array([day.opens for _, day in days], dtype=np.int64),
        closes=np.array([day.closes for _, day in days], dtype=np.int64),
        most=np.array([problem.presenters[number].max_per_day for number, _ in days], dtype=np.int64),
        most_travel=np.array([problem.presenters[number].max_travel_minutes for number, _ in days], dtype=np.int64),
        slack=np.array(slack, dtype=np.int64),
        begin=np.array(begin, dtype=np.int64),
        sure=np.array(sure, dtype=np.float64),
        table=np.array(tables, dtype=np.int64),
        width=np.array(widths, dtype=np.int64),
        minutes=np.concatenate(flat) if flat else np.zeros(0, dtype=np.int64),
        steps=[
            [load_cost(who, n) - load_cost(who, n - 1) for n in range(1, who.offered + 1)] for who in problem.presenters
        ],
        day_of=day_numbers,
    )
    _count_detours(board)
    return board


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
) -> Any:
    """Options of a day: request, place, first, last, lasts, value, virtual, fixed (after the request's number)."""
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
            yield number, place, first, last, lasts, value, virtual, False
            if kept is not None and first <= kept <= last:
                yield number, place, kept, kept, lasts, value + CHANGE_COST, virtual, False


def _fixed_options(
    problem: Problem,
    presenter: Presenter,
    day: OpenDay,
    held: list[Seminar],
    able: list[tuple[int, Mode, int]],
    mark: float,
) -> Any:
    places = {problem.requests[number].id: (number, place) for number, _, place in able}
    for seminar in held:
        number, place = places[seminar.request]
        request: Request = problem.requests[number]
        rank = problem.instants.rank(request, seminar.start)
        value = (worth(request, rank, seminar.mode) if rank is not None else 0.0) + mark
        virtual = seminar.mode == Mode.VIRTUAL
        yield number, place, seminar.start, seminar.start, request.minutes + WRAPUP, value, virtual, True


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
