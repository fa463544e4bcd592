"""What makes a problem unusable: values out of range, repeated ids, unknown zones, confirmed seminars that clash."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence

from .instants import STEP, instant, local_time, zone_of
from .model import Assignment, Mode, Presenter, Problem, ProblemRefused, Request
from .rules import violations

FIRST_YEAR, LAST_YEAR = 1972, 2199
MOST_PRESENTERS, MOST_REQUESTS, MOST_PREFERENCES = 5_000, 50_000, 10
MOST_PER_DAY, MOST_PRIORITY, MOST_MINUTES, MOST_DAYS = 24, 1e6, 24 * 60, 400

Fault = tuple[str, str, str]


def check_problem(problem: Problem) -> None:
    """Raises ProblemRefused with the first fault found. Cheap; :func:`solve` does it too."""
    for where, what, mend in _faults(problem):
        raise ProblemRefused(where, what, mend)


def _faults(problem: Problem) -> Iterator[Fault]:
    yield from _campaign_faults(problem)
    for rows, name, most in (
        (problem.presenters, "presenters", MOST_PRESENTERS),
        (problem.requests, "requests", MOST_REQUESTS),
    ):
        if len(rows) > most:
            yield name, f"{len(rows):,} of them, more than {most:,}", "Split the campaign by region, a file each."
        yield from _repeated(name, [row.id for row in rows])
    for number, presenter in enumerate(problem.presenters):
        yield from _presenter_faults(presenter, f"presenters[{number}]")
    for number, request in enumerate(problem.requests):
        yield from _request_faults(problem, request, f"requests[{number}]")
    yield from _confirmed_faults(problem)


def _campaign_faults(problem: Problem) -> Iterator[Fault]:
    campaign = problem.campaign
    for key, day in (("start", campaign.start), ("end", campaign.end)):
        yield from _year_fault(f"campaign.{key}", day)
    if campaign.end < campaign.start:
        yield "campaign.end", f"{campaign.end} lies before the start, {campaign.start}", "Exchange the two."


def _year_fault(where: str, day: dt.date) -> Iterator[Fault]:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        yield where, f"{day} is no date of a campaign", f"Years from {FIRST_YEAR} to {LAST_YEAR} are known."


def _repeated(name: str, ids: Sequence[str]) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for number, key in enumerate(ids):
        if key in seen:
            yield f"{name}[{number}].id", f"{key!r} is also {name}[{seen[key]}]", "Give each its own id."
        seen[key] = number


def _place_faults(row: Presenter | Request, where: str) -> Iterator[Fault]:
    for key, value, most in (("lat", row.lat, 90), ("lon", row.lon, 180)):
        if not -most <= value <= most:
            yield f"{where}.{key}", f"{value:g} is not on Earth", f"Degrees from -{most} to {most}."
    try:
        zone_of(row.time_zone)
    except ValueError as error:
        yield f"{where}.time_zone", str(error), "Write a name such as America/Phoenix."


def _range_fault(where: str, value: float, low: float, high: float = math.inf) -> Iterator[Fault]:
    if not low <= value <= high:
        upper = f" to {high:,.0f}" if math.isfinite(high) else " on"
        yield where, f"{value:g} is out of range", f"From {low:g}{upper}."


def _presenter_faults(presenter: Presenter, where: str) -> Iterator[Fault]:
    yield from _place_faults(presenter, where)
    yield from _range_fault(f"{where}.max_per_day", presenter.max_per_day, 1, MOST_PER_DAY)
    yield from _range_fault(f"{where}.max_seminars", presenter.max_seminars, 1)
    yield from _range_fault(f"{where}.radius_miles", presenter.radius_miles, 0)
    yield from _range_fault(f"{where}.max_travel_minutes", presenter.max_travel_minutes, 0)
    yield from _range_fault(f"{where}.availability", len(presenter.availability), 0, MOST_DAYS)
    dates: set[dt.date] = set()
    for number, day in enumerate(presenter.availability):
        spot = f"{where}.availability[{number}]"
        yield from _year_fault(f"{spot}.date", day.date)
        if day.end <= day.start:
            text = f"ends at {day.end:%H:%M}, starts at {day.start:%H:%M}"
            yield spot, text, "The end must come after the start, on the same date."
        if day.date in dates:
            yield f"{spot}.date", f"{day.date} is offered twice", "Keep one entry a date."
        dates.add(day.date)


def _request_faults(problem: Problem, request: Request, where: str) -> Iterator[Fault]:
    yield from _place_faults(request, where)
    yield from _range_fault(f"{where}.priority", request.priority, 0, MOST_PRIORITY)
    yield from _range_fault(f"{where}.minutes", request.minutes, 1, MOST_MINUTES)
    yield from _range_fault(f"{where}.audience", request.audience, 0)
    if not 1 <= len(request.preferences) <= MOST_PREFERENCES:
        text = f"{len(request.preferences)} windows"
        yield f"{where}.preferences", text, f"List 1 to {MOST_PREFERENCES}, the best first."
    for rank, wish in enumerate(request.preferences):
        yield from _year_fault(f"{where}.preferences[{rank}].date", wish.date)
    old = request.previous
    if old is None:
        return
    if old.mode == Mode.EITHER:
        yield f"{where}.previous.mode", "a placed seminar is in_person or virtual", "Write which."
    start = f"{where}.previous.start"
    if old.start.utcoffset() is None or not FIRST_YEAR <= old.start.year <= LAST_YEAR:
        yield start, f"{old.start} is no moment of a campaign", "Write it as 2027-01-11T09:30-07:00."
    elif old.start.utcoffset() != local_time(instant(old.start), request.time_zone).utcoffset():
        text = f"{old.start.isoformat(timespec='minutes')} does not carry the offset of {request.time_zone}"
        yield start, text, f"There it reads {local_time(instant(old.start), request.time_zone):%Y-%m-%dT%H:%M%z}."
    elif old.start.minute % STEP or old.start.second or old.start.microsecond:
        yield start, f"not on a {STEP}-minute mark", "Move it to one."
    if old.confirmed and old.presenter not in problem.presenter_of:
        yield (
            f"{where}.previous.presenter",
            f"confirmed with {old.presenter!r}, who is not among the presenters",
            "Set confirmed to false, since the school has to be told anyway.",
        )


def _confirmed_faults(problem: Problem) -> Iterator[Fault]:
    """Whether all that is confirmed can stand, each alone and together."""
    numbers = {request.id: number for number, request in enumerate(problem.requests)}
    confirmed = [
        Assignment(request.id, request.previous.presenter, request.previous.start, request.previous.mode)
        for request in problem.requests
        if request.previous is not None and request.previous.confirmed
    ]
    for fault in violations(problem, confirmed):
        where = "requests" if fault.request is None else f"requests[{numbers[fault.request]}].previous"
        who = f" ({fault.presenter})" if fault.presenter else ""
        yield (
            where,
            f"confirmed against the rule {fault.rule}{who}: {fault.detail}",
            "Set confirmed to false for one of those concerned.",
        )
