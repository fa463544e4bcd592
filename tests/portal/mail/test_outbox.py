"""Mail waits in the database and leaves once."""

from pathlib import Path

import pytest
from django.db import transaction
from post_office.models import Email
from pytest_django.fixtures import Settings

from portal.mail import outbox, tasks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def templates(tmp_path: Path, settings: Settings) -> None:
    """Two templates: one in two languages, one broken."""
    folder = tmp_path / "templates" / "mail"
    folder.mkdir(parents=True)
    (folder / "hello.en.txt").write_text("Subject: Hello {{ name }}\n\nGood day.\n")
    (folder / "hello.es.txt").write_text("Subject: Hola {{ name }}\n\nBuenos días.\n")
    (folder / "broken.en.txt").write_text("No subject\n\nText.\n")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path / "templates"]}]


def _send(language: str = "en", template: str = "hello") -> Email:
    return outbox.send(
        to="ana@example.org",
        template=template,
        context={"name": "Ana"},
        language=language,
        attachments=[outbox.Attachment("note.txt", b"note", "text/plain")],
    )


def test_send_queues_in_the_language_of_the_reader() -> None:
    mail = _send("es")
    assert (mail.subject, mail.message) == ("Hola Ana", "Buenos días.\n")
    assert [item.name for item in mail.attachments.all()] == ["note.txt"]


@pytest.mark.parametrize("name", ["O'Neil & Sons", "{% include 'mail/hello.en.txt' %}", "{{ settings }}", "{% oh"])
def test_send_takes_what_people_wrote_as_text(name: str) -> None:
    mail = outbox.send(to="ana@example.org", template="hello", context={"name": name}, language="en")
    assert mail.subject == f"Hello {name}"


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


@pytest.mark.django_db(transaction=True)
def test_send_queued_delivers_each_mail_once(settings: Settings, mailoutbox: list[object]) -> None:
    settings.POST_OFFICE = {
        **settings.POST_OFFICE,
        "BACKENDS": {"default": "django.core.mail.backends.locmem.EmailBackend"},
    }
    _send()
    tasks.send_queued()
    tasks.send_queued()
    assert [mail.subject for mail in mailoutbox] == ["Hello Ana"]  # type: ignore[attr-defined]
