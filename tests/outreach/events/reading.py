"""Reads what an event's page says to machines."""

import datetime as dt
import json
import re
from typing import Any

from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from outreach.seminars.models import Seminar

_DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
_META = re.compile(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">')


def page_of(client: Client, event: Seminar, *, language: str = "en") -> str:
    """The page, with plain spaces in its times."""
    answer = client.get(f"/{language}/events/{event.uid}/")
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ")


def data_of(page: str) -> dict[str, Any]:
    """Its schema.org/Event."""
    [written] = _DATA.findall(page)
    found: dict[str, Any] = json.loads(written)
    return found


def previews_of(page: str) -> dict[str, str]:
    """What link previews show, by property."""
    return dict(_META.findall(page))


def entry_of(client: Client, event: Seminar) -> Any:
    """Its entry in the calendar file."""
    [entry] = Calendar.from_ical(client.get(reverse("event-calendar", args=[event.uid])).content).walk("VEVENT")
    return entry


def moment(text: str) -> dt.datetime:
    """An ISO time with its offset."""
    read = dt.datetime.fromisoformat(text)
    assert read.utcoffset() is not None
    return read
