"""What a plan is worth: served priority, less driving, less an unfair share, less what was moved."""

from __future__ import annotations

from collections.abc import Iterable

from .diary import SETUP, WRAPUP, Diary, Seminar, seminar_of
from .model import Assignment, Mode, Presenter, Problem, Request

RANK_LOSS, VIRTUAL_FACTOR, TRAVEL_COST, CHANGE_COST = 0.1, 0.85, 0.1, 25.0
LOAD_WEIGHT, LOAD_SHARE = 20.0, 0.5

__all__ = ["SETUP", "WRAPUP", "load_cost", "score", "score_of", "worth"]


def worth(request: Request, rank: int, mode: Mode) -> float:
    """Points for serving it in that window and way."""
    factor = VIRTUAL_FACTOR if mode == Mode.VIRTUAL and request.mode == Mode.EITHER else 1.0
    return request.priority * (1 - RANK_LOSS * rank) * factor


def load_cost(presenter: Presenter, seminars: int) -> float:
    """The convex price of giving more than half of what one offered."""
    over = max(0.0, seminars - LOAD_SHARE * presenter.offered)
    return LOAD_WEIGHT * over**2 / presenter.offered if over and presenter.offered else 0.0


def is_kept(request: Request, seminar: Seminar | None) -> bool:
    """Whether the seminar stands where it stood in the plan before."""
    old = request.previous
    if old is None or seminar is None or (old.presenter, old.mode) != (seminar.presenter, seminar.mode):
        return False
    return seminar_of(request.id, old).start == seminar.start


def score(problem: Problem, assignments: Iterable[Assignment]) -> float:
    """The score of a plan that breaks no rule; see :func:`rules.violations`."""
    return score_of(Diary.of(problem, assignments))


def score_of(diary: Diary) -> float:
    """The score of what a diary holds."""
    problem = diary.problem
    total = 0.0
    for seminar in diary.placed.values():
        request = problem.request_of[seminar.request]
        rank = problem.instants.rank(request, seminar.start)
        total += worth(request, rank, seminar.mode) if rank is not None else 0.0
    total -= TRAVEL_COST * sum(diary.day_travel(who, seminars) for (who, _), seminars in diary.days.items())
    total -= sum(load_cost(presenter, diary.load[presenter.id]) for presenter in problem.presenters)
    return total - CHANGE_COST * sum(
        1
        for request in problem.requests
        if request.previous and not request.previous.confirmed and not is_kept(request, diary.placed.get(request.id))
    )
