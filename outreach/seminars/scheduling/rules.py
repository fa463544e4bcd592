"""The hard rules: what a plan breaks, and what one seminar would break where staff put it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from .diary import SETUP, Diary, Seminar, day_of, seminar_of
from .instants import STEP, instant, local_time
from .model import Assignment, Mode, Presenter, Problem, Request, Violation
from .scoring import is_kept
from .travel import MILE_TOLERANCE, miles


def violations(problem: Problem, assignments: Iterable[Assignment]) -> list[Violation]:
    """Every hard rule that the assignments break, worded for staff; empty if the plan is good.

    Requests that are not assigned count as unserved. Works on any plan, also one moved by hand.
    """
    found: list[Violation] = []
    diary, given, seen = Diary(problem), Counter[str](), set[str]()
    for assignment in assignments:
        request = problem.request_of.get(assignment.request)
        presenter = problem.presenter_of.get(assignment.presenter)
        if request is None or presenter is None:
            what = "request" if request is None else "presenter"
            found.append(
                Violation("unknown_id", f"no such {what} in the problem", assignment.request, assignment.presenter)
            )
            continue
        if request.id in seen:
            found.append(Violation("duplicate_request", "given more than once", request.id, presenter.id))
        seen.add(request.id)
        given[presenter.id] += 1
        found += _time_faults(request, assignment)
        seminar = seminar_of(request.id, assignment)
        found += [
            Violation(rule, detail, request.id, presenter.id)
            for rule, detail in alone_faults(problem, request, presenter, seminar.start, assignment.mode)
        ]
        if request.id not in diary.placed:
            diary.put(seminar)
    for (who, number), seminars in diary.days.items():
        found += day_faults(diary, problem.presenter_of[who], number, seminars)
    for presenter in problem.presenters:
        if given[presenter.id] > presenter.max_seminars:
            text = f"{given[presenter.id]} seminars, offers {presenter.max_seminars} in the campaign"
            found.append(Violation("max_seminars", text, None, presenter.id))
    for request in problem.requests:
        old = request.previous
        if old and old.confirmed and not is_kept(request, diary.placed.get(request.id)):
            text = "confirmed: keeps its presenter, start and way"
            found.append(Violation("confirmed_moved", text, request.id, old.presenter))
    return found


def _time_faults(request: Request, assignment: Assignment) -> Iterator[Violation]:
    start = assignment.start
    if start.utcoffset() is None or start.utcoffset() != local_time(instant(start), request.time_zone).utcoffset():
        yield Violation("offset", f"the start is not written in {request.time_zone}", request.id, assignment.presenter)
    if start.minute % STEP or start.second or start.microsecond:
        yield Violation("start_step", f"the start is not on a {STEP}-minute mark", request.id, assignment.presenter)


def alone_faults(
    problem: Problem, request: Request, presenter: Presenter, start: int, mode: Mode
) -> Iterator[tuple[str, str]]:
    """The rules that a seminar breaks by itself, whatever else the presenter does."""
    if request.language not in presenter.languages:
        yield "language", f"doesn't speak {request.language}"
    if request.topic not in presenter.topics:
        yield "topic", f"doesn't give {request.topic}"
    if mode not in request.mode.ways:
        yield "mode", f"the school asked for {request.mode.replace('_', ' ')}"
    if mode == Mode.VIRTUAL and not presenter.virtual:
        yield "mode", "gives no seminars by video"
    if mode == Mode.IN_PERSON:
        far = miles(presenter, request)
        if far > presenter.radius_miles + MILE_TOLERANCE:
            yield "radius", f"{far:.1f} miles from home, travels {presenter.radius_miles:g}"
    local = local_time(start, request.time_zone).date()
    if not problem.campaign.holds(local):
        yield "closed_day", f"{local} is closed or outside the campaign"
    elif problem.instants.rank(request, start) is None:
        yield "preference", "in none of the windows that the school listed"
    if day_of(problem.instants.days[presenter.id], start, request.minutes) is None:
        yield "availability", "not offered by the presenter (with set-up and wrap-up)"


def day_faults(diary: Diary, presenter: Presenter, number: int, seminars: Sequence[Seminar]) -> Iterator[Violation]:
    """The rules that the seminars of a day break together."""
    day = diary.problem.instants.days[presenter.id][number]
    last = seminars[-1].request
    if len(seminars) > presenter.max_per_day:
        text = f"{len(seminars)} seminars in a day, gives {presenter.max_per_day}"
        yield Violation("max_per_day", text, last, presenter.id)
    driven = diary.day_travel(presenter.id, seminars)
    if driven > presenter.max_travel_minutes:
        text = f"{driven} minutes on the road in a day, accepts {presenter.max_travel_minutes}"
        yield Violation("max_travel", text, last, presenter.id)
    here: Presenter | Request = presenter
    free, rule = day.opens, "availability"
    for seminar in seminars:
        there = diary.place(seminar)
        late = free + diary.drive(here, there) + SETUP - seminar.start
        if late > 0:
            after = "leaving home" if rule == "availability" else "the seminar before"
            yield Violation(rule, f"{late} minutes too early after {after}", seminar.request, presenter.id)
        here, free, rule = there, diary.ends(seminar), "overlap"
    late = free + diary.drive(here, presenter) - day.closes
    if late > 0:
        yield Violation("availability", f"home {late} minutes too late", last, presenter.id)
