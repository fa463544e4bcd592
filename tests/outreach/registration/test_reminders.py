"""Reminders come at nine the day before, by the clock of the place, to those who asked, once."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from outreach.registration import mails, notices, reminders
from outreach.registration.models import BookingNotice, Registration
from outreach.seminars.models import Seminar
from portal.mail.models import Mail
from tests.outreach import factories

pytestmark = pytest.mark.django_db

LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
START = dt.datetime(2031, 1, 14, 16, tzinfo=dt.UTC)  # Tuesday, 10:00 in Chicago
DUE = dt.datetime(2031, 1, 13, 15, tzinfo=dt.UTC)


def asked(event: Seminar, **fields: Any) -> Registration:
    return factories.booking(event, **{"reminders": True, "booked_at": LONG_AGO} | fields)


def wall(zone: str, *when: int) -> dt.datetime:
    return dt.datetime(*when, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("zone", "start", "due"),
    [
        ("America/Chicago", (2031, 1, 14, 10, 0), "2031-01-13T15:00"),
        ("America/Phoenix", (2031, 1, 14, 10, 0), "2031-01-13T16:00"),
        ("Pacific/Guam", (2031, 1, 14, 8, 0), "2031-01-12T23:00"),
        ("America/Indiana/Indianapolis", (2031, 1, 14, 0, 5), "2031-01-13T14:00"),
        ("America/Indiana/Tell_City", (2031, 1, 14, 23, 55), "2031-01-13T15:00"),
        ("Pacific/Honolulu", (2031, 1, 14, 19, 0), "2031-01-13T19:00"),
        # The clock goes forward on 9 March 2031 and back on 2 November.
        ("America/Chicago", (2031, 3, 9, 10, 0), "2031-03-08T15:00"),
        ("America/Chicago", (2031, 3, 10, 10, 0), "2031-03-09T14:00"),
        ("America/New_York", (2031, 11, 2, 10, 0), "2031-11-01T13:00"),
        ("America/New_York", (2031, 11, 3, 23, 0), "2031-11-02T14:00"),
        ("America/Phoenix", (2031, 3, 9, 10, 0), "2031-03-08T16:00"),
    ],
)
def test_reminder_is_due_at_nine_the_day_before_on_the_clock_of_the_place(
    zone: str, start: tuple[int, ...], due: str
) -> None:
    event = factories.seminar(starts_at=wall(zone, *start), time_zone=zone)
    at = dt.datetime.fromisoformat(f"{due}+00:00")
    assert reminders.due_at(event) == at
    asked(event)
    assert reminders.note_due(now=at - MINUTE) == 0
    assert reminders.note_due(now=at) == 1
    assert notices.send_due(now=at) == 1
    assert Mail.objects.get().template == mails.REMINDER


def test_reminder_comes_once_and_late_after_a_night_without_tasks() -> None:
    asked(factories.seminar(starts_at=START))
    late = START - HOUR
    assert [reminders.note_due(now=late + MINUTE * turn) for turn in range(3)] == [1, 0, 0]
    assert notices.send_due(now=late) == 1
    mail = Mail.objects.get()
    assert mail.email is not None
    assert mail.email.expires_at == START, "one that did not leave in time never leaves"


@pytest.mark.parametrize(
    ("fields", "event"),
    [
        ({"reminders": False}, {}),
        ({"state": "cancelled"}, {}),
        ({"state": "waiting"}, {}),
        ({"booked_at": DUE + MINUTE}, {}),
        ({}, {"state": "cancelled"}),
        ({}, {"state": "draft"}),
    ],
    ids=["not asked", "given back", "waits", "booked later", "called off", "planned anew"],
)
def test_nobody_else_is_reminded(fields: dict[str, Any], event: dict[str, Any]) -> None:
    asked(factories.seminar(**{"starts_at": START} | event), **fields)
    assert reminders.note_due(now=START - HOUR) == 0


def test_nobody_is_reminded_of_what_has_begun() -> None:
    asked(factories.seminar(starts_at=START))
    assert reminders.note_due(now=START) == 0


def test_reminder_that_is_noted_is_not_sent_once_it_began_or_moved() -> None:
    event = factories.seminar(starts_at=START)
    asked(event)
    for changed in ({"starts_at": START + dt.timedelta(days=7)}, {"starts_at": START, "state": "cancelled"}):
        Seminar.objects.update(starts_at=START, state="open")
        BookingNotice.objects.all().delete()
        assert reminders.note_due(now=DUE) == 1
        Seminar.objects.update(**changed)
        assert notices.send_due(now=DUE) == 0
    Seminar.objects.update(starts_at=START, state="open")
    assert reminders.note_due(now=DUE) == 1
    assert notices.send_due(now=START) == 0


def test_address_at_which_nothing_arrives_is_not_reminded() -> None:
    event = factories.seminar(starts_at=START)
    asked(event, email="Gone@example.org")
    asked(event, email="ben@example.org")
    Mail.objects.create(
        to="gone@example.org", template="x", language="en", subject="x", bounce="hard", bounced_at=timezone.now()
    )
    reminders.note_due(now=DUE)
    notices.send_due(now=DUE)
    assert [mail.to for mail in Mail.objects.exclude(bounce="hard")] == ["ben@example.org"]


def test_moved_event_is_reminded_of_on_its_new_day() -> None:
    event = factories.seminar(starts_at=START)
    guest = asked(event)
    assert reminders.note_due(now=DUE) == 1
    Seminar.objects.update(starts_at=START + dt.timedelta(days=7))
    assert reminders.note_due(now=DUE + MINUTE) == 0
    assert reminders.note_due(now=DUE + dt.timedelta(days=7)) == 1

    # Whoever heard after nine that it is tomorrow need not hear it twice.
    BookingNotice.objects.all().delete()
    notices.note(guest, template=notices.MOVED, key="at 1")
    BookingNotice.objects.update(created_at=DUE + dt.timedelta(days=7, minutes=1))
    assert reminders.note_due(now=DUE + dt.timedelta(days=7, minutes=5)) == 0


def test_each_event_costs_the_same_few_statements(django_assert_max_num_queries: Any) -> None:
    event = factories.seminar(starts_at=START)
    for number in range(20):
        asked(event, email=f"guest{number}@example.org", seats=1) if number < 10 else None
    with django_assert_max_num_queries(6):
        assert reminders.note_due(now=DUE) == 10
