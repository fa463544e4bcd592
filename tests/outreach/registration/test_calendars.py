"""Calendar files say the right instant, in the place's own zone."""

import datetime as dt
import uuid
from typing import Any

import pytest
from icalendar import Calendar
from post_office.models import Email
from pytest_django.fixtures import Settings

from outreach.registration import calendars
from outreach.registration.booking import take_seat
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
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
        ("Pacific/Guam", "GU", "20270113T020000", "+1000"),
        ("America/Chicago", "MS", "20270112T100000", "-0600"),
    ],
)
def test_public_file_holds_the_wall_time_and_its_zone(zone: str, area: str, wall: str, offset: str) -> None:
    seminar = factories.seminar(
        starts_at=NOON_UTC_IN_JANUARY, time_zone=zone, area=Area.objects.get(pk=area), minutes=90
    )
    content = calendars.public_file(seminar, link="https://waypost.example.org/e")

    assert f"DTSTART;TZID={zone}:{wall}".encode() in content
    [rules] = Calendar.from_ical(content).walk("VTIMEZONE")
    assert rules["TZID"] == zone
    assert offset.encode() in content
    event = event_of(content)
    assert event["DTSTART"].dt.astimezone(dt.UTC) == NOON_UTC_IN_JANUARY
    assert event["DTEND"].dt - event["DTSTART"].dt == dt.timedelta(minutes=90)


def test_invitation_and_revocation_share_the_uid_and_count_the_sequence_up(settings: Settings) -> None:
    settings.PUBLIC_ADDRESS = "https://waypost.example.org"
    booked = factories.booking(factories.seminar(sequence=2))
    invited = event_of(calendars.invitation(booked, link="https://x.example.org").content)
    revoked = event_of(calendars.revocation(booked, link="https://x.example.org").content)

    assert invited["UID"] == revoked["UID"]
    assert invited["UID"].endswith("@waypost.example.org")
    assert (invited["SEQUENCE"], revoked["SEQUENCE"]) == (2, 3)
    assert (invited["STATUS"], revoked["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert invited["ATTENDEE"] == "mailto:ana@example.org"


def test_entry_does_not_lead_to_the_private_page() -> None:
    event = factories.seminar()
    take_seat(seminar_id=event.pk, name="Ana", email="ana@example.org", seats=1, nonce=uuid.uuid4())
    with Email.objects.get().attachments.get().file.open() as entry:
        content = entry.read().replace(b"\r\n ", b"").decode()

    assert str(Registration.objects.get().uid) not in content
    assert f"/en/events/{event.uid}/" in content


def test_meeting_address_goes_only_to_those_who_booked() -> None:
    seminar = factories.seminar(mode="virtual", join_url="https://meet.example.org/secret")
    booked = Registration(uid=uuid.uuid4(), seminar=seminar, email="ana@example.org")

    assert b"secret" in calendars.invitation(booked, link="l").content
    assert b"secret" not in calendars.revocation(booked, link="l").content
    assert b"secret" not in calendars.public_file(seminar, link="l")


def test_public_file_of_a_cancelled_seminar_says_so() -> None:
    seminar = factories.seminar(state=Seminar.State.CANCELLED, sequence=1)

    assert event_of(calendars.public_file(seminar, link="l"))["STATUS"] == "CANCELLED"
