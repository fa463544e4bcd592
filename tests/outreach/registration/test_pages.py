"""The public pages of a booking: few requests, few statements, nothing told to strangers, nothing done by a GET."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email
from pytest_django import DjangoAssertNumQueries

from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from tests.outreach import factories

pytestmark = pytest.mark.django_db


def form(**more: Any) -> dict[str, Any]:
    return {"name": "Ana", "email": "ana@example.org", "seats": "1", "nonce": str(uuid.uuid4()), **more}


def book(client: Client, event: Seminar, **more: Any) -> Any:
    return client.post(reverse("registration", args=[event.uid]), form(**more))


def test_booking_takes_one_page_one_post_and_twelve_statements(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    event = factories.seminar()
    page = client.get(reverse("registration", args=[event.uid]))
    nonce = str(page.context["form"].initial["nonce"])
    assert nonce in page.content.decode()

    with django_assert_max_num_queries(12):
        answer = book(client, event, nonce=nonce)
    assert (answer.status_code, answer["Location"]) == (303, reverse("registration-done", args=[event.uid]))
    assert Registration.objects.get().seats == 1
    assert "look at your e-mail" in client.get(answer["Location"]).content.decode()


def test_no_page_sets_a_cookie(client: Client) -> None:
    event = factories.seminar()
    booked = factories.booking(event)
    for name, args in (
        ("events", []),
        ("event", [event.uid]),
        ("registration", [event.uid]),
        ("registration-done", [event.uid]),
        ("event-calendar", [event.uid]),
        ("booking", [booked.uid]),
    ):
        answer = client.get(reverse(name, args=args))
        assert answer.status_code == 200
        assert not answer.cookies, name
        assert answer["Cache-Control"] == "no-store"
    assert not book(client, event, email="ben@example.org").cookies


def test_post_works_without_cookie_or_token(settings: Any) -> None:
    event = factories.seminar()
    client = Client(enforce_csrf_checks=True)

    assert book(client, event).status_code == 303
    assert Registration.objects.exists()


def test_answer_is_the_same_for_a_known_and_an_unknown_address(client: Client) -> None:
    event = factories.seminar()
    first = book(client, event)
    second = book(client, event)

    assert (first.status_code, first["Location"], first.content) == (
        second.status_code,
        second["Location"],
        second.content,
    )
    assert client.get(first["Location"]).content == client.get(second["Location"]).content
    assert Registration.objects.count() == 1
    assert Email.objects.count() == 2


def test_decoy_drops_what_a_machine_sends_and_answers_alike(client: Client) -> None:
    event = factories.seminar()
    answer = book(client, event, website="https://spam.example.org")

    assert answer["Location"] == reverse("registration-done", args=[event.uid])
    assert not Registration.objects.exists()
    assert not Email.objects.exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"email": "nobody"}, "valid email"),
        ({"name": ""}, "required"),
        ({"seats": "0"}, "greater than or equal to 1"),
        ({"seats": "11"}, "less than or equal to 10"),
        ({"name": "a\0b"}, "Null characters"),
    ],
)
def test_error_keeps_everything_and_books_nothing(client: Client, more: dict[str, str], says: str) -> None:
    event = factories.seminar()
    sent = form(needs=["ASL"], **more) if "name" in more else form(needs=["ASL"], name="Ana Lucía", **more)
    answer = client.post(reverse("registration", args=[event.uid]), sent)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert sent["nonce"] in page
    assert 'value="ASL" id="id_needs_0" checked' in " ".join(page.split()) or "checked" in page
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"state": "cancelled", "reason": "The heating is broken."}, "The heating is broken."),
        ({"state": "done"}, "This event is over"),
        ({"starts_at": factories.in_days(-1)}, "This event is over"),
        ({"capacity": 1, "seats_taken": 1}, "This event is full"),
    ],
    ids=["cancelled", "done", "begun", "full"],
)
def test_closed_event_says_why_on_page_and_on_post(client: Client, fields: dict[str, Any], says: str) -> None:
    event = factories.seminar(**fields)

    page = client.get(reverse("registration", args=[event.uid]))
    answer = book(client, event)
    assert (page.status_code, answer.status_code) == (200, 409)
    assert says in page.content.decode()
    assert says in answer.content.decode()
    assert "<form" not in page.content.decode()
    assert not Registration.objects.exists()


def test_too_many_seats_keeps_the_form_and_says_how_many_are_left(client: Client) -> None:
    event = factories.seminar(capacity=3, seats_taken=1)
    answer = book(client, event, seats="3", name="Ana Lucía")

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Only 2 seats are left" in page
    assert "Ana Lucía" in page


@pytest.mark.parametrize("fields", [{"state": "draft"}, {"audience": "students"}], ids=["draft", "students"])
@pytest.mark.parametrize("name", ["event", "registration", "registration-done", "event-calendar"])
def test_seminar_without_page_is_not_found(client: Client, name: str, fields: dict[str, str]) -> None:
    event = factories.seminar(**fields)
    path = reverse(name, args=[event.uid])

    assert client.get(path).status_code == 404
    if name == "registration":
        assert client.post(path, form()).status_code == 404
    assert event.title not in client.get(reverse("events")).content.decode()


def test_booking_page_changes_nothing_until_the_button_is_pressed(client: Client) -> None:
    event = factories.seminar()
    booked = factories.booking(event, seats=2)
    path = reverse("booking", args=[booked.uid])

    for scan in (client.get, client.head, client.options):
        scan(path)
        scan(f"{path}?cancel=1")
    booked.refresh_from_db()
    assert booked.state == "booked"

    assert client.post(path).status_code == 303
    event.refresh_from_db()
    booked.refresh_from_db()
    assert (booked.state, event.seats_taken) == ("cancelled", 0)
    assert "You cancelled this booking" in client.get(path).content.decode()


def test_booking_page_of_a_wrong_link_is_not_found(client: Client) -> None:
    path = reverse("booking", args=[uuid.uuid4()])

    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_booking_page_keeps_the_address_to_itself(client: Client) -> None:
    booked = factories.booking(factories.seminar())
    answer = client.get(reverse("booking", args=[booked.uid]))

    assert booked.email not in answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex"


def test_calendar_file_downloads(client: Client) -> None:
    event = factories.seminar()
    answer = client.get(reverse("event-calendar", args=[event.uid]))

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")
