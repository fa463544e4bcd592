"""Guests are told once, of what is so, in their language; the mail is made by the task and never by the verb."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from post_office.models import Email
from pytest_django import DjangoAssertNumQueries

from outreach.registration import mails, notices
from outreach.registration.models import BookingNotice, Registration
from portal.mail.models import Mail
from tests.outreach import factories

pytestmark = pytest.mark.django_db


def booked(**fields: Any) -> Registration:
    values = {"booked_at": timezone.now()}
    return factories.booking(fields.pop("event", None) or factories.seminar(), **values | fields)


def told() -> list[tuple[str, str]]:
    return [(mail.to, mail.template) for mail in Mail.objects.order_by("pk")]


def test_note_is_one_statement_and_makes_no_mail(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    guest = booked()
    with transaction.atomic(), django_assert_num_queries(1):
        notices.note(guest, template=notices.CONFIRMED, key="booked")
    assert not Email.objects.exists()


def test_same_news_is_noted_and_told_once() -> None:
    guest = booked()
    for _ in range(3):
        notices.note(guest, template=notices.CONFIRMED, key="booked")
    assert (notices.send_due(), notices.send_due()) == (1, 0)
    notices.note(guest, template=notices.CONFIRMED, key="booked")
    assert notices.send_due() == 0
    assert told() == [("ana@example.org", "booking_confirmed")]


def test_notice_waits_for_its_time() -> None:
    soon = timezone.now() + dt.timedelta(hours=1)
    notices.note(booked(), template=notices.CONFIRMED, key="booked", due_at=soon)
    assert notices.send_due() == 0
    assert notices.send_due(now=soon) == 1


def test_note_all_tells_those_who_hold_seats_or_wait() -> None:
    event = factories.seminar()
    for state in Registration.State.values:
        factories.booking(event, email=f"{state}@example.org", state=state)
    assert notices.note_all(event, template=notices.MOVED, key="at 1") == 3
    notices.send_due()
    assert {to.split("@")[0] for to, _ in told()} == {"booked", "offered", "waiting"}


def test_a_mail_that_failed_to_be_marked_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between the mail's row and the notice's mark: both are one transaction."""
    guest = booked()
    notices.note(guest, template=notices.CONFIRMED, key="booked")

    class Killed(BaseException):
        pass

    send = mails.send

    def killed(*args: Any, **more: Any) -> Mail:
        send(*args, **more)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(mails, "send", killed)
        with pytest.raises(Killed):
            notices.send_due()
    assert not Email.objects.exists()
    guest.refresh_from_db()
    assert guest.sequence == 0
    assert notices.send_due() == 1
    assert Email.objects.count() == Mail.objects.count() == 1


def test_a_mail_that_cannot_be_made_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    event = factories.seminar()
    guests = [booked(event=event, email=f"guest{number}@example.org") for number in range(2)]
    for guest in guests:
        notices.note(guest, template=notices.CONFIRMED, key="booked")
    BookingNotice.objects.filter(registration=guests[0]).update(template=notices.MOVED, key="x" * 60)
    Registration.objects.filter(pk=guests[0].pk).update(email="not an address")
    assert notices.send_due() == 1
    assert "could not be made" in caplog.text
    assert "guest" not in caplog.text
    Registration.objects.filter(pk=guests[0].pk).update(email="guest0@example.org")
    assert notices.send_due() == 1


@pytest.mark.parametrize(
    ("template", "fields", "event"),
    [
        (notices.CONFIRMED, {"state": "cancelled"}, {}),
        (notices.CONFIRMED, {}, {"state": "cancelled"}),
        (notices.CONFIRMED, {"is_demo": True}, {}),
        (notices.CONFIRMED, {"forgotten_at": timezone.now()}, {}),
        (notices.CONFIRMED, {}, {"starts_at": factories.in_days(-2)}),
        (notices.WAITING, {"state": "offered"}, {}),
        (notices.OFFERED, {"state": "offered", "offer_ends_at": factories.in_days(-1)}, {}),
        (notices.OFFERED, {"state": "booked"}, {}),
        (notices.LAPSED, {"state": "booked"}, {}),
        (notices.CALLED_OFF, {}, {}),
        (notices.MOVED, {"state": "lapsed"}, {}),
        (notices.FEEDBACK, {}, {}),
    ],
)
def test_notice_that_no_longer_holds_makes_no_mail(
    template: str, fields: dict[str, Any], event: dict[str, Any]
) -> None:
    guest = booked(event=factories.seminar(**event), **fields)
    notices.note(guest, template=template, key="then")
    assert notices.send_due() == 0
    assert not BookingNotice.objects.exists()
    assert not Email.objects.exists()


def test_statements_for_each_mail_do_not_grow(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    event = factories.seminar()
    for number in range(5):
        notices.note(booked(event=event, email=f"g{number}@example.org"), template=notices.CONFIRMED, key="booked")
    with django_assert_max_num_queries(1 + 5 * 13):
        assert notices.send_due() == 5


def test_trail_and_log_of_mails_hold_what_they_say_they_hold() -> None:
    guest = booked(name="Ana Unmistakable")
    notices.note(guest, template=notices.CONFIRMED, key="booked")
    notices.send_due()
    mail = Mail.objects.get()
    assert mail.about == f"outreach.registration:{guest.pk}"
    assert "nmistakable" not in f"{mail.subject} {mail.key} {mail.trail_label}"
