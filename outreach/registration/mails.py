"""Mails to those who booked: what each says, and the calendar entry that goes with it, as things stand when it is made.

Whoever shows a mail to staff shows ``preview``: the same words and the same entry, with the private link masked.
"""

import datetime as dt
from copy import copy
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from outreach.registration import calendars, tickets
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from portal.areas import clocks
from portal.mail import outbox
from portal.mail.models import Mail
from portal.pages.languages import spoken
from portal.people.models import User

#: A guest's booking stands as it says: it was made, changed, given back; an address asked for it again.
CONFIRMED: Final = "booking_confirmed"
CHANGED: Final = "booking_changed"
CANCELLED: Final = "booking_cancelled"
AGAIN: Final = "booking_again"
#: The line: somebody stands in it, is offered seats until a time, let that pass, or waited in vain.
WAITING: Final = "waiting_joined"
OFFERED: Final = "offer_made"
LAPSED: Final = "offer_lapsed"
ENDED: Final = "waiting_ended"
#: The event: another time, place or link; called off.
MOVED: Final = "event_moved"
CALLED_OFF: Final = "event_cancelled"
#: The morning before, for those who asked; and what they thought of it, once, after.
REMINDER: Final = "reminder"
FEEDBACK: Final = "feedback_asked"

TEMPLATES: Final = {
    CONFIRMED: "Seats are booked",
    CHANGED: "The guest changed seats or needs",
    CANCELLED: "The booking, or the place in line, was given back",
    AGAIN: "Somebody asked again with an address that has a booking",
    WAITING: "A place in the line",
    OFFERED: "Seats became free: take them until a time",
    LAPSED: "The offer was not taken in time",
    ENDED: "It began, or bookings closed, before a seat became free",
    MOVED: "The event has another time, place or link",
    CALLED_OFF: "The event is called off",
    REMINDER: "The morning before, for those who asked",
    FEEDBACK: "After the event: how was it",
}
"""Every mail of a booking, and when it is sent, in words for staff."""

State = Registration.State

ENTERS: Final = frozenset({CONFIRMED, CHANGED, AGAIN, MOVED, REMINDER})
"""Mails that put the entry into the calendar of one who is booked, or bring it up to date there."""
LEAVES: Final = frozenset({CANCELLED, CALLED_OFF})
"""Mails that take it out again."""
SOON: Final = dt.timedelta(days=2)
"""The day before an event, and the day itself: when a reminder is of use."""
MASK: Final = "…"
LIVE: Final = frozenset({State.BOOKED, State.OFFERED, State.WAITING})
TOLD_TO: Final = {
    CONFIRMED: frozenset({State.BOOKED}),
    CHANGED: LIVE,
    AGAIN: LIVE,
    WAITING: frozenset({State.WAITING}),
    OFFERED: frozenset({State.OFFERED}),
    MOVED: LIVE,
    REMINDER: frozenset({State.BOOKED}),
}
"""In which states of a booking a mail of an event to come is true."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail as it would be sent now; ``entry`` is its calendar file, or None."""

    subject: str
    body: str
    entry: bytes | None


def private_link(booking: Registration) -> str:
    """The address that only the mail to the one who booked holds."""
    with translation.override(spoken(booking.language)):
        return f"{settings.PUBLIC_ADDRESS}{reverse('booking', args=[booking.uid])}"


def event_link(seminar: Seminar, language: str) -> str:
    """The address of the seminar's public page."""
    with translation.override(spoken(language)):
        return f"{settings.PUBLIC_ADDRESS}{reverse('event', args=[seminar.uid])}"


def preview(booking: Registration, *, template: str, language: str | None = None) -> Preview:
    """The mail as this booking would get it now; its private link is masked, since whoever holds it can cancel."""
    language = language or booking.language
    shown = _advanced(copy(booking), template)
    entry = _entry(shown, template, language)
    subject, body = outbox.render(template, _context(shown, template, language, entry=entry is not None), language)
    return Preview(subject, masked(body, shown), entry.content if entry else None)


def holds(booking: Registration, template: str, *, now: dt.datetime) -> bool:
    """Whether what a mail says is true of the booking now, and of use to the guest. To nobody of the demo."""
    if booking.forgotten_at is not None or booking.is_demo:
        return False
    seminar, state = booking.seminar, booking.state
    is_off = seminar.state == Seminar.State.CANCELLED
    if template == CALLED_OFF:
        return is_off
    if template == FEEDBACK:
        return state == State.BOOKED and not is_off and seminar.ends_at <= now
    if template in {CANCELLED, LAPSED, ENDED}:
        return state == (State.CANCELLED if template == CANCELLED else State.LAPSED)
    if is_off or seminar.ends_at <= now or state not in TOLD_TO[template]:
        return False
    if template == OFFERED:
        return booking.offer_ends_at is not None and booking.offer_ends_at > now
    if template == REMINDER:
        return booking.reminders and now < seminar.starts_at <= now + SOON
    return True


def standing(booking: Registration, *, now: dt.datetime) -> str | None:
    """The mail that says how the booking stands now; None where there is nothing to say any more."""
    by_state = {
        State.BOOKED: CONFIRMED,
        State.OFFERED: OFFERED,
        State.WAITING: WAITING,
        State.CANCELLED: CANCELLED,
        State.LAPSED: LAPSED if booking.ended == Registration.Ended.NOT_TAKEN else ENDED,
    }
    is_off = booking.seminar.state == Seminar.State.CANCELLED
    template = CALLED_OFF if is_off and booking.state in LIVE else by_state[State(booking.state)]
    return template if holds(booking, template, now=now) else None


def masked(text: str, booking: Registration) -> str:
    """The text of a mail without what gives power over the booking."""
    return text.replace(str(booking.uid), MASK)


def send(
    booking: Registration, *, template: str, key: str, resend_of: Mail | None = None, by: User | None = None
) -> Mail:
    """Puts the mail into the outbox, in the caller's transaction, which holds ``booking``; once for each ``key``.

    An entry's SEQUENCE counts up with each mail that carries it, and never falls behind the event's.
    """
    if _advanced(booking, template).sequence:
        booking.save(update_fields=["sequence"])
    entry = _entry(booking, template, booking.language)
    return outbox.send(
        to=booking.email,
        template=template,
        context=_context(booking, template, booking.language, entry=entry is not None),
        language=booking.language,
        attachments=[entry] if entry else [],
        key=key,
        about=about(booking),
        expires_at={REMINDER: booking.seminar.starts_at, OFFERED: booking.offer_ends_at}.get(template),
        resend_of=resend_of,
        by=by,
    )


def about(booking: Registration) -> str:
    """How the log of mails names a booking."""
    return f"{booking._meta.label_lower}:{booking.pk}"


def _advanced(booking: Registration, template: str) -> Registration:
    """The booking, with the SEQUENCE that a mail's entry will have."""
    if _carries_entry(booking, template):
        booking.sequence = max(booking.seminar.sequence, booking.sequence + 1)
    return booking


def _carries_entry(booking: Registration, template: str) -> bool:
    if template in ENTERS:
        return booking.state == State.BOOKED
    # Whoever only ever waited has nothing in the calendar.
    has_entry = booking.state == State.BOOKED or booking.booked_at is not None or booking.sequence > 0
    return template in LEAVES and has_entry


def _entry(booking: Registration, template: str, language: str) -> outbox.Attachment | None:
    if not _carries_entry(booking, template):
        return None
    make = calendars.invitation if template in ENTERS else calendars.revocation
    with translation.override(language):
        return make(booking, link=event_link(booking.seminar, language))


def _context(booking: Registration, template: str, language: str, *, entry: bool) -> dict[str, Any]:
    seminar, ends = booking.seminar, booking.offer_ends_at
    with translation.override(language):
        return {
            "booking": booking,
            "event": seminar,
            "link": private_link(booking),
            "page": event_link(seminar, language),
            "ticket": tickets.spoken(booking.ticket),
            "entry": entry,
            # Nobody else is told, least of all of an event that is called off.
            "meeting": seminar.join_url if entry and template in ENTERS else "",
            "is_booked": booking.state == State.BOOKED,
            "is_offered": booking.state == State.OFFERED,
            "had_seats": booking.booked_at is not None,
            "by_staff": booking.ended == Registration.Ended.STAFF,
            "offer_day": clocks.spoken_day(ends, seminar.time_zone) if ends else "",
            "offer_time": clocks.spoken_time(ends, seminar.time_zone) if ends else "",
        }
