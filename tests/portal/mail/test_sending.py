"""Mails leave one by one and once, whoever sends, and whatever the mail server says."""

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from email import message_from_bytes
from pathlib import Path
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from post_office.models import STATUS, Attachment, Email, Log
from pytest_django.fixtures import Settings

from portal.mail import outbox, sending, sweep, tasks
from portal.mail.models import Mail

pytestmark = pytest.mark.django_db(transaction=True)
Answer = Callable[[Any], None]


def accept(message: Any) -> None:
    """What a good day looks like."""


class Server(BaseEmailBackend):
    """A mail server that answers as a test says."""

    got: list[Any] = []
    answer: Answer = staticmethod(accept)

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            Server.answer(message)
            Server.got.append(message)
        return len(messages)


@pytest.fixture(autouse=True)
def server(settings: Settings, tmp_path: Path) -> Iterator[type[Server]]:
    backend = f"{__name__}.Server"
    settings.POST_OFFICE = {**settings.POST_OFFICE, "BACKENDS": {"default": backend}}
    folder = tmp_path / "templates" / "mail"
    folder.mkdir(parents=True)
    (folder / "hello.en.txt").write_text("Subject: Hello {{ name }}\n\nGood day.\n")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path / "templates"]}]
    Server.got, Server.answer = [], staticmethod(accept)
    yield Server
    Server.answer = staticmethod(accept)


def queue(name: str, **more: Any) -> Mail:
    return outbox.send(to=f"{name}@example.org", template="hello", context={"name": name}, language="en", **more)


def refuse(error: Exception) -> Answer:
    def answer(message: Any) -> None:
        raise error

    return staticmethod(answer)


def due_again(mail: Mail) -> Email:
    """The mail, its time come."""
    Email.objects.filter(pk=mail.email_id).update(scheduled_time=None)
    return Email.objects.get(pk=mail.email_id)


def test_a_mail_leaves_once_with_its_file() -> None:
    entry = outbox.Attachment("booking.ics", b"BEGIN:VCALENDAR\r\nX:\xc3\xa9\r\n", "text/calendar; method=REQUEST")
    mail = queue("ana", attachments=[entry])
    tasks.send_queued()
    tasks.send_queued()
    [message] = Server.got
    whole: Any = message_from_bytes(message.message().as_bytes())
    text, file = whole.get_payload()
    assert text.get_payload(decode=True) == b"Good day.\n"
    assert (file.get_content_type(), file.get_param("method")) == ("text/calendar", "REQUEST")
    assert file.get_payload(decode=True).replace(b"\r\n", b"\n") == entry.content.replace(b"\r\n", b"\n")
    assert (whole["Message-ID"], whole["Auto-Submitted"]) == (mail.message_id, "auto-generated")
    assert Mail.objects.get().stands == "Sent"


def test_a_mail_in_hand_is_no_other_senders() -> None:
    queue("ana")
    taken = sending.claim()
    assert taken is not None
    assert sending.claim() is None
    assert sending.send_waiting() == 0
    later = timezone.now() + sending.LEASE
    assert sending.waiting(later).count() == 1, "a sender that died gives it back"


def test_a_batch_that_ends_in_the_middle_repeats_nothing_that_left() -> None:
    for name in ("ana", "ben", "eve"):
        queue(name)

    class Killed(BaseException):
        pass

    def answer(message: Any) -> None:
        if message.to == ["ben@example.org"]:
            raise Killed

    Server.answer = staticmethod(answer)
    with pytest.raises(Killed):
        sending.send_waiting()
    Server.answer = staticmethod(accept)
    sending.send_waiting()
    assert [message.to[0][:3] for message in Server.got] == ["ana", "eve"]
    Email.objects.update(scheduled_time=None)
    sending.send_waiting()
    assert [message.to[0][:3] for message in Server.got] == ["ana", "eve", "ben"]


def test_an_address_that_is_none_is_marked_and_not_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    mail = queue("ana")
    Server.answer = refuse(SMTPRecipientsRefused({"ana@example.org": (550, b"no ana@example.org here")}))
    assert sending.send_waiting() == 0
    mail.refresh_from_db()
    assert (mail.bounce, mail.email and mail.email.status) == ("hard", STATUS.failed)
    log = Log.objects.get()
    assert (log.exception_type, log.message) == ("SMTPRecipientsRefused", "550")
    assert "ana@" not in caplog.text


def test_a_mail_that_fails_is_tried_again_a_few_times_and_keeps_no_word_of_the_server(
    caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    logging.getLogger("portal.mail").setLevel(logging.WARNING)
    mail = queue("ana")
    Server.answer = refuse(SMTPDataError(451, b"ana@example.org is busy"))
    tries = settings.POST_OFFICE["MAX_RETRIES"]
    for number in range(tries + 1):
        assert due_again(mail).status in {STATUS.queued, STATUS.requeued}
        sending.send_waiting()
        assert due_again(mail).number_of_retries == number + 1
    assert due_again(mail).status == STATUS.failed
    assert Log.objects.count() == tries + 1
    assert not [log for log in Log.objects.all() if "ana" in f"{log.message} {log.exception_type}"]
    assert "ana@" not in caplog.text


@pytest.mark.parametrize("error", [ConnectionRefusedError("no"), SMTPException("gone"), TimeoutError()])
def test_a_server_that_is_away_costs_no_mail_a_try(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    first, second = queue("ana"), queue("ben")
    Server.answer = refuse(error)
    assert sending.send_waiting() == 0
    assert due_again(first).number_of_retries is None
    assert type(error).__name__ in caplog.text
    Server.answer = staticmethod(accept)
    assert sending.send_waiting() == 2
    assert due_again(second).status == STATUS.sent


def test_a_mail_that_came_too_late_never_leaves() -> None:
    queue("ana", expires_at=timezone.now() - dt.timedelta(minutes=1))
    assert sending.send_waiting() == 0
    assert sweep.sweep() == 1
    assert Mail.objects.get().stands == "Could not be sent"


def test_sweep_deletes_files_of_older_mails_once_they_left(data_folder: Path) -> None:
    mails = [Email.objects.create(to="a@example.org", from_email="b@example.org", status=status) for status in (0, 2)]
    for mail in mails:
        attachment = Attachment(name="booking.ics")
        attachment.file.save("booking.ics", ContentFile(b"ana@example.org"))
        attachment.emails.add(mail)
    orphan = Attachment(name="booking.ics")
    orphan.file.save("booking.ics", ContentFile(b"ana@example.org"))

    assert sweep.sweep() == 2
    assert Attachment.objects.get().emails.get() == mails[1]
    assert len([path for path in (data_folder / "media").rglob("*") if path.is_file()]) == 1
