"""Reminders: for those who asked, at nine in the morning of the day before, on the clock of the place."""

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone

from outreach.registration import mails, notices
from outreach.registration.models import BookingNotice, Registration
from outreach.seminars.models import Seminar
from portal.areas import clocks
from portal.mail import outbox

HOUR: Final = dt.time(9)


def due_at(seminar: Seminar) -> dt.datetime:
    """When those who asked are reminded (UTC): at nine the day before, where it takes place."""
    day = clocks.local(seminar.starts_at, seminar.time_zone).date() - dt.timedelta(days=1)
    return dt.datetime.combine(day, HOUR, tzinfo=ZoneInfo(seminar.time_zone)).astimezone(dt.UTC)


def note_due(*, now: dt.datetime | None = None) -> int:
    """Notes reminders of events whose hour has come; returns how many were noted anew.

    Also late, after a night without tasks, as long as it has not begun. Not for those who booked, or heard of a
    change, after that hour: they know; nor for an address at which mail never arrives.
    """
    now = now or timezone.now()
    soon = Seminar.objects.public().filter(state=Seminar.State.OPEN, starts_at__gt=now, starts_at__lte=now + mails.SOON)
    return sum(_note(seminar, due_at(seminar), now) for seminar in soon if due_at(seminar) <= now)


def _note(seminar: Seminar, due: dt.datetime, now: dt.datetime) -> int:
    day = clocks.local(seminar.starts_at, seminar.time_zone).date()
    key = f"day before {day}"
    told = BookingNotice.objects.filter(registration__seminar=seminar)
    knows = told.filter(template=notices.REMINDER, key=key) | told.filter(template=notices.MOVED, created_at__gt=due)
    asked = Registration.objects.filter(
        seminar=seminar, state=Registration.State.BOOKED, reminders=True, booked_at__lte=due, forgotten_at=None
    ).exclude(pk__in=knows.values("registration"))
    bookings = list(asked.order_by("pk"))
    dead = outbox.bounced({booking.email for booking in bookings})
    noted = [booking for booking in bookings if booking.email.lower() not in dead]
    return notices.note_many(noted, template=notices.REMINDER, key=key, due_at=now)
