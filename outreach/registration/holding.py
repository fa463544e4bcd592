"""Holding an event while seats change hands: one row is the lock, and all counts stand in it.

Whoever changes bookings holds the event first, then the booking (the order of locks everywhere: request, presenter,
event, booking, notices), so that two can't wait for each other. The lock is FOR NO KEY UPDATE: an insert of a booking
or a notice takes a KEY SHARE of the event, which a stronger lock would collide with.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from outreach.registration import notices
from outreach.registration.models import Registration
from outreach.registration.refusals import Busy
from outreach.seminars.models import Seminar, SeminarQuerySet
from portal.audit import trail
from portal.people.models import User

State, Ended, Kind = Registration.State, Registration.Ended, Registration.Kind

PATIENCE: Final = 5
"""Seconds that a booking waits for its turn on PostgreSQL; on SQLite the connection's own timeout holds."""
BUSY: Final = {"55P03", "40P01", "40001"}
"""SQLSTATEs: a lock was not had in time; a deadlock; a transaction that must be tried anew."""
DEADLOCK: Final = "40P01"

Answer = TypeVar("Answer")


@contextmanager
def turn() -> Iterator[None]:
    """A transaction that does not wait for ever. Raises ``Busy`` where its turn did not come."""
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
            yield
    except OperationalError as error:
        if is_busy(error):
            raise Busy from error
        raise


def is_busy(error: OperationalError) -> bool:
    """Whether others held what was needed, and nothing is broken."""
    return _sqlstate(error) in BUSY or "locked" in str(error)


def patiently(act: Callable[[], Answer]) -> Answer:
    """What ``act`` answers; the victim of a deadlock is tried once more, all of it."""
    try:
        return act()
    except Busy as busy:
        if _sqlstate(busy.__cause__) != DEADLOCK or connection.in_atomic_block:
            raise
    return act()


def _sqlstate(error: BaseException | None) -> str:
    return getattr(error.__cause__, "sqlstate", "") or "" if error is not None else ""


def held(seminar_id: int, among: SeminarQuerySet | None = None) -> Seminar:
    """The event, locked until the transaction ends. Raises ``Seminar.DoesNotExist``."""
    seminars = Seminar.objects.all() if among is None else among
    return seminars.select_for_update(of=("self",), no_key=True).get(pk=seminar_id)


def held_booking(uid: uuid.UUID) -> Registration:
    """A booking whose event is held (``booking.seminar``), and so it is. Raises ``Registration.DoesNotExist``."""
    seminar = held(Registration.objects.values_list("seminar_id", flat=True).get(uid=uid, forgotten_at=None))
    booking = Registration.objects.select_for_update(of=("self",), no_key=True).get(uid=uid, forgotten_at=None)
    booking.seminar = seminar
    return booking


def count(seminar: Seminar, *, seats: int = 0, groups: int = 0, waiting: int = 0) -> None:
    """Counts up or down, of an event that the caller holds; the database refuses what cannot be.

    Raises ``IntegrityError`` where more would be taken than there is: a fault of the caller.
    """
    if not (seats or groups or waiting):
        return
    Seminar.objects.filter(pk=seminar.pk).update(
        seats_taken=F("seats_taken") + seats,
        groups_taken=F("groups_taken") + groups,
        waiting=F("waiting") + waiting,
    )
    seminar.seats_taken += seats
    seminar.groups_taken += groups
    seminar.waiting += waiting


def groups_in(booking: Registration) -> int:
    """How many classes a booking counts as: one, or none."""
    return int(booking.kind == Kind.CLASS)


def end(booking: Registration, *, state: Registration.State, why: Registration.Ended, by: User | None) -> None:
    """Ends a live booking whose event is held: what it held is free, its place in line is left; the trail says so.

    Whom the free seats go to is for the caller (``waitlist.pass_on``).
    """
    seminar = booking.seminar
    if booking.state == State.WAITING:
        count(seminar, waiting=-1)
    elif booking.holds_seats:
        count(seminar, seats=-booking.seats, groups=-groups_in(booking))
    before = {"state": booking.state}
    booking.state, booking.ended, booking.offer_ends_at = state, why, None
    booking.cancelled_at = timezone.now()
    booking.save(update_fields=["state", "ended", "offer_ends_at", "cancelled_at"])
    verb = "cancelled" if state == State.CANCELLED else "lapsed"
    record(booking, verb=verb, by=by, before=before)


def record(booking: Registration, *, verb: str, by: User | None, before: trail.Fields | None = None) -> None:
    """Writes to the trail what happened to a booking, without whose it is."""
    after = {"state": booking.state, "seats": booking.seats, "line": booking.line}
    trail.record(actor=by, verb=verb, target=booking, before=before, after=after)


def record_change(booking: Registration, *, before: trail.Fields, after: trail.Fields, by: User | None) -> None:
    """The same of a change: only what differs."""
    trail.record(actor=by, verb="changed", target=booking, before=before, after=after)


def tell(booking: Registration, template: str, *, key: str, due_at: dt.datetime | None = None) -> None:
    """Notes what the guest is to be told, in this transaction; a task makes the mail."""
    notices.note(booking, template=template, key=key, due_at=due_at)
