"""Whether an event takes bookings, and how its seats are given, in words.

Pages are held by a CDN for up to a minute, so that they tell whether there are seats and never how many: the booking
itself decides.
"""

import datetime as dt
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from outreach.seminars.models import Seminar, Waitlist
from portal.areas import clocks

#: So many free seats, or a tenth of all, are few.
FEW: Final = 3


class Standing(StrEnum):
    """Where an event stands, for somebody who thinks of coming."""

    FREE = "free"
    FEW = "few"
    LINE = "line"
    FULL = "full"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    OVER = "over"

    @property
    def words(self) -> str | Promise:
        """As the list and the page say it."""
        return _WORDS[self]

    @property
    def tone(self) -> str:
        """The class of its dot: good, wrong, or none."""
        if self in {Standing.FREE, Standing.FEW}:
            return "good"
        return "wrong" if self in {Standing.FULL, Standing.CANCELLED} else ""

    @property
    def takes_wishes(self) -> bool:
        """Whether there is something to send the form for: a seat, or a place in line."""
        return self in {Standing.FREE, Standing.FEW, Standing.LINE}


_WORDS: Final[dict[Standing, str | Promise]] = {
    Standing.FREE: gettext_lazy("Seats are free"),
    Standing.FEW: gettext_lazy("Few seats are left"),
    Standing.LINE: gettext_lazy("Full, but you can wait for a seat"),
    Standing.FULL: gettext_lazy("Full"),
    Standing.CLOSED: gettext_lazy("Bookings are closed"),
    Standing.CANCELLED: gettext_lazy("Cancelled"),
    Standing.OVER: gettext_lazy("Over"),
}


def of(event: Seminar, now: dt.datetime) -> Standing:
    """Where a public event stands, as far as this copy of it knows."""
    if event.state == Seminar.State.CANCELLED:
        return Standing.CANCELLED
    if event.state != Seminar.State.OPEN or event.starts_at <= now:
        return Standing.OVER
    if event.booking_closes_at and event.booking_closes_at <= now:
        return Standing.CLOSED
    # Free seats belong to those who wait.
    if event.seats_left <= 0 or event.waiting:
        return Standing.FULL if event.waitlist == Waitlist.NONE else Standing.LINE
    return Standing.FEW if event.seats_left <= max(FEW, event.capacity // 10) else Standing.FREE


def policy(event: Seminar) -> list[str]:
    """How seats are given, who may book for whom, and what happens when they are gone: a sentence each."""
    seats = ngettext("There is %(count)s seat.", "There are %(count)s seats.", event.capacity)
    said = [seats % {"count": event.capacity} + " " + _("They go to those who book first.")]
    if event.takes_classes:
        said.append(
            _("A class or another group may come: one adult books it as a number of people, up to %(most)s at once.")
            % {"most": event.largest_group}
        )
        if event.groups is not None:
            most = ngettext(
                "At most %(count)s such group can come.", "At most %(count)s such groups can come.", event.groups
            )
            said.append(most % {"count": event.groups})
    said.append(_WAITING[Waitlist(event.waitlist)]())
    if event.booking_closes_at:
        moment = event.booking_closes_at
        said.append(
            _("You can book until %(day)s, %(time)s (%(clock)s).")
            % {
                "day": clocks.spoken_day(moment, event.time_zone),
                "time": clocks.spoken_time(moment, event.time_zone),
                "clock": event.clock,
            }
        )
    return said


def _no_line() -> str:
    return _("There is no waiting list. When somebody cancels, the seat is free for whoever books next.")


def _in_order() -> str:
    return _(
        "When it is full, you can wait. A free seat is offered to the first in line, and kept for them, however many "
        "seats they need."
    )


def _who_fits() -> str:
    return _(
        "When it is full, you can wait. Free seats are offered to the first in line for whom they are enough, so a "
        "large group may wait longer."
    )


_WAITING: Final = {Waitlist.NONE: _no_line, Waitlist.IN_ORDER: _in_order, Waitlist.FITS: _who_fits}
