"""Between rows and the optimiser: makes its problem of a season's requests, presenters and agreed seminars.

Ids say what a row is and nothing of whom: ``R12`` is a request, ``P7`` a presenter. Who may present is a promise
to the school; the format has no field for it but compares topics as text, so the promise goes into the topic
(see :func:`topic_text` and docs/adr/0019).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from outreach.seminars import priorities
from outreach.seminars.choices import Mode
from outreach.seminars.closed import closed_days
from outreach.seminars.models import (
    Decline,
    PlanAssignment,
    PlanVersion,
    Presenter,
    Request,
    SchoolBlackout,
    Seminar,
)
from outreach.seminars.presenters import availability
from portal.areas import clocks
from portal.seasons.models import Season

if TYPE_CHECKING:
    from outreach.seminars.scheduling import model

LEAD_DAYS: Final = 2
"""Nobody is planned for today or tomorrow."""
MOST_WINDOWS: Final = 10
NOWHERE: Final = (39.8, -98.6)
"""Stands for the place of a school that takes part by video alone: nobody drives there."""
HOLDS_TIME: Final = (Seminar.State.DRAFT, Seminar.State.OPEN, Seminar.State.DONE)
STEP: Final = 5


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A request that cannot be put into the problem: its code and, for staff, why and how to mend it."""

    request: Request
    code: str
    why: str


@dataclass(frozen=True)
class Loaded:
    """A problem and the rows behind its ids; ``stays`` are seminars that no plan touches, ``absent`` says who is missing."""

    problem: model.Problem
    requests: Mapping[str, Request]
    presenters: Mapping[str, Presenter]
    seminars: Mapping[str, Seminar]
    left_out: Sequence[LeftOut]
    stays: Sequence[Seminar]
    absent: Sequence[str]


def request_id(pk: int) -> str:
    """What the problem calls a request."""
    return f"R{pk}"


def presenter_id(pk: int) -> str:
    """What the problem calls a presenter."""
    return f"P{pk}"


def key_of(identity: str) -> int:
    """The key of the row behind an id of the problem."""
    return int(identity[1:])


def topic_text(request: Request, *, without: Iterable[int] = ()) -> str:
    """What is asked for, before whom and of whom, as the problem's topic: ``awareness|minors|educator+local_police``.

    ``without`` are presenters who said no to it: ``awareness|minors|educator|7+9``.
    """
    whom = "minors" if request.audience.are_minors else "adults"
    text = f"{request.topic}|{whom}|{'+'.join(sorted(set(request.presenter_kinds)))}"
    said_no = "+".join(map(str, sorted(set(without))))
    return f"{text}|{said_no}" if said_no else text


def topic_parts(text: str) -> tuple[str, str, frozenset[str], frozenset[int]]:
    """What :func:`topic_text` put together: the topic, ``minors`` or ``adults``, the kinds, and who said no."""
    about, whom, kinds, *said_no = text.split("|")
    return about, whom, frozenset(kinds.split("+")), frozenset(int(pk) for pks in said_no for pk in pks.split("+"))


def fits(presenter: Presenter, topic: str, *, is_cleared: bool) -> bool:
    """Whether a presenter gives a topic of the problem: the topic itself, of a kind that the school chose, cleared for minors."""
    about, whom, kinds, said_no = topic_parts(topic)
    may = presenter.kind in kinds and presenter.pk not in said_no and (whom == "adults" or is_cleared)
    return may and about in presenter.topics


def problem_of(*, season: Season, base: PlanVersion | None = None, name: str = "") -> Loaded:
    """The season's accepted and planned requests, its presenters, and what was agreed, as the optimiser's problem.

    Seminars that stand are ``previous``; those that a presenter confirmed, that staff locked, or that ``base`` (a
    draft) locks, are confirmed. What is near or over, or breaks a rule and yet is agreed, stays out of the problem,
    and with it that day of its presenter.
    """
    first = max(season.starts_on, timezone.localdate() + dt.timedelta(days=LEAD_DAYS))
    asked = list(
        Request.objects.filter(season=season, state__in=[Request.State.ACCEPTED, Request.State.PLANNED])
        .select_related("school")
        .prefetch_related("preferred_dates")
        .order_by("created_at", "pk")
    )
    live = list(Seminar.objects.filter(season=season, state__in=HOLDS_TIME))
    standing = {seminar.request_id: seminar for seminar in live if seminar.request_id is not None}
    stays = [seminar for seminar in live if not _can_move(seminar, first)]
    maker = _Maker(season, first, standing, {row.request_id: row for row in _locked(base)})
    maker.weigh(asked)
    agreed = {seminar.request_id for seminar in stays}
    left_out: list[LeftOut] = []
    made: list[model.Request] = []
    for request in asked:
        # A planned one without a seminar was called off: staff decide whether it is wanted again.
        if request.pk in agreed or (request.state == Request.State.PLANNED and request.pk not in standing):
            continue
        answer = maker.request(request)
        if isinstance(answer, LeftOut):
            left_out.append(answer)
        else:
            made.append(answer)
    rows = list(Presenter.objects.filter(retired_at=None).prefetch_related(*availability.PREFETCH).order_by("pk"))
    while True:
        problem = maker.problem(name or str(season), made, rows, stays)
        impossible = _impossible(problem)
        if not impossible:
            break
        stays += [standing[key_of(one)] for one in impossible if key_of(one) in standing]
        made = [
            row if row.id not in impossible else replace(row, previous=None)
            for row in made
            if row.id not in impossible or key_of(row.id) not in standing
        ]
    kept = {row.id for row in problem.requests}
    return Loaded(
        problem=problem,
        requests={request_id(request.pk): request for request in asked if request_id(request.pk) in kept},
        presenters={presenter_id(row.pk): row for row in rows if presenter_id(row.pk) in problem.presenter_of},
        seminars={request_id(pk): seminar for pk, seminar in standing.items() if request_id(pk) in kept},
        left_out=tuple(left_out),
        stays=tuple(stays),
        absent=tuple(f"{row} has no position: give the ZIP code of the home base." for row in rows if not _at(row)),
    )


class _Maker:
    """Makes the parts of one problem. Asks the database once for what all of them need."""

    def __init__(
        self,
        season: Season,
        first: dt.date,
        standing: Mapping[int, Seminar],
        locked: Mapping[int, PlanAssignment],
    ) -> None:
        from outreach.seminars.scheduling import model

        self.model, self.season, self.first = model, season, first
        self.closed = frozenset(closed_days(season))
        self.standing, self.locked = standing, locked
        self.busy: dict[tuple[str, int], set[dt.date]] = defaultdict(set)
        for blackout in SchoolBlackout.objects.filter(request__season=season).select_related("request"):
            span = range((min(blackout.last, season.ends_on) - blackout.first).days + 1)
            days = {blackout.first + dt.timedelta(days=number) for number in span}
            self.busy[_school_of(blackout.request)] |= days
        self.points: dict[int, int] = {}
        self.said_no: dict[int | None, set[int]] = defaultdict(set)
        declined = Decline.objects.filter(seminar__season=season)
        for asked, presenter in declined.values_list("seminar__request", "presenter"):
            self.said_no[asked].add(presenter)

    def weigh(self, asked: Sequence[Request]) -> None:
        """Asks for the priorities of many requests at once."""
        self.points = {pk: priorities.priority(facts).points for pk, facts in priorities.facts_of(asked).items()}

    def request(self, row: Request) -> model.Request | LeftOut:
        """A request of the problem, or why it is none."""
        seminar = self.standing.get(row.pk)
        if not row.presenter_kinds:
            return LeftOut(row, "no_kind", "The school lets nobody present: ask it who may, then plan again.")
        if not _is_zone(row.zone):
            return LeftOut(row, "no_zone", "Nothing tells the school's clock: link the request to its school.")
        place, mode = row.position, self.model.Mode(row.mode)
        if place is None and row.mode == Mode.IN_PERSON:
            return LeftOut(row, "no_position", "Nobody knows where the school is: link it, or give its ZIP code.")
        if place is None:
            place, mode = NOWHERE, self.model.Mode.VIRTUAL
        previous = self._previous(row, seminar)
        windows = self._windows(row, previous, seminar)
        if not windows:
            return LeftOut(row, "no_day", "No day is left: all are over, closed, or days on which the school is busy.")
        return self.model.Request(
            id=request_id(row.pk),
            lat=place[0],
            lon=place[1],
            time_zone=row.zone,
            mode=mode,
            language=row.language,
            topic=topic_text(row, without=self.said_no[row.pk]),
            priority=float(self.points.get(row.pk, 0)),
            minutes=seminar.minutes if seminar else row.minutes,
            preferences=tuple(windows),
            audience=row.headcount,
            previous=previous,
        )

    def problem(
        self, name: str, asked: Sequence[model.Request], rows: Sequence[Presenter], stays: Iterable[Seminar]
    ) -> model.Problem:
        """The problem; presenters do nothing else on a day on which they give a seminar that stays."""
        given: Counter[int | None] = Counter()
        taken: dict[int | None, set[dt.date]] = defaultdict(set)
        for seminar in stays:
            given[seminar.presenter_id] += 1
            for row in rows:
                if row.pk == seminar.presenter_id:
                    taken[row.pk].add(clocks.local(seminar.starts_at, row.time_zone).date())
        topics = {row.topic for row in asked}
        presenters = [
            self._presenter(row, topics, given[row.pk], taken[row.pk]) for row in rows if _at(row) is not None
        ]
        campaign = self.model.Campaign(min(self.first, self.season.ends_on), self.season.ends_on, self.closed)
        return self.model.Problem(name, campaign, tuple(presenters), tuple(asked))

    def _presenter(self, row: Presenter, topics: set[str], given: int, taken: set[dt.date]) -> model.Presenter:
        lat, lon = _at(row) or NOWHERE
        # A day more on both sides: a morning in Guam is the evening before in Chicago.
        first = max(self.season.starts_on - dt.timedelta(days=1), self.first - dt.timedelta(days=1))
        last = self.season.ends_on + dt.timedelta(days=1)
        expires = row.clearance_expires_on
        is_cleared = expires is not None and expires >= first
        if is_cleared and expires is not None:
            last = min(last, expires)
        days = availability.days(row, first, last, with_minors=False) if given < row.max_seminars else []
        return self.model.Presenter(
            id=presenter_id(row.pk),
            lat=lat,
            lon=lon,
            time_zone=row.time_zone,
            languages=frozenset(row.languages),
            topics=frozenset(topic for topic in topics if fits(row, topic, is_cleared=is_cleared)),
            virtual=row.gives_virtual,
            max_per_day=row.max_per_day,
            max_seminars=max(1, row.max_seminars - given),
            radius_miles=float(row.radius_miles),
            max_travel_minutes=row.max_travel_minutes,
            availability=tuple(
                self.model.Availability(day.date, day.start, day.end) for day in days if day.date not in taken
            ),
        )

    def _windows(
        self, row: Request, previous: model.Previous | None, seminar: Seminar | None
    ) -> list[model.Preference]:
        """The school's days that are left, best first, and the hour that it was told of.

        That hour is one wish more, the last, where its presenter may keep it; and the first where its presenter has
        gone, so that somebody comes then rather than at another hour.
        """
        busy = self.busy[_school_of(row)]
        windows = [
            self.model.Preference(wish.date, wish.earliest, wish.latest_end)
            for wish in row.preferred_dates.all()
            if self.first <= wish.date <= self.season.ends_on and wish.date not in self.closed | busy
        ]
        told = seminar.starts_at if seminar is not None and seminar.approved_at is not None else None
        start = previous.start if previous is not None else clocks.local(told, row.zone) if told is not None else None
        if start is None:
            return windows
        end = start + dt.timedelta(minutes=seminar.minutes if seminar is not None else row.minutes)
        agreed = self.model.Preference(start.date(), start.time(), end.time())
        if start.date() != end.date() or agreed.date in self.closed:
            return windows
        if previous is None:
            return [agreed, *windows[: MOST_WINDOWS - 1]]
        return windows if any(_holds(one, agreed) for one in windows) else [*windows[: MOST_WINDOWS - 1], agreed]

    def _previous(self, row: Request, seminar: Seminar | None) -> model.Previous | None:
        lock = self.locked.get(row.pk)
        for presenter, start, mode, confirmed in (
            (lock.presenter_id, lock.starts_at, lock.mode, True) if lock else (None, None, "", True),
            (seminar.presenter_id, seminar.starts_at, seminar.mode, _is_agreed(seminar))
            if seminar
            else (None, None, "", False),
        ):
            if presenter is not None and start is not None:
                local = clocks.local(start, row.zone)
                return self.model.Previous(presenter_id(presenter), local, self.model.Mode(mode), confirmed)
        return None


def _locked(base: PlanVersion | None) -> Iterable[PlanAssignment]:
    return base.assignments.filter(locked=True) if base is not None else ()


def _can_move(seminar: Seminar, first: dt.date) -> bool:
    """Whether a plan may decide on it: of a request, on a mark, and not before the plan's first day."""
    return (
        seminar.request_id is not None
        and seminar.state != Seminar.State.DONE
        and seminar.starts_at.minute % STEP == 0
        and clocks.local(seminar.starts_at, seminar.time_zone).date() >= first
    )


def _is_agreed(seminar: Seminar) -> bool:
    return seminar.locked or seminar.answer == Seminar.Answer.CONFIRMED


def _impossible(problem: model.Problem) -> set[str]:
    """Requests whose confirmed place breaks a rule, or whose presenter is not in the problem."""
    from outreach.seminars.scheduling import model, rules

    sure = [
        model.Assignment(row.id, row.previous.presenter, row.previous.start, row.previous.mode)
        for row in problem.requests
        if row.previous is not None and row.previous.confirmed
    ]
    of = {assignment.presenter: assignment.request for assignment in sure}
    broken = [fault for fault in rules.violations(problem, sure) if fault.rule != "confirmed_moved"]
    named = {fault.request or of.get(fault.presenter or "") for fault in broken}
    return {identity for identity in named if identity is not None}


def _school_of(request: Request) -> tuple[str, int]:
    """Requests of one school share its busy days."""
    return ("school", request.school_id) if request.school_id is not None else ("request", request.pk)


def _holds(window: model.Preference, seminar: model.Preference) -> bool:
    return (
        window.date == seminar.date and window.earliest <= seminar.earliest and seminar.latest_end <= window.latest_end
    )


def _at(row: Presenter) -> tuple[float, float] | None:
    return None if row.latitude is None or row.longitude is None else (row.latitude, row.longitude)


def _is_zone(zone: str) -> bool:
    return bool(zone) and zone in clocks.known_zones()
