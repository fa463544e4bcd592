"""The seminars of a plan by presenter and day: where they are given, what is driven, when one is free again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from . import travel
from .instants import OpenDay, instant
from .model import Assignment, Mode, Presenter, Previous, Problem, Request

SETUP, WRAPUP = 15, 10


class Seminar(NamedTuple):
    """A placed request in minutes of UTC; ordered by start."""

    start: int
    request: str
    presenter: str
    mode: Mode


def seminar_of(request: str, placed: Assignment | Previous) -> Seminar:
    """What an assignment, or a place in an earlier plan, says in minutes."""
    return Seminar(instant(placed.start), request, placed.presenter, placed.mode)


def day_of(days: Sequence[OpenDay], start: int, minutes: int) -> OpenDay | None:
    """The day that holds a seminar with its set-up and wrap-up."""
    for day in days:
        if day.opens <= start - SETUP and start + minutes + WRAPUP <= day.closes:
            return day
    return None


class Diary:
    """What everybody gives. Knows no rules; whoever adds sees to them."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.days: dict[tuple[str, int], list[Seminar]] = {}
        self.load: dict[str, int] = {presenter.id: 0 for presenter in problem.presenters}
        self.placed: dict[str, Seminar] = {}
        self._minutes: dict[tuple[str, str], int] = {}

    @classmethod
    def of(cls, problem: Problem, assignments: Iterable[Assignment]) -> Diary:
        """The diary of a plan; what lies outside every offered day, or names the unknown, is left out."""
        diary = cls(problem)
        for assignment in assignments:
            request = problem.request_of.get(assignment.request)
            if request is None or assignment.presenter not in problem.presenter_of or request.id in diary.placed:
                continue
            diary.put(seminar_of(request.id, assignment))
        return diary

    def put(self, seminar: Seminar) -> bool:
        """Adds a seminar on the day that holds it; False if no day does."""
        request = self.problem.request_of[seminar.request]
        day = day_of(self.problem.instants.days[seminar.presenter], seminar.start, request.minutes)
        if day is None:
            return False
        self.add(seminar, day.number)
        return True

    def add(self, seminar: Seminar, day: int) -> None:
        """Adds a seminar to a day."""
        seminars = self.days.setdefault((seminar.presenter, day), [])
        seminars.append(seminar)
        seminars.sort()
        self.load[seminar.presenter] += 1
        self.placed[seminar.request] = seminar

    def on(self, presenter: str, day: int) -> list[Seminar]:
        """The seminars of a day, in order."""
        return self.days.get((presenter, day), [])

    def place(self, seminar: Seminar) -> Presenter | Request:
        """Where it is given: the school, or the presenter's home by video."""
        if seminar.mode == Mode.VIRTUAL:
            return self.problem.presenter_of[seminar.presenter]
        return self.problem.request_of[seminar.request]

    def ends(self, seminar: Seminar) -> int:
        """When the presenter can leave again."""
        return seminar.start + self.problem.request_of[seminar.request].minutes + WRAPUP

    def drive(self, a: Presenter | Request, b: Presenter | Request) -> int:
        """Minutes by road; the same pair is counted once."""
        if a is b:
            return 0
        key = (_key(a), _key(b))
        known = self._minutes.get(key)
        if known is None:
            known = self._minutes[key] = travel.minutes(a, b)
        return known

    def day_travel(self, presenter: str, seminars: Sequence[Seminar]) -> int:
        """Minutes on the road, return home included."""
        if not seminars:
            return 0
        home = self.problem.presenter_of[presenter]
        stops = [home, *(self.place(seminar) for seminar in seminars), home]
        return sum(self.drive(a, b) for a, b in pairwise(stops))


def _key(place: Presenter | Request) -> str:
    return ("p" if isinstance(place, Presenter) else "r") + place.id
