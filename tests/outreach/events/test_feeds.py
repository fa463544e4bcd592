"""Feeds to subscribe to: what stands in them and for how long, the same bytes until something changes."""

import datetime as dt
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from outreach.seminars.models import Seminar
from portal.areas.models import Area
from tests.outreach import factories

pytestmark = pytest.mark.django_db

ALL = "/feeds/events.ics"


def feed(client: Client, address: str = ALL, **headers: Any) -> Any:
    return client.get(address, headers=headers)


def entries(answer: HttpResponse) -> dict[str, Any]:
    """What stands in a feed, by title."""
    assert answer.status_code == 200
    return {str(entry["SUMMARY"]): entry for entry in Calendar.from_ical(answer.content).walk("VEVENT")}


@pytest.mark.parametrize("count", [1, 3])
def test_feed_needs_one_statement_for_any_number(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        factories.seminar(title=f"Event {number}", area=Area.objects.get(pk=("MS", "AZ", "GU")[number]))

    with django_assert_num_queries(1):
        assert len(entries(feed(client))) == count


def test_feed_holds_what_is_public_and_keeps_what_was_called_off(client: Client) -> None:
    factories.seminar(title="Open", join_url="https://meet.example.org/secret", mode="virtual")
    factories.seminar(title="Called off", state="cancelled", sequence=2)
    factories.seminar(title="Last week", state="done", starts_at=factories.in_days(-7))
    factories.seminar(title="Called off last week", state="cancelled", starts_at=factories.in_days(-7))
    factories.seminar(title="Long ago", state="done", starts_at=factories.in_days(-40))
    factories.seminar(title="Draft", state="draft")
    factories.seminar(title="A class", audience="students")
    answer = feed(client)
    found = entries(answer)

    assert set(found) == {"Open", "Called off", "Last week", "Called off last week"}
    assert found["Called off"]["STATUS"] == "CANCELLED"
    assert found["Called off"]["SEQUENCE"] == 2
    assert found["Open"]["STATUS"] == "CONFIRMED"
    assert b"meet.example.org" not in answer.content


def test_feed_of_a_state_holds_that_state_alone(client: Client) -> None:
    factories.seminar(title="In Jackson")
    factories.seminar(title="In Phoenix", area=Area.objects.get(pk="AZ"), time_zone="America/Phoenix")

    assert set(entries(feed(client, "/feeds/events/az.ics"))) == {"In Phoenix"}
    assert entries(feed(client, "/feeds/events/gu.ics")) == {}
    for wrong in ("us", "zz", "AZ"):
        assert feed(client, f"/feeds/events/{wrong}.ics").status_code == 404


def test_feed_is_the_same_bytes_until_something_changes(client: Client) -> None:
    event = factories.seminar()
    first = feed(client)
    tag = first.headers["ETag"]

    again = feed(client)
    assert (again.content, again.headers["ETag"]) == (first.content, tag)
    unchanged = feed(client, **{"If-None-Match": tag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    Seminar.objects.filter(pk=event.pk).update(sequence=1, state="cancelled", changed_at=timezone.now())
    changed = feed(client, **{"If-None-Match": tag})
    assert changed.status_code == 200
    assert entries(changed)[event.title]["STATUS"] == "CANCELLED"


def test_feed_is_the_same_whatever_language_and_cookies_come(client: Client, settings: Settings) -> None:
    settings.PUBLIC_ADDRESS = "https://waypost.example.org"
    event = factories.seminar()
    answers = [feed(client, **{"Accept-Language": asked, "Cookie": "sessionid=x"}) for asked in ("en", "es", "ar")]

    for answer in answers:
        assert answer.content == answers[0].content
        assert "Vary" not in answer.headers
        assert not answer.cookies
        assert answer.headers["CDN-Cache-Control"] == "public, max-age=900"
    assert str(entries(answers[0])[event.title]["URL"]) == f"https://waypost.example.org/en/events/{event.uid}/"
    spanish = feed(client, f"{ALL}?lang=es")
    assert str(entries(spanish)[event.title]["URL"]) == f"https://waypost.example.org/es/events/{event.uid}/"


@pytest.mark.parametrize(
    ("asked", "clean"), [("lang=en", ""), ("lang=xx", ""), ("a=1", ""), ("lang=es&a=1", "?lang=es")]
)
def test_feed_has_one_address_for_each_language(client: Client, asked: str, clean: str) -> None:
    answer = feed(client, f"{ALL}?{asked}")

    assert (answer.status_code, answer.headers["Location"]) == (301, f"{ALL}{clean}")
    assert feed(client, answer.headers["Location"]).status_code == 200


def test_feed_says_how_often_to_look_again(client: Client) -> None:
    calendar: Any = Calendar.from_ical(feed(client).content)

    assert calendar["REFRESH-INTERVAL"].dt == dt.timedelta(hours=1)
    assert calendar["METHOD"] == "PUBLISH"


def test_file_of_an_event_answers_who_has_it_already(client: Client) -> None:
    event = factories.seminar(state="cancelled")
    address = reverse("event-calendar", args=[event.uid])
    answer: Any = client.get(address)

    assert answer.headers["Content-Disposition"] == 'attachment; filename="event.ics"'
    assert b"STATUS:CANCELLED" in answer.content
    again: Any = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
