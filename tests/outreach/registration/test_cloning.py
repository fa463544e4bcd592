"""The same event on other days: the wall clock is kept, and nothing of those who booked comes along."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outreach.agencies.models import Agency
from outreach.registration import cloning
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from outreach.seminars.refusals import NotPossible
from portal.areas import clocks
from portal.people.models import User
from portal.people.roles import Role
from tests.outreach import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(user_with: Callable[..., User]) -> User:
    return user_with(Role.SCHEDULER)


def at(zone: str, *when: int) -> dt.datetime:
    return dt.datetime(*when, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)  # type: ignore[arg-type, misc]


def test_every_field_is_copied_set_anew_or_left_behind() -> None:
    fields = {field.name for field in Seminar._meta.concrete_fields}
    said = [*cloning.COPIED, *cloning.SET_ANEW, *cloning.NEVER_COPIED]
    assert len(said) == len(set(said))
    assert set(said) == fields
    assert {"partners"} == {field.name for field in Seminar._meta.many_to_many}


def test_clone_is_a_draft_with_the_words_and_nothing_of_the_guests(staff: User) -> None:
    agency = Agency.objects.order_by("pk")[0]
    event = factories.seminar(
        summary="About it.",
        expect="Coffee.",
        content_note="Hard to hear.",
        takes_classes=True,
        groups=3,
        waitlist="fits",
        join_url="https://meet.example.org/secret",
        host=agency,
        sequence=4,
        reason="It was moved.",
        moved_from=factories.in_days(20),
        presenter=factories.presenter(),
        approved_at=timezone.now(),
    )
    event.partners.add(agency)
    factories.booking(event, seats=3)
    day = clocks.local(event.starts_at, event.time_zone).date() + dt.timedelta(days=7)
    [made] = cloning.clone(seminar_id=event.pk, days=[day], by=staff)
    made = Seminar.objects.get(pk=made.pk)

    for name in cloning.COPIED:
        assert getattr(made, name) == getattr(event, name), name
    assert (made.state, made.seats_taken, made.sequence, made.join_url, made.reason) == ("draft", 0, 0, "", "")
    assert (made.presenter, made.request, made.moved_from, made.approved_at) == (None, None, None, None)
    assert made.uid != event.uid
    assert (made.cloned_from, list(made.partners.all())) == (event, [agency])
    assert Registration.objects.filter(seminar=made).count() == 0


@pytest.mark.parametrize(
    ("zone", "first", "day"),
    [
        ("America/Chicago", (2031, 3, 4, 10, 0), dt.date(2031, 3, 11)),
        ("America/Chicago", (2031, 10, 28, 18, 30), dt.date(2031, 11, 4)),
        ("America/Phoenix", (2031, 3, 4, 10, 0), dt.date(2031, 3, 11)),
        ("Pacific/Guam", (2031, 3, 4, 8, 0), dt.date(2031, 3, 11)),
        ("America/Indiana/Tell_City", (2031, 3, 4, 0, 5), dt.date(2031, 3, 11)),
        ("America/New_York", (2031, 11, 2, 1, 30), dt.date(2031, 11, 9)),
    ],
)
def test_clone_keeps_the_time_on_the_wall(staff: User, zone: str, first: tuple[int, ...], day: dt.date) -> None:
    closes = at(zone, 2031, 1, 3, 17, 0)
    event = factories.seminar(starts_at=at(zone, *first), time_zone=zone, booking_closes_at=closes)
    [made] = cloning.clone(seminar_id=event.pk, days=[day], by=staff)
    there = clocks.local(made.starts_at, zone)
    assert (there.date(), there.time()) == (day, dt.time(first[3], first[4]))
    assert made.booking_closes_at is not None
    assert clocks.local(made.booking_closes_at, zone).time() == dt.time(17)
    days = (day - dt.date(*first[:3])).days
    assert clocks.local(made.booking_closes_at, zone).date() == dt.date(2031, 1, 3) + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("fields", "day", "told"),
    [
        ({"audience": "students"}, dt.date(2031, 3, 11), "comes of a school's request"),
        ({}, dt.date(2020, 3, 11), "has passed"),
        ({"starts_at": at("America/Chicago", 2031, 3, 2, 2, 30)}, dt.date(2031, 3, 9), "the clock goes forward"),
    ],
)
def test_clone_that_makes_no_sense_is_refused_whole(
    staff: User, fields: dict[str, Any], day: dt.date, told: str
) -> None:
    event = factories.seminar(**fields)
    with pytest.raises(NotPossible, match=told):
        cloning.clone(seminar_id=event.pk, days=[dt.date(2031, 3, 12), day], by=staff)
    assert Seminar.objects.count() == 1


def test_page_makes_a_draft_for_each_week_once(client: Client, staff: User) -> None:
    client.force_login(staff)
    event = factories.seminar()
    page = reverse("admin:outreach_seminar_clone", args=[event.pk])
    day = clocks.local(event.starts_at, event.time_zone).date() + dt.timedelta(days=7)
    sent = {"day": day, "copies": 3, "every": 7}
    assert client.post(page, sent).status_code == 302
    again = client.post(page, sent)
    assert "There is a copy of it on" in again.content.decode()
    days = [clocks.local(made.starts_at, made.time_zone).date() for made in Seminar.objects.filter(cloned_from=event)]
    assert days == [day + dt.timedelta(days=7 * number) for number in range(3)]
