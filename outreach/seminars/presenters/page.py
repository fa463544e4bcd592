"""What a presenter's own page shows: the seminars, each on the school's clock and on the presenter's."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from django.utils import dates

from outreach.seminars.models import Presenter, Seminar
from outreach.seminars.presenters.availability import Hours
from outreach.seminars.presenters.month import spoken_hours
from portal.areas import clocks

SHOWN_PAST = 10

Answer, State = Seminar.Answer, Seminar.State


class Clearance(Enum):
    """What is known of a presenter's background check for work with students."""

    UNKNOWN = "unknown"
    OVER = "over"
    HOLDS = "holds"


def clearance_of(presenter: Presenter, on: dt.date) -> Clearance:
    """Whether the check holds on a day."""
    until = presenter.clearance_expires_on
    if until is None:
        return Clearance.UNKNOWN
    return Clearance.HOLDS if on <= until else Clearance.OVER


@dataclass(frozen=True, slots=True)
class Card:
    """One seminar as its presenter sees it."""

    seminar: Seminar
    own_time_zone: str
    is_past: bool

    @property
    def waits(self) -> bool:
        """Whether a yes or no is missing."""
        return self.is_live and self.seminar.answer != Answer.CONFIRMED

    @property
    def is_live(self) -> bool:
        """Whether it takes place, as things stand, and lies ahead."""
        return not self.is_past and self.seminar.state in {State.DRAFT, State.OPEN}

    @property
    def is_held(self) -> bool:
        """Whether it still waits for something that the school prepares."""
        return self.seminar.state == State.DRAFT

    @property
    def on_own_clock(self) -> str:
        """``Monday 11 January 2027, 6:00 p.m. (Central Time)``, "" where both clocks show the same."""
        start, zone = self.seminar.starts_at, self.own_time_zone
        there, here = clocks.local(start, self.seminar.time_zone), clocks.local(start, zone)
        if there.replace(tzinfo=None) == here.replace(tzinfo=None):
            return ""
        return f"{clocks.spoken_day(start, zone)}, {clocks.spoken_time(start, zone)} ({clocks.clock_name(zone)})"


class Page:
    """The seminars of a presenter, sorted by what is to be done with them."""

    def __init__(self, presenter: Presenter, seminars: Sequence[Seminar], *, now: dt.datetime) -> None:
        self.presenter = presenter
        self.cards = [Card(seminar, presenter.time_zone, seminar.starts_at <= now) for seminar in seminars]
        self.today = clocks.local(now, presenter.time_zone).date()

    @property
    def waiting(self) -> list[Card]:
        """Those that need an answer."""
        return [card for card in self.cards if card.waits]

    @property
    def confirmed(self) -> list[Card]:
        """Those that are agreed."""
        return [card for card in self.cards if card.is_live and not card.waits]

    @property
    def others(self) -> list[Card]:
        """What is over or was called off, newest first."""
        return [card for card in reversed(self.cards) if not card.is_live][:SHOWN_PAST]

    @property
    def week(self) -> list[tuple[str, str]]:
        """The weekdays that are offered, with their hours in words."""
        rows = self.presenter.weekly_hours.all()
        return [(str(dates.WEEKDAYS[row.weekday]), spoken_hours(Hours(row.start, row.end))) for row in rows]

    @property
    def clearance(self) -> str:
        """Whether a background check for work with students is known today."""
        return clearance_of(self.presenter, self.today).value
