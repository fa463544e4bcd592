"""Plans in the hands of staff: who else could give a seminar, and what differs between two plans."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from .changes import changes
from .conversion import assignments_of
from .diary import Diary
from .fitting import Fitting
from .instants import local_time, minute_of, step_up
from .model import Assignment, Change, Mode, Plan, Problem, Request, Violation
from .reasons import reason_of
from .rules import violations
from .scoring import score_of

SAME = 0.005


@dataclass(frozen=True, slots=True)
class Candidate:
    """A presenter, start and way for a request, with all else left as it is.

    ``effect`` is the plan's score with it less the score now; ``conflicts`` are the rules that it would break, of
    itself or together with what the presenter gives already (none: it can be had as it stands).
    """

    presenter: str
    start: dt.datetime
    mode: Mode
    effect: float
    conflicts: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """A request that two plans treat differently; None where it is not served."""

    request: str
    before: Assignment | None
    after: Assignment | None
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the second plan changes against the first."""

    gained: tuple[Difference, ...]
    lost: tuple[Difference, ...]
    moved: tuple[Difference, ...]
    same: int
    score: float

    @property
    def differences(self) -> tuple[Difference, ...]:
        """All of them."""
        return (*self.lost, *self.moved, *self.gained)


def candidates(problem: Problem, plan: Plan, request: Request, *, most: int = 20) -> list[Candidate]:
    """Who could give it, when and how: what fits first, by score; then what clashes, with the conflicts.

    Everybody able is listed once a way and date, at the start that is best for the plan; whoever has the skills but
    no time, or lives too far away, at the school's first wish.
    """
    fitting, others = Fitting(problem), [row for row in plan.assignments if row.request != request.id]
    diary = Diary.of(problem, others)
    now, without = score_of(Diary.of(problem, plan.assignments)), score_of(diary)
    found: dict[tuple[str, str, dt.date], Candidate] = {}
    for opening in fitting.openings(diary, request):
        start = local_time(opening.seminar.start, request.time_zone)
        key = (opening.seminar.presenter, opening.seminar.mode, start.date())
        effect = without + opening.gain - now
        if key not in found or effect > found[key].effect:
            found[key] = Candidate(opening.seminar.presenter, start, opening.seminar.mode, effect)
    free = sorted(found.values(), key=lambda row: (-row.effect, row.presenter, row.start))
    clashing: dict[tuple[str, str, dt.date], Candidate] = {}
    for option in fitting.options(request):
        start = local_time(option.first, request.time_zone)
        key = (option.presenter.id, option.mode, start.date())
        if key not in found and key not in clashing and len(free) + len(clashing) < most:
            clashing[key] = weigh(problem, plan, Assignment(request.id, option.presenter.id, start, option.mode))
    # Who gives the topic in the language but offers nothing that fits: at the school's first wish, to be seen.
    wish = request.preferences[0]
    start = local_time(step_up(minute_of(wish.date, wish.earliest, request.time_zone)), request.time_zone)
    listed = {key[0] for key in (*found, *clashing)}
    for presenter in fitting.skilled(request):
        if presenter.id not in listed and len(free) + len(clashing) < most:
            mode = Mode.VIRTUAL if request.mode == Mode.VIRTUAL else Mode.IN_PERSON
            key = (presenter.id, mode, start.date())
            clashing[key] = weigh(problem, plan, Assignment(request.id, presenter.id, start, mode))
    return [*free, *clashing.values()][:most]


def weigh(problem: Problem, plan: Plan, assignment: Assignment) -> Candidate:
    """What putting a request exactly there would do to the plan: its effect, and every rule it would break."""
    # Only what its presenter gives, and who gave it before, can be other than it was: the rest cancels out.
    now = [row for row in plan.assignments if row.request == assignment.request]
    people = {assignment.presenter, *(row.presenter for row in now)}
    concerned = [row for row in plan.assignments if row.presenter in people]
    others = [row for row in concerned if row.request != assignment.request]
    after = [*others, assignment]
    before = {(found.rule, found.request, found.presenter) for found in violations(problem, others)}
    conflicts = tuple(
        found
        for found in violations(problem, after)
        if (found.rule, found.request, found.presenter) not in before or found.request == assignment.request
    )
    effect = score_of(Diary.of(problem, after)) - score_of(Diary.of(problem, concerned))
    return Candidate(assignment.presenter, assignment.start, assignment.mode, effect, conflicts)


def ways_to_serve(problem: Problem, plan: Plan, request: Request, *, most: int = 8) -> list[Change]:
    """Every change that would serve an unserved request, the least effort first."""
    fitting, diary = Fitting(problem), Diary.of(problem, plan.assignments)
    reason = reason_of(fitting, diary, request)
    return [] if reason is None else list(changes(fitting, diary, request, reason))[:most]


def compare(plan_a: Plan, plan_b: Plan) -> Comparison:
    """What ``plan_b`` changes, request by request, in the order of the requests."""
    before = {row.request: row for row in plan_a.assignments}
    after = {row.request: row for row in plan_b.assignments}
    gained, lost, moved, same = [], [], [], 0
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        if old == new:
            same += 1
        elif old is None:
            gained.append(Difference(key, old, new, f"now served: {_said(new)}"))
        elif new is None:
            lost.append(Difference(key, old, new, f"no longer served (was {_said(old)})"))
        else:
            moved.append(Difference(key, old, new, _what_moved(old, new)))
    return Comparison(tuple(gained), tuple(lost), tuple(moved), same, plan_b.score - plan_a.score)


def _said(row: Assignment | None) -> str:
    assert row is not None
    return f"{row.presenter}, {_when(row)}, {row.mode.replace('_', ' ')}"


def _when(row: Assignment) -> str:
    return f"{row.start:%B} {row.start.day}, {row.start:%H:%M}"


def _what_moved(old: Assignment, new: Assignment) -> str:
    parts = []
    if old.presenter != new.presenter:
        parts.append(f"{new.presenter} instead of {old.presenter}")
    if old.start != new.start:
        parts.append(f"{_when(new)} instead of {_when(old)}")
    if old.mode != new.mode:
        parts.append(f"{new.mode.replace('_', ' ')} instead of {old.mode.replace('_', ' ')}")
    return ", ".join(parts)


def replanned(problem: Problem, plan: Plan) -> Comparison:
    """What a new plan changes against the places that the problem's requests had before."""
    old = tuple(
        Assignment(request.id, request.previous.presenter, request.previous.start, request.previous.mode)
        for request in problem.requests
        if request.previous is not None
    )
    diary = Diary.of(problem, old)
    return compare(Plan(problem.name, old, score=score_of(diary)), plan)


def completed(problem: Problem, plan: Plan) -> tuple[Assignment, ...]:
    """A plan changed by hand, with whatever still fits and brings points added. Moves nothing."""
    return assignments_of(Fitting(problem).fill(Diary.of(problem, plan.assignments)))
