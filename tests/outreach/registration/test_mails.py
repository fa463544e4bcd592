"""Every mail in every language: neutral subject, true text, a calendar entry where it belongs, links that are masked."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone, translation
from icalendar import Calendar
from post_office.models import Email

from outreach.registration import mails, notices, resending
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from portal.audit.models import Entry
from portal.mail.again import NotPossible
from portal.mail.models import Mail
from portal.pages.checks import TELLING
from portal.people.models import User
from tests.outreach import factories

pytestmark = pytest.mark.django_db

STATES = {
    mails.CANCELLED: "cancelled",
    mails.WAITING: "waiting",
    mails.OFFERED: "offered",
    mails.LAPSED: "lapsed",
    mails.ENDED: "lapsed",
}


def guest(template: str = mails.CONFIRMED, *, event: dict[str, Any] | None = None, **fields: Any) -> Registration:
    """Somebody whom that mail tells the truth."""
    about_event = {
        "title": "Trafficking: help for victims",
        "starts_at": dt.datetime(2031, 1, 14, 16, tzinfo=dt.UTC),
        "state": "cancelled" if template == mails.CALLED_OFF else "open",
        "reason": "The heating is broken." if template in {mails.CALLED_OFF, mails.MOVED} else "",
    }
    state = STATES.get(template, "booked")
    values = {"state": state, "booked_at": None if state in {"waiting", "offered", "lapsed"} else timezone.now()}
    return factories.booking(factories.seminar(**about_event | (event or {})), **values | fields)


def entry_of(content: bytes | None) -> Any:
    assert content is not None
    calendar = Calendar.from_ical(content)
    [event] = calendar.walk("VEVENT")
    event["METHOD"] = calendar["METHOD"]
    return event


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("template", mails.TEMPLATES)
def test_every_mail_is_written_in_its_language_and_tells_nothing_by_its_subject(template: str, language: str) -> None:
    booked = guest(template, language=language)
    shown = mails.preview(booked, template=template)
    with translation.override(language):
        day = booked.seminar.short_day
    assert day in shown.subject
    assert ("14 de enero" in shown.subject) == (language == "es")
    assert not TELLING.search(shown.subject)
    assert booked.seminar.title not in shown.subject
    assert shown.body.startswith("Hola, Ana:" if language == "es" else "Hello Ana,")
    assert booked.seminar.title in shown.body
    for left in ("{{", "{%", "None", "Subject:", "\n\n\n"):
        assert left not in shown.body
    assert not shown.body.startswith("\n")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", ["one", "several", "class"])
@pytest.mark.parametrize("template", mails.TEMPLATES)
def test_every_mail_is_written_for_one_for_several_and_for_a_class(template: str, kind: str, language: str) -> None:
    fields: dict[str, dict[str, Any]] = {
        "one": {"seats": 1},
        "several": {"seats": 3},
        "class": {"seats": 10, "adults": 2, "kind": "class", "group_name": "Class 9B"},
    }
    shown = mails.preview(guest(template, language=language, **fields[kind]), template=template)
    if template == mails.CONFIRMED:
        words = {"one": {"en": "one seat is", "es": "Un lugar es"}, "several": {"en": "3 seats", "es": "3 lugares"}}
        assert words.get(kind, {}).get(language, "Class 9B") in shown.body


@pytest.mark.parametrize("template", mails.TEMPLATES)
def test_meeting_address_is_told_only_to_those_who_are_booked(template: str) -> None:
    event = {"mode": "virtual", "join_url": "https://meet.example.org/secret"}
    for state in ("booked", "waiting", "offered"):
        fields: dict[str, Any] = {"state": state, "booked_at": timezone.now() if state == "booked" else None}
        shown = mails.preview(guest(template, event=event, **fields), template=template)
        whole = shown.body.encode() + (shown.entry or b"").replace(b"\r\n ", b"")
        assert (b"secret" in whole) == (state == "booked" and template in mails.ENTERS)


def test_preview_shows_the_private_link_to_nobody() -> None:
    booked = guest()
    for template in mails.TEMPLATES:
        shown = mails.preview(booked, template=template)
        assert str(booked.uid) not in shown.body + (shown.entry or b"").decode()
    assert "/en/bookings/…/" in mails.preview(booked, template=mails.CONFIRMED).body


@pytest.mark.parametrize("template", sorted(mails.ENTERS | mails.LEAVES))
def test_what_is_sent_is_what_was_shown(template: str) -> None:
    soon = timezone.now() + dt.timedelta(hours=30)
    event = {"starts_at": soon} if template == mails.REMINDER else {}
    booked = guest(template, event=event, reminders=True, sequence=4)
    shown = mails.preview(booked, template=template)
    notices.note(booked, template=template, key="then")
    assert notices.send_due() == 1
    email = Email.objects.get()
    booked.refresh_from_db()
    assert (email.subject, mails.masked(email.message, booked)) == (shown.subject, shown.body)
    sent = entry_of(bytes(email.enclosures.get().content))
    seen = entry_of(shown.entry)
    assert {name: str(value) for name, value in sent.items() if name != "DTSTAMP"} == {
        name: str(value) for name, value in seen.items() if name != "DTSTAMP"
    }
    assert sent["SEQUENCE"] == booked.sequence == 5
    assert sent["METHOD"] == ("CANCEL" if template in mails.LEAVES else "REQUEST")


def test_sequence_grows_over_any_history() -> None:
    booked = guest()
    event = booked.seminar
    history = [
        *(mails.CONFIRMED, mails.CHANGED, mails.MOVED, mails.AGAIN, mails.MOVED),
        *(mails.CANCELLED, mails.CONFIRMED, mails.MOVED, mails.CALLED_OFF),
    ]
    seen = []
    for number, template in enumerate(history):
        if template == mails.MOVED:
            Seminar.objects.filter(pk=event.pk).update(sequence=event.sequence + 3)
        Registration.objects.update(state="cancelled" if template == mails.CANCELLED else "booked")
        Seminar.objects.filter(pk=event.pk).update(state="cancelled" if template == mails.CALLED_OFF else "open")
        event.refresh_from_db()
        notices.note(booked, template=template, key=str(number))
        assert notices.send_due() == 1
        entry = entry_of(bytes(Email.objects.order_by("pk").last().enclosures.get().content))
        assert entry["SEQUENCE"] >= event.sequence
        seen.append(int(entry["SEQUENCE"]))
    assert seen == sorted(set(seen))


def test_whoever_only_waited_has_no_entry_to_take_out() -> None:
    waited = guest(mails.CANCELLED, booked_at=None)
    shown = mails.preview(waited, template=mails.CANCELLED)
    assert shown.entry is None
    assert "no longer stand in the line" in shown.body


def test_offer_says_its_end_on_the_clock_of_the_place() -> None:
    event = {"time_zone": "America/Phoenix", "city": "Phoenix"}
    offered = guest(mails.OFFERED, event=event, offer_ends_at=dt.datetime(2031, 1, 13, 18, tzinfo=dt.UTC))
    assert (
        "until Monday 13 January 2031, 11:00\u00a0a.m. (Mountain Standard Time)"
        in mails.preview(offered, template=mails.OFFERED).body
    )
    mail = mails.send(offered, template=mails.OFFERED, key="offer")
    assert mail.email is not None
    assert mail.email.expires_at == offered.offer_ends_at


@pytest.fixture
def clerk(db: None) -> User:
    return User.objects.create_user("clerk")


def sent(booked: Registration, template: str = mails.CONFIRMED) -> Mail:
    notices.note(booked, template=template, key="then")
    notices.send_due()
    return Mail.objects.latest("pk")


def test_sent_again_tells_what_is_true_now_once_for_each_turn(clerk: User) -> None:
    booked = guest()
    first = sent(booked)
    again = [resending.send(first, key="turn", by=clerk) for _ in range(2)]
    assert again[0] == again[1]
    assert (again[0].template, again[0].resend_of, again[0].by) == (mails.CONFIRMED, first, clerk)

    Registration.objects.update(state="cancelled")
    assert resending.preview(first).subject.endswith(": cancelled")
    later = resending.send(first, key="turn 2", by=clerk)
    assert later.template == mails.CANCELLED
    assert later.email is not None
    assert entry_of(bytes(later.email.enclosures.get().content))["METHOD"] == "CANCEL"
    assert [entry.verb for entry in Entry.objects.order_by("id")] == ["mail sent again"] * 2


@pytest.mark.parametrize("fields", [{"forgotten_at": timezone.now()}, {"is_demo": True}], ids=["forgotten", "demo"])
def test_nothing_is_sent_again_to_those_who_are_forgotten_or_made_up(fields: dict[str, Any], clerk: User) -> None:
    first = sent(guest())
    Registration.objects.update(**fields)
    for act in (lambda: resending.preview(first), lambda: resending.send(first, key="turn", by=clerk)):
        with pytest.raises(NotPossible):
            act()
    assert Email.objects.count() == 1


def test_what_is_over_is_not_sent_again(clerk: User) -> None:
    first = sent(guest())
    Seminar.objects.update(starts_at=factories.in_days(-3))
    with pytest.raises(NotPossible, match="nothing more to say"):
        resending.send(first, key="turn", by=clerk)
