"""An event's page: times of the place wherever they stand, what is said and what never is, and who may stand on it."""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from outreach.agencies import logo_rights
from outreach.agencies.logos import Logo, LogoPermission
from outreach.agencies.models import Agency
from outreach.events import rendered, standing
from outreach.events.standing import Standing
from outreach.seminars.models import Seminar
from portal.areas.models import Area
from tests.outreach import factories
from tests.outreach.agencies import permits
from tests.outreach.events.reading import data_of, entry_of, page_of, previews_of
from tests.portal.files.hostile import PNG, svg

pytestmark = pytest.mark.django_db

YEAR = timezone.now().year + 1
#: 10:00 in Jackson, in the winter; and in the summer, when clocks differ.
WINTER = dt.datetime(YEAR, 1, 12, 16, 0, tzinfo=dt.UTC)
SUMMER = dt.datetime(YEAR, 7, 13, 15, 0, tzinfo=dt.UTC)
PLACES = [
    ("AZ", "Phoenix", "America/Phoenix", "9:00 a.m.", "8:00 a.m.", "Mountain Standard Time"),
    ("IN", "Indianapolis", "America/Indiana/Indianapolis", "11:00 a.m.", "11:00 a.m.", "Eastern Time"),
    ("IN", "Tell City", "America/Indiana/Tell_City", "10:00 a.m.", "10:00 a.m.", "Central Time"),
    ("IN", "Knox", "America/Indiana/Knox", "10:00 a.m.", "10:00 a.m.", "Central Time"),
    ("GU", "Hagåtña", "Pacific/Guam", "2:00 a.m.", "1:00 a.m.", "Chamorro Time"),
]


def permit(logo: Logo, **changes: Any) -> LogoPermission:
    """Allows it on event pages, today and a week more."""
    today = timezone.localdate()
    terms: dict[str, Any] = {
        "scopes": ["events"],
        "document": PNG,
        "granted_by": "Public affairs",
        "granted_on": today - dt.timedelta(days=30),
        "expires_on": today + dt.timedelta(days=7),
        "by": None,
    }
    return permits.permit(logo=logo, **terms | changes)


@pytest.fixture
def host() -> Agency:
    """Who invites."""
    return Agency.objects.get(acronym="OVC")


@pytest.fixture
def logo(host: Agency) -> Logo:
    """Its logo, without a permission."""
    return logo_rights.upload(agency=host, name="Wordmark", alt_text="Logo of OVC", content=svg(), by=None)


@pytest.mark.parametrize(("starts_at", "season"), [(WINTER, 0), (SUMMER, 1)])
@pytest.mark.parametrize(("area", "city", "zone", "winter", "summer", "clock"), PLACES)
def test_page_calendar_and_data_agree_on_the_clock_of_the_place(
    client: Client,
    area: str,
    city: str,
    zone: str,
    winter: str,
    summer: str,
    clock: str,
    starts_at: dt.datetime,
    season: int,
) -> None:
    event = factories.seminar(
        starts_at=starts_at, minutes=90, area=Area.objects.get(pk=area), city=city, time_zone=zone
    )
    local = starts_at.astimezone(ZoneInfo(zone))
    page = page_of(client, event)
    data = data_of(page)
    entry = entry_of(client, event)

    day = f"{local:%A} {local.day} {local:%B %Y}"
    assert f"{day}, {(winter, summer)[season]} in {city}, {event.area.name} ({clock})" in page
    assert data["startDate"] == local.isoformat()
    assert data["endDate"] == (local + dt.timedelta(minutes=90)).isoformat()
    assert str(entry["DTSTART"].params["TZID"]) == zone
    assert entry["DTSTART"].dt.replace(tzinfo=None) == local.replace(tzinfo=None)
    assert entry["DTSTART"].dt.astimezone(dt.UTC) == starts_at
    assert f"{day}, {(winter, summer)[season]}".replace("a.m.", "a.m.") in previews_of(page)["og:description"]
    spanish = page_of(client, event, language="es")
    assert f"{(winter, summer)[season]} en {city}" in spanish
    assert data_of(spanish)["startDate"] == data["startDate"]


@pytest.mark.parametrize("partners", [0, 3])
def test_page_needs_three_statements(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, host: Agency, partners: int
) -> None:
    event = factories.seminar(host=host)
    for agency in Agency.objects.exclude(pk=host.pk).order_by("pk")[:partners]:
        event.partners.add(agency)
        permit(logo_rights.upload(agency=agency, name="L", alt_text="L", content=svg(), by=None))

    with django_assert_num_queries(3):
        page = page_of(client, event)
    assert page.count("/en/events/logo/") == partners


def test_page_says_what_its_own_words_are_and_ours_where_it_has_none(client: Client) -> None:
    plain = page_of(client, factories.seminar())
    own = page_of(
        client,
        factories.seminar(
            access="Elevator to floor 2",
            expect="Two short talks",
            content_note="One story of a worker",
            summary="Fair work",
            join_url="https://meet.example.org/x",
        ),
    )

    assert "You may step out at any time" in plain
    assert "Tell us what you need when you book" in plain
    for words in ("Elevator to floor 2", "Two short talks", "One story of a worker", "Fair work"):
        assert words in own
    assert "You may step out at any time" not in own
    assert "meet.example.org" not in own


def test_page_holds_the_form_and_sends_it_in_one_post(client: Client) -> None:
    event = factories.seminar()
    page = page_of(client, event)

    assert f'<form method="post" action="{reverse("registration", args=[event.uid])}"' in page
    assert 'name="email"' in page
    assert "csrfmiddlewaretoken" not in page


@pytest.mark.parametrize("language", ["en", "es"])
def test_page_is_the_same_for_everyone(client: Client, language: str) -> None:
    event = factories.seminar()
    first = client.get(f"/{language}/events/{event.uid}/")
    other = Client(headers={"Accept-Language": "ar", "Cookie": "sessionid=x; csrftoken=y"}).get(
        first.request["PATH_INFO"]
    )

    for answer in (first, other):
        assert not answer.cookies
        assert "Vary" not in answer.headers
        assert answer.headers["CDN-Cache-Control"] == "public, max-age=60"
        assert answer.headers["Cache-Control"] == "no-store"
    made = re.compile(r'name="made"[^>]*>')
    assert made.sub("", first.content.decode()) == made.sub("", other.content.decode())


@pytest.mark.parametrize(
    ("fields", "words", "has_form"),
    [
        ({"state": "cancelled", "reason": "The house has no water."}, "The house has no water.", False),
        ({"state": "done"}, "This event is over.", False),
        ({"starts_at": factories.in_days(-1)}, "This event is over.", False),
        ({"seats_taken": 10, "waitlist": "none"}, "Full", False),
        ({"seats_taken": 10}, "Full, but you can wait for a seat", True),
        ({"booking_closes_at": factories.in_days(-1)}, "Bookings are closed", False),
        ({"seats_taken": 8}, "Few seats are left", True),
        ({}, "Seats are free", True),
    ],
)
def test_page_says_where_the_event_stands(client: Client, fields: dict[str, Any], words: str, has_form: bool) -> None:
    page = page_of(client, factories.seminar(**fields))

    assert words in page
    assert ("<form" in page) == has_form


def test_moved_event_says_when_it_was_to_be(client: Client) -> None:
    event = factories.seminar(starts_at=WINTER + dt.timedelta(days=2), moved_from=WINTER)
    page = page_of(client, event)
    data = data_of(page)

    assert f"It was to be on {WINTER:%A} 12 January {YEAR}, 10:00 a.m." in page
    assert data["eventStatus"] == "https://schema.org/EventRescheduled"
    assert data["previousStartDate"] == f"{YEAR}-01-12T10:00:00-06:00"


def test_data_is_an_event_as_search_engines_read_it(client: Client, settings: Settings, host: Agency) -> None:
    settings.PUBLIC_ADDRESS = "https://waypost.example.org"
    event = factories.seminar(
        title="Fair work </script><script>alert(1)</script> & you", summary="A & B", address="1 Main Street", host=host
    )
    page = page_of(client, event)
    data = data_of(page)

    assert "<script>alert" not in page
    address = f"https://waypost.example.org/en/events/{event.uid}/"
    assert (data["@context"], data["@type"], data["url"]) == ("https://schema.org", "Event", address)
    assert data["name"] == event.title
    assert data["description"] == "A & B"
    assert data["location"]["address"] == {
        "@type": "PostalAddress",
        "addressRegion": "MS",
        "addressCountry": "US",
        "streetAddress": "1 Main Street",
        "addressLocality": "Jackson",
    }
    assert data["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
    assert data["offers"]["availability"] == "https://schema.org/InStock"
    assert data["organizer"] == {"@type": "Organization", "name": host.name, "url": host.website} or not host.website
    assert data["image"][0].startswith(f"{address}")


def test_data_of_a_cancelled_video_event_says_so_and_never_where_to_join(client: Client) -> None:
    event = factories.seminar(
        mode="virtual", state="cancelled", join_url="https://meet.example.org/secret", moved_from=WINTER
    )
    page = page_of(client, event)
    data = data_of(page)

    assert data["eventStatus"] == "https://schema.org/EventCancelled"
    assert data["location"] == {"@type": "VirtualLocation", "url": data["url"]}
    assert "previousStartDate" not in data
    assert "meet.example.org" not in page


def test_video_event_tells_the_other_clocks_of_the_country(client: Client) -> None:
    page = page_of(client, factories.seminar(mode="virtual", starts_at=WINTER))
    clocks = dict(re.findall(r"<dt>([^<]+)</dt>\s*<dd class=\"number\">([^<]+)</dd>", page))

    assert clocks["Eastern Time"] == "11:00 a.m."
    assert clocks["Mountain Standard Time"] == "9:00 a.m."
    assert clocks["Chamorro Time"].startswith("2:00 a.m., Wed")
    assert "Central Time" not in clocks
    assert "<dt>Eastern Time" not in page_of(client, factories.seminar(starts_at=WINTER))


def test_tab_and_preview_tell_nothing_to_whoever_looks_at_the_phone(client: Client) -> None:
    event = factories.seminar(title="Human trafficking: know how to help", venue="Rescue Mission", starts_at=WINTER)
    page = page_of(client, event)
    previews = previews_of(page)
    title = page.partition("<title>")[2].partition("</title>")[0]

    for words in (title, *(value for name, value in previews.items() if name.startswith("og:"))):
        assert not re.search("traffick|help|rescue", words, re.IGNORECASE), words
    assert title.startswith("Event, Tue 12 Jan")
    assert "know how to help" in page


def test_logo_stands_as_long_as_it_is_permitted(client: Client, host: Agency, logo: Logo) -> None:
    event = factories.seminar(host=host)
    assert "/events/logo/" not in page_of(client, event)

    permission = permit(logo)
    [address] = re.findall(r'src="(/en/events/logo/[^"]+)"', page_of(client, event))
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.headers["CDN-Cache-Control"] == "public, max-age=60"
    assert 'alt="Logo of OVC"' in page_of(client, event)

    logo_rights.revoke(permission=permission, why="They asked us to.", by=None)
    assert "/events/logo/" not in page_of(client, event)
    assert client.get(address).status_code == 404
    assert host.name in page_of(client, event)


@pytest.mark.parametrize(
    "changes",
    [
        {"scopes": ["posters", "public"]},
        {"expires_on": timezone.localdate() - dt.timedelta(days=1)},
        {"granted_on": timezone.localdate() + dt.timedelta(days=1)},
    ],
)
def test_logo_without_a_permission_of_that_day_stands_nowhere(
    client: Client, host: Agency, logo: Logo, changes: dict[str, Any]
) -> None:
    permit(logo, **changes)
    event = factories.seminar()
    event.partners.add(host)
    page = page_of(client, event)

    assert host.name in page
    assert "/events/logo/" not in page
    assert client.get(reverse("event-logo", args=[logo.preview.sha256[:16]])).status_code == 404


def test_agency_out_of_use_is_not_named(client: Client, host: Agency) -> None:
    event = factories.seminar()
    event.partners.add(host)
    host.retired_at = timezone.now()
    host.save(update_fields=["retired_at"])

    assert host.name not in page_of(client, event)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"capacity": 1}, "There is 1 seat. They go"),
        ({"capacity": 40, "waitlist": "none"}, "There is no waiting list."),
        ({"waitlist": "in_order"}, "offered to the first in line, and kept for them"),
        ({"waitlist": "fits"}, "a large group may wait longer"),
        ({"takes_classes": True, "largest_group": 35, "groups": 2}, "At most 2 such groups can come."),
        ({"takes_classes": True, "largest_group": 35}, "up to 35 at once"),
        ({}, "For a class of students, ask for a seminar of its own"),
        ({"starts_at": WINTER, "booking_closes_at": WINTER - dt.timedelta(days=1)}, f"until Monday 11 January {YEAR}, 10:00 a.m."),
    ],
)  # fmt: skip
def test_page_states_how_seats_are_given(client: Client, fields: dict[str, Any], words: str) -> None:
    if "booking_closes_at" in fields:
        words = words.replace("Monday", f"{fields['booking_closes_at']:%A}")
    assert words in page_of(client, factories.seminar(**fields))


def test_free_seats_belong_to_those_who_wait() -> None:
    event = Seminar(state="open", starts_at=WINTER, capacity=10, seats_taken=6, waiting=2, waitlist="in_order")

    assert standing.of(event, timezone.now()) is Standing.LINE


@pytest.mark.parametrize("language", ["en", "es"])
def test_address_of_nothing_says_the_same_for_students_and_drafts(client: Client, language: str) -> None:
    unknown = client.get(f"/{language}/events/00000000-0000-4000-8000-000000000000/")
    for fields in ({"audience": "students"}, {"audience": "college"}, {"state": "draft"}):
        event = factories.seminar(**fields)
        answer = client.get(f"/{language}/events/{event.uid}/")

        assert answer.status_code == unknown.status_code == 404
        path = f"{event.uid}"
        assert answer.content.decode().replace(path, "") == unknown.content.decode().replace(
            "00000000-0000-4000-8000-000000000000", ""
        )


def test_what_others_hang_onto_the_address_leads_to_the_address(client: Client) -> None:
    event = factories.seminar()
    answer = client.get(f"/en/events/{event.uid}/?utm_source=mail")

    assert (answer.status_code, answer.headers["Location"]) == (301, f"/en/events/{event.uid}/")
    assert client.get(f"/en/events/{uuid.UUID(int=9, version=4)}/?x=1").status_code == 404


def test_page_that_was_written_out_before_follows_every_change(client: Client, host: Agency, logo: Logo) -> None:
    event = factories.seminar()
    seen = {page_of(client, event)}
    written = len(rendered._kept)
    assert page_of(client, event) in seen
    assert len(rendered._kept) == written

    def change(**fields: Any) -> None:
        Seminar.objects.filter(pk=event.pk).update(**fields)

    steps: list[Callable[[], object]] = [
        lambda: change(title="Another title"),
        lambda: change(access="A ramp"),
        lambda: change(capacity=80),
        lambda: change(seats_taken=78),
        lambda: change(host=host),
        lambda: permit(logo),
        lambda: event.partners.add(Agency.objects.exclude(pk=host.pk)[0]),
        lambda: change(starts_at=factories.in_days(31), moved_from=event.starts_at),
        lambda: LogoPermission.objects.update(revoked_at=timezone.now(), revoked_why="They asked us to."),
        lambda: change(state="cancelled", reason="No water."),
    ]
    for step in steps:
        step()
        now = page_of(client, event)
        assert now not in seen
        seen.add(now)
    assert page_of(client, event, language="es") not in seen
