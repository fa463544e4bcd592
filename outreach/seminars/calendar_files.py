"""iCalendar (RFC 5545) of seminars: an entry for each, and the file that carries entries and the clocks they name.

Calendars are shared with colleagues and with whoever runs them, so an entry says what, when and where; never whom
to meet, nor anything that leads to a private page.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event, Timezone, vDuration

from outreach.seminars.models import Seminar
from portal.areas import clocks

PRODUCT: Final = "-//Waypost//The January campaign//EN"


def entry(
    seminar: Seminar, *, uid: uuid.UUID, sequence: int, description: str, stamp: dt.datetime | None = None
) -> Event:
    """The seminar's entry on its own clock; ``description`` may be empty. The caller adds a status.

    ``stamp``: when it was written; without one, now. What many fetch again and again takes the time of the last
    change, and is the same bytes until the next.
    """
    event = Event()
    event.add("uid", f"{uid}@{urlsplit(settings.PUBLIC_ADDRESS).hostname}")
    event.add("sequence", sequence)
    event.add("dtstamp", (stamp or timezone.now()).astimezone(dt.UTC))
    event.add("dtstart", clocks.local(seminar.starts_at, seminar.time_zone))
    event.add("dtend", clocks.local(seminar.ends_at, seminar.time_zone))
    event.add("summary", seminar.title)
    if description:
        event.add("description", description)
    if not seminar.is_virtual:
        event.add("location", ", ".join(filter(None, (seminar.venue, seminar.address, seminar.place))))
    return event


def file(
    entries: Sequence[tuple[Seminar, Event]], *, method: str, name: str = "", every: dt.timedelta | None = None
) -> bytes:
    """A calendar of these entries, with one VTIMEZONE for each clock.

    For those who subscribe: ``name`` is shown, and ``every`` is how often to look again.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
    if every:
        calendar.add("refresh-interval", every, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(every))
    years: dict[str, set[int]] = {}
    for seminar, _event in entries:
        year = clocks.local(seminar.starts_at, seminar.time_zone).year
        years.setdefault(seminar.time_zone, set()).add(year)
    for zone, its_years in sorted(years.items()):
        first, last = dt.date(min(its_years), 1, 1), dt.date(max(its_years) + 1, 1, 1)
        calendar.add_component(Timezone.from_tzid(zone, first_date=first, last_date=last))
    for _seminar, event in entries:
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
