"""The calendar to subscribe to, read back by icalendar: what, when and where, and nothing of anybody."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from outreach.seminars.models import Presenter
from portal.areas.models import Area
from portal.seasons.models import Season
from tests.outreach import factories
from tests.outreach.seminars.presenters.conftest import approved

pytestmark = pytest.mark.django_db


def read(client: Client, presenter: Presenter) -> tuple[Calendar, str]:
    answer = client.get(reverse("presenter-calendar", args=[presenter.calendar_key]))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")
    return Calendar.from_ical(answer.content), answer.content.decode().replace("\r\n ", "")


def test_entries_carry_what_calendars_need_and_each_zone_its_clock(
    client: Client, robin: Presenter, ahead: Season
) -> None:
    places = {"Pacific/Guam": "GU", "America/Phoenix": "AZ", "America/Indiana/Tell_City": "IN"}
    events = {
        zone: approved(
            robin,
            time_zone=zone,
            area=Area.objects.get(pk=area),
            starts_at=dt.datetime(ahead.year, 1, 13, 10, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC),
            sequence=2,
        )
        for zone, area in places.items()
    }
    calendar, _ = read(client, robin)

    assert {str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")} == set(places)
    entries = {entry["DTSTART"].params["TZID"]: entry for entry in calendar.walk("VEVENT")}
    for zone, event in events.items():
        entry = entries[zone]
        assert entry.decoded("dtstart") == event.starts_at
        assert entry.decoded("dtstart").hour == 10
        assert str(entry["UID"]).startswith(f"{event.uid}@")
        assert (entry["SEQUENCE"], entry["STATUS"]) == (2, "TENTATIVE")
    assert calendar.decoded("refresh-interval") == dt.timedelta(hours=6)


def test_status_follows_the_answer_and_the_seminar(client: Client, robin: Presenter) -> None:
    approved(robin, answer="confirmed", title="agreed")
    approved(robin, answer="confirmed", state="draft", title="held")
    approved(robin, state="cancelled", title="off")
    approved(robin, state="draft", approved_at=None, title="secret draft")
    calendar, text = read(client, robin)
    states = {str(entry["SUMMARY"]): str(entry["STATUS"]) for entry in calendar.walk("VEVENT")}
    assert states == {"agreed": "CONFIRMED", "held": "TENTATIVE", "off": "CANCELLED"}
    assert "secret" not in text


def test_calendar_holds_no_contact_no_safeguarding_and_no_way_to_the_page(client: Client, robin: Presenter) -> None:
    asked = factories.request(
        season=Season.objects.current(), state="planned", contact_phone="601-555-0100", note="A quiet room",
        safeguarding_contact="Ms. Bell",
    )  # fmt: skip
    event = approved(
        robin, request=asked, answer="confirmed", mode="virtual", join_url="https://video.example.org/secret",
        private_room="Office 4", safeguarding_contact="Ms. Bell", access="Ask for Mr. Reyes",
    )  # fmt: skip
    _, text = read(client, robin)
    assert "Pearl River High School" in text
    for hidden in (
        *("Dana", "601-555", "Bell", "Office 4", "quiet", "Reyes", "video.example.org", "@school", "ATTENDEE"),
        *(str(robin.key), robin.name, robin.email, str(asked.uid), "counsel"),
    ):
        assert hidden not in text
    assert str(event.uid) in text


def test_the_page_and_the_calendar_have_different_keys(client: Client, robin: Presenter) -> None:
    assert client.get(reverse("presenter-page", args=[robin.calendar_key])).status_code == 404
    assert client.get(reverse("presenter-calendar", args=[robin.key])).status_code == 404
    assert client.post(reverse("presenter-calendar", args=[robin.calendar_key])).status_code == 405


def test_an_empty_calendar_is_one_too(client: Client, robin: Presenter) -> None:
    calendar, _ = read(client, robin)
    assert not calendar.walk("VEVENT")
