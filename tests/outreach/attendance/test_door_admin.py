"""The doors of an event in the admin: shown once, taken back, tickets printed and said so."""

import datetime as dt
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from outreach.attendance import door, links
from outreach.attendance.models import DoorLink
from outreach.seminars.models import Seminar
from portal.audit.models import Entry
from portal.people.links import LinkState
from portal.people.models import User
from portal.people.roles import Role
from portal.typesetting import decode_pdf
from tests.outreach.attendance.doors import arrives, door_of, guest, students, tonight

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, user_with: object) -> Client:
    """A scheduler, signed in."""
    assert callable(user_with)
    client.force_login(user_with(Role.SCHEDULER))
    return client


def address(event: Seminar) -> str:
    return reverse("admin:outreach_seminar_door", args=[event.pk])


def test_link_is_shown_once_and_opens_the_door(desk: Client) -> None:
    event = tonight()
    page = desk.post(address(event), {"step": "make", "label": "Main door"}).content.decode()
    found = re.search(r"/en/door/([0-9A-Z]{32})/", page)
    assert found
    assert "<svg" in page
    opened = links.open_link(found[1])
    assert (opened.state, opened.invitation and opened.invitation.label) == (LinkState.OPEN, "Main door")
    again = desk.get(address(event)).content.decode()
    assert found[1] not in again
    assert "Main door" in again
    assert found[1] not in str(list(Entry.objects.values()))


def test_door_without_a_name_is_refused_in_words(desk: Client) -> None:
    event = tonight()
    assert "This field is required" in desk.post(address(event), {"step": "make", "label": " "}).content.decode()
    assert not DoorLink.objects.exists()


def test_link_is_taken_back_from_its_own_event_alone(desk: Client) -> None:
    event, elsewhere = tonight(), tonight()
    link, token = door_of(event)
    desk.post(address(elsewhere), {"step": "revoke", "door": link.pk})
    desk.post(address(event), {"step": "revoke", "door": "x"})
    assert links.open_link(token).state is LinkState.OPEN
    desk.post(address(event), {"step": "revoke", "door": link.pk})
    assert links.open_link(token).state is LinkState.OVER


def test_all_tickets_are_one_file_and_recorded(desk: Client) -> None:
    event = tonight()
    booked = [guest(event, name) for name in ("Ana", "Bo")]
    answer = desk.post(address(event), {"step": "tickets"})
    assert decode_pdf(answer.content) == [[each.ticket] for each in booked]
    entry = Entry.objects.get(verb="printed tickets")
    assert entry.after == {"tickets": 2}


def test_no_tickets_are_said(desk: Client) -> None:
    answer = desk.post(address(tonight()), {"step": "tickets"}, follow=True)
    assert "nobody has booked" in answer.content.decode()


@pytest.mark.parametrize("fields", [{"mode": "virtual"}, {"state": "cancelled"}, {"state": "draft"}])
def test_no_door_where_nobody_enters(desk: Client, fields: dict[str, str]) -> None:
    assert desk.get(address(tonight(**fields))).status_code == 404


def test_class_has_a_door_and_no_tickets(desk: Client) -> None:
    page = desk.get(address(students())).content.decode()
    assert ("Make a door link" in page, "All tickets" in page) == (True, False)


def test_page_takes_as_many_queries_with_3_records_as_with_1(desk: Client, django_user_model: type[User]) -> None:
    counts = []
    for guests in (1, 3):
        event = tonight(starts_at=timezone.now() + dt.timedelta(hours=2))
        for number in range(guests):
            link, _ = door_of(event, f"Door {number}")
            door.record(door=link, device=uuid.uuid4(), items=[arrives(guest(event, f"Guest {number}"))])
        desk.get(address(event))
        with CaptureQueriesContext(connection) as seen:
            page = desk.get(address(event)).content.decode()
        assert page.count("Guest ") == guests
        counts.append(len(seen))
    assert counts[0] == counts[1]
