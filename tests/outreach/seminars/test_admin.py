"""Staff triage, plan, open and cancel; by button only, on the place's own clock, by their role only."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email
from pytest_django import DjangoAssertNumQueries

from outreach.registration import booking
from outreach.registration import notices as guest_notices
from outreach.seminars import intake, notices
from outreach.seminars.models import Presenter, Request, Seminar
from portal.areas.models import Area
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests.outreach import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ahead(db: None) -> Season:
    return factories.season_ahead()


@pytest.fixture
def scheduler(client: Client, user_with: Callable[..., User]) -> User:
    user = user_with(Role.SCHEDULER)
    client.force_login(user)
    return user


def change(record: Any) -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


def fields_of(client: Client, record: Any) -> dict[str, Any]:
    """What the change page would send back untouched."""
    page = client.get(change(record))
    form = page.context["adminform"].form
    sent = {name: form[name].value() for name in form.fields}
    for inline in page.context["inline_admin_formsets"]:
        for part in (inline.formset.management_form, *inline.formset.forms):
            sent |= {part.add_prefix(name): part[name].value() for name in part.fields}
    return {name: value for name, value in sent.items() if value is not None}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["request", "seminar", "presenter", "school", "registration"])
def test_list_needs_the_same_statements_for_any_number(
    client: Client, scheduler: User, django_assert_max_num_queries: DjangoAssertNumQueries, name: str, count: int
) -> None:
    for number in range(count):
        event = factories.seminar(title=f"Event {number}")
        factories.booking(event, name=f"Guest {number}")
        factories.school(name=f"School {number}")
        factories.presenter(name=f"Presenter {number}")
        factories.request(school_name=f"School {number}")

    with django_assert_max_num_queries(14):
        page = client.get(reverse(f"admin:outreach_{name}_changelist")).content.decode()
    label = {"seminar": "Event", "registration": "Guest", "presenter": "Presenter"}.get(name, "School")
    assert all(f"{label} {number}" in page for number in range(count))


def test_accept_button_accepts_and_tells_the_school(client: Client, scheduler: User, ahead: Season) -> None:
    asked = factories.request(season=ahead)
    sent = fields_of(client, asked)

    client.post(change(asked), {**sent, "outreach_request_accept": "1"})
    asked.refresh_from_db()
    assert asked.state == "accepted"
    assert Email.objects.get().to == [asked.contact_email]
    assert Entry.objects.filter(verb="accepted", actor=scheduler).exists()


def test_link_ends_with_the_address_that_it_was_mailed_to(client: Client, scheduler: User, ahead: Season) -> None:
    asked = factories.request(season=ahead, contact_email="typo@example.org", confirmed_at=timezone.now())
    old = reverse("request-page", args=[asked.uid])
    sent = fields_of(client, asked)

    client.post(change(asked), sent | {"contact_email": "Typo@example.org", "room": "12"})
    assert client.get(old).status_code == 200, "capitals make no other mailbox"
    page = client.post(change(asked), sent | {"contact_email": "right@example.org"}, follow=True)
    assert "leads nowhere any more" in page.text
    was = asked.uid
    asked = Request.objects.get(confirmed_at=None)
    assert client.get(old).status_code == 404
    assert client.post(old, {"step": "withdraw"}).status_code == 404
    with pytest.raises(Request.DoesNotExist):  # a press that waited for the lock
        intake.confirm_address(uid=was)
    mail = Email.objects.get()
    new = reverse("request-page", args=[asked.uid])
    assert (mail.to, new in mail.message) == (["right@example.org"], True)
    assert client.post(new, {"step": "confirm"}).status_code == 303
    assert not Request.objects.filter(confirmed_at=None).exists()
    told = str(list(Entry.objects.values_list("before", "after")))
    assert not [secret for secret in (str(was), str(asked.uid), "example.org") if secret in told]


@pytest.mark.parametrize(("step", "state"), [("ask_back", "asked"), ("decline", "declined")])
def test_step_with_a_reason_asks_by_get_and_acts_by_post(
    client: Client, scheduler: User, ahead: Season, step: str, state: str
) -> None:
    asked = factories.request(season=ahead)
    path = reverse(f"admin:outreach_request_{step}", args=[asked.pk])

    assert "by mail" in client.get(path).content.decode()
    asked.refresh_from_db()
    assert asked.state == "new"

    client.post(path, {"reason": ""})
    assert not Email.objects.exists()
    answer = client.post(path, {"reason": "Which room?"})
    asked.refresh_from_db()
    assert (asked.state, asked.reason, answer["Location"]) == (state, "Which room?", change(asked))


def test_plan_makes_a_draft_and_leads_to_it(client: Client, scheduler: User, ahead: Season) -> None:
    asked = factories.request(season=ahead, state="accepted", area=Area.objects.get(pk="AZ"), city="Phoenix")
    path = reverse("admin:outreach_request_plan", args=[asked.pk])
    assert "time_zone" in client.get(path).context["form"].fields

    holiday = client.post(path, {"date": f"{ahead.year}-01-01", "start": "10:00", "time_zone": "America/Phoenix"})
    assert "schools are closed" in holiday.content.decode()
    answer = client.post(path, {"date": f"{ahead.year}-01-12", "start": "10:00", "time_zone": "America/Phoenix"})
    made = Seminar.objects.get()
    assert answer["Location"] == change(made)
    assert made.starts_at == dt.datetime(ahead.year, 1, 12, 17, 0, tzinfo=dt.UTC)


def test_steps_are_offered_only_where_they_make_sense(client: Client, scheduler: User, ahead: Season) -> None:
    over = factories.request(season=ahead, state="declined")

    assert client.get(reverse("admin:outreach_request_decline", args=[over.pk])).status_code == 403
    assert client.get(reverse("admin:outreach_request_plan", args=[over.pk])).status_code == 403
    assert "Decline</" not in client.get(change(over)).content.decode()


def test_analyst_may_not_triage_nor_cancel(client: Client, user_with: Callable[..., User], ahead: Season) -> None:
    asked, event = factories.request(season=ahead), factories.seminar()
    client.force_login(user_with(Role.ANALYST))

    for path in (
        reverse("admin:outreach_request_decline", args=[asked.pk]),
        reverse("admin:outreach_seminar_call_off", args=[event.pk]),
        reverse("admin:outreach_registration_import"),
    ):
        assert client.post(path, {"reason": "No."}).status_code == 403
    asked.refresh_from_db()
    event.refresh_from_db()
    assert (asked.state, event.state) == ("new", "open")


@pytest.mark.parametrize(
    ("zone", "utc"),
    [
        ("America/Phoenix", 17),
        ("America/Indiana/Indianapolis", 15),
        ("Pacific/Guam", 0),
        ("America/Kentucky/Louisville", 15),
        ("America/Juneau", 19),
    ],
)
def test_seminar_is_typed_and_shown_on_its_own_clock(
    client: Client, scheduler: User, ahead: Season, zone: str, utc: int
) -> None:
    event = factories.seminar(season=ahead, state="draft")
    sent = fields_of(client, event) | {"day": f"{ahead.year}-01-13", "start": "10:00", "time_zone": zone}
    client.post(change(event), sent)

    event.refresh_from_db()
    assert event.starts_at == dt.datetime(ahead.year, 1, 13, utc, 0, tzinfo=dt.UTC)
    assert event.sequence == 1
    shown = fields_of(client, event)
    assert (str(shown["day"]), str(shown["start"])) == (f"{ahead.year}-01-13", "10:00:00")


def test_school_is_told_when_an_open_seminar_moves(client: Client, scheduler: User, ahead: Season) -> None:
    asked = factories.request(season=ahead, state="planned", contact_email="school@example.org")
    event = factories.seminar(season=ahead, request=asked)
    sent = fields_of(client, event)

    client.post(change(event), sent | {"summary": "Only words."})
    notices.send_due()
    assert not Email.objects.exists()

    client.post(change(event), sent | {"day": f"{ahead.year}-01-13", "start": "10:00"})
    notices.send_due()
    mail = Email.objects.get()
    assert mail.to == ["school@example.org"]
    assert "10:00" in mail.message


@pytest.mark.parametrize("state", ["draft", "cancelled", "done"])
def test_nobody_is_told_of_a_change_where_nobody_comes(
    client: Client, scheduler: User, ahead: Season, state: str
) -> None:
    event = factories.seminar(season=ahead, state=state)
    factories.booking(event)
    client.post(change(event), fields_of(client, event) | {"day": f"{ahead.year}-01-13", "start": "10:00"})
    event.refresh_from_db()
    assert event.sequence == 1
    assert not Email.objects.exists()


def test_saving_a_page_opened_before_a_booking_keeps_the_count(client: Client, scheduler: User, ahead: Season) -> None:
    event = factories.seminar(season=ahead)
    sent = fields_of(client, event)
    wish = booking.Wish(name="Ana", email="a@example.org", seats=4)
    booking.take(seminar_uid=event.uid, wish=wish, language="en")
    client.post(change(event), sent | {"summary": "Now with a summary."})

    event.refresh_from_db()
    assert (event.summary, event.seats_taken) == ("Now with a summary.", 4)


def test_capacity_below_the_seats_taken_is_refused(client: Client, scheduler: User, ahead: Season) -> None:
    event = factories.seminar(season=ahead)
    factories.booking(event, seats=5)
    page = client.post(change(event), fields_of(client, event) | {"capacity": "4"})

    assert "5 seats are taken" in page.content.decode()
    event.refresh_from_db()
    assert event.capacity == 10


def test_saving_keeps_what_was_promised_to_the_school(client: Client, scheduler: User, ahead: Season) -> None:
    asked = factories.request(season=ahead, state="planned")
    agent = factories.presenter(kind="federal_agent")
    event = factories.seminar(season=ahead, state="draft", request=asked, audience="students")
    sent = fields_of(client, event) | {"presenter": str(agent.pk), "day": f"{ahead.year}-01-01"}
    page = client.post(change(event), sent).content.decode()

    assert "It chose: Educator or advocate." in page
    assert "This is New Year’s Day: schools are closed." in page
    event.refresh_from_db()
    assert event.presenter is None


def test_school_takes_its_zone_from_its_position(client: Client, scheduler: User) -> None:
    school = factories.school(time_zone="America/Chicago")
    sent = fields_of(client, school)
    client.post(change(school), sent | {"latitude": "33.4484", "longitude": "-112.074"})
    school.refresh_from_db()
    assert school.time_zone == "America/Phoenix"

    page = client.post(change(school), fields_of(client, school) | {"time_zone": "Mars/Olympus"})
    assert "is no time zone" in page.content.decode()


def test_open_and_call_off(client: Client, scheduler: User, ahead: Season) -> None:
    event = factories.seminar(season=ahead, state="draft")
    client.post(change(event), fields_of(client, event) | {"outreach_seminar_open_it": "1"})
    event.refresh_from_db()
    assert event.state == "open"

    factories.booking(event)
    path = reverse("admin:outreach_seminar_call_off", args=[event.pk])
    client.get(path)
    event.refresh_from_db()
    assert event.state == "open"
    client.post(path, {"reason": "Snow."})
    event.refresh_from_db()
    assert (event.state, event.reason) == ("cancelled", "Snow.")
    guest_notices.send_due()
    assert "Snow." in Email.objects.get().message


def test_presenter_is_added_with_ticked_languages(client: Client, scheduler: User) -> None:
    robin = factories.presenter()
    client.post(change(robin), fields_of(client, robin) | {"languages": ["en", "es"], "topics": ["labor"]})

    assert Presenter.objects.values_list("languages", "topics").get() == (["en", "es"], ["labor"])


def test_nothing_is_deleted(client: Client, scheduler: User, ahead: Season) -> None:
    for record in (factories.request(season=ahead), factories.seminar(), factories.school(), factories.presenter()):
        path = change(record).replace("/change/", "/delete/")
        assert client.post(path, {"post": "yes"}).status_code == 403
    assert Request.objects.exists()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_mistyped_year_of_a_seminar_is_told(client: Client, user_with: Callable[..., User], day: str) -> None:
    client.force_login(user_with(Role.SCHEDULER))
    event = factories.seminar()
    sent = fields_of(client, event) | {"day": day, "start": "20:00"}
    answer = client.post(reverse("admin:outreach_seminar_change", args=[event.pk]), sent)
    assert "check the year" in answer.content.decode()


def test_second_seminar_of_a_request_is_refused_in_words(client: Client, scheduler: User, ahead: Season) -> None:
    asked = factories.request(season=ahead)
    factories.seminar(request=asked, season=ahead)
    other = factories.seminar(season=ahead)
    answer = client.post(change(other), fields_of(client, other) | {"request": str(asked.pk)})
    assert "This request has a seminar." in answer.text
    assert Seminar.objects.filter(request=asked).count() == 1
