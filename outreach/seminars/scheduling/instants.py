"""Local clock times as whole minutes since 1970 in UTC, and back, through the IANA zones."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from .model import Problem, Request

STEP = 5


class OpenDay(NamedTuple):
    """One availability entry: from leaving home to being home again."""

    number: int
    opens: int
    closes: int


class Window(NamedTuple):
    """A listed preference on an open day: the seminar itself lies in [opens, closes]."""

    rank: int
    opens: int
    closes: int


@cache
def zone_of(name: str) -> ZoneInfo:
    """The zone of that IANA name. Raises ValueError if there is none."""
    try:
        return ZoneInfo(name)
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise ValueError(f"{name!r} is not an IANA time zone") from error


@cache
def minute_of(day: dt.date, clock: dt.time, zone: str) -> int:
    """The minute at which local clocks show that time; one skipped in spring counts as an hour later."""
    local = dt.datetime.combine(day, clock.replace(tzinfo=None), tzinfo=zone_of(zone))
    return instant(local)


def instant(moment: dt.datetime) -> int:
    """The minute of an aware moment."""
    return int(moment.astimezone(dt.UTC).timestamp()) // 60


def local_time(minute: int, zone: str) -> dt.datetime:
    """The moment as that zone's clocks show it."""
    return dt.datetime.fromtimestamp(minute * 60, dt.UTC).astimezone(zone_of(zone))


def step_up(minute: int) -> int:
    """The first 5-minute mark that is not before."""
    return -(-minute // STEP) * STEP


class Instants:
    """Days and windows of a problem. Windows on closed days are left out: nothing can be placed there."""

    def __init__(self, problem: Problem) -> None:
        self.days: dict[str, tuple[OpenDay, ...]] = {
            presenter.id: tuple(
                OpenDay(
                    number,
                    minute_of(entry.date, entry.start, presenter.time_zone),
                    minute_of(entry.date, entry.end, presenter.time_zone),
                )
                for number, entry in enumerate(presenter.availability)
            )
            for presenter in problem.presenters
        }
        self.windows: dict[str, tuple[Window, ...]] = {
            request.id: tuple(
                Window(
                    rank,
                    minute_of(wish.date, wish.earliest, request.time_zone),
                    minute_of(wish.date, wish.latest_end, request.time_zone),
                )
                for rank, wish in enumerate(request.preferences)
                if problem.campaign.holds(wish.date)
            )
            for request in problem.requests
        }

    def rank(self, request: Request, start: int) -> int | None:
        """The rank of the best window that holds a seminar from this minute; None if none does."""
        for window in self.windows[request.id]:
            if window.opens <= start and start + request.minutes <= window.closes:
                return window.rank
        return None
