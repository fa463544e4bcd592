"""iCalendar (RFC 5545) of public events: one for a calendar, and feeds to subscribe to.

The same events give the same bytes, whoever asks and when: what changed last is the entry's stamp, so that a feed that
nobody changed answers "not modified". A cancelled event stays in its feed until its time is long over: whoever
subscribed would otherwise keep it for ever.
"""

import datetime as dt
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Event

from outreach.seminars import calendar_files
from outreach.seminars.models import Seminar
from portal.areas.register import AreaFact

#: How long an event stays in its feed after it began.
KEPT: Final = dt.timedelta(days=30)
#: How often a subscriber should look again.
EVERY: Final = dt.timedelta(hours=1)
MOST: Final = 500


def address(event: Seminar, language: str) -> str:
    """The whole address of the event's page."""
    with translation.override(language):
        return f"{settings.PUBLIC_ADDRESS}{reverse('event', args=[event.uid])}"


def file(event: Seminar, *, language: str) -> bytes:
    """The event as a file that anyone may put into a calendar. It comes with ``area``."""
    return calendar_files.file([(event, _entry(event, language))], method="PUBLISH")


def feed(now: dt.datetime, *, language: str, area: AreaFact | None = None) -> bytes:
    """The events of a state, or all: those to come and those of the last days, soonest first, at most ``MOST``."""
    found = Seminar.objects.public().filter(starts_at__gt=now - KEPT)
    if area:
        found = found.filter(area=area.code)
    with translation.override(language):
        name = _("Events in %(state)s") % {"state": area.name} if area else _("Events of the January campaign")
        entries = [
            (event, _entry(event, language))
            for event in found.select_related("area").order_by("starts_at", "pk")[:MOST]
        ]
        return calendar_files.file(entries, method="PUBLISH", name=name, every=EVERY)


def _entry(event: Seminar, language: str) -> Event:
    link = address(event, language)
    entry = calendar_files.entry(
        event, uid=event.uid, sequence=event.sequence, description=link, stamp=event.changed_at
    )
    entry.add("last-modified", event.changed_at.astimezone(dt.UTC))
    entry.add("url", link)
    entry.add("status", "CANCELLED" if event.state == Seminar.State.CANCELLED else "CONFIRMED")
    return entry
