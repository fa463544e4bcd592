"""Calendar entries of bookings say the right instant, follow the event, and lead to nothing private."""

import datetime as dt
from typing import Any

import pytest
from icalendar import Calendar
from pytest_django.fixtures import Settings

from outreach.registration import calendars
from outreach.registration.models import Registration
from portal.areas.models import Area
from tests.outreach import factories

pytestmark = pytest.mark.django_db

NOON_UTC_IN_JANUARY = dt.datetime(2027, 1, 12, 16, 0, tzinfo=dt.UTC)


def event_of(content: bytes) -> Any:
    [event] = Calendar.from_ical(content).walk("VEVENT")
    return event


@pytest.mark.parametrize(
    ("zone", "area", "wall", "offset"),
    [
        ("America/Phoenix", "AZ", "20270112T090000", "-0700"),
        ("America/Indiana/Indianapolis", "IN", "20270112T110000", "-0500"),
        ("America/Indiana/Tell_City", "IN", "20270112T100000", "-0600"),
        ("Pacific/Guam", "GU", "20270113T020000", "+1000"),
        ("America/Chicago", "MS", "20270112T100000", "-0600"),
    ],
)
def test_invitation_holds_the_wall_time_and_its_zone(zone: str, area: str, wall: str, offset: str) -> None:
    seminar = factories.seminar(
        starts_at=NOON_UTC_IN_JANUARY, time_zone=zone, area=Area.objects.get(pk=area), minutes=90
    )
    content = calendars.invitation(factories.booking(seminar), link="https://waypost.example.org/e").content

    assert f"DTSTART;TZID={zone}:{wall}".encode() in content
    [rules] = Calendar.from_ical(content).walk("VTIMEZONE")
    assert rules["TZID"] == zone
    assert offset.encode() in content
    event = event_of(content)
    assert event["DTSTART"].dt.astimezone(dt.UTC) == NOON_UTC_IN_JANUARY
    assert event["DTEND"].dt - event["DTSTART"].dt == dt.timedelta(minutes=90)


def test_invitation_and_revocation_share_the_uid_and_say_the_bookings_sequence(settings: Settings) -> None:
    settings.PUBLIC_ADDRESS = "https://waypost.example.org"
    booked = factories.booking(factories.seminar(), sequence=2)
    invited = event_of(calendars.invitation(booked, link="https://x.example.org").content)
    booked.sequence = 3
    revoked = event_of(calendars.revocation(booked, link="https://x.example.org").content)

    assert invited["UID"] == revoked["UID"]
    assert invited["UID"].endswith("@waypost.example.org")
    assert (invited["SEQUENCE"], revoked["SEQUENCE"]) == (2, 3)
    assert (invited["STATUS"], revoked["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert invited["ATTENDEE"] == "mailto:ana@example.org"


def test_entry_holds_neither_private_link_nor_ticket() -> None:
    booked = factories.booking(factories.seminar())
    for make in (calendars.invitation, calendars.revocation):
        content = make(booked, link="https://x.example.org/e").content.replace(b"\r\n ", b"").decode()
        assert str(booked.uid) not in content
        assert booked.ticket not in content
        assert "https://x.example.org/e" in content


def test_meeting_address_goes_only_to_those_who_booked() -> None:
    seminar = factories.seminar(mode="virtual", join_url="https://meet.example.org/secret")
    booked = Registration(seminar=seminar, email="ana@example.org")

    assert b"secret" in calendars.invitation(booked, link="l").content
    assert b"secret" not in calendars.revocation(booked, link="l").content


def test_in_words_tells_staff_what_a_calendar_makes_of_it() -> None:
    seminar = factories.seminar(starts_at=NOON_UTC_IN_JANUARY)
    told = dict(calendars.in_words(calendars.invitation(factories.booking(seminar), link="l").content))
    assert told["When"] == "Tuesday 12 January 2027, 10:00 to 11:00, America/Chicago"
    assert (told["Method"], told["Status"], told["Where"]) == ("REQUEST", "CONFIRMED", "Library, Jackson, Mississippi")
