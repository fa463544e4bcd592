"""Mails to those who booked: what each says, and the calendar entry that goes with it, as things stand when it is made.

Whoever shows a mail to staff shows ``preview``: the same words and the same entry, with the private link masked.
"""

import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.utils import translation

from outreach.registration import calendars
from outreach.registration.addresses import event_link, private_link
from outreach.registration.models import Registration
from portal.areas import clocks
from portal.mail import outbox
from portal.mail.models import Mail
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
PRIVATE: Final = "…"


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail as it would be sent now; ``entry`` is its calendar file, or None."""

    subject: str
    body: str
    entry: bytes | None


def preview(booking: Registration, *, template: str, language: str | None = None) -> Preview:
    """The mail as this booking would get it now; its private link is masked, since whoever holds it can cancel."""
    language = language or booking.language
    context = _context(booking, language)
    context["link"] = context["link"].replace(str(booking.uid), PRIVATE)
    subject, body = outbox.render(template, context, language)
    entry = _entry(booking, template, language)
    return Preview(subject, body, entry.content if entry else None)


def send(
    booking: Registration, *, template: str, key: str | None, resend_of: Mail | None = None, by: User | None = None
) -> Mail:
    """Puts the mail into the outbox, in the caller's transaction, which holds ``booking``; once for each ``key``.

    An entry's SEQUENCE counts up with each mail that carries it, and never falls behind the event's.
    """
    if template in ENTERS | LEAVES:
        booking.sequence = max(booking.seminar.sequence, booking.sequence + 1)
        booking.save(update_fields=["sequence"])
    entry = _entry(booking, template, booking.language)
    return outbox.send(
        to=booking.email,
        template=template,
        context=_context(booking, booking.language),
        language=booking.language,
        attachments=[entry] if entry else [],
        key=key,
        about=about(booking),
        expires_at=booking.seminar.starts_at if template in {REMINDER, OFFERED} else None,
        resend_of=resend_of,
        by=by,
    )


def about(booking: Registration) -> str:
    """How the log of mails names a booking."""
    return f"{booking._meta.label_lower}:{booking.pk}"


def _context(booking: Registration, language: str) -> dict[str, Any]:
    seminar = booking.seminar
    with translation.override(language):
        ends = booking.offer_ends_at
        return {
            "booking": booking,
            "event": seminar,
            "link": private_link(booking),
            "page": event_link(seminar, language),
            "is_booked": booking.state == State.BOOKED,
            "offer_day": clocks.spoken_day(ends, seminar.time_zone) if ends else "",
            "offer_time": clocks.spoken_time(ends, seminar.time_zone) if ends else "",
        }


def _entry(booking: Registration, template: str, language: str) -> outbox.Attachment | None:
    link = event_link(booking.seminar, language)
    if template in LEAVES:
        return calendars.revocation(booking, link=link)
    if template in ENTERS and booking.state == State.BOOKED:
        return calendars.invitation(booking, link=link)
    return None


def new_key() -> str:
    """A key for what is told once more because somebody at the desk says so."""
    return f"again-{uuid.uuid4()}"
