"""iCalendar files of a booking, for the one who made it.

RFC 5545 with the seminar's own VTIMEZONE; an invitation is a REQUEST (RFC 5546), whose
CANCEL has the same UID and a higher SEQUENCE. A booking has a UID of its own, so that
somebody who cancels and books again gets a new entry and not an outdated one. Calendars are
shared with colleagues, so an entry holds nothing that leads to the booking's private page.
"""

import uuid
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from icalendar import Calendar, vCalAddress, vText

from outreach.registration.models import Registration
from outreach.seminars import calendar_files
from portal.mail.outbox import Attachment


def invitation(booking: Registration, *, link: str) -> Attachment:
    """The booking's entry, at the booking's SEQUENCE. ``link`` is the event's public page."""
    return _attachment(booking, method="REQUEST", link=link)


def revocation(booking: Registration, *, link: str) -> Attachment:
    """Takes the booking's entry out of the calendar again, at the booking's SEQUENCE: higher than any sent before."""
    return _attachment(booking, method="CANCEL", link=link)


def _attachment(booking: Registration, *, method: str, link: str) -> Attachment:
    seminar = booking.seminar
    # Whoever gave the seat back is not sent the meeting's address again.
    meeting = seminar.join_url if method == "REQUEST" else ""
    described = "\n".join(filter(None, (meeting, link)))
    event = calendar_files.entry(
        seminar, uid=uuid.uuid5(booking.uid, "calendar entry"), sequence=booking.sequence, description=described
    )
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("organizer", vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"))
    attendee = vCalAddress(f"mailto:{booking.email}")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee)
    return Attachment(
        "booking.ics", calendar_files.file([(seminar, event)], method=method), f"text/calendar; method={method}"
    )


def in_words(content: bytes) -> list[tuple[str, str]]:
    """What a calendar makes of a file, line by line: for staff who look at a mail before it leaves."""
    calendar = Calendar.from_ical(content)
    event: Any = calendar.walk("VEVENT")[0]
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    lines = [
        ("Method", calendar.get("METHOD", "")),
        ("Sequence", event.get("SEQUENCE", "")),
        ("Status", event.get("STATUS", "")),
        ("What", event.get("SUMMARY", "")),
        ("When", f"{start:%A %d %B %Y, %H:%M} to {end:%H:%M}, {start.tzinfo}"),
        ("Where", event.get("LOCATION", "")),
        ("Notes", event.get("DESCRIPTION", "")),
    ]
    return [(name, str(value)) for name, value in lines if str(value)]
