"""The public pages of a booking: few requests, few statements, nothing told to strangers, nothing done by a GET."""

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.apps import apps
from django.core import signing
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email
from pytest_django import DjangoAssertNumQueries

from outreach.registration import booking, forms, notices, views
from outreach.registration.models import BookingNotice, Registration
from outreach.seminars.models import Seminar
from portal.pages.limits import Limit
from tests.outreach import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test begins with nobody having asked."""
    for name in ("BOOKS", "UNREAD"):
        limit = getattr(views, name)
        fresh = Limit(name=limit.name, per_minute=60, burst=limit._each.burst, ceiling_per_minute=60_000)
        monkeypatch.setattr(views, name, fresh)


def form(**more: Any) -> dict[str, Any]:
    return {"name": "Ana", "email": "ana@example.org", "seats": "1", **more}


def book(client: Client, event: Seminar, **more: Any) -> Any:
    return client.post(reverse("registration", args=[event.uid]), form(**more))


def made(seconds: int) -> str:
    """What a form holds that a page of ours was made with so long ago."""

    class Aged(signing.TimestampSigner):
        def timestamp(self) -> str:
            return signing.b62_encode(int(timezone.now().timestamp()) - seconds)

    return Aged(salt="outreach.registration.form").sign("form")


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def press(client: Client, booked: Registration, step: str, **more: Any) -> Any:
    return client.post(reverse("booking", args=[booked.uid]), {"step": step, **more})


def test_booking_takes_one_page_one_post_and_eight_statements(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    event = factories.seminar()
    page = client.get(reverse("registration", args=[event.uid]))
    nonce = str(page.context["form"].initial["nonce"])
    assert nonce in page.content.decode()

    with django_assert_max_num_queries(8):
        answer = book(client, event, nonce=nonce)
    assert (answer.status_code, answer["Location"]) == (303, reverse("registration-done", args=[event.uid]))
    assert Registration.objects.get().seats == 1
    assert "look at your e-mail" in text(client.get(answer["Location"]))


def test_joining_the_line_takes_twelve_statements(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    event = factories.seminar(capacity=1)
    factories.booking(event, email="first@example.org")
    factories.booking(event, email="second@example.org", state="waiting")

    with django_assert_max_num_queries(12 + 2 * (connection.vendor == "postgresql")):
        answer = book(client, event, may_wait="on")
    assert answer["Location"] == reverse("registration-waiting", args=[event.uid])
    assert "You are on the waiting list" in text(client.get(answer["Location"]))


def test_page_that_is_shared_has_no_nonce_and_books_all_the_same(client: Client) -> None:
    """A cache gives one copy to many: what identifies a form must not stand in it."""
    assert 'name="nonce" value' not in str(forms.BookingForm()["nonce"])
    event = factories.seminar()
    for _ in range(2):
        assert book(client, event).status_code == 303
    assert Registration.objects.get().nonce is None
    assert BookingNotice.objects.count() == 1


def test_no_page_sets_a_cookie(client: Client) -> None:
    event = factories.seminar()
    booked = factories.booking(event)
    for name, args in (
        ("event", [event.uid]),
        ("registration", [event.uid]),
        ("registration-done", [event.uid]),
        ("registration-waiting", [event.uid]),
        ("booking", [booked.uid]),
    ):
        answer = client.get(reverse(name, args=args))
        assert answer.status_code == 200
        assert not answer.cookies, name
        assert answer["Cache-Control"] == "no-store"
    assert not book(client, event, email="ben@example.org").cookies


def test_post_works_without_cookie_or_token() -> None:
    event = factories.seminar()
    client = Client(enforce_csrf_checks=True)

    assert book(client, event).status_code == 303
    assert Registration.objects.exists()


@pytest.mark.parametrize("capacity", [5, 1])
def test_answer_is_the_same_for_a_known_and_an_unknown_address(client: Client, capacity: int) -> None:
    event = factories.seminar(capacity=capacity)
    book(client, event)
    known = book(client, event, name="Another", may_wait="on")
    unknown = book(client, event, name="Another", email="ben@example.org", may_wait="on")

    assert (known.status_code, known["Location"], known.content) == (
        unknown.status_code,
        unknown["Location"],
        unknown.content,
    )
    assert client.get(known["Location"]).content == client.get(unknown["Location"]).content


def test_decoy_drops_what_a_machine_sends_and_answers_alike(client: Client) -> None:
    event = factories.seminar()
    answer = book(client, event, website="https://spam.example.org")

    assert answer["Location"] == reverse("registration-done", args=[event.uid])
    assert not Registration.objects.exists()
    assert not BookingNotice.objects.exists()


def test_forty_from_one_network_pass_at_once(client: Client) -> None:
    event = factories.seminar(capacity=100)
    answers = [book(client, event, email=f"guest{number}@example.org").status_code for number in range(40)]
    assert answers == [303] * 40


def test_many_from_one_network_wait_a_moment_and_lose_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "BOOKS", Limit(name="x", per_minute=1, burst=1, ceiling_per_minute=60))
    event = factories.seminar()
    book(client, event)
    answer = book(client, event, name="Ben Unique", email="ben@example.org")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "Ben Unique" in text(answer)
    assert Registration.objects.count() == 1


def test_forms_that_nobody_read_share_fewer_turns(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "UNREAD", Limit(name="x", per_minute=1, burst=1, ceiling_per_minute=60))
    event = factories.seminar(capacity=100)
    young = [book(client, event, email=f"{number}@example.org", made=made(0)).status_code for number in range(2)]
    bare = book(client, event, email="bare@example.org").status_code
    forged = book(client, event, email="forged@example.org", made=f"{made(20)}x").status_code
    old = book(client, event, email="old@example.org", made=made(8 * 24 * 3600)).status_code
    read = [book(client, event, email=f"read{number}@example.org", made=made(20)).status_code for number in range(9)]
    assert young == [303, 429]
    assert (bare, forged, old) == (429, 429, 429)
    assert read == [303] * 9


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"email": "nobody"}, "valid email"),
        ({"name": ""}, "required"),
        ({"seats": "0"}, "greater than or equal to 1"),
        ({"seats": "11"}, "less than or equal to 10"),
        ({"name": "a\0b"}, "Null characters"),
        ({"name": "Look at example.com"}, "Enter a valid value"),
        ({"headcount": "20"}, "Write which group comes"),
        ({"group_name": "Grade 10"}, "Write how many come"),
        ({"headcount": "20", "group_name": "Grade 10"}, "35 people can come at most"),
    ],
)
def test_error_keeps_everything_and_books_nothing(client: Client, more: dict[str, str], says: str) -> None:
    event = factories.seminar(capacity=100, takes_classes=True, largest_group=35)
    if says.startswith("35"):
        more = {**more, "headcount": "35"}
    sent = {**form(needs=["ASL"], name="Ana Lucía", nonce=str(uuid.uuid4())), **more}
    answer = client.post(reverse("registration", args=[event.uid]), sent)

    page = text(answer)
    assert answer.status_code == 422
    assert says in page
    assert sent["nonce"] in page
    assert re.search(r'value="ASL"[^>]*checked', page)
    assert not Registration.objects.exists()


def test_class_is_booked_by_headcount(client: Client) -> None:
    event = factories.seminar(capacity=100, takes_classes=True)
    sent = {"seats": "2", "headcount": "28", "group_name": "Grade 10", "grades": "9-12", "reminders": "on"}
    assert book(client, event, **sent).status_code == 303

    booked = Registration.objects.get()
    assert (booked.kind, booked.seats, booked.adults, booked.group_name) == ("class", 30, 2, "Grade 10")
    assert booked.reminders


def test_class_at_an_event_for_adults_is_told_where_to_ask(client: Client) -> None:
    event = factories.seminar(capacity=100)
    answer = book(client, event, headcount="28", group_name="Grade 10")
    assert answer.status_code == 422
    assert "Groups cannot come to this event" in text(answer)
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"state": "cancelled", "reason": "The heating is broken."}, "The heating is broken."),
        ({"state": "done"}, "This event is over"),
        ({"starts_at": factories.in_days(-1)}, "This event is over"),
        ({"booking_closes_at": factories.in_days(-1)}, "Bookings are closed"),
        ({"capacity": 1, "seats_taken": 1, "waitlist": "none"}, "This event is full"),
    ],
    ids=["cancelled", "done", "begun", "closed", "full"],
)
def test_closed_event_says_why_on_page_and_on_post(client: Client, fields: dict[str, Any], says: str) -> None:
    event = factories.seminar(**fields)

    page = client.get(reverse("registration", args=[event.uid]))
    answer = book(client, event)
    wrong = book(client, event, email="nobody")
    assert (page.status_code, answer.status_code, wrong.status_code) == (200, 409, 409)
    for each in (page, answer, wrong):
        assert says in text(each)
        assert "<form" not in text(each)
    assert not Registration.objects.exists()


@pytest.mark.parametrize("policy", ["none", "in_order"])
def test_too_many_seats_keeps_the_form_and_says_how_many_are_left(client: Client, policy: str) -> None:
    event = factories.seminar(capacity=3, waitlist=policy)
    factories.booking(event, email="first@example.org")
    answer = book(client, event, seats="3", name="Ana Lucía")

    page = text(answer)
    assert answer.status_code == 409
    assert "Only 2 seats are left" in page
    assert "Ana Lucía" in page
    assert ("tick the box" in page) is (policy == "in_order")


def test_full_event_with_a_line_offers_a_place_in_it(client: Client) -> None:
    event = factories.seminar(capacity=1)
    factories.booking(event, email="first@example.org")
    assert "waiting list" in text(client.get(reverse("registration", args=[event.uid])))
    without = book(client, event)
    assert without.status_code == 409
    assert "tick the box" in text(without)
    assert book(client, event, may_wait="on").status_code == 303
    assert Registration.objects.get(email="ana@example.org").state == "waiting"


@pytest.mark.parametrize("fields", [{"state": "draft"}, {"audience": "students"}], ids=["draft", "students"])
@pytest.mark.parametrize("name", ["event", "registration", "registration-done", "registration-waiting"])
def test_seminar_without_page_is_not_found(client: Client, name: str, fields: dict[str, str]) -> None:
    event = factories.seminar(**fields)
    path = reverse(name, args=[event.uid])
    unknown = reverse(name, args=[uuid.uuid4()])

    assert client.get(path).status_code == client.get(unknown).status_code == 404
    if name == "registration":
        assert client.post(path, form()).status_code == client.post(unknown, form()).status_code == 404


def refuse(execute: Any, sql: str, *rest: Any) -> object:
    """What SQLite says when its turn does not come; the fault harness meets the real thing on both engines."""
    if sql.startswith("UPDATE"):
        raise OperationalError("database is locked")
    return execute(sql, *rest)


def test_busy_is_a_page_that_keeps_the_form(client: Client) -> None:
    event = factories.seminar()
    with connection.execute_wrapper(refuse):
        answer = book(client, event, name="Ana Lucía", needs=["CART"])
    assert answer.status_code == 503
    assert answer["Retry-After"] == views.SOON
    assert "send it again" in text(answer)
    assert "Ana Lucía" in text(answer)
    assert not Registration.objects.exists()


def test_busy_private_page_changes_nothing_and_says_so(client: Client) -> None:
    booked = factories.booking(factories.seminar())
    for step, more in (("cancel", {}), ("change", {"name": "Kept Name", "seats": "2", "language": "en"})):
        with connection.execute_wrapper(refuse):
            answer = press(client, booked, step, **more)
        assert answer.status_code == 503
        assert "your turn did not come" in text(answer)
    assert "Kept Name" in text(answer)
    booked.refresh_from_db()
    assert (booked.state, booked.seats) == ("booked", 1)


def rows_of_everything() -> dict[str, list[Any]]:
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.label != "sessions.Session"
    }


def test_scanner_of_mails_that_opens_every_link_twice_changes_nothing(client: Client) -> None:
    event = factories.seminar(capacity=2, join_url="https://meet.example.org/x", mode="virtual")
    factories.booking(event, email="booked@example.org")
    offered = factories.booking(event, email="offered@example.org", state="offered")
    factories.booking(event, email="waits@example.org", state="waiting")
    for booked in Registration.objects.all():
        for template in (notices.CONFIRMED, notices.WAITING, notices.OFFERED, notices.AGAIN, notices.MOVED):
            notices.note(booked, template=template, key="scan")
    booking.cancel(uid=factories.booking(factories.seminar(), email="gone@example.org").uid)
    notices.send_due()
    mails = list(Email.objects.values_list("message", flat=True))
    links = {link for mail in mails for link in re.findall(r"https?://[^/\s]+(/\S*)", mail)}
    assert any(str(offered.uid) in link for link in links)
    assert len(links) >= 4

    before = rows_of_everything()
    for link in sorted(links) * 2:
        for scan in (client.get, client.head, client.options):
            assert scan(link).status_code < 500
            scan(f"{link}?step=accept&cancel=1")
    assert rows_of_everything() == before


def test_booking_page_changes_nothing_until_the_button_is_pressed(client: Client) -> None:
    event = factories.seminar()
    booked = factories.booking(event, seats=2)
    path = reverse("booking", args=[booked.uid])

    client.post(path)
    client.post(path, {"step": "unknown"})
    booked.refresh_from_db()
    assert booked.state == "booked"

    assert press(client, booked, "cancel").status_code == 303
    event.refresh_from_db()
    booked.refresh_from_db()
    assert (booked.state, event.seats_taken) == ("cancelled", 0)
    assert "You cancelled this booking" in text(client.get(path))
    assert press(client, booked, "cancel").status_code == 303


def test_booking_is_changed_by_its_private_link(client: Client) -> None:
    booked = factories.booking(factories.seminar(capacity=100), seats=2, needs="ASL")
    page = client.get(reverse("booking", args=[booked.uid]))
    assert re.search(r'value="ASL"[^>]*checked', text(page))
    sent = {"name": "Ana Reyes", "seats": "4", "needs": ["CART"], "language": "es", "reminders": "on"}
    assert press(client, booked, "change", **sent).status_code == 303

    booked.refresh_from_db()
    assert (booked.name, booked.seats, booked.needs, booked.language) == ("Ana Reyes", 4, "CART", "es")
    assert booked.reminders


def test_class_keeps_its_adults_when_its_number_changes(client: Client) -> None:
    event = factories.seminar(capacity=100, takes_classes=True)
    booked = factories.booking(event, kind="class", seats=30, adults=2, group_name="Grade 10")
    sent = {"name": "Ana", "seats": "3", "headcount": "25", "group_name": "Grade 11", "language": "en"}
    assert press(client, booked, "change", **sent).status_code == 303
    booked.refresh_from_db()
    assert (booked.seats, booked.adults, booked.group_name) == (28, 3, "Grade 11")


def test_change_to_more_than_there_is_keeps_what_was_typed(client: Client) -> None:
    booked = factories.booking(factories.seminar(capacity=3))
    sent = {"name": "Ana Typed", "seats": "3", "language": "en"}
    factories.booking(booked.seminar, email="ben@example.org")
    answer = press(client, booked, "change", **sent)
    assert answer.status_code == 409
    assert "Only 1 more seat is free" in text(answer)
    assert "Ana Typed" in text(answer)
    many = press(client, booked, "change", **{**sent, "seats": "10"})
    assert many.status_code == 422
    assert "3 people can come at most" in text(many)


def test_offer_is_taken_by_a_press_of_the_button(client: Client) -> None:
    event = factories.seminar()
    booked = factories.booking(event, state="offered", seats=2)
    path = reverse("booking", args=[booked.uid])
    page = text(client.get(path))
    assert "2 seats are kept for you" in page
    assert "Central Time" in page
    assert press(client, booked, "accept").status_code == 303
    booked.refresh_from_db()
    assert booked.state == "booked"
    assert "2 seats are booked for Ana" in text(client.get(path))


def test_offer_that_ended_says_so_before_and_after_the_task_has_seen_it(client: Client) -> None:
    ended = timezone.now() - dt.timedelta(seconds=1)
    booked = factories.booking(factories.seminar(), state="offered", offer_ends_at=ended)
    path = reverse("booking", args=[booked.uid])
    assert "The time for taking these seats is over" in text(client.get(path))
    answer = press(client, booked, "accept")
    assert answer.status_code == 409
    assert "The time for taking these seats is over" in text(answer)
    booked.refresh_from_db()
    assert booked.state == "lapsed"
    assert "The time for taking these seats is over" in text(client.get(path))


def test_place_in_line_is_shown_and_left(client: Client) -> None:
    event = factories.seminar(capacity=1)
    factories.booking(event, email="first@example.org")
    factories.booking(event, email="second@example.org", state="waiting")
    booked = factories.booking(event, state="waiting")
    page = text(client.get(reverse("booking", args=[booked.uid])))
    assert "Your place in line: 2." in page
    assert "Your ticket" not in page
    assert press(client, booked, "decline").status_code == 303
    event.refresh_from_db()
    assert event.waiting == 1


@pytest.mark.parametrize("state", ["waiting", "offered", "cancelled", "lapsed"])
def test_link_of_the_meeting_is_for_those_who_are_booked(client: Client, state: str) -> None:
    event = factories.seminar(mode="virtual", join_url="https://meet.example.org/secret")
    other = factories.booking(event, email="x@example.org", state=state)
    booked = factories.booking(event)
    assert "secret" not in text(client.get(reverse("booking", args=[other.uid])))
    assert "secret" in text(client.get(reverse("booking", args=[booked.uid])))
    Seminar.objects.update(starts_at=factories.in_days(-1))
    assert "secret" not in text(client.get(reverse("booking", args=[booked.uid])))


def test_ticket_is_shown_with_a_code_that_holds_no_link(client: Client) -> None:
    booked = factories.booking(factories.seminar())
    page = text(client.get(reverse("booking", args=[booked.uid])))
    assert "<svg" in page
    assert booked.ticket[:4] + "-" + booked.ticket[4:8] in page


def test_wrong_link_and_deleted_booking_are_a_page_in_words(client: Client) -> None:
    gone = factories.booking(factories.seminar(), forgotten_at=timezone.now())
    for uid in (uuid.uuid4(), gone.uid):
        path = reverse("booking", args=[uid])
        for answer in (
            client.get(path),
            client.post(path, {"step": "cancel"}),
            client.post(path, {"step": "change", "name": "x"}),
        ):
            assert answer.status_code == 410
            assert "This link leads to no booking any more" in text(answer)
            assert answer["X-Robots-Tag"] == "noindex"
    gone.refresh_from_db()
    assert gone.state == "booked"


def test_event_that_is_planned_anew_says_that_the_booking_stands(client: Client) -> None:
    booked = factories.booking(factories.seminar())
    Seminar.objects.update(state="draft")
    assert "Your booking stands" in text(client.get(reverse("booking", args=[booked.uid])))


def test_booking_page_keeps_the_address_to_itself(client: Client) -> None:
    booked = factories.booking(factories.seminar())
    answer = client.get(reverse("booking", args=[booked.uid]))

    assert booked.email not in answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("state", ["booked", "waiting", "offered"])
def test_booking_page_asks_little_of_the_database(
    client: Client, state: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    booked = factories.booking(factories.seminar(), state=state)
    with django_assert_max_num_queries(3):
        client.get(reverse("booking", args=[booked.uid]))
