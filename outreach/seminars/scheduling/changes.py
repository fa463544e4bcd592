"""What would serve a request: longer hours, one more day, a wider radius, or one new presenter. Each is tried out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from .diary import SETUP, WRAPUP, Diary
from .fitting import GAIN_THAT_COUNTS, Fitting
from .instants import local_time
from .model import Availability, Change, Mode, Preference, Presenter, Problem, Reason, Request
from .scoring import TRAVEL_COST, load_cost, worth
from .travel import miles, minutes_of_miles
from .words import language_name, topic_name

NEW_RADIUS = 40
WIDER = 1.5
NEAREST = 5


def cheapest(fitting: Fitting, diary: Diary, request: Request, reason: Reason) -> Change | None:
    """The least that somebody would have to change; None if its points would not pay for any change."""
    return next(changes(fitting, diary, request, reason), None)


def changes(fitting: Fitting, diary: Diary, request: Request, reason: Reason) -> Iterator[Change]:
    """Everything that would serve it in this plan and bring points, the least effort first."""
    if reason in {Reason.NO_DATE, Reason.FULL, Reason.LOW_VALUE}:
        yield from _more_days(fitting, diary, request)
    if reason == Reason.TOO_FAR:
        yield from _wider(fitting, diary, request)
    yield from new_presenter(fitting, request)


def _wishes(fitting: Fitting, request: Request) -> Iterator[tuple[int, Preference]]:
    """Windows on open days that are long enough, best first."""
    minute = request.minutes
    for rank, wish in enumerate(request.preferences):
        length = dt.datetime.combine(wish.date, wish.latest_end) - dt.datetime.combine(wish.date, wish.earliest)
        if fitting.problem.campaign.holds(wish.date) and length >= dt.timedelta(minutes=minute + 5):
            yield rank, wish


def _more_days(fitting: Fitting, diary: Diary, request: Request) -> Iterator[Change]:
    """One more day of somebody who could come and has not given all that she offered; the most points first."""
    found: list[tuple[float, int, Change]] = []
    instants = fitting.problem.instants
    for order, (presenter, mode) in enumerate(fitting.able(request)):
        load = diary.load[presenter.id]
        if load >= presenter.max_seminars:
            continue
        drive = diary.drive(presenter, request) if mode == Mode.IN_PERSON else 0
        more = Availability(fitting.problem.campaign.start, dt.time.min, dt.time.max)
        wider = replace(presenter, availability=(*presenter.availability, more))
        step = load_cost(wider, load + 1) - load_cost(wider, load)
        offered = {day.date for day in presenter.availability}
        for rank, wish in _wishes(fitting, request):
            opens = next(window.opens for window in instants.windows[request.id] if window.rank == rank)
            leaves = local_time(opens - drive - SETUP, presenter.time_zone)
            home = local_time(opens + 5 + request.minutes + WRAPUP + drive, presenter.time_zone)
            if leaves.date() != home.date() or leaves.date() in offered:
                continue
            gain = worth(request, rank, mode) - 2 * TRAVEL_COST * drive - step
            if gain > GAIN_THAT_COUNTS:
                text = f"{presenter.id} gives one more day, {_day(leaves.date())}"
                found.append((-gain, order, Change("day", text, request.id, mode, wish.date, gain, presenter.id)))
    yield from (change for _, _, change in sorted(found, key=lambda row: row[:2])[:NEAREST])


def _wider(fitting: Fitting, diary: Diary, request: Request) -> Iterator[Change]:
    """A wider radius of somebody near enough who is free; the least addition first."""
    near = sorted(
        (who for who in fitting.skilled(request) if miles(who, request) <= WIDER * who.radius_miles),
        key=lambda who: miles(who, request) - who.radius_miles,
    )
    for presenter in near[:NEAREST]:
        far = int(miles(presenter, request)) + 1
        wider = replace(presenter, radius_miles=float(max(far, presenter.radius_miles)))
        opening = _opening_of(fitting, diary, request, wider)
        if opening is not None:
            gain, day = opening
            text = f"{presenter.id} travels {far} miles instead of {presenter.radius_miles:g}"
            yield Change("radius", text, request.id, Mode.IN_PERSON, day, gain, presenter.id, far)


def _opening_of(fitting: Fitting, diary: Diary, request: Request, changed: Presenter) -> tuple[float, dt.date] | None:
    """Points and date of the best opening if the presenter were as ``changed``."""
    small = Problem(
        fitting.problem.name, fitting.problem.campaign, (changed,), _with_day(fitting, diary, request, changed)
    )
    mine = Diary(small)
    for (who, number), seminars in diary.days.items():
        if who == changed.id:
            for seminar in seminars:
                mine.add(seminar, number)
    best = Fitting(small).best(mine, request)
    if best is None or best.gain <= GAIN_THAT_COUNTS:
        return None
    return best.gain, local_time(best.seminar.start, request.time_zone).date()


def _with_day(fitting: Fitting, diary: Diary, request: Request, presenter: Presenter) -> tuple[Request, ...]:
    given = [
        fitting.problem.request_of[seminar.request]
        for (who, _), seminars in diary.days.items()
        if who == presenter.id
        for seminar in seminars
    ]
    return (request, *given)


def new_presenter(fitting: Fitting, request: Request) -> Iterator[Change]:
    """Somebody new who lives near, or gives it by video."""
    for rank, wish in _wishes(fitting, request):
        for mode in request.mode.ways:
            drive = minutes_of_miles(NEW_RADIUS) if mode == Mode.IN_PERSON else 0
            gain = worth(request, rank, mode) - 2 * TRAVEL_COST * drive
            if gain <= GAIN_THAT_COUNTS:
                continue
            where = f"within {NEW_RADIUS} miles of {request.id}" if mode == Mode.IN_PERSON else "by video"
            text = (
                f"one {language_name(request.language)}-speaking presenter {where}, "
                f"who gives {topic_name(request.topic)}, on {_day(wish.date)}"
            )
            miles_needed = NEW_RADIUS if mode == Mode.IN_PERSON else None
            yield Change("new", text, request.id, mode, wish.date, gain, None, miles_needed)


def _day(day: dt.date) -> str:
    return f"{day:%B} {day.day}"
