"""An event moves: those who hold seats or wait hear of it, calendars follow, and the step is short however many come."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from post_office.models import Email
from pytest_django import DjangoAssertNumQueries

from outreach.registration import mails, moving, notices, waitlist
from outreach.registration.models import BookingNotice, Registration
from outreach.seminars import publishing
from outreach.seminars.models import Seminar
from outreach.seminars.refusals import NotPossible
from portal.areas.models import Area
from portal.audit.models import Entry
from portal.mail.models import Mail
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests.outreach import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ahead() -> Season:
    return factories.season_ahead()


@pytest.fixture
def staff(user_with: Callable[..., User]) -> User:
    return user_with(Role.SCHEDULER)


@pytest.fixture
def event(ahead: Season) -> Seminar:
    return factories.seminar(season=ahead)


def guests(event: Seminar, *states: str) -> list[Registration]:
    return [
        factories.booking(
            event,
            email=f"{state}{number}@example.org",
            state=state,
            booked_at=timezone.now() if state == "booked" else None,
        )
        for number, state in enumerate(states)
    ]


def entries(address: str) -> list[tuple[str, int, Any]]:
    """(method, sequence, start) of what was sent to an address, in order."""
    found: list[tuple[str, int, Any]] = []
    for mail in Mail.objects.filter(to=address).order_by("pk"):
        assert mail.email is not None
        for file in mail.email.enclosures.all():
            calendar = Calendar.from_ical(bytes(file.content))
            entry: Any = calendar.walk("VEVENT")[0]
            found.append((str(calendar["METHOD"]), int(entry["SEQUENCE"]), entry["DTSTART"].dt))
    return found


def test_hearers_are_those_who_hold_seats_or_wait(event: Seminar) -> None:
    guests(event, "booked", "booked", "waiting", "offered", "lapsed", "cancelled")
    factories.booking(event, email="gone@example.org", forgotten_at=timezone.now())
    told = moving.hearers(event)
    assert (told.booked, told.offered, told.waiting, told.people) == (2, 1, 1, 4)
    assert str(told) == "4 people will hear: 2 booked, 1 offered seats, 1 waiting."


def test_move_keeps_seats_and_tells_everyone_who_comes_or_waits(event: Seminar, staff: User) -> None:
    booked, waiting, *_ = guests(event, "booked", "waiting", "cancelled")
    notices.note(booked, template=notices.CONFIRMED, key="booked")
    notices.send_due()
    was = event.starts_at
    there = was + dt.timedelta(days=2, hours=1)

    moved = moving.move(
        seminar_id=event.pk,
        fields={"starts_at": there, "venue": "Town hall"},
        reason="  The library\nis being painted. ",
        by=staff,
    )
    assert not Email.objects.filter(created__gt=moved.changed_at).exists(), "no mail is made in the step"
    assert (moved.starts_at, moved.moved_from, moved.sequence, moved.reason) == (
        *(there, was, 1),
        "The library is being painted.",
    )
    assert notices.send_due() == 2
    last = {mail.to: mail for mail in Mail.objects.filter(template=mails.MOVED)}
    assert set(last) == {booked.email, waiting.email}
    for mail in last.values():
        assert mail.email is not None
        assert "Town hall" in mail.email.message
        assert "The library is being painted." in mail.email.message
    assert [(method, sequence) for method, sequence, _ in entries(booked.email)] == [("REQUEST", 1), ("REQUEST", 2)]
    assert entries(booked.email)[-1][2].astimezone(dt.UTC) == there
    assert entries(waiting.email) == []
    event.refresh_from_db()
    assert event.seats_taken == 1
    assert Entry.objects.latest("id").verb == "moved"


def test_offers_end_before_an_event_that_begins_sooner(event: Seminar, staff: User) -> None:
    now = timezone.now()
    (offered,) = guests(event, "offered")
    sooner = (now + dt.timedelta(days=1)).replace(microsecond=0)
    Registration.objects.update(offer_ends_at=sooner + dt.timedelta(hours=3))
    moving.move(seminar_id=event.pk, fields={"starts_at": sooner}, reason="Snow.", by=staff)
    offered.refresh_from_db()
    assert offered.offer_ends_at is not None
    assert now < offered.offer_ends_at <= sooner - waitlist.BEFORE_START

    kept = offered.offer_ends_at
    later = sooner + dt.timedelta(days=9)
    moving.move(seminar_id=event.pk, fields={"starts_at": later}, reason="No snow.", by=staff)
    offered.refresh_from_db()
    assert offered.offer_ends_at == kept


def test_moved_back_to_its_first_time_it_was_never_moved(event: Seminar, staff: User) -> None:
    was = event.starts_at
    for days, first in ((3, was), (5, was), (0, None)):
        fields = {"starts_at": was + dt.timedelta(days=days)}
        assert moving.move(seminar_id=event.pk, fields=fields, reason="", by=staff).moved_from == first


def test_sequence_grows_from_booking_to_cancellation(event: Seminar, staff: User) -> None:
    [guest] = guests(event, "booked")
    notices.note(guest, template=notices.CONFIRMED, key="booked")
    notices.send_due()
    for days in (1, 2, 3):
        fields = {"starts_at": event.starts_at + dt.timedelta(days=days)}
        moving.move(seminar_id=event.pk, fields=fields, reason="So it is.", by=staff)
        if days != 2:  # two moves before the task runs are told as one state, or as two with growing numbers
            notices.send_due()
    publishing.cancel(seminar_id=event.pk, by=staff, reason="Snow.")
    notices.send_due()
    sent = entries(guest.email)
    assert [method for method, _, _ in sent][-1] == "CANCEL"
    assert [method for method, _, _ in sent][:-1] == ["REQUEST"] * (len(sent) - 1)
    sequences = [sequence for _, sequence, _ in sent]
    assert sequences == sorted(set(sequences))


def test_bookings_close_as_long_before_as_they_did(ahead: Season, staff: User) -> None:
    starts_at = factories.in_days(30)
    event = factories.seminar(season=ahead, starts_at=starts_at, booking_closes_at=starts_at - dt.timedelta(hours=12))
    moved = moving.move(
        seminar_id=event.pk, fields={"starts_at": starts_at - dt.timedelta(days=9)}, reason="", by=staff
    )
    assert moved.booking_closes_at == moved.starts_at - dt.timedelta(hours=12)


def test_another_clock_is_a_move_though_the_instant_is_the_same(event: Seminar, staff: User) -> None:
    guests(event, "booked")
    fields = {"time_zone": "Pacific/Guam", "city": "Hagåtña", "area": Area.objects.get(pk="GU")}
    assert moving.move(seminar_id=event.pk, fields=fields, reason="New place.", by=staff).sequence == 1
    assert notices.send_due() == 1
    assert "Chamorro Time" in Email.objects.get().message


def test_new_link_is_told_to_those_who_booked_alone(ahead: Season, staff: User) -> None:
    event = factories.seminar(season=ahead, mode="virtual", join_url="https://meet.example.org/old")
    guests(event, "booked", "waiting")
    moving.move(seminar_id=event.pk, fields={"join_url": "https://meet.example.org/new"}, reason="New room.", by=staff)
    notices.send_due()
    told = {mail.to: mail.email.message for mail in Mail.objects.all() if mail.email}
    assert "meet.example.org/new" in told["booked0@example.org"]
    assert "meet.example.org" not in told["waiting1@example.org"]
    assert "meet.example.org" not in " ".join(f"{entry.before} {entry.after}" for entry in Entry.objects.all())


@pytest.mark.parametrize(
    ("event", "fields", "reason", "told"),
    [
        ({"state": "cancelled"}, {"minutes": 90}, "x", "over or was called off"),
        ({"starts_at": factories.in_days(-2)}, {"minutes": 90}, "x", "over or was called off"),
        ({}, {"venue": "Library"}, "x", "Nothing is different"),
        ({}, {"starts_at": factories.in_days(-2)}, "x", "has passed"),
        ({}, {"minutes": 90}, " ", "Write a sentence why"),
    ],
)
def test_move_that_makes_no_sense_is_refused_and_nobody_told(
    ahead: Season, staff: User, event: dict[str, Any], fields: dict[str, Any], reason: str, told: str
) -> None:
    made = factories.seminar(season=ahead, **event)
    guests(made, "booked")
    with pytest.raises(NotPossible, match=told):
        moving.move(seminar_id=made.pk, fields=fields, reason=reason, by=staff)
    made.refresh_from_db()
    assert made.sequence == 0
    assert not BookingNotice.objects.exists()


def test_draft_moves_without_a_word(ahead: Season, staff: User) -> None:
    draft = factories.seminar(season=ahead, state="draft")
    moving.move(seminar_id=draft.pk, fields={"minutes": 90}, reason="", by=staff)
    assert not BookingNotice.objects.exists()


def test_five_hundred_guests_are_moved_by_as_many_statements_as_one(
    ahead: Season, staff: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    event = factories.seminar(season=ahead, capacity=500, seats_taken=500)
    Registration.objects.bulk_create(
        Registration(seminar=event, name="Ana", email=f"guest{number}@example.org", booked_at=timezone.now())
        for number in range(500)
    )
    with django_assert_max_num_queries(40):
        moving.move(seminar_id=event.pk, fields={"minutes": 90}, reason="It takes longer.", by=staff)
    assert BookingNotice.objects.count() == 500
    assert not Email.objects.exists()


@pytest.fixture
def scheduler(client: Client, staff: User) -> User:
    client.force_login(staff)
    return staff


def page(event: Seminar) -> str:
    return reverse("admin:outreach_seminar_move", args=[event.pk])


def fields_of(client: Client, event: Seminar) -> dict[str, Any]:
    form = client.get(page(event)).context["form"]
    return {name: "" if value is None else value for name, value in ((each.name, each.value()) for each in form)}


def test_page_shows_who_will_hear_before_anything_is_done(client: Client, scheduler: User, event: Seminar) -> None:
    guests(event, "booked", "booked", "waiting")
    sent = fields_of(client, event) | {"venue": "Town hall", "reason": "The library is being painted."}
    shown = client.post(page(event), sent)
    text = shown.content.decode()
    assert "3 people will hear: 2 booked, 1 waiting." in text
    assert "Town hall" in text
    assert "The library is being painted." in text
    event.refresh_from_db()
    assert (event.venue, event.sequence) == ("Library", 0)

    other = client.post(page(event), sent | {"step": "move", "seen": shown.context["seen"], "venue": "Church"})
    event.refresh_from_db()
    assert (event.venue, other.context["seen"] != shown.context["seen"]) == ("Library", True), "what is done was seen"

    done = client.post(page(event), sent | {"step": "move", "seen": shown.context["seen"]})
    assert done.status_code == 302
    event.refresh_from_db()
    assert (event.venue, event.sequence) == ("Town hall", 1)
    assert BookingNotice.objects.filter(template=mails.MOVED).count() == 3


def test_page_without_a_difference_says_so(client: Client, scheduler: User, event: Seminar) -> None:
    assert "Nothing is different" in client.post(page(event), fields_of(client, event)).content.decode()


def test_form_of_the_event_leads_to_the_page(client: Client, scheduler: User, event: Seminar) -> None:
    guests(event, "booked")
    change = reverse("admin:outreach_seminar_change", args=[event.pk])
    shown = client.get(change)
    assert page(event) in shown.content.decode()
    form = shown.context["adminform"].form
    sent = {each.name: "" if each.value() is None else each.value() for each in form}
    answer = client.post(change, sent | {"minutes": 90})
    assert "Move it" in answer.content.decode()
    event.refresh_from_db()
    assert event.minutes == 60
    client.post(change, sent | {"summary": "Only words."})
    event.refresh_from_db()
    assert (event.summary, event.sequence) == ("Only words.", 0)
    assert not BookingNotice.objects.exists()


def test_cancelling_says_who_will_hear(client: Client, scheduler: User, event: Seminar) -> None:
    guests(event, "booked", "waiting")
    page = reverse("admin:outreach_seminar_call_off", args=[event.pk])
    assert "2 people will hear: 1 booked, 1 waiting." in client.get(page).content.decode()
    client.post(page, {"reason": "Snow."})
    assert notices.send_due() == 2
    assert {mail.template for mail in Mail.objects.all()} == {mails.CALLED_OFF}


def test_presenter_who_is_elsewhere_then_holds_the_move_up(ahead: Season, staff: User) -> None:
    robin = factories.presenter()
    event = factories.seminar(season=ahead, presenter=robin)
    other = factories.seminar(season=ahead, presenter=robin, starts_at=event.starts_at + dt.timedelta(days=3))
    guests(event, "booked")
    with pytest.raises(NotPossible):
        moving.move(seminar_id=event.pk, fields={"starts_at": other.starts_at}, reason="So it is.", by=staff)
    assert not BookingNotice.objects.exists()
    assert Seminar.objects.get(pk=event.pk).sequence == 0


def test_more_seats_go_to_whoever_waits(client: Client, scheduler: User, ahead: Season) -> None:
    event = factories.seminar(season=ahead, capacity=1)
    guests(event, "booked", "waiting")
    event.refresh_from_db()
    change = reverse("admin:outreach_seminar_change", args=[event.pk])
    form = client.get(change).context["adminform"].form
    sent = {each.name: "" if each.value() is None else each.value() for each in form}
    client.post(change, sent | {"capacity": 2})
    assert Registration.objects.get(email="waiting1@example.org").state == Registration.State.OFFERED
    event.refresh_from_db()
    assert (event.seats_taken, event.waiting) == (2, 0)
    notices.send_due()
    assert Mail.objects.get().template == mails.OFFERED
