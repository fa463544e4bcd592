"""What guests are to be told: noted in the transaction that brings it about, mailed by a task, once each.

A notice is one row: no mail is rendered, and no file written, while seats are counted. How things stand is read
when the mail is made, in one transaction with the mark on the notice: it is told once, however often the task
runs, in however many processes, and wherever one of them is killed. What no longer holds is not told.

The mails, by name, are listed in ``mails.TEMPLATES``.
"""

import datetime as dt
import logging
from collections.abc import Collection
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from outreach.registration import mails
from outreach.registration.mails import (
    AGAIN,
    CALLED_OFF,
    CANCELLED,
    CHANGED,
    CONFIRMED,
    ENDED,
    FEEDBACK,
    LAPSED,
    MOVED,
    OFFERED,
    REMINDER,
    WAITING,
)
from outreach.registration.models import BookingNotice, Registration
from outreach.seminars.models import Seminar

__all__ = [
    "AGAIN",
    "CALLED_OFF",
    "CANCELLED",
    "CHANGED",
    "CONFIRMED",
    "ENDED",
    "FEEDBACK",
    "LAPSED",
    "MOVED",
    "OFFERED",
    "REMINDER",
    "WAITING",
    "note",
    "note_all",
    "note_many",
    "send_due",
]

State = Registration.State
LIVE: Final = (State.BOOKED, State.OFFERED, State.WAITING)
"""Those who hold seats or wait for them."""
BATCH: Final = 500
logger = logging.getLogger(__name__)


def note(registration: Registration, *, template: str, key: str, due_at: dt.datetime | None = None) -> None:
    """Notes that this guest is to be told, not before ``due_at``: one INSERT in the caller's transaction.

    ``key`` (up to 60 letters) says what is told: the same of the same booking is noted, and told, once.
    """
    note_many([registration], template=template, key=key, due_at=due_at)


def note_many(
    registrations: Collection[Registration], *, template: str, key: str, due_at: dt.datetime | None = None
) -> int:
    """The same for several; returns how many."""
    due_at = due_at or timezone.now()
    rows = [BookingNotice(registration=each, template=template, key=key, due_at=due_at) for each in registrations]
    BookingNotice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def note_all(seminar: Seminar, *, template: str, key: str, states: Collection[str] = LIVE) -> int:
    """The same for everyone who holds seats at the seminar or waits for them, without locking a row; how many."""
    booked = Registration.objects.filter(seminar=seminar, state__in=list(states)).order_by("pk")
    return note_many(booked.only("pk"), template=template, key=key)


def send_due(*, now: dt.datetime | None = None) -> int:
    """Puts a mail into the outbox for each notice that is due, oldest first; returns how many."""
    now = now or timezone.now()
    due = BookingNotice.objects.filter(queued_at=None, due_at__lte=now)
    made = 0
    for pk, registration_id in due.values_list("pk", "registration")[:BATCH]:
        try:
            with transaction.atomic():
                made += _send(pk, registration_id, now)
        except Exception:  # whatever is wrong with one mail, the others go out; this one is tried again
            logger.exception("The notice %s could not be made into a mail.", pk)
    return made


def _send(pk: int, registration_id: int, now: dt.datetime) -> bool:
    """Makes one mail, unless another run did or it no longer holds; whether one was made."""
    skips = connection.features.has_select_for_update_skip_locked
    bookings = Registration.objects.select_for_update(of=("self",), no_key=True, skip_locked=skips)
    booking = bookings.filter(pk=registration_id).first()
    notice = BookingNotice.objects.select_for_update().filter(pk=pk, queued_at=None).first()
    if booking is None or notice is None:
        return False  # somebody else has it in hand, or had
    booking.seminar = Seminar.objects.select_related("area").get(pk=booking.seminar_id)
    if not mails.holds(booking, notice.template, now=now):
        notice.delete()
        return False
    notice.queued_at = now
    notice.save(update_fields=["queued_at"])
    mails.send(booking, template=notice.template, key=f"{mails.about(booking)}:{notice.template}:{notice.key}")
    return True
