"""The line: its order is kept, offers end, and whatever frees seats passes them on."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outreach.registration import booking, counting, tasks, waitlist
from outreach.registration.models import BookingNotice, Registration
from outreach.seminars.models import Seminar
from portal.people.models import User
from portal.people.roles import Role
from tests.outreach import factories

pytestmark = pytest.mark.django_db


def take(event: Seminar, who: str, seats: int = 1, **more: Any) -> booking.Outcome:
    wish = booking.Wish(name=who, email=f"{who}@example.org", seats=seats, **more)
    return booking.take(seminar_uid=event.uid, wish=wish, language="en")


def a_class(event: Seminar, who: str, seats: int) -> booking.Outcome:
    return take(event, who, seats, kind=Registration.Kind.CLASS, adults=1, group_name=who)


def of(who: str) -> Registration:
    return Registration.objects.get(email=f"{who}@example.org")


def states(event: Seminar) -> dict[str, str]:
    """By who; and no fault anywhere."""
    assert counting.faults(event) == []
    return dict(Registration.objects.filter(seminar=event).order_by("id").values_list("name", "state"))


def told(who: str) -> list[str]:
    rows = BookingNotice.objects.filter(registration=of(who)).order_by("id")
    return list(rows.values_list("template", flat=True))


def full(**fields: Any) -> Seminar:
    """Four seats, taken by ana and ben; cy waits for three, dee for one, eve for two."""
    event = factories.seminar(**{"capacity": 4, **fields})
    for who, seats in (("ana", 2), ("ben", 2), ("cy", 3), ("dee", 1), ("eve", 2)):
        take(event, who, seats)
    return event


def test_seats_wait_for_the_first_in_line_however_many_they_need() -> None:
    event = full()
    booking.cancel(uid=of("ana").uid)
    assert states(event) == {"ana": "cancelled", "ben": "booked", "cy": "waiting", "dee": "waiting", "eve": "waiting"}
    assert take(event, "fay") is booking.Outcome.WAITING

    booking.cancel(uid=of("ben").uid)
    assert states(event) | {"fay": ""} == {
        "ana": "cancelled",
        "ben": "cancelled",
        "cy": "offered",
        "dee": "offered",
        "eve": "waiting",
        "fay": "",
    }
    assert told("cy") == ["waiting_joined", "offer_made"]


def test_seats_go_to_the_first_for_whom_they_are_enough_where_the_policy_says_so() -> None:
    event = full(waitlist="fits")
    booking.cancel(uid=of("ana").uid)
    assert states(event)["cy"] == "waiting"
    assert states(event)["dee"] == "offered"
    assert states(event)["eve"] == "waiting"
    # One seat is left that nobody in line can use: whoever comes may have it.
    assert take(event, "fay") is booking.Outcome.BOOKED
    assert take(event, "gil") is booking.Outcome.WAITING


def test_places_are_given_once_and_never_again() -> None:
    event = full()
    booking.cancel(uid=of("eve").uid)
    take(event, "fay")
    places = list(Registration.objects.filter(line__isnull=False).order_by("id").values_list("line", flat=True))
    assert places == [1, 2, 3, 4]


def test_offer_holds_its_seats_until_it_is_taken() -> None:
    event = full()
    booking.cancel(uid=of("ana").uid)
    booking.cancel(uid=of("ben").uid)
    event.refresh_from_db()
    assert (event.seats_taken, event.waiting) == (4, 1)
    for _ in range(2):
        assert waitlist.accept(uid=of("cy").uid).state == "booked"
    assert of("cy").booked_at is not None
    assert told("cy") == ["waiting_joined", "offer_made", "booking_confirmed"]
    assert states(event)["cy"] == "booked"


def test_declined_offer_goes_to_the_next() -> None:
    event = full()
    booking.cancel(uid=of("ana").uid)
    booking.cancel(uid=of("ben").uid)
    for _ in range(2):
        waitlist.decline(uid=of("cy").uid)
    assert states(event)["cy"] == "cancelled"
    assert states(event)["eve"] == "offered"
    with pytest.raises(booking.Over):
        waitlist.accept(uid=of("cy").uid)


def test_booking_is_not_declined() -> None:
    event = full()
    with pytest.raises(booking.Over):
        waitlist.decline(uid=of("ana").uid)
    assert states(event)["ana"] == "booked"


def test_offer_that_ends_goes_to_the_next_by_the_task() -> None:
    event = full()
    booking.cancel(uid=of("ana").uid)
    booking.cancel(uid=of("ben").uid)
    assert waitlist.lapse() == 0
    ends = of("cy").offer_ends_at
    assert ends is not None
    Registration.objects.filter(name="dee").update(offer_ends_at=ends + dt.timedelta(hours=1))

    assert waitlist.lapse(now=ends) == 1
    assert states(event)["cy"] == "lapsed"
    assert states(event)["dee"] == "offered"
    assert states(event)["eve"] == "offered"
    assert of("cy").ended == "not_taken"
    assert told("cy")[-1] == "offer_lapsed"
    tasks.pass_on()


def test_offer_cannot_be_taken_once_it_ended_though_no_task_has_seen_it() -> None:
    event = full()
    booking.cancel(uid=of("ana").uid)
    booking.cancel(uid=of("ben").uid)
    Registration.objects.filter(name="cy").update(offer_ends_at=timezone.now())
    with pytest.raises(booking.Over):
        waitlist.accept(uid=of("cy").uid)
    assert states(event)["cy"] == "lapsed"
    assert states(event)["eve"] == "offered"


@pytest.mark.parametrize(
    "door",
    ["guest cancels", "staff cancels", "fewer seats", "offer lapses", "offer declined", "capacity", "policy", "sweep"],
)
def test_every_door_that_frees_seats_passes_them_on(door: str, user_with: Callable[..., User], client: Client) -> None:
    event = factories.seminar(capacity=2)
    take(event, "ana", 2)
    take(event, "ben")
    staff = user_with(Role.COORDINATOR)
    ana = of("ana")
    if door in {"offer lapses", "offer declined"}:
        ends = timezone.now() + dt.timedelta(hours=1)
        Registration.objects.filter(pk=ana.pk).update(state="offered", line=99, offer_ends_at=ends)
        Seminar.objects.update(last_in_line=99)
    match door:
        case "guest cancels":
            booking.cancel(uid=ana.uid)
        case "staff cancels":
            booking.cancel(uid=ana.uid, by=staff)
        case "fewer seats":
            booking.change(uid=ana.uid, seats=1)
        case "offer lapses":
            waitlist.lapse(now=timezone.now() + dt.timedelta(hours=2))
        case "offer declined":
            waitlist.decline(uid=ana.uid)
        case "capacity":
            Seminar.objects.update(capacity=3)
            waitlist.seats_changed(seminar_id=event.pk)
        case "policy":
            Registration.objects.filter(name="ben").update(seats=2, adults=2)
            take(event, "cy")
            Seminar.objects.update(capacity=3, waitlist="fits")
            waitlist.seats_changed(seminar_id=event.pk)
        case "sweep":
            Seminar.objects.update(capacity=3)
            waitlist.lapse()
    event.refresh_from_db()
    assert states(event)["cy" if door == "policy" else "ben"] == "offered"


def test_fewer_seats_keep_the_place_and_more_go_to_the_end() -> None:
    event = full()
    booking.change(uid=of("cy").uid, seats=4)
    assert of("cy").line == 4
    booking.change(uid=of("eve").uid, seats=1)
    assert of("eve").line == 3
    booking.cancel(uid=of("ana").uid)
    assert states(event) | {} == {
        "ana": "cancelled",
        "ben": "booked",
        "cy": "waiting",
        "dee": "offered",
        "eve": "offered",
    }


def test_first_in_line_who_wants_fewer_is_served_at_once() -> None:
    event = full()
    booking.cancel(uid=of("ana").uid)
    booking.change(uid=of("cy").uid, seats=2)
    assert states(event)["cy"] == "offered"


def test_offer_can_be_made_smaller_not_larger() -> None:
    event = full()
    booking.cancel(uid=of("ana").uid)
    booking.cancel(uid=of("ben").uid)
    with pytest.raises(booking.SeminarFull):
        booking.change(uid=of("cy").uid, seats=4)
    booking.change(uid=of("cy").uid, seats=1)
    assert states(event)["eve"] == "offered"


def test_class_waits_for_a_class_to_leave_and_holds_nobody_up() -> None:
    event = factories.seminar(capacity=30, takes_classes=True, groups=1)
    a_class(event, "ana", 20)
    assert a_class(event, "ben", 5) is booking.Outcome.WAITING
    assert take(event, "cy", 2) is booking.Outcome.BOOKED
    booking.cancel(uid=of("ana").uid)
    assert states(event) == {"ana": "cancelled", "ben": "offered", "cy": "booked"}


def test_whoever_wants_more_than_there_is_by_now_holds_nobody_up() -> None:
    event = full()
    Seminar.objects.update(capacity=4, seats_taken=4)
    Registration.objects.filter(name="cy").update(seats=8, adults=8)
    booking.cancel(uid=of("ana").uid)
    assert states(event)["dee"] == "offered"


def test_staff_let_others_go_first_and_the_trail_says_who(user_with: Callable[..., User]) -> None:
    event = full()
    booking.cancel(uid=of("ana").uid)
    waitlist.pass_by(uid=of("cy").uid, by=user_with(Role.COORDINATOR))
    assert states(event)["cy"] == "waiting"
    assert states(event)["dee"] == "offered"
    assert of("cy").line == 4
    with pytest.raises(booking.Over):
        waitlist.pass_by(uid=of("ben").uid, by=user_with(Role.COORDINATOR))


def test_nobody_waits_once_it_began() -> None:
    event = full()
    Seminar.objects.update(starts_at=timezone.now())
    assert waitlist.lapse() == 3
    event.refresh_from_db()
    assert set(states(event).values()) == {"booked", "lapsed"}
    assert event.waiting == 0
    assert told("cy")[-1] == "waiting_ended"
    assert of("cy").ended == "began"


def test_line_of_a_cancelled_event_ends_without_another_mail() -> None:
    event = full()
    Seminar.objects.update(state="cancelled")
    assert waitlist.lapse() == 3
    assert told("cy") == ["waiting_joined"]
    assert of("cy").ended == "called_off"
    event.refresh_from_db()
    assert event.waiting == 0


@pytest.mark.parametrize("fields", [{"state": "draft"}, {"state": "cancelled"}, {"starts_at": factories.in_days(-1)}])
def test_nothing_is_offered_of_what_does_not_take_place(fields: dict[str, Any]) -> None:
    event = full()
    Seminar.objects.update(capacity=9, **fields)
    assert waitlist.seats_changed(seminar_id=event.pk) == 0


def test_accepting_once_it_is_called_off_or_begun_is_refused() -> None:
    for fields in ({"state": "cancelled"}, {"starts_at": factories.in_days(-1)}):
        event = factories.seminar(**fields)
        offered = factories.booking(event, state="offered")
        with pytest.raises(booking.SeminarClosed):
            waitlist.accept(uid=offered.uid)


def test_unknown_link_accepts_nothing() -> None:
    for verb in (waitlist.accept, waitlist.decline):
        with pytest.raises(Registration.DoesNotExist):
            verb(uid=uuid.uuid4())


@pytest.mark.parametrize("zone", ["America/Chicago", "Pacific/Guam", "America/Phoenix", "America/Indiana/Knox"])
@pytest.mark.parametrize(
    ("local", "starts_in", "ends"),
    [
        ("2027-01-12T14:00", dt.timedelta(days=9), "2027-01-13T14:00"),
        ("2027-01-12T20:59", dt.timedelta(days=9), "2027-01-13T20:59"),
        ("2027-01-12T21:00", dt.timedelta(days=9), "2027-01-14T10:00"),
        ("2027-01-12T23:30", dt.timedelta(days=9), "2027-01-14T10:00"),
        ("2027-01-12T03:00", dt.timedelta(days=9), "2027-01-13T10:00"),
        ("2027-01-12T08:00", dt.timedelta(days=9), "2027-01-13T08:00"),
        ("2027-01-12T14:00", dt.timedelta(hours=20), "2027-01-13T08:00"),
        ("2027-01-12T14:00", dt.timedelta(hours=3), "2027-01-12T15:00"),
        ("2027-01-12T14:00", dt.timedelta(hours=2), "2027-01-12T14:30"),
        ("2027-01-12T14:00", dt.timedelta(minutes=10), "2027-01-12T14:10"),
    ],
)
def test_offer_ends_by_day_on_the_clock_of_the_event(zone: str, local: str, starts_in: dt.timedelta, ends: str) -> None:
    now = dt.datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
    event = Seminar(time_zone=zone, starts_at=now + starts_in)
    until = waitlist.offer_end(now, event)
    assert until.astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat(timespec="minutes") == ends
    assert until.utcoffset() == dt.timedelta(0)


def test_offer_over_the_change_of_clocks_ends_at_ten_by_the_new_one() -> None:
    zone = ZoneInfo("America/Chicago")
    now = dt.datetime(2027, 3, 12, 22, 0, tzinfo=zone).astimezone(dt.UTC)
    event = Seminar(time_zone="America/Chicago", starts_at=now + dt.timedelta(days=9))
    until = waitlist.offer_end(now, event)
    assert until == dt.datetime(2027, 3, 14, 15, 0, tzinfo=dt.UTC)


def test_more_capacity_in_the_admin_is_offered_at_once(client: Client, user_with: Callable[..., User]) -> None:
    event = full(season=factories.season_ahead())
    client.force_login(user_with(Role.COORDINATOR))
    page = client.get(reverse("admin:outreach_seminar_change", args=[event.pk]))
    form = page.context["adminform"].form
    sent = {name: "" if value is None else value for name, value in form.initial.items() if name in form.fields}
    sent["partners"] = [each.pk for each in form.initial["partners"]]
    answer = client.post(reverse("admin:outreach_seminar_change", args=[event.pk]), {**sent, "capacity": 7})
    assert answer.status_code == 302, answer.context["errors"] if answer.context else answer
    assert states(event)["cy"] == "offered"
