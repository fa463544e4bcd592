"""An event's journey: it fills up, its line moves, it is moved, people come, papers come out, and names go.

Everything that is logged on the way is searched at the end: for addresses, names, private links.
"""

import datetime as dt
import io
import logging
import re
import uuid
from collections.abc import Callable, Iterator
from smtplib import SMTPRecipientsRefused
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from pytest_django.fixtures import Settings

from config.logs import Redacted
from outreach.attendance import certificate_views, certificates, links
from outreach.attendance.models import Certificate
from outreach.registration import counting, notices, views
from outreach.registration.models import BookingNotice, Registration
from outreach.seminars.models import Seminar
from portal.keeping import forgetting
from portal.mail import sending
from portal.mail.models import Mail
from portal.pages.limits import Limit
from portal.people.models import User
from portal.people.roles import Role
from portal.typesetting import page_texts
from tests.outreach import factories
from tests.outreach.attendance.doors import Phone
from tests.portal.keeping.test_forgetting import whole_database

pytestmark = pytest.mark.django_db

GUESTS = {"dana": "Dana Quillfeather", "ana": "Ana Quillfeather", "ben": "Ben Quillfeather", "cem": "Cem Quillfeather"}


class Refusing(BaseEmailBackend):
    """A mail server that names the address when it refuses."""

    def send_messages(self, messages: Any) -> int:
        raise SMTPRecipientsRefused({message.to[0]: (451, b"later " + message.to[0].encode()) for message in messages})


@pytest.fixture(autouse=True)
def rested(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asked yet: limits live as long as the process."""
    for module, name in (
        (views, "BOOKS"),
        (views, "UNREAD"),
        (certificate_views, "CHECKS"),
        (certificate_views, "PAPERS"),
    ):
        monkeypatch.setattr(module, name, Limit(name=name, per_minute=60, burst=60, ceiling_per_minute=6000))


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """All that is logged, at every level, as our console shows it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(Redacted())
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    heard = [logging.getLogger(), logging.getLogger("post_office")]
    levels = [logger.level for logger in heard]
    for logger in heard:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    yield stream
    for logger, level in zip(heard, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)


def address(guest: str) -> str:
    return f"{guest}.quillfeather@example.org"


def book(event: Seminar, guest: str, seats: int, **more: str) -> str:
    """Books by the form; the page that it leads to, without the event's key."""
    client = Client(enforce_csrf_checks=True)
    form = {"name": GUESTS[guest], "email": address(guest), "seats": str(seats), "may_wait": "on", **more}
    answer = client.post(reverse("registration", args=[event.uid]), form)
    assert answer.status_code == 303, answer.content.decode()[:2000]
    return str(answer["Location"]).rstrip("/").rpartition("/")[2]


def row(guest: str) -> Registration:
    return Registration.objects.get(email=address(guest))


def mails(guest: str) -> list[str]:
    return list(Mail.objects.filter(to=address(guest)).order_by("pk").values_list("template", flat=True))


def entry(guest: str) -> tuple[str, int, dt.datetime]:
    """Method, sequence and start of the calendar entry in somebody's newest mail that has one."""
    for mail in Mail.objects.filter(to=address(guest)).order_by("-pk"):
        assert mail.email is not None
        for file in mail.email.enclosures.all():
            calendar = Calendar.from_ical(bytes(file.content))
            found: Any = calendar.walk("VEVENT")[0]
            return str(calendar["METHOD"]), int(found["SEQUENCE"]), found["DTSTART"].dt
    raise AssertionError(f"No entry was sent to {guest}.")


def scanner_opens_everything() -> None:
    """A school's mail scanner: every link of every mail, twice, by GET and HEAD. Nothing may change."""
    notices.send_due()
    before = whole_database()
    for mail in Mail.objects.exclude(email=None):
        assert mail.email is not None
        for path in re.findall(r"https?://[^/\s]+(/\S+)", mail.email.message):
            for _ in range(2):
                Client().get(path)
                Client().head(path)
    assert whole_database() == before


def press(guest: str, step: str, **more: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("booking", args=[row(guest).uid]), {"step": step, **more})
    assert answer.status_code == 303, answer.content.decode()[:2000]


@pytest.mark.parametrize("zone", ["America/Phoenix", "America/Indiana/Knox", "Pacific/Guam"])
def test_event_fills_moves_meets_and_is_forgotten(
    zone: str,
    user_with: Callable[..., User],
    said: io.StringIO,
    settings: Settings,
    django_capture_on_commit_callbacks: Any,
) -> None:
    season = factories.season_ahead()
    here = ZoneInfo(zone)
    staff = Client()
    staff.force_login(user_with(Role.SCHEDULER))
    first = dt.datetime(season.year, 1, 13, 18, 0, tzinfo=here)
    event = factories.seminar(
        season=season, starts_at=first, time_zone=zone, capacity=36, takes_classes=True, largest_group=40
    )

    # It fills up: a class of 30 with its two adults, and two who take two seats each. The next one waits.
    group = {"headcount": "30", "group_name": "Room 14", "grades": "9-12"}
    assert book(event, "dana", 2, **group) == "booked"
    assert book(event, "ana", 2) == "booked"
    assert book(event, "ben", 2) == "booked"
    assert book(event, "cem", 1) == "waiting"
    assert book(event, "ben", 2) == "booked"  # a double click
    event.refresh_from_db()
    assert (event.seats_taken, event.waiting, Registration.objects.count()) == (36, 1, 4)
    assert event.title in Client().get(reverse("event", args=[event.uid])).content.decode()
    scanner_opens_everything()
    assert {guest: len(mails(guest)) for guest in GUESTS} == dict.fromkeys(GUESTS, 1)

    # The server of mails is away, and says whom it refused.
    settings.POST_OFFICE = {**settings.POST_OFFICE, "BACKENDS": {"default": f"{__name__}.Refusing"}}
    sending.send_waiting()

    # Ben cancels; Cem is offered a seat, and takes it by a button.
    press("ben", "cancel")
    assert row("cem").state == "offered"
    scanner_opens_everything()
    assert row("cem").state == "offered"
    press("cem", "accept")
    assert row("cem").state == "booked"
    notices.send_due()
    assert counting.faults(event) == []
    event.refresh_from_db()
    assert (event.seats_taken, event.waiting) == (35, 0)

    # It is moved to another day: whoever comes gets an entry that replaces the old one, on the place's clock.
    method, sequence, start = entry("ana")
    assert (method, start.astimezone(here)) == ("REQUEST", first)
    later = dt.datetime(season.year, 1, 20, 19, 30, tzinfo=here)
    page = reverse("admin:outreach_seminar_move", args=[event.pk])
    form = {"day": f"{later:%Y-%m-%d}", "start": f"{later:%H:%M}", "time_zone": zone, "minutes": "60"}
    form |= {"mode": "in_person", "venue": event.venue, "address": "", "city": event.city, "join_url": ""}
    form |= {"area": "MS", "reason": "The hall is taken."}
    asked_first = staff.post(page, form)
    event.refresh_from_db()
    assert event.starts_at == first
    staff.post(page, {**form, "step": "move", "seen": asked_first.context["seen"]})
    event.refresh_from_db()
    assert event.starts_at == later
    scanner_opens_everything()
    for guest in ("dana", "ana", "cem"):
        method, new, start = entry(guest)
        assert (method, start.astimezone(here)) == ("REQUEST", later)
        assert new > 0
    assert entry("ana")[1] > sequence
    assert entry("ben")[0] == "CANCEL"
    assert f"{later:%-d} January" in Client().get(reverse("event", args=[event.uid])).content.decode()

    # The evening: a phone at the door counts the class, lets two in, sends all of it twice; a second phone conflicts.
    Seminar.objects.update(starts_at=timezone.now() - dt.timedelta(minutes=5))
    _, token = links.make(seminar_id=event.pk, label="Main door", by=User.objects.get())
    phone, other = Phone(token), Phone(token, off=dt.timedelta(hours=3))
    listed = phone.send(wants_list=True)["list"]
    assert len(listed) == 3
    records = [phone.item(row("dana"), "counted", 32), phone.item(row("ana"), people=2)]
    assert set(phone.send(*records)["answers"].values()) == {"counts"}
    assert set(phone.send(*records)["answers"].values()) == {"counts"}
    assert "conflict" in other.send(other.item(row("ana"), people=2))["answers"].values()
    event.refresh_from_db()
    assert event.attended == 34

    # The day after: certificates for adults who came, a report that names nobody.
    Seminar.objects.update(starts_at=timezone.now() - dt.timedelta(days=1))
    assert Client().post(reverse("booking-certificate", args=[row("cem").uid])).status_code == 409
    paper = Client(enforce_csrf_checks=True).post(
        reverse("booking-certificate", args=[row("ana").uid]), {"language": "es"}
    )
    (text,) = page_texts(paper.content)
    assert GUESTS["ana"] in text
    code = certificates.spoken(Certificate.objects.get().code)
    asked = Client(enforce_csrf_checks=True).post(
        reverse("certificate-check"), {"code": code, "name": "ana quillfeather"}
    )
    assert "Yes. Code and name belong together." in asked.content.decode()
    report = staff.get(reverse("admin:outreach_seminar_report", args=[event.pk]), {"pdf": "en"})
    text = " ".join(page_texts(report.content))
    assert "34" in text
    assert "Quillfeather" not in text
    mailed = Mail.objects.count()
    assert BookingNotice.objects.filter(queued_at=None, due_at__lte=timezone.now()).count() == 0

    # A month later all names are gone, and what the campaign did stands.
    private = [str(booked.uid) for booked in Registration.objects.all()]
    with django_capture_on_commit_callbacks(execute=True):
        forgetting.forget(now=timezone.now() + dt.timedelta(days=800))
    left = whole_database().lower()
    assert "quillfeather" not in left
    assert "room 14" not in left
    assert not [key for key in private if key in left or key.replace("-", "") in left]
    event.refresh_from_db()
    assert (event.attended, event.seats_taken, mailed > 0, Mail.objects.count()) == (34, 35, True, 0)
    assert Client().get(reverse("booking", args=[uuid.UUID(private[0])])).status_code in {404, 410}

    log = said.getvalue()
    assert log, "nothing was logged, so nothing was proven"
    for trace in ("quillfeather", "room 14", token.lower(), *private):
        assert trace not in log.lower(), trace
