"""What machines read of an event's page: schema.org/Event as JSON-LD (https://schema.org/Event).

It says what the page says, on the same clock: never the video's address, never a person.
"""

import json
from typing import Any, Final

from outreach.events.standing import Standing
from outreach.seminars.models import Seminar
from portal.areas import clocks

_SCHEMA: Final = "https://schema.org"
# As Django's ``json_script`` escapes: no text can end the element that it stands in.
_ESCAPES: Final = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def written(event: Seminar, *, address: str, picture: str, standing: Standing) -> str:
    """The data as it stands in a ``<script type="application/ld+json">``, escaped for it."""
    said = described(event, address=address, picture=picture, standing=standing)
    return json.dumps(said, ensure_ascii=False).translate(_ESCAPES)


def described(event: Seminar, *, address: str, picture: str, standing: Standing) -> dict[str, Any]:
    """The event. ``address`` and ``picture`` are whole addresses of its page and its picture."""
    said: dict[str, Any] = {
        "@context": _SCHEMA,
        "@type": "Event",
        "@id": address,
        "url": address,
        "name": event.title,
        "startDate": clocks.local(event.starts_at, event.time_zone).isoformat(),
        "endDate": clocks.local(event.ends_at, event.time_zone).isoformat(),
        "eventStatus": f"{_SCHEMA}/{_status(event)}",
        "eventAttendanceMode": f"{_SCHEMA}/{'Online' if event.is_virtual else 'Offline'}EventAttendanceMode",
        "location": _location(event, address),
        "image": [picture],
        "inLanguage": event.language,
        "isAccessibleForFree": True,
        "maximumAttendeeCapacity": event.capacity,
    }
    if event.summary:
        said["description"] = event.summary
    if event.moved_from and event.state != Seminar.State.CANCELLED:
        said["previousStartDate"] = clocks.local(event.moved_from, event.time_zone).isoformat()
    if event.host:
        said["organizer"] = {"@type": "Organization", "name": event.host.name} | (
            {"url": event.host.website} if event.host.website else {}
        )
    if standing.takes_wishes or standing is Standing.FULL:
        free = standing in {Standing.FREE, Standing.FEW}
        said["offers"] = {
            "@type": "Offer",
            "url": address,
            "price": 0,
            "priceCurrency": "USD",
            "availability": f"{_SCHEMA}/{'InStock' if free else 'SoldOut'}",
        }
    return said


def _status(event: Seminar) -> str:
    if event.state == Seminar.State.CANCELLED:
        return "EventCancelled"
    return "EventRescheduled" if event.moved_from else "EventScheduled"


def _location(event: Seminar, address: str) -> dict[str, Any]:
    if event.is_virtual:
        return {"@type": "VirtualLocation", "url": address}
    postal = {"@type": "PostalAddress", "addressRegion": event.area.code, "addressCountry": "US"}
    postal |= {"streetAddress": event.address} if event.address else {}
    postal |= {"addressLocality": event.city} if event.city else {}
    return {"@type": "Place", "name": event.venue or event.place, "address": postal}
