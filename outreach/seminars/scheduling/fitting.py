"""Where one more request fits without moving another seminar, and what that is worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .diary import SETUP, WRAPUP, Diary, Seminar, seminar_of
from .instants import OpenDay, step_up
from .model import Assignment, Funnel, Mode, Presenter, Problem, Request
from .scoring import CHANGE_COST, TRAVEL_COST, is_kept, load_cost, worth
from .travel import MILE_TOLERANCE, miles

GAIN_THAT_COUNTS = 0.01
ROUNDS = 20


class Option(NamedTuple):
    """A way to serve a request on an empty day: any start in [first, last]."""

    rank: int
    mode: Mode
    presenter: Presenter
    day: OpenDay
    first: int
    last: int


class Opening(NamedTuple):
    """A seminar that fits into a diary as it is, the minutes of travel it adds, and the points it brings."""

    seminar: Seminar
    day: int
    added: int
    gain: float


class Fitting:
    """What could be placed where, worked out once a problem and request."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._speakers: dict[str, list[Presenter]] = {}
        for presenter in problem.presenters:
            for language in presenter.languages:
                self._speakers.setdefault(language, []).append(presenter)
        self._skilled: dict[tuple[str, str], list[Presenter]] = {}
        self._options: dict[str, tuple[Option, ...]] = {}
        self._funnels: dict[str, Funnel] = {}
        self._empty = Diary(problem)

    def speakers(self, request: Request) -> list[Presenter]:
        """Who speaks the language."""
        return self._speakers.get(request.language, [])

    def skilled(self, request: Request) -> list[Presenter]:
        """Who speaks the language and gives the topic."""
        key = (request.language, request.topic)
        if key not in self._skilled:
            self._skilled[key] = [who for who in self.speakers(request) if request.topic in who.topics]
        return self._skilled[key]

    def reaches(self, request: Request, presenter: Presenter, mode: Mode) -> bool:
        """Whether the presenter gives it that way at all: by video, or within her radius and minutes."""
        if mode == Mode.VIRTUAL:
            return presenter.virtual
        if miles(presenter, request) > presenter.radius_miles + MILE_TOLERANCE:
            return False
        return 2 * self._empty.drive(presenter, request) <= presenter.max_travel_minutes

    def able(self, request: Request) -> list[tuple[Presenter, Mode]]:
        """Who can give it, and how, leaving dates aside."""
        return [
            (who, mode)
            for mode in request.mode.ways
            for who in self.skilled(request)
            if self.reaches(request, who, mode)
        ]

    def options(self, request: Request) -> tuple[Option, ...]:
        """Every way to place it on an otherwise empty day."""
        if request.id not in self._options:
            able = self.able(request)
            found = tuple(self._options_of(request, able))
            self._options[request.id] = found
            self._funnels[request.id] = Funnel(
                language=len(self.speakers(request)),
                topic=len(self.skilled(request)),
                reach=len({who.id for who, _ in able}),
                on_a_date=len({option.presenter.id for option in found}),
            )
        return self._options[request.id]

    def funnel(self, request: Request) -> Funnel:
        """How many presenters pass each step."""
        self.options(request)
        return self._funnels[request.id]

    def _options_of(self, request: Request, able: Iterable[tuple[Presenter, Mode]]) -> Iterator[Option]:
        instants = self.problem.instants
        for presenter, mode in able:
            drive = self._empty.drive(presenter, request) if mode == Mode.IN_PERSON else 0
            for day in instants.days[presenter.id]:
                for rank, opens, closes in instants.windows[request.id]:
                    first = step_up(max(opens, day.opens + drive + SETUP))
                    last = min(closes, day.closes - drive - WRAPUP) - request.minutes
                    if first <= last:
                        yield Option(rank, mode, presenter, day, first, last)

    def openings(self, diary: Diary, request: Request, *, on: Presenter | None = None) -> Iterator[Opening]:
        """Every gap of the diary in which it fits, at its earliest start and where it stood before."""
        old = seminar_of(request.id, request.previous) if request.previous else None
        for option in self.options(request):
            presenter = option.presenter
            if on is not None and presenter.id != on.id:
                continue
            load = diary.load[presenter.id]
            placed = diary.on(presenter.id, option.day.number)
            if len(placed) >= presenter.max_per_day or load >= presenter.max_seminars:
                continue
            points = worth(request, option.rank, option.mode) - (
                load_cost(presenter, load + 1) - load_cost(presenter, load)
            )
            for first, last, added in self._gaps(diary, request, option, placed):
                seminar = Seminar(first, request.id, presenter.id, option.mode)
                gain = points - TRAVEL_COST * added + CHANGE_COST * is_kept(request, seminar)
                yield Opening(seminar, option.day.number, added, gain)
                if old and old != seminar and first < old.start <= last and old[2:] == seminar[2:]:
                    yield Opening(old, option.day.number, added, gain + CHANGE_COST)

    def _gaps(
        self, diary: Diary, request: Request, option: Option, placed: list[Seminar]
    ) -> Iterator[tuple[int, int, int]]:
        """First and last start, and minutes added, in each gap of the day that is wide enough."""
        presenter, day = option.presenter, option.day
        there: Presenter | Request = presenter if option.mode == Mode.VIRTUAL else request
        before = diary.day_travel(presenter.id, placed)
        for gap in range(len(placed) + 1):
            here = diary.place(placed[gap - 1]) if gap else presenter
            free = diary.ends(placed[gap - 1]) if gap else day.opens
            then = diary.place(placed[gap]) if gap < len(placed) else presenter
            due = placed[gap].start - SETUP if gap < len(placed) else day.closes
            to, onward = diary.drive(here, there), diary.drive(there, then)
            first = step_up(max(option.first, free + to + SETUP))
            last = min(option.last, due - onward - WRAPUP - request.minutes)
            added = to + onward - diary.drive(here, then)
            if first <= last and before + added <= presenter.max_travel_minutes:
                yield first, last, added

    def best(self, diary: Diary, request: Request) -> Opening | None:
        """The opening that brings the most points; None if there is none at all."""
        return max(self.openings(diary, request), key=lambda opening: opening.gain, default=None)

    def start(self, before: Iterable[Assignment] = ()) -> Diary:
        """A first plan: confirmed seminars, then what stood before, then by priority wherever it pays."""
        diary = Diary(self.problem)
        for request in self.problem.requests:
            if request.previous is not None and request.previous.confirmed:
                diary.put(seminar_of(request.id, request.previous))
        wished = [seminar_of(a.request, a) for a in before if a.request in self.problem.request_of]
        wished += [seminar_of(request.id, request.previous) for request in self.problem.requests if request.previous]
        for seminar in wished:
            self._put_where_it_fits(diary, seminar)
        return self.fill(diary)

    def _put_where_it_fits(self, diary: Diary, seminar: Seminar) -> None:
        request = self.problem.request_of[seminar.request]
        presenter = self.problem.presenter_of.get(seminar.presenter)
        if presenter is None or request.id in diary.placed:
            return
        if self.opening_at(diary, seminar) is not None:
            diary.put(seminar)

    def opening_at(self, diary: Diary, seminar: Seminar) -> int | None:
        """Minutes of travel that exactly this seminar adds; None if it doesn't fit as it stands."""
        request = self.problem.request_of[seminar.request]
        presenter = self.problem.presenter_of[seminar.presenter]
        for option in self.options(request):
            if option.presenter.id != presenter.id or option.mode != seminar.mode:
                continue
            placed = diary.on(presenter.id, option.day.number)
            if len(placed) >= presenter.max_per_day or diary.load[presenter.id] >= presenter.max_seminars:
                continue
            for first, last, added in self._gaps(diary, request, option, placed):
                if first <= seminar.start <= last:
                    return added
        return None

    def fill(self, diary: Diary) -> Diary:
        """Adds whatever still brings points, the dearest first, until nothing does. Moves nothing."""
        left = sorted(
            (request for request in self.problem.requests if request.id not in diary.placed),
            key=lambda request: -request.priority,
        )
        for _ in range(ROUNDS):
            count = len(diary.placed)
            for request in left:
                opening = self.best(diary, request)
                if opening is not None and opening.gain > GAIN_THAT_COUNTS / 10:
                    diary.add(opening.seminar, opening.day)
            left = [request for request in left if request.id not in diary.placed]
            if len(diary.placed) == count:
                break
        return diary
