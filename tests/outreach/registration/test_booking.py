"""Seats are taken once, given back once, and never sold twice."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from post_office.models import Email

from outreach.registration import booking
from outreach.registration.models import Registration
from outreach.seminars import publishing
from outreach.seminars.models import Seminar
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role
from tests.outreach import factories

pytestmark = pytest.mark.django_db


def take(event: Seminar, **more: Any) -> booking.Outcome:
    wish: dict[str, Any] = {"name": "Ana", "email": "ana@example.org", "seats": 1, "nonce": uuid.uuid4()}
    return booking.take_seat(seminar_id=event.pk, **wish | more)


def counted(event: Seminar) -> tuple[int, int]:
    """(seats as counted, seats as booked)."""
    event.refresh_from_db()
    live = Registration.objects.filter(seminar=event, state="booked").values_list("seats", flat=True)
    return event.seats_taken, sum(live)


def test_take_seat_books_and_writes_one_mail_with_a_calendar_file() -> None:
    event = factories.seminar()

    assert take(event, seats=3, language="es") is booking.Outcome.BOOKED
    assert counted(event) == (3, 3)
    booked = Registration.objects.get()
    mail = Email.objects.get()
    assert mail.to == ["ana@example.org"]
    assert mail.subject.startswith("Tu reserva, ")
    assert f"/es/bookings/{booked.uid}/" in mail.message
    [attachment] = mail.attachments.all()
    assert attachment.mimetype == "text/calendar; method=REQUEST"


def test_subject_of_the_mail_says_nothing_of_the_topic() -> None:
    event = factories.seminar(title="Trafficking: know the signs")
    take(event)

    assert Email.objects.get().subject == f"Your booking, {event.short_day}"


def test_take_seat_twice_with_one_form_is_one_booking() -> None:
    event, nonce = factories.seminar(capacity=1), uuid.uuid4()

    assert [take(event, nonce=nonce) for _ in range(2)] == [booking.Outcome.BOOKED] * 2
    assert counted(event) == (1, 1)
    assert Email.objects.count() == 1


@pytest.mark.parametrize("email", ["ana@example.org", "ANA@example.org"])
def test_take_seat_for_a_known_address_takes_none_and_tells_only_by_mail(email: str) -> None:
    event = factories.seminar()
    take(event)

    assert take(event, email=email, seats=4) is booking.Outcome.ALREADY
    assert counted(event) == (1, 1)
    assert Email.objects.count() == 2
    assert "nothing has changed" in Email.objects.order_by("pk").last().message


def test_many_wishes_for_one_address_do_not_flood_its_inbox() -> None:
    event = factories.seminar()
    for _ in range(5):
        take(event)
    assert Email.objects.count() == 2

    Registration.objects.update(told_again_at=timezone.now() - booking.TELL_AGAIN_AFTER)
    take(event)
    assert Email.objects.count() == 3


def test_take_seat_of_a_full_seminar_says_how_many_are_left() -> None:
    event = factories.seminar(capacity=3)
    take(event, seats=2)

    with pytest.raises(booking.SeminarFull) as full:
        take(event, email="ben@example.org", seats=2)
    assert full.value.left == 1
    assert counted(event) == (2, 2)
    assert Email.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"state": Seminar.State.CANCELLED},
        {"state": Seminar.State.DONE},
        {"starts_at": factories.in_days(-1)},
    ],
    ids=["cancelled", "done", "begun"],
)
def test_take_seat_of_a_closed_seminar_is_refused(fields: dict[str, Any]) -> None:
    event = factories.seminar(**fields)

    with pytest.raises(booking.SeminarClosed):
        take(event)
    assert counted(event) == (0, 0)
    assert not Email.objects.exists()


@pytest.mark.parametrize("fields", [{"state": Seminar.State.DRAFT}, {"audience": Seminar.Audience.STUDENTS}])
def test_take_seat_of_a_seminar_without_page_finds_none(fields: dict[str, Any]) -> None:
    event = factories.seminar(**fields)

    with pytest.raises(Seminar.DoesNotExist):
        take(event)


def test_database_refuses_more_seats_than_there_are() -> None:
    event = factories.seminar(capacity=2)

    with pytest.raises(IntegrityError), transaction.atomic():
        Seminar.objects.filter(pk=event.pk).update(seats_taken=3)


def test_cancel_gives_the_seats_back_once_and_revokes_the_calendar_entry() -> None:
    event = factories.seminar()
    take(event, seats=2)
    booked = Registration.objects.get()

    for _ in range(2):
        booking.cancel(uid=booked.uid)
    assert counted(event) == (0, 0)
    assert Email.objects.count() == 2
    last = Email.objects.order_by("pk").last()
    assert last is not None
    assert last.attachments.get().mimetype == "text/calendar; method=CANCEL"


def test_cancelled_address_can_book_again() -> None:
    event = factories.seminar()
    take(event)
    booking.cancel(uid=Registration.objects.get().uid)

    assert take(event) is booking.Outcome.BOOKED
    assert counted(event) == (1, 1)


def test_cancel_works_though_the_seminar_lost_its_page() -> None:
    event = factories.seminar()
    booked = factories.booking(event)
    Seminar.objects.update(state=Seminar.State.DRAFT)
    booking.cancel(uid=booked.uid)
    assert Seminar.objects.get().seats_taken == 0


def test_cancel_after_the_start_is_refused() -> None:
    event = factories.seminar(starts_at=factories.in_days(-1))
    booked = factories.booking(event)

    with pytest.raises(booking.SeminarClosed):
        booking.cancel(uid=booked.uid)
    assert counted(event) == (1, 1)


def test_cancelled_seminar_is_told_to_everyone_who_booked(user_with: Callable[..., User]) -> None:
    event = factories.seminar()
    for number in range(3):
        factories.booking(event, email=f"guest{number}@example.org")
    gone = factories.booking(event, email="gone@example.org")
    booking.cancel(uid=gone.uid)
    Email.objects.all().delete()

    publishing.cancel(seminar_id=event.pk, by=user_with(Role.COORDINATOR), reason="The heating is broken.")

    assert sorted(mail.to[0] for mail in Email.objects.all()) == [f"guest{number}@example.org" for number in range(3)]
    assert all("The heating is broken." in mail.message for mail in Email.objects.all())


def test_trail_of_a_booking_holds_neither_name_nor_address() -> None:
    event = factories.seminar()
    take(event, name="Ana Unmistakable", email="unmistakable@example.org")
    booking.cancel(uid=Registration.objects.get().uid)

    entries = Entry.objects.filter(object_type="outreach.registration")
    assert [entry.verb for entry in entries.order_by("id")] == ["booked", "cancelled"]
    assert "nmistakable" not in " ".join(f"{e.object_label} {e.before} {e.after}" for e in entries)


def test_mail_takes_a_name_as_text() -> None:
    take(factories.seminar(), name="{% now 'Y' %} <O'Neil>")

    assert "Hello {% now 'Y' %} <O'Neil>," in Email.objects.get().message
