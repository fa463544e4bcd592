"""iCalendar files: of a public seminar for anyone, and of a booking for the one who made it.

RFC 5545 with the seminar's own VTIMEZONE; an invitation is a REQUEST (RFC 5546), whose
CANCEL has the same UID and a higher SEQUENCE. A booking has a UID of its own, so that
somebody who cancels and books again gets a new entry and not an outdated one. Calendars are
shared with colleagues, so an entry holds nothing that leads to the booking's private page.
"""

import datetime as dt
import uuid
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from portal.areas import clocks
from portal.mail.outbox import Attachment

PRODUCT = "-//Waypost//The January campaign//EN"


def public_file(seminar: Seminar, *, link: str) -> bytes:
    """The seminar as a file that anyone may put into a calendar. ``link`` is its page."""
    event = _event(seminar, uid=seminar.uid, sequence=seminar.sequence, description=link)
    if seminar.state == Seminar.State.CANCELLED:
        event.add("status", "CANCELLED")
    return _file(seminar, event, method="PUBLISH")


def invitation(booking: Registration, *, link: str) -> Attachment:
    """The booking's entry. ``link`` is the event's public page."""
    return _attachment(booking, method="REQUEST", sequence=booking.seminar.sequence, link=link)


def revocation(booking: Registration, *, link: str) -> Attachment:
    """Takes the booking's entry out of the calendar again."""
    return _attachment(booking, method="CANCEL", sequence=booking.seminar.sequence + 1, link=link)


def _attachment(booking: Registration, *, method: str, sequence: int, link: str) -> Attachment:
    seminar = booking.seminar
    # Whoever gave the seat back is not sent the meeting's address again.
    meeting = seminar.join_url if method == "REQUEST" else ""
    described = "\n".join(filter(None, (meeting, link)))
    event = _event(seminar, uid=uuid.uuid5(booking.uid, "calendar entry"), sequence=sequence, description=described)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("organizer", vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"))
    attendee = vCalAddress(f"mailto:{booking.email}")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee)
    return Attachment("booking.ics", _file(seminar, event, method=method), f"text/calendar; method={method}")


def _event(seminar: Seminar, *, uid: uuid.UUID, sequence: int, description: str) -> Event:
    event = Event()
    event.add("uid", f"{uid}@{urlsplit(settings.PUBLIC_ADDRESS).hostname}")
    event.add("sequence", sequence)
    event.add("dtstamp", timezone.now().astimezone(dt.UTC))
    event.add("dtstart", clocks.local(seminar.starts_at, seminar.time_zone))
    event.add("dtend", clocks.local(seminar.ends_at, seminar.time_zone))
    event.add("summary", seminar.title)
    event.add("description", description)
    if not seminar.is_virtual:
        event.add("location", ", ".join(filter(None, (seminar.venue, seminar.address, seminar.place))))
    return event


def _file(seminar: Seminar, event: Event, *, method: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    year = clocks.local(seminar.starts_at, seminar.time_zone).year
    calendar.add_component(
        Timezone.from_tzid(seminar.time_zone, first_date=dt.date(year, 1, 1), last_date=dt.date(year + 1, 1, 1))
    )
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
