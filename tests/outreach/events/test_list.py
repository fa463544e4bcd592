"""The public list: what stands in it, how it is narrowed, and that no address means the same as another."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from outreach.events.listing import AHEAD, Events, Filters
from outreach.seminars.models import Seminar
from portal.areas.models import Area
from tests.outreach import factories

pytestmark = pytest.mark.django_db


def listed(client: Client, **asked: str) -> str:
    """The page of a clean address."""
    answer = client.get(reverse("events"), asked)
    assert answer.status_code == 200, answer.headers.get("Location")
    return answer.content.decode()


def in_area(code: str, **fields: Any) -> Seminar:
    return factories.seminar(area=Area.objects.get(pk=code), **fields)


@pytest.mark.parametrize("count", [1, 3])
def test_list_needs_two_statements_for_any_number(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        in_area(("MS", "AZ", "GU")[number], title=f"Event {number}")

    with django_assert_num_queries(2):
        page = listed(client)
    assert all(f"Event {number}" in page for number in range(count))


def test_list_shows_what_is_public_and_to_come(client: Client) -> None:
    shown = [factories.seminar(title="Open one"), factories.seminar(title="Called off", state="cancelled")]
    hidden = [
        factories.seminar(title="Only a draft", state="draft"),
        factories.seminar(title="A class", audience="students"),
        factories.seminar(title="A finished one", state="done"),
        factories.seminar(title="A begun one", starts_at=factories.in_days(-1)),
    ]
    page = listed(client)

    assert all(event.title in page for event in shown)
    assert not [event.title for event in hidden if event.title in page]


def test_list_narrows_by_each_filter_and_by_all_of_them(client: Client) -> None:
    wanted: dict[str, Any] = {
        "state": "AZ",
        "audience": "adults",
        "language": "es",
        "mode": "virtual",
    }
    day = factories.in_days(40, hour=18)
    fields = {
        "audience": "adults",
        "language": "es",
        "mode": "virtual",
        "time_zone": "America/Phoenix",
        "starts_at": day,
    }
    in_area("AZ", title="The one", **fields)
    for name, other in (
        ("area", {"area": Area.objects.get(pk="MS")}),
        ("audience", {"audience": "community"}),
        ("language", {"language": "en"}),
        ("mode", {"mode": "in_person"}),
        ("day", {"starts_at": day + dt.timedelta(days=70)}),
    ):
        factories.seminar(title=f"Another {name}", **({"area": Area.objects.get(pk="AZ")} | fields | other))
    local = day - dt.timedelta(hours=7)

    for name, value in {**wanted, "month": f"{local:%Y-%m}", "day": f"{local:%Y-%m-%d}"}.items():
        page = listed(client, **{name: value})
        hidden = {"state": "area", "month": "day"}.get(name, name)
        assert "The one" in page
        assert f"Another {hidden}" not in page
    page = listed(client, state="AZ", day=f"{local:%Y-%m-%d}", audience="adults", language="es", mode="virtual")
    assert "The one" in page
    assert "Another" not in page


def test_month_and_day_are_those_of_the_place(client: Client) -> None:
    year = timezone.now().year + 1
    midnight_in_guam = dt.datetime(year, 1, 31, 14, 30, tzinfo=dt.UTC)
    in_area("GU", title="In Guam", time_zone="Pacific/Guam", starts_at=midnight_in_guam)
    in_area("HI", title="In Hawaii", time_zone="Pacific/Honolulu", starts_at=midnight_in_guam)

    assert "In Guam" in listed(client, month=f"{year}-02")
    assert "In Guam" not in listed(client, day=f"{year}-01-31")
    january = listed(client, month=f"{year}-01")
    assert "In Hawaii" in january
    assert "In Guam" not in january
    page = listed(client)
    assert page.index(f"January {year}</h2>") < page.index("In Hawaii") < page.index(f"February {year}</h2>")
    assert page.count("</h2>") - page.count("In your own calendar</h2>") == 2


@pytest.mark.parametrize(
    ("asked", "clean"),
    [
        ("state=az", "?state=AZ"),
        ("state=ZZ", ""),
        ("state=US", ""),
        ("page=x", ""),
        ("page=999", ""),
        ("page=1", ""),
        ("utm_source=mail&state=MS", "?state=MS"),
        ("mode=virtual&state=MS", "?state=MS&mode=virtual"),
        ("state=MS&state=AZ", "?state=AZ"),
        ("state=&month=&audience=&language=&mode=&day=", ""),
        ("audience=students", ""),
        ("mode=either", ""),
        ("month=2027-13", ""),
        ("month=1999-01", ""),
        ("day=20270112", ""),
        ("day=2027-02-30", ""),
    ],
)
def test_every_address_leads_to_the_one_that_says_it(client: Client, asked: str, clean: str) -> None:
    factories.seminar()
    answer = client.get(f"{reverse('events')}?{asked}")

    assert (answer.status_code, answer.headers["Location"]) == (301, f"/en/events/{clean}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(answer.headers["Location"]).status_code == 200


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["state", "month", "day", "audience", "language", "mode", "page", "x"]),
        st.sampled_from(
            ["MS", "ms", "2027-01", "2027-01-12", "adults", "students", "es", "virtual", "", "\0", "٢٠٢٧-٠١"]
        )
        | st.text(max_size=12),
    )
)
def test_clean_address_reads_as_itself(asked: dict[str, str]) -> None:
    today = dt.date(2026, 12, 1)
    filters = Filters.read(asked, today=today)
    query = filters.query()

    written = QueryDict(query[1:])
    again = Filters.read({name: written[name] for name in written}, today=today)
    assert again == filters
    assert again.query() == query
    assert len(query) < 100


def test_days_and_months_reach_as_far_as_anything_is_planned() -> None:
    today = dt.date(2026, 12, 1)
    last = today + AHEAD

    assert Filters.read({"day": last.isoformat()}, today=today).day == last.isoformat()
    assert not Filters.read({"day": (last + dt.timedelta(days=1)).isoformat()}, today=today).day
    assert Filters.read({"day": "2027-01-12", "month": "2027-02"}, today=today).asked == {"day": "2027-01-12"}


def test_nothing_found_says_what_to_leave_out(client: Client) -> None:
    in_area("MS", title="In person")
    in_area("AZ", title="By video", mode="virtual")
    page = listed(client, state="MS", mode="virtual")

    assert "Mississippi · By video" in page
    assert f'href="{reverse("events")}?state=MS"' in page
    assert f'href="{reverse("events")}?mode=virtual"' in page
    assert "1 event without “By video”" in page


def test_empty_list_says_when_events_are_and_leads_schools_on(client: Client) -> None:
    page = listed(client)

    assert "Most take place in January" in page
    assert reverse("seminar-request") in page


def test_pages_keep_what_was_asked(client: Client) -> None:
    for number in range(23):
        factories.seminar(title=f"Event {number:02}.", starts_at=factories.in_days(30 + number))
    page = listed(client, state="MS")

    assert "Event 00." in page
    assert "Event 20." not in page
    assert "?state=MS&amp;page=2" in page
    assert "Event 22." in listed(client, state="MS", page="2")


def test_choices_count_what_each_would_find() -> None:
    in_area("MS", mode="virtual")
    in_area("MS")
    in_area("AZ")
    found = Events(timezone.now())

    assert [(choice.value, choice.count) for choice in found.choices(Filters(mode="in_person"), "state")] == [
        ("AZ", 1),
        ("MS", 1),
    ]
    assert len(found.find(Filters())) == 3


def test_seats_are_told_without_a_number(client: Client) -> None:
    factories.seminar(capacity=40, seats_taken=17)
    factories.seminar(capacity=40, seats_taken=37)
    factories.seminar(capacity=40, seats_taken=40, waitlist="none")
    factories.seminar(capacity=40, seats_taken=40)
    page = listed(client)

    for words in ("Seats are free", "Few seats are left", ">Full<", "Full, but you can wait for a seat"):
        assert page.count(words) == 1, words


def test_list_leads_to_the_feed_of_what_it_shows(client: Client) -> None:
    factories.seminar()

    assert "/feeds/events.ics" in listed(client)
    assert "/feeds/events/ms.ics" in listed(client, state="MS")
    spanish = client.get(f"/es/events/?{urlencode({'state': 'MS'})}").content.decode()
    assert "/feeds/events/ms.ics?lang=es" in spanish
