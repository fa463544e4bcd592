"""The outbox: a mail is a row of the same transaction as what it tells of, and is sent by a task (see ``sending``).

A template ``mail/<name>.<language>.txt`` begins with a line ``Subject: …`` and a blank one;
English stands in where a language has none. Every mail is logged (``Mail``).
"""

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.template import Context
from django.template.loader import select_template
from django.utils import translation
from post_office import mail
from post_office.models import Email

from portal.mail.models import Enclosure, Mail

if TYPE_CHECKING:
    from portal.people.models import User


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    content: bytes
    content_type: str


def render(template: str, context: Mapping[str, Any], language: str) -> tuple[str, str]:
    """Subject and body. Raises ``TemplateDoesNotExist`` and ``ValueError`` (a template without a subject)."""
    with translation.override(language):
        found = select_template([f"mail/{template}.{language}.txt", f"mail/{template}.en.txt"])
        # Plain text: an apostrophe in a name stays one.
        text = found.template.render(Context(dict(context), autoescape=False))
    head, _, body = text.lstrip().partition("\n\n")
    if not head.startswith("Subject:") or "\n" in head:
        raise ValueError(f"The mail {template} must begin with one line “Subject: …” and a blank line.")
    # Branches of a template that were not taken leave blank lines.
    return head.removeprefix("Subject:").strip(), re.sub(r"\n{3,}", "\n\n", body).strip() + "\n"


def send(
    *,
    to: str,
    template: str,
    context: Mapping[str, Any],
    language: str,
    attachments: Sequence[Attachment] = (),
    key: str | None = None,
    about: str = "",
    expires_at: dt.datetime | None = None,
    resend_of: Mail | None = None,
    by: "User | None" = None,
) -> Mail:
    """Queues and logs one mail; with a ``key`` that was told before it makes none and returns the one of then.

    ``about`` names the row that it tells of (``outreach.registration:12``); after ``expires_at`` it is not sent any
    more. Raises as ``render`` does.
    """
    if key is not None and (told := Mail.objects.filter(key=key).first()):
        return told
    subject, body = render(template, context, language)
    try:
        with transaction.atomic():
            email = mail.send(
                recipients=[to],
                # Post Office renders what it is given: a name that holds template tags must not be run.
                subject="{{ subject|safe }}",
                message="{{ body|safe }}",
                context={"subject": subject, "body": body},
                expires_at=expires_at,
                # Nobody's machine answers with “I am on vacation”.
                headers={"Auto-Submitted": "auto-generated"},
            )
            made = Mail.objects.create(
                email=email,
                to=to,
                template=template,
                language=language,
                subject=subject[:200],
                about=about,
                key=key,
                message_id=(email.message_id or "")[:200],
                resend_of=resend_of,
                by=by,
            )
    except IntegrityError:  # two had the same to tell at the same moment: the other one did
        return Mail.objects.get(key=key)
    Enclosure.objects.bulk_create(
        Enclosure(email=email, name=item.name, content=item.content, content_type=item.content_type)
        for item in attachments
    )
    return made


def sent_to(address: str, *, since: dt.datetime) -> int:
    """How many mails were queued for one address since then, so that no public page can flood an inbox."""
    count: int = Email.objects.filter(to__iexact=address, created__gt=since).count()
    return count


def bounced(addresses: Collection[str]) -> set[str]:
    """Those of the addresses, in lower case, at which mail never arrives."""
    wanted = {address.lower() for address in addresses}
    never = Mail.objects.filter(bounce=Mail.Bounce.HARD).annotate(address=Lower("to"))
    return set(never.filter(address__in=wanted).values_list("address", flat=True))
