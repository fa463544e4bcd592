"""Today tells what public events need: offers that run, addresses that fail, counts that disagree, hosts."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaign.dashboard.events import events
from outreach.agencies.models import Agency
from outreach.seminars.models import Seminar
from portal.mail.models import Mail
from portal.people.models import User
from portal.people.roles import Role
from tests.outreach import factories

pytestmark = pytest.mark.django_db


def bounced(address: str, *, kind: str = "hard") -> None:
    Mail.objects.create(
        to=address, template="booking_confirmed", language="en", subject="Your booking", bounce=kind,
        bounced_at=timezone.now(),
    )  # fmt: skip


def troubled() -> Seminar:
    """An event in three days with one of each trouble."""
    event = factories.seminar(starts_at=factories.in_days(3), capacity=9)
    factories.booking(event, email="Ana@example.org")
    factories.booking(event, email="ben@example.org", state="offered")
    bounced("ana@example.org")
    Seminar.objects.filter(pk=event.pk).update(seats_taken=5)
    return event


def test_every_trouble_stands_on_today(client: Client, user_with: Callable[..., User], season: object) -> None:
    event = troubled()
    client.force_login(user_with(Role.SCHEDULER))
    page = " ".join(client.get("/admin/").content.decode().split())
    assert "The seats of 1 event are not what the bookings say." in page
    assert f"/admin/outreach/seminar/{event.pk}/change/" in page
    assert "1 booking of an event within a week has an address that no mail reaches." in page
    assert "1 offer of seats runs at 1 event" in page
    assert "1 open event has no host" in page


def test_nobody_else_is_told(client: Client, user_with: Callable[..., User], season: object) -> None:
    troubled()
    client.force_login(user_with(Role.PRINT_MANAGER))
    assert "offer of seats" not in client.get("/admin/").content.decode()


def test_what_is_well_is_no_trouble() -> None:
    agency = Agency.objects.create(name="Lamp", kind="ngo", level="private")
    event = factories.seminar(starts_at=factories.in_days(3), host=agency)
    factories.booking(event, email="ana@example.org")
    bounced("ana@example.org", kind="soft")
    far = factories.seminar(starts_at=factories.in_days(30), host=agency)
    factories.booking(far, email="cem@example.org")
    bounced("cem@example.org")
    told = events(timezone.now())
    assert (told.offers, told.unreached, told.disagreeing, told.hostless) == (0, 0, 0, 0)


def test_as_many_questions_for_three_as_for_one() -> None:
    asked = []
    for _ in range(3):
        troubled()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            events(timezone.now() + dt.timedelta(minutes=1))
        asked.append(len(queries))
    assert asked == [4, 4, 4]
