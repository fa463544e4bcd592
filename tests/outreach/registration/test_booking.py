"""Seats are taken once, changed, given back once, and never sold twice."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from post_office.models import Email
from pytest_django import DjangoAssertNumQueries

from outreach.registration import booking, counting
from outreach.registration.models import BookingNotice, Registration
from outreach.seminars.audiences import UNLISTED
from outreach.seminars.models import Seminar
from portal.audit.models import Entry
from tests.outreach import factories

pytestmark = pytest.mark.django_db
Outcome = booking.Outcome


def wish(**more: Any) -> booking.Wish:
    return booking.Wish(**{"name": "Ana", "email": "ana@example.org", **more})


def take(event: Seminar, *, nonce: uuid.UUID | None = None, language: str = "en", **more: Any) -> booking.Outcome:
    return booking.take(seminar_uid=event.uid, wish=wish(**more), nonce=nonce, language=language)


def a_class(**more: Any) -> dict[str, Any]:
    return {"kind": Registration.Kind.CLASS, "seats": 30, "adults": 2, "group_name": "Period 3", **more}


def counted(event: Seminar) -> tuple[int, int, int]:
    """Seats, classes and how many wait; and no fault anywhere."""
    event.refresh_from_db()
    assert counting.faults(event) == []
    return event.seats_taken, event.groups_taken, event.waiting


def told() -> list[str]:
    return list(BookingNotice.objects.order_by("id").values_list("template", flat=True))


def the() -> Registration:
    return Registration.objects.get()


def test_take_books_and_notes_one_mail() -> None:
    event = factories.seminar()

    assert take(event, seats=3, language="es", needs="ASL", reminders=True) is Outcome.BOOKED
    assert counted(event) == (3, 0, 0)
    booked = the()
    assert (booked.seats, booked.adults, booked.language, booked.needs) == (3, 3, "es", "ASL")
    assert booked.reminders
    assert booked.booked_at is not None
    assert told() == ["booking_confirmed"]
    assert not Email.objects.exists()


def test_take_is_a_handful_of_statements() -> None:
    event = factories.seminar()
    with CaptureQueriesContext(connection) as asked:
        take(event, seats=2)
    own = [row["sql"] for row in asked if "SAVEPOINT" not in row["sql"]]
    assert len(own) <= 6, own


def test_seats_are_counted_last() -> None:
    """The event's row is held from there to the commit: a rush waits for nothing else."""
    event = factories.seminar()
    with CaptureQueriesContext(connection) as asked:
        take(event)
    verbs = [row["sql"].split()[0] for row in asked if row["sql"].startswith(("INSERT", "UPDATE"))]
    assert verbs == ["INSERT", "INSERT", "INSERT", "UPDATE"]


def test_seats_gone_after_the_first_look_take_back_what_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, between the look and the statement that decides, the seats go; that goes back with what was written."""
    event = factories.seminar(capacity=1)
    write, written = booking._book, []

    def write_while_seats_go(*said: Any) -> None:
        write(*said)
        written.append(said)
        if len(written) == 1:
            Seminar.objects.filter(pk=event.pk).update(seats_taken=1)

    monkeypatch.setattr(booking, "_book", write_while_seats_go)
    assert take(event, may_wait=False) is Outcome.BOOKED
    assert len(written) == 2
    assert Registration.objects.count() == 1
    assert counted(event) == (1, 0, 0)
    assert told() == ["booking_confirmed"]


@pytest.mark.parametrize("capacity", [1, 5])
def test_same_form_twice_is_one_booking(capacity: int) -> None:
    event, nonce = factories.seminar(capacity=capacity), uuid.uuid4()

    assert [take(event, nonce=nonce) for _ in range(2)] == [Outcome.BOOKED] * 2
    assert counted(event) == (1, 0, 0)
    assert told() == ["booking_confirmed"]


@pytest.mark.parametrize("capacity", [2, 5])
def test_same_wish_without_a_nonce_is_one_booking(capacity: int) -> None:
    event = factories.seminar(capacity=capacity)

    assert [take(event, seats=2, email=email) for email in ("ana@example.org", "Ana@Example.org")] == [
        Outcome.BOOKED,
        Outcome.BOOKED,
    ]
    assert counted(event) == (2, 0, 0)
    assert told() == ["booking_confirmed"]


def test_same_wish_much_later_is_no_retry() -> None:
    event = factories.seminar()
    take(event)
    Registration.objects.update(created_at=timezone.now() - booking.RETRY_WITHIN)

    assert take(event) is Outcome.ALREADY
    assert told() == ["booking_confirmed", "booking_again"]


def test_form_of_somebody_else_is_no_retry() -> None:
    """A page that a cache gave to two people holds the same nonce: both are booked."""
    event, nonce = factories.seminar(), uuid.uuid4()
    assert take(event, nonce=nonce) is Outcome.BOOKED
    assert take(event, nonce=nonce, email="ben@example.org") is Outcome.BOOKED
    assert counted(event) == (2, 0, 0)


@pytest.mark.parametrize("email", ["ana@example.org", "ANA@example.org"])
def test_known_address_takes_none_and_is_told_only_by_mail(email: str) -> None:
    event = factories.seminar()
    take(event)

    assert take(event, email=email, seats=4) is Outcome.ALREADY
    assert counted(event) == (1, 0, 0)
    assert told() == ["booking_confirmed", "booking_again"]


def test_many_wishes_for_one_address_do_not_flood_its_inbox() -> None:
    event = factories.seminar()
    for seats in range(1, 6):
        take(event, seats=seats)
    assert told() == ["booking_confirmed", "booking_again"]

    Registration.objects.update(told_again_at=timezone.now() - booking.TELL_AGAIN_AFTER)
    take(event, seats=7)
    assert told()[2:] == ["booking_again"]


@pytest.mark.parametrize("policy", ["none", "in_order", "fits"])
def test_known_address_learns_no_more_than_an_unknown_one(policy: str) -> None:
    """At a full event too: what the page shows is what a stranger would be shown."""
    event = factories.seminar(capacity=2, waitlist=policy)
    take(event, seats=2)

    def answer(email: str) -> object:
        try:
            return take(event, email=email, seats=1).seems_to_wait
        except booking.SeminarFull as full:
            return full.left

    assert answer("ana@example.org") == answer("stranger@example.org")


def test_full_without_a_list_says_how_many_are_left() -> None:
    event = factories.seminar(capacity=3, waitlist="none")
    take(event, seats=2)

    with pytest.raises(booking.SeminarFull) as full:
        take(event, email="ben@example.org", seats=2)
    assert full.value.left == 1
    assert counted(event) == (2, 0, 0)


def test_full_with_a_list_lets_wait_who_wants_to() -> None:
    event = factories.seminar(capacity=3)
    take(event, seats=2)

    with pytest.raises(booking.SeminarFull) as full:
        take(event, email="ben@example.org", seats=2, may_wait=False)
    assert full.value.left == 1
    assert take(event, email="ben@example.org", seats=2) is Outcome.WAITING
    assert take(event, email="ben@example.org", seats=2) is Outcome.WAITING
    assert counted(event) == (2, 0, 1)
    assert told() == ["booking_confirmed", "waiting_joined"]


@pytest.mark.parametrize(
    "fields",
    [
        {"state": Seminar.State.CANCELLED},
        {"state": Seminar.State.DONE},
        {"starts_at": factories.in_days(-1)},
        {"booking_closes_at": factories.in_days(-1)},
    ],
    ids=["cancelled", "done", "begun", "bookings closed"],
)
def test_closed_is_refused(fields: dict[str, Any]) -> None:
    event = factories.seminar(**fields)

    with pytest.raises(booking.SeminarClosed):
        take(event)
    assert counted(event) == (0, 0, 0)
    assert told() == []


@pytest.mark.parametrize("fields", [{"state": Seminar.State.DRAFT}, *({"audience": each} for each in UNLISTED)])
def test_seminar_without_page_is_none(fields: dict[str, Any]) -> None:
    event = factories.seminar(**fields)

    with pytest.raises(Seminar.DoesNotExist):
        take(event)


@pytest.mark.parametrize("audience", UNLISTED)
def test_statement_that_decides_passes_students_by(
    audience: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    event = factories.seminar(audience=audience)

    with django_assert_num_queries(1):
        assert not booking._seize(booking._asked(event.uid, booking.Wish(name="Ana", email="ana@example.org")))


def test_database_refuses_more_seats_than_there_are() -> None:
    event = factories.seminar(capacity=2)

    with pytest.raises(IntegrityError), transaction.atomic():
        Seminar.objects.filter(pk=event.pk).update(seats_taken=3)


def test_class_comes_by_headcount() -> None:
    event = factories.seminar(capacity=100, takes_classes=True)

    assert take(event, **a_class()) is Outcome.BOOKED
    assert counted(event) == (30, 1, 0)
    assert (the().group_name, the().adults) == ("Period 3", 2)


def test_class_is_refused_where_none_may_come() -> None:
    with pytest.raises(booking.NoClasses):
        take(factories.seminar(capacity=100), **a_class())


@pytest.mark.parametrize(
    ("fields", "more", "most"),
    [
        ({"capacity": 100}, {"seats": 11}, 10),
        ({"capacity": 4}, {"seats": 5}, 4),
        ({"capacity": 100, "takes_classes": True, "largest_group": 25}, a_class(seats=26), 25),
    ],
)
def test_more_than_one_booking_may_have_is_refused(fields: dict[str, Any], more: dict[str, Any], most: int) -> None:
    event = factories.seminar(**fields)
    with pytest.raises(booking.TooMany) as many:
        take(event, **more)
    assert many.value.most == most
    assert counted(event) == (0, 0, 0)


def test_classes_are_limited_apart_from_seats() -> None:
    event = factories.seminar(capacity=100, takes_classes=True, groups=1, waitlist="none")
    take(event, **a_class())

    with pytest.raises(booking.SeminarFull) as full:
        take(event, email="ben@example.org", **a_class(seats=5))
    assert full.value.left == 0
    assert take(event, email="cy@example.org") is Outcome.BOOKED
    assert counted(event) == (31, 1, 0)


def test_cancel_gives_the_seats_back_once() -> None:
    event = factories.seminar()
    take(event, seats=2)
    for _ in range(2):
        booking.cancel(uid=the().uid)
    assert counted(event) == (0, 0, 0)
    assert told() == ["booking_confirmed", "booking_cancelled"]
    assert the().ended == "guest"


def test_cancelled_address_can_book_again_also_from_the_form_that_a_browser_kept() -> None:
    event, nonce = factories.seminar(), uuid.uuid4()
    take(event, nonce=nonce)
    booking.cancel(uid=the().uid)

    assert take(event, nonce=nonce) is Outcome.BOOKED
    assert counted(event) == (1, 0, 0)


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
    assert counted(event) == (1, 0, 0)


def test_forgotten_booking_cannot_be_cancelled_or_changed() -> None:
    booked = factories.booking(factories.seminar(), forgotten_at=timezone.now())
    with pytest.raises(Registration.DoesNotExist):
        booking.cancel(uid=booked.uid)
    with pytest.raises(Registration.DoesNotExist):
        booking.change(uid=booked.uid, seats=2)


def test_change_of_everything_is_one_step() -> None:
    event = factories.seminar()
    take(event, seats=2)
    booking.change(uid=the().uid, seats=5, name="Ana Reyes", needs="CART", language="es", reminders=True)

    booked = the()
    assert (booked.seats, booked.adults, booked.name, booked.needs) == (5, 5, "Ana Reyes", "CART")
    assert (booked.language, booked.reminders) == ("es", True)
    assert counted(event) == (5, 0, 0)
    assert told() == ["booking_confirmed", "booking_changed"]


def test_change_that_changes_nothing_tells_nothing() -> None:
    event = factories.seminar()
    take(event, seats=2)
    entries = Entry.objects.count()
    booking.change(uid=the().uid, seats=2, name="Ana", needs="")
    assert told() == ["booking_confirmed"]
    assert Entry.objects.count() == entries


def test_reminders_are_turned_on_without_a_mail() -> None:
    take(factories.seminar())
    booking.change(uid=the().uid, reminders=True)
    assert the().reminders
    assert told() == ["booking_confirmed"]


def test_more_seats_than_are_free_change_nothing_at_all() -> None:
    event = factories.seminar(capacity=4)
    take(event, seats=2)
    take(event, seats=1, email="ben@example.org")
    ana = Registration.objects.get(email="ana@example.org")
    with pytest.raises(booking.SeminarFull) as full:
        booking.change(uid=ana.uid, seats=4, name="Lost")
    assert full.value.left == 1
    ana.refresh_from_db()
    assert (ana.seats, ana.name) == (2, "Ana")
    assert counted(event) == (3, 0, 0)


def test_more_seats_are_not_had_before_those_who_wait() -> None:
    event = factories.seminar(capacity=4)
    take(event, seats=3)
    take(event, email="ben@example.org", seats=2)
    ana = Registration.objects.get(email="ana@example.org")
    with pytest.raises(booking.SeminarFull):
        booking.change(uid=ana.uid, seats=4)
    assert counted(event) == (3, 0, 1)


def test_larger_class_still_counts_as_one() -> None:
    event = factories.seminar(capacity=100, takes_classes=True, groups=1, largest_group=40)
    take(event, **a_class())
    booking.change(uid=the().uid, seats=35, adults=3, group_name="Period 4")
    assert counted(event) == (35, 1, 0)
    assert (the().adults, the().group_name) == (3, "Period 4")
    with pytest.raises(booking.TooMany):
        booking.change(uid=the().uid, seats=41)


def test_adults_never_get_a_group_name() -> None:
    take(factories.seminar())
    booking.change(uid=the().uid, group_name="Period 4", grades="6-8")
    assert (the().group_name, the().grades) == ("", "")


@pytest.mark.parametrize("fields", [{"state": "cancelled"}, {"starts_at": factories.in_days(-1)}])
def test_change_of_what_is_over_is_refused(fields: dict[str, Any]) -> None:
    booked = factories.booking(factories.seminar(**fields))
    with pytest.raises(booking.SeminarClosed):
        booking.change(uid=booked.uid, seats=2)


def test_change_of_a_cancelled_booking_is_refused() -> None:
    booked = factories.booking(factories.seminar(), state="cancelled")
    with pytest.raises(booking.Over):
        booking.change(uid=booked.uid, seats=2)


def test_trail_of_a_booking_holds_neither_name_nor_address() -> None:
    event = factories.seminar(capacity=50, takes_classes=True)
    personal: dict[str, Any] = {"name": "Ana Unmistakable", "email": "unmistakable@example.org"}
    take(event, **a_class(group_name="Unmistakable class"), needs="Unmistakable", **personal)
    booking.change(uid=the().uid, seats=31, name="Even more unmistakable", group_name="Unmistakable too")
    booking.cancel(uid=the().uid)

    entries = Entry.objects.filter(object_type="outreach.registration")
    assert [entry.verb for entry in entries.order_by("id")] == ["booked", "changed", "cancelled"]
    assert "nmistakable" not in " ".join(f"{e.object_label} {e.before} {e.after}" for e in entries)


def test_fingerprint_tells_nothing_to_whoever_lacks_the_key() -> None:
    event = factories.seminar()
    one, other = wish().fingerprint(event), wish(seats=2).fingerprint(event)
    assert one != other
    assert one != wish().fingerprint(factories.seminar())
    assert len(one) == 64


def test_retry_after_a_commit_that_nobody_heard_of_says_booked_though_it_is_full_or_closed_by_now() -> None:
    event, nonce = factories.seminar(capacity=1, waitlist="none"), uuid.uuid4()
    take(event, nonce=nonce)
    assert take(event, nonce=nonce) is Outcome.BOOKED
    Seminar.objects.update(booking_closes_at=timezone.now() - dt.timedelta(minutes=1))
    assert take(event, nonce=nonce) is Outcome.BOOKED
    with pytest.raises(booking.SeminarClosed):
        take(event, email="ben@example.org")


def test_faults_are_seen() -> None:
    event = factories.seminar()
    take(event, seats=2)
    assert list(counting.faulty()) == []
    Seminar.objects.update(seats_taken=1, waiting=2, groups_taken=1)
    event.refresh_from_db()
    assert len(counting.faults(event)) == 3
    assert list(counting.faulty()) == [event]
