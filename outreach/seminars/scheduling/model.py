"""What is scheduled and what comes of it: plain values, without a database.

Days and windows are kept as local dates and clock times, as people gave them; :attr:`Problem.instants` counts
them in minutes of UTC. Rules and score: docs/scheduling.md.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from .instants import Instants


class Mode(StrEnum):
    """How a seminar may be given; a placed one is never ``either``."""

    IN_PERSON = "in_person"
    VIRTUAL = "virtual"
    EITHER = "either"

    @property
    def ways(self) -> tuple[Mode, ...]:
        """The ways that the school accepts."""
        return (Mode.IN_PERSON, Mode.VIRTUAL) if self is Mode.EITHER else (self,)


class Reason(StrEnum):
    """Why a request is not served: the first step of the funnel that leaves nobody."""

    NO_LANGUAGE = "no_language"
    NO_TOPIC = "no_topic"
    NO_VIRTUAL = "no_virtual"
    TOO_FAR = "too_far"
    NO_DATE = "no_date"
    FULL = "full"
    LOW_VALUE = "low_value"


@dataclass(frozen=True, slots=True)
class Availability:
    """One day that a presenter offers: leaves home at ``start`` at the earliest, is home by ``end`` (local)."""

    date: dt.date
    start: dt.time
    end: dt.time


@dataclass(frozen=True)
class Presenter:
    """Who gives seminars, from where, how far and how often. No name occurs."""

    id: str
    lat: float
    lon: float
    time_zone: str
    languages: frozenset[str]
    topics: frozenset[str]
    virtual: bool
    max_per_day: int
    max_seminars: int
    radius_miles: float
    max_travel_minutes: int
    availability: tuple[Availability, ...] = ()

    @property
    def offered(self) -> int:
        """How many seminars the presenter offers to give in the campaign."""
        return min(self.max_seminars, self.max_per_day * len(self.availability))


@dataclass(frozen=True, slots=True)
class Preference:
    """A window that suits the school: the seminar itself lies within it (local)."""

    date: dt.date
    earliest: dt.time
    latest_end: dt.time


@dataclass(frozen=True, slots=True)
class Previous:
    """Where the request stood in the plan before; ``start`` is aware. A confirmed one never moves."""

    presenter: str
    start: dt.datetime
    mode: Mode
    confirmed: bool = False


@dataclass(frozen=True)
class Request:
    """A school's wish for one seminar; preferences best first."""

    id: str
    lat: float
    lon: float
    time_zone: str
    mode: Mode
    language: str
    topic: str
    priority: float
    minutes: int
    preferences: tuple[Preference, ...]
    audience: int = 0
    previous: Previous | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """First and last day, both included, and the days on which no seminar is given."""

    start: dt.date
    end: dt.date
    closed_days: frozenset[dt.date] = frozenset()

    def holds(self, day: dt.date) -> bool:
        """Whether seminars are given on that day."""
        return self.start <= day <= self.end and day not in self.closed_days


@dataclass(frozen=True)
class Problem:
    """Everything that the scheduler knows; requests in order of arrival."""

    name: str
    campaign: Campaign
    presenters: tuple[Presenter, ...]
    requests: tuple[Request, ...]

    @cached_property
    def presenter_of(self) -> dict[str, Presenter]:
        """Presenters by id."""
        return {presenter.id: presenter for presenter in self.presenters}

    @cached_property
    def request_of(self) -> dict[str, Request]:
        """Requests by id."""
        return {request.id: request for request in self.requests}

    @cached_property
    def instants(self) -> Instants:
        """Days and windows in minutes of UTC."""
        return Instants(self)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A placed seminar; ``start`` in the school's zone."""

    request: str
    presenter: str
    start: dt.datetime
    mode: Mode


@dataclass(frozen=True, slots=True)
class Violation:
    """A hard rule that a plan breaks, in words; ``rule`` is the name in docs/scheduling.md."""

    rule: str
    detail: str
    request: str | None = None
    presenter: str | None = None


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many presenters are left after each step; ``on_a_date`` could fit it into an empty diary."""

    language: int
    topic: int
    reach: int
    on_a_date: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Why a presenter who could give it does not: what holds her, in words, and the requests that she gives instead."""

    presenter: str
    text: str
    requests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that would serve a request: of a presenter we know, or (``presenter`` None) of a new one.

    ``miles`` is the radius that is needed, ``day`` the school's date, ``gain`` the points it would bring.
    """

    kind: str
    text: str
    request: str
    mode: Mode
    day: dt.date
    gain: float
    presenter: str | None = None
    miles: int | None = None


@dataclass(frozen=True, slots=True)
class Unserved:
    """A request without a seminar and the whole truth about it."""

    request: str
    reason: Reason
    sentence: str
    funnel: Funnel
    holders: tuple[Holder, ...] = ()
    change: Change | None = None


@dataclass(frozen=True)
class Plan:
    """Who goes where; ``bound`` is a proven upper limit of any plan's score.

    ``stopped`` says what ended the search early (a sentence), empty if it came to its end.
    """

    problem: str
    assignments: tuple[Assignment, ...]
    unserved: tuple[Unserved, ...] = ()
    score: float = 0.0
    bound: float | None = None
    stopped: str = ""
    seconds: float = 0.0

    @property
    def gap(self) -> float | None:
        """How far the score may lie below the best, as a part of the bound."""
        if self.bound is None:
            return None
        return max(0.0, self.bound - self.score) / max(1e-9, abs(self.bound))


@dataclass(frozen=True, slots=True)
class Progress:
    """What stands at a moment of the search."""

    stage: str
    seconds: float
    score: float
    bound: float | None
    served: int

    @property
    def gap(self) -> float | None:
        """How far the score may lie below the best, as a part of the bound."""
        if self.bound is None:
            return None
        return max(0.0, self.bound - self.score) / max(1e-9, abs(self.bound))


class ProblemRefused(ValueError):
    """A problem that cannot be scheduled: where (a JSON path), what is wrong, how to mend it."""

    def __init__(self, where: str, what: str, mend: str) -> None:
        super().__init__(f"{where}: {what}. {mend}")
        self.where, self.what, self.mend = where, what, mend
