"""Tickets on paper: what all tickets of an event share is set once, and each gets its own code and its own words.

A ticket is a page of 4 by 6 inches, tagged (PDF/UA), a few kilobytes with its fonts; thousands make one file.
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from outreach.registration.models import Registration
from outreach.registration.tickets import spoken
from outreach.seminars.models import Seminar

_DESIGNS: Final = Path(__file__).parent / "designs"
PITCH: Final = 120.0
"""Points from one ticket's words to the next, more than the tallest takes."""


def paper(booking: Registration, *, language: str) -> bytes:
    """One ticket; ``booking`` comes with ``seminar__area``. Raises ``TypesettingError``."""
    return papers(booking.seminar, [booking], language=language)


def papers(seminar: Seminar, bookings: Sequence[Registration], *, language: str) -> bytes:
    """The tickets of these bookings as one document, a page each. Raises ``TypesettingError``, ValueError for none."""
    from portal.typesetting import Masters, Variable, compile_pdf, qr

    if not bookings:
        raise ValueError("There is no ticket to print: nobody has booked.")
    today = dt.datetime.combine(timezone.localdate(), dt.time(12), tzinfo=dt.UTC)
    with translation.override(language):
        masters = Masters.read(compile_pdf(_DESIGNS / "ticket.typ", _shared(seminar, language), timestamp=today))
        rows = {
            "language": language,
            "pitch": PITCH,
            "width": masters.words[0]["width"],
            "rows": [*map(_own, bookings)],
        }
    return masters.print(
        [Variable(0, qr(booking.ticket), spoken(booking.ticket)) for booking in bookings],
        rows=compile_pdf(_DESIGNS / "ticket_rows.typ", rows, timestamp=today),
        pitch=PITCH,
    )


def to_print(seminar: Seminar) -> list[Registration]:
    """Everybody who booked, by name."""
    booked = Registration.objects.filter(seminar=seminar, state=Registration.State.BOOKED, forgotten_at=None)
    return list(booked.order_by("name", "pk"))


def _shared(seminar: Seminar, language: str) -> dict[str, Any]:
    where = [gettext("By video")] if seminar.is_virtual else [seminar.venue, seminar.address, seminar.place]
    return {
        "language": language,
        "title": gettext("Ticket"),
        "event": seminar.title,
        "day": seminar.day,
        "time": gettext("%(start)s to %(end)s, %(clock)s")
        % {"start": seminar.start_time, "end": seminar.end_time, "clock": seminar.clock},
        "where": [line for line in where if line],
        "code_alt": gettext("The code that the door reads"),
        "foot": gettext("Show this at the door. Your name will do too."),
    }


def _own(booking: Registration) -> dict[str, str]:
    seats = ngettext("%(count)d seat", "%(count)d seats", booking.seats) % {"count": booking.seats}
    return {
        "name": booking.group_name or booking.name,
        "seats": f"{booking.name}, {seats}" if booking.group_name else seats,
        "ticket": spoken(booking.ticket),
    }
