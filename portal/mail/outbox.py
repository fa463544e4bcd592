"""The outbox: a mail is a row of the same transaction as what it tells of, and is sent by a task.

A template ``mail/<name>.<language>.txt`` begins with a line ``Subject: …`` and a blank one;
English stands in where a language has none.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.template import Context
from django.template.loader import select_template
from django.utils import translation
from post_office import mail
from post_office.models import Email


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    content: bytes
    content_type: str


def send(
    *,
    to: str,
    template: str,
    context: Mapping[str, Any],
    language: str,
    attachments: Sequence[Attachment] = (),
) -> Email:
    """Queues one mail. Raises ``TemplateDoesNotExist`` and ``ValueError`` (a template without a subject)."""
    with translation.override(language):
        found = select_template([f"mail/{template}.{language}.txt", f"mail/{template}.en.txt"])
        # Plain text: an apostrophe in a name stays one.
        text = found.template.render(Context(dict(context), autoescape=False))
    head, _, body = text.lstrip().partition("\n\n")
    if not head.startswith("Subject:") or "\n" in head:
        raise ValueError(f"The mail {template} must begin with one line “Subject: …” and a blank line.")
    return mail.send(
        recipients=[to],
        # Post Office renders what it is given: a name that holds template tags must not be run.
        subject="{{ subject|safe }}",
        message="{{ body|safe }}",
        context={"subject": head.removeprefix("Subject:").strip(), "body": body},
        attachments={
            item.name: {"file": ContentFile(item.content), "mimetype": item.content_type} for item in attachments
        },
    )


def sent_to(address: str, *, since: dt.datetime) -> int:
    """How many mails were queued for one address since then, so that no public page can flood an inbox."""
    count: int = Email.objects.filter(to__iexact=address, created__gt=since).count()
    return count
