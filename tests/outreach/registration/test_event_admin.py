"""Staff read what guests are told, see what came back, and send a mail again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email, Log

from outreach.agencies.models import Agency
from outreach.registration import mails, notices
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from portal.areas import clocks
from portal.mail.models import Mail
from portal.people.models import User
from portal.people.roles import Role
from tests.outreach import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheduler(client: Client, user_with: Callable[..., User]) -> User:
    user = user_with(Role.SCHEDULER)
    client.force_login(user)
    return user


@pytest.fixture
def event() -> Seminar:
    return factories.seminar(mode="virtual", join_url="https://meet.example.org/secret")


def told(event: Seminar, **fields: Any) -> tuple[Registration, Mail]:
    """Somebody who got the first mail."""
    guest = factories.booking(event, **{"booked_at": timezone.now()} | fields)
    notices.note(guest, template=notices.CONFIRMED, key="booked")
    notices.send_due()
    return guest, Mail.objects.latest("pk")


def page(event: Seminar, **query: Any) -> str:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{reverse('admin:outreach_seminar_mails', args=[event.pk])}?{asked}"


def test_any_mail_is_shown_in_any_language_as_a_guest_reads_it(client: Client, scheduler: User, event: Seminar) -> None:
    for template in mails.TEMPLATES:
        for language, hello in (("en", "Hello Ana,"), ("es", "Hola, Ana:")):
            shown = client.get(page(event, template=template, language=language)).content.decode()
            assert hello in shown
    assert not Email.objects.exists()


def test_mail_is_shown_as_one_guest_reads_it_without_the_private_link(
    client: Client, scheduler: User, event: Seminar
) -> None:
    guest, _ = told(event, name="Ben Vega", seats=4)
    other, _ = told(factories.seminar(), name="Eve Ortiz", email="eve@example.org")
    shown = client.get(page(event, template=mails.CONFIRMED, language="en", booking=guest.pk)).content.decode()
    assert "Hello Ben Vega," in shown
    assert "4 seats are yours" in shown
    assert "REQUEST" in shown
    assert str(guest.uid) not in shown
    strange = client.get(page(event, template=mails.CONFIRMED, language="en", booking=other.pk)).content.decode()
    assert "Eve Ortiz" not in strange


@pytest.mark.parametrize("query", [{"template": "passwords", "language": "en"}, {"booking": "x" * 9}, {"booking": "٣"}])
def test_what_is_no_mail_is_said(client: Client, scheduler: User, event: Seminar, query: dict[str, str]) -> None:
    assert client.get(page(event, **query)).status_code == 200


def test_page_lists_mails_and_addresses_that_do_not_answer(client: Client, scheduler: User, event: Seminar) -> None:
    told(event, email="ana@example.org")
    _, gone = told(event, email="Gone@example.org", name="Gone Guest")
    told(factories.seminar(), email="other@example.org")
    Mail.objects.filter(pk=gone.pk).update(bounce="hard", bounced_at=timezone.now())
    shown = client.get(page(event))
    text = shown.content.decode()
    assert shown.context["count"] == 2
    assert "Mail to 1 address came back" in text
    assert "Gone Guest" in text
    assert "other@example.org" not in text


@pytest.mark.parametrize("number", [1, 3])
def test_page_costs_the_same_for_one_and_for_three(
    client: Client, scheduler: User, event: Seminar, number: int, django_assert_max_num_queries: Any
) -> None:
    for each in range(number):
        told(event, email=f"guest{each}@example.org")
    client.get(page(event))
    with django_assert_max_num_queries(14):
        client.get(page(event))


def test_students_have_no_mails_to_look_at(client: Client, scheduler: User) -> None:
    made = factories.seminar(audience="students", presenter=factories.presenter())
    for name in ("mails", "move", "clone"):
        assert client.get(reverse(f"admin:outreach_seminar_{name}", args=[made.pk])).status_code == 404


def test_log_shows_a_mail_with_its_private_address_cut_short(client: Client, scheduler: User, event: Seminar) -> None:
    guest, mail = told(event)
    Log.objects.create(email=mail.email, status=1, exception_type="SMTPDataError", message="451")
    shown = client.get(reverse("admin:portal_mail_change", args=[mail.pk])).content.decode()
    assert "one seat is yours" in shown
    assert "SMTPDataError 451" in shown
    assert "BEGIN:VCALENDAR" in shown
    assert str(guest.uid) not in shown
    assert mail.stands == "Waits"


@pytest.mark.parametrize("stands", ["waits", "sent", "failed", "back"])
def test_log_is_filtered_by_how_mails_stand(client: Client, scheduler: User, event: Seminar, stands: str) -> None:
    rows = {name: told(event, email=f"{name}@example.org")[1] for name in ("waits", "sent", "failed", "back")}
    for name, status in (("sent", 0), ("failed", 1), ("back", 0)):
        Email.objects.filter(pk=rows[name].email_id).update(status=status)
    Mail.objects.filter(pk=rows["back"].pk).update(bounce="soft", bounced_at=timezone.now())
    found = client.get(reverse("admin:portal_mail_changelist"), {"stands": stands}).context["cl"].result_list
    assert [mail.to for mail in found] == [f"{stands}@example.org"]


def again(mail: Mail) -> str:
    return reverse("admin:portal_mail_again", args=[mail.pk])


def test_mail_is_sent_again_by_the_button_and_once(client: Client, scheduler: User, event: Seminar) -> None:
    guest, mail = told(event)
    shown = client.get(again(mail))
    assert "one seat is yours" in shown.content.decode()
    assert str(guest.uid) not in shown.content.decode()
    assert Mail.objects.count() == 1, "looking sends nothing"
    for _ in range(2):
        assert client.post(again(mail), {"turn": shown.context["turn"]}).status_code == 302
    made = Mail.objects.get(resend_of=mail)
    assert (made.by, made.to) == (scheduler, guest.email)
    assert made.email is not None
    assert str(guest.uid) in made.email.message


def test_mail_to_somebody_forgotten_is_not_sent_again(client: Client, scheduler: User, event: Seminar) -> None:
    _, mail = told(event)
    turn = client.get(again(mail)).context["turn"]
    Registration.objects.update(forgotten_at=timezone.now())
    assert "was forgotten" in client.post(again(mail), {"turn": turn}).content.decode()
    assert "was forgotten" in client.get(again(mail)).content.decode()
    assert Mail.objects.count() == 1


@pytest.mark.parametrize("turn", ["", "x", "1"])
def test_mail_is_not_sent_again_by_half_a_form(client: Client, scheduler: User, event: Seminar, turn: str) -> None:
    _, mail = told(event)
    assert "open it again" in client.post(again(mail), {"turn": turn}).content.decode()
    assert Mail.objects.count() == 1


def test_mail_of_another_kind_is_sent_again_elsewhere(client: Client, scheduler: User) -> None:
    mail = Mail.objects.create(to="a@example.org", template="request_received", language="en", subject="Your booking")
    assert "from the page of what it tells of" in client.get(again(mail)).content.decode()
    assert client.get(reverse("admin:portal_mail_change", args=[mail.pk])).status_code == 200


def event_form(client: Client, event: Seminar) -> dict[str, Any]:
    form = client.get(reverse("admin:outreach_seminar_change", args=[event.pk])).context["adminform"].form
    return {each.name: "" if each.value() is None else each.value() for each in form}


def test_staff_say_what_visitors_read_and_how_seats_are_given(client: Client, scheduler: User) -> None:
    event = factories.seminar(season=factories.season_ahead(), time_zone="America/Phoenix")
    agency = Agency.objects.order_by("pk")[0]
    day = clocks.local(event.starts_at, event.time_zone).date()
    said = {
        "expect": "Coffee.",
        "content_note": "Hard to hear.",
        "host": agency.pk,
        "partners": [agency.pk],
        "takes_classes": "on",
        "largest_group": 60,
        "groups": 3,
        "waitlist": "fits",
        "closes_day": day,
        "closes_time": "08:00",
    }
    client.post(reverse("admin:outreach_seminar_change", args=[event.pk]), event_form(client, event) | said)
    event.refresh_from_db()
    assert (event.expect, event.content_note, event.host, list(event.partners.all())) == (
        *("Coffee.", "Hard to hear.", agency),
        [agency],
    )
    assert (event.takes_classes, event.largest_group, event.groups, event.waitlist) == (True, 60, 3, "fits")
    assert event.booking_closes_at is not None
    assert clocks.local(event.booking_closes_at, "America/Phoenix").isoformat().startswith(f"{day}T08:00")
    shown = event_form(client, event)
    assert (str(shown["closes_day"]), str(shown["closes_time"])) == (str(day), "08:00:00")


@pytest.mark.parametrize("closes", [{"closes_time": "08:00"}, {"closes_day": "2099-01-01", "closes_time": "08:00"}])
def test_bookings_that_close_at_no_time_are_told(client: Client, scheduler: User, closes: dict[str, str]) -> None:
    event = factories.seminar(season=factories.season_ahead())
    page = reverse("admin:outreach_seminar_change", args=[event.pk])
    answer = client.post(page, event_form(client, event) | closes)
    assert answer.context["adminform"].form.errors["closes_day"]
