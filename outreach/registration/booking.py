"""Seats: taken, given back, never sold twice.

The seminar's row is the lock. Whoever wants a seat locks it, and the seats are counted up by one
conditional update; the database refuses more than there are even if a caller forgets all that.
Mail is a row of the same transaction: nobody has a seat without a mail, nor a mail without a seat.
"""

import datetime as dt
import uuid
from enum import Enum

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation

from outreach.registration import calendars
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar, SeminarQuerySet
from portal.audit import trail
from portal.mail import outbox
from portal.pages.languages import spoken
from portal.people.models import User

MOST_SEATS = 10
TELL_AGAIN_AFTER = dt.timedelta(hours=1)

State = Registration.State


class Outcome(Enum):
    """What came of a wish for seats. Pages tell the first two apart from nothing: see ``take_seat``."""

    BOOKED = "booked"
    ALREADY = "already"


class NoSeat(Exception):
    """No seat was taken. ``seminar`` is as it was found."""

    def __init__(self, seminar: Seminar) -> None:
        super().__init__(str(seminar.uid))
        self.seminar = seminar


class SeminarFull(NoSeat):
    """There are fewer free seats than were wanted: ``left``, perhaps none."""

    def __init__(self, seminar: Seminar, left: int) -> None:
        super().__init__(seminar)
        self.left = left


class SeminarClosed(NoSeat):
    """It takes no bookings: cancelled, over, or begun."""


def take_seat(
    *, seminar_id: int, name: str, email: str, seats: int, nonce: uuid.UUID, needs: str = "", language: str = "en"
) -> Outcome:
    """Books ``seats`` for an adult and writes to the address, all or nothing.

    A form that is sent twice (``nonce``) is one booking. An address has one live booking a
    seminar: a second wish takes no seat, and a mail (one an hour, so that nobody's inbox can be
    flooded from here) says that there is a booking already. Both
    end the same for whoever sent the form, so that nobody can find out who is coming.
    Raises ``Seminar.DoesNotExist`` (none, or without a public page), ``SeminarClosed``, ``SeminarFull``.
    """
    with transaction.atomic():
        seminar = _locked(Seminar.objects.public(), seminar_id)
        if Registration.objects.filter(seminar=seminar, nonce=nonce).exists():
            return Outcome.BOOKED
        if seminar.state != Seminar.State.OPEN or seminar.has_begun:
            raise SeminarClosed(seminar)
        if seminar.seats_left < seats:
            raise SeminarFull(seminar, seminar.seats_left)
        live = Registration.objects.filter(seminar=seminar, email__iexact=email, state=State.BOOKED).first()
        if live is not None:
            _tell_again(live, seminar)
            return Outcome.ALREADY
        if not _add_seats(seminar, seats):
            raise SeminarFull(seminar, 0)
        booking = Registration.objects.create(
            seminar=seminar,
            name=name,
            email=email,
            seats=seats,
            adults=seats,
            needs=needs,
            language=language,
            nonce=nonce,
            booked_at=timezone.now(),
        )
        _record(booking, verb="booked", by=None)
        _write(booking, seminar, "booking_confirmed")
    return Outcome.BOOKED


def cancel(*, uid: uuid.UUID, by: User | None = None) -> Registration:
    """Gives the seats of a booking back; ``by`` is None for the one who booked. Cancelling twice is cancelling once.

    Raises ``Registration.DoesNotExist`` and, once the seminar has begun, ``SeminarClosed``.
    """
    with transaction.atomic():
        # The seminar first: the same order as when seats are taken, so that two can't wait for each other.
        # Whether or not it still has a public page: whoever has a seat can give it back.
        seminar = _locked(Seminar.objects.all(), Registration.objects.values_list("seminar_id", flat=True).get(uid=uid))
        booking = Registration.objects.get(uid=uid)
        booking.seminar = seminar
        if booking.state == State.CANCELLED:
            return booking
        if seminar.has_begun:
            raise SeminarClosed(seminar)
        _end(booking)
        _add_seats(seminar, -booking.seats)
        _record(booking, verb="cancelled", by=by)
        _write(booking, seminar, "booking_cancelled")
    return booking


def tell_of_cancelled_seminar(*, seminar: Seminar) -> int:
    """Writes to everyone who booked that the seminar is called off, in the caller's transaction. Returns how many."""
    return _write_to_all(seminar, "seminar_cancelled")


def tell_of_changed_seminar(*, seminar: Seminar) -> int:
    """Writes to everyone who booked when and where it is now, in the caller's transaction. Returns how many."""
    return _write_to_all(seminar, "seminar_changed")


def private_link(booking: Registration) -> str:
    """The address that only the mail to the one who booked holds."""
    with translation.override(spoken(booking.language)):
        return f"{settings.PUBLIC_ADDRESS}{reverse('booking', args=[booking.uid])}"


def event_link(seminar: Seminar, language: str) -> str:
    """The address of the seminar's public page."""
    with translation.override(spoken(language)):
        return f"{settings.PUBLIC_ADDRESS}{reverse('event', args=[seminar.uid])}"


def _locked(seminars: SeminarQuerySet, seminar_id: int) -> Seminar:
    return seminars.select_for_update(of=("self",)).select_related("area").get(pk=seminar_id)


def _add_seats(seminar: Seminar, seats: int) -> bool:
    """Counts seats up or down, as one statement that cannot pass the capacity; False if it would."""
    return bool(
        Seminar.objects.filter(pk=seminar.pk, capacity__gte=F("seats_taken") + seats).update(
            seats_taken=F("seats_taken") + seats
        )
    )


def _tell_again(booking: Registration, seminar: Seminar) -> None:
    now = timezone.now()
    if booking.told_again_at is None or booking.told_again_at <= now - TELL_AGAIN_AFTER:
        booking.told_again_at = now
        booking.save(update_fields=["told_again_at"])
        _write(booking, seminar, "booking_again")


def _end(booking: Registration) -> None:
    booking.state, booking.cancelled_at = State.CANCELLED, timezone.now()
    booking.save(update_fields=["state", "cancelled_at"])


def _record(booking: Registration, *, verb: str, by: User | None) -> None:
    trail.record(actor=by, verb=verb, target=booking, after={"seats": booking.seats, "state": booking.state})


def _write_to_all(seminar: Seminar, template: str) -> int:
    bookings = list(Registration.objects.filter(seminar=seminar, state=State.BOOKED))
    for booking in bookings:
        _write(booking, seminar, template)
    return len(bookings)


def _write(booking: Registration, seminar: Seminar, template: str) -> None:
    booking.seminar = seminar
    link = private_link(booking)
    comes = booking.state == State.BOOKED and seminar.state == Seminar.State.OPEN
    page = event_link(seminar, booking.language)
    entry = calendars.invitation(booking, link=page) if comes else calendars.revocation(booking, link=page)
    outbox.send(
        to=booking.email,
        template=template,
        context={"booking": booking, "event": seminar, "link": link},
        language=booking.language,
        attachments=[entry],
    )
