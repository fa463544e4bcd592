"""Mail waits in the database and leaves once."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from post_office.models import Email
from pytest_django.fixtures import Settings

from portal.mail import outbox
from portal.mail.models import Enclosure, Mail

pytestmark = pytest.mark.django_db
BEFORE = dt.datetime(2026, 1, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def templates(tmp_path: Path, settings: Settings) -> None:
    """Two templates: one in two languages, one broken."""
    folder = tmp_path / "templates" / "mail"
    folder.mkdir(parents=True)
    (folder / "hello.en.txt").write_text("Subject: Hello {{ name }}\n\nGood day.\n")
    (folder / "hello.es.txt").write_text("Subject: Hola {{ name }}\n\nBuenos días.\n")
    (folder / "broken.en.txt").write_text("No subject\n\nText.\n")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path / "templates"]}]


def _send(language: str = "en", template: str = "hello", **more: Any) -> Mail:
    return outbox.send(
        to="ana@example.org",
        template=template,
        context={"name": "Ana"},
        language=language,
        attachments=[outbox.Attachment("note.txt", b"note", "text/plain")],
        **more,
    )


def text_of(mail: Mail) -> Email:
    assert mail.email is not None
    return mail.email


def test_send_queues_in_the_language_of_the_reader() -> None:
    mail = text_of(_send("es"))
    assert (mail.subject, mail.message) == ("Hola Ana", "Buenos días.\n")
    assert [(item.name, bytes(item.content)) for item in mail.enclosures.all()] == [("note.txt", b"note")]


def test_send_logs_to_whom_and_what_of() -> None:
    mail = _send("es", about="outreach.registration:7", key="booked")
    assert (mail.to, mail.subject, mail.template, mail.language) == ("ana@example.org", "Hola Ana", "hello", "es")
    assert (mail.about, mail.key, mail.bounce) == ("outreach.registration:7", "booked", "")
    assert mail.message_id == text_of(mail).message_id != ""


def test_send_tells_one_key_once() -> None:
    first = _send(key="booked")
    assert [_send(key="booked"), _send(key="again")][0] == first
    assert Email.objects.count() == Mail.objects.count() == 2


def test_a_mail_takes_its_files_with_it() -> None:
    text_of(_send()).delete()
    assert not Enclosure.objects.exists()
    assert Mail.objects.get().email is None


@pytest.mark.parametrize("name", ["O'Neil & Sons", "{% include 'mail/hello.en.txt' %}", "{{ settings }}", "{% oh"])
def test_send_takes_what_people_wrote_as_text(name: str) -> None:
    mail = outbox.send(to="ana@example.org", template="hello", context={"name": name}, language="en")
    assert text_of(mail).subject == f"Hello {name}"


def test_send_falls_back_to_english() -> None:
    assert _send("vi").subject == "Hello Ana"


def test_send_without_subject_says_so() -> None:
    with pytest.raises(ValueError, match="must begin with one line"):
        _send(template="broken")


def test_a_mail_is_undone_with_its_transaction() -> None:
    with transaction.atomic():
        _send()
        transaction.set_rollback(True)
    assert not Email.objects.exists()
    assert not Mail.objects.exists()
    assert not Enclosure.objects.exists()


def test_bounced_names_addresses_where_mail_never_arrives() -> None:
    for address, bounce in [("Ana@example.org", "hard"), ("ben@example.org", "soft"), ("eve@example.org", "")]:
        Mail.objects.create(
            to=address,
            template="hello",
            language="en",
            subject="Hello",
            bounce=bounce,
            bounced_at=(bounce and BEFORE) or None,
        )
    assert outbox.bounced(["ANA@example.org", "ben@example.org", "eve@example.org"]) == {"ana@example.org"}
