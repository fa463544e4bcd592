"""Mails that came back: reads delivery reports (RFC 3464) and marks the mail that each tells of.

Anybody can write to the mailbox, so a report counts only if it names the Message-ID of a mail of ours, which none but
its reader knows, and the address that this mail went to. All else in the mailbox is left as it is: people answer there.
"""

import datetime as dt
import email
import imaplib
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.utils import timezone

from portal.mail.models import Mail

PATIENCE: Final = 20
"""Seconds that the mailbox may take to answer."""
LARGEST: Final = 1_000_000
"""Bytes of a report that is read: servers return at most the mail, and ours are small."""
OLDEST: Final = dt.timedelta(days=14)
"""A mail server gives up within days; what is reported later is no report."""
#: The mailbox is full, or the mail was taken for a nuisance: the address is there.
STILL_THERE: Final = ("5.2.2", "5.7.")
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail server says of one mail and one address; ``bounce`` is hard or soft."""

    message_id: str
    addresses: frozenset[str]
    bounce: Mail.Bounce


def read_mailbox() -> int:
    """Takes the reports that nobody has read yet; returns how many mails were marked. Without a mailbox none."""
    if settings.BOUNCES is None:
        return 0
    marked = 0
    try:
        with _mailbox() as box:
            for key in _reports_in(box):
                content = _fetched(box, key)
                ours = take(content) if content else 0
                marked += ours
                # Ours hold an address, and are of no further use; of others somebody may want to know.
                box.uid("STORE", key, "+FLAGS", r"(\Seen \Deleted)" if ours else r"(\Seen)")
            box.expunge()
    except (OSError, imaplib.IMAP4.error) as error:
        logger.warning("The mailbox of bounces could not be read (%s).", type(error).__name__)
    return marked


def take(content: bytes) -> int:
    """Marks the mail that a report tells of; returns how many: 0 for what is no report, or not of a mail of ours."""
    now = timezone.now()
    marked = 0
    for report in parse(content):
        told = Mail.objects.filter(message_id=report.message_id, created_at__gt=now - OLDEST)
        for mail in told:
            if mail.to.lower() in report.addresses:
                marked += 1
                if mail.bounce != Mail.Bounce.HARD:
                    Mail.objects.filter(pk=mail.pk).update(bounce=report.bounce, bounced_at=now)
    return marked


def parse(content: bytes) -> list[Report]:
    """The failures of a delivery report; empty for any other mail. "Delayed" is no failure yet."""
    message = email.message_from_bytes(content)
    is_report = message.get_content_type() == "multipart/report" and message.get_param("report-type") in {
        "delivery-status",
        None,
    }
    if not is_report or not message.is_multipart():
        return []
    message_id = next((found for part in message.walk() if (found := _returned_id(part, message))), "")
    if not message_id:
        return []
    return [
        Report(message_id, addresses, _kind(str(block.get("Status", ""))))
        for part in message.walk()
        if part.get_content_type() == "message/delivery-status" and part.is_multipart()
        for block in part.get_payload()
        if isinstance(block, Message)
        and str(block.get("Action", "")).strip().lower() == "failed"
        and (addresses := _addresses(block))
    ]


def _returned_id(part: Message, report: Message) -> str:
    """The Message-ID of the mail that came back, where this part holds it."""
    kind = part.get_content_type()
    if kind == "text/rfc822-headers":
        headers = part.get_payload(decode=True)
        part = email.message_from_bytes(headers if isinstance(headers, bytes) else b"")
    elif kind == "message/rfc822" and part is not report and part.is_multipart():
        payload = part.get_payload()
        inner = payload[0] if isinstance(payload, list) else None
        if not isinstance(inner, Message):
            return ""
        part = inner
    else:
        return ""
    return str(part.get("Message-ID", "")).strip()


def _addresses(block: Message) -> frozenset[str]:
    fields = (str(block.get(name, "")) for name in ("Final-Recipient", "Original-Recipient"))
    found = (parseaddr(field.rpartition(";")[2].strip())[1].lower() for field in fields)
    return frozenset(filter(None, found))


def _kind(status: str) -> Mail.Bounce:
    status = status.strip()
    is_hard = status.startswith("5.") and not status.startswith(STILL_THERE)
    return Mail.Bounce.HARD if is_hard else Mail.Bounce.SOFT


@contextmanager
def _mailbox() -> Iterator[imaplib.IMAP4]:
    server = settings.BOUNCES
    assert server is not None
    box: imaplib.IMAP4
    if server.security == "tls":
        box = imaplib.IMAP4_SSL(server.host, server.port, ssl_context=ssl.create_default_context(), timeout=PATIENCE)
    else:
        box = imaplib.IMAP4(server.host, server.port, timeout=PATIENCE)
    with box:
        if server.security == "starttls":
            box.starttls(ssl.create_default_context())
        box.login(server.user, server.password)
        answer, told = box.select(_quoted(server.folder))
        if answer != "OK":
            raise imaplib.IMAP4.error(f"no folder {server.folder}: {told!r}")
        yield box


def _reports_in(box: imaplib.IMAP4) -> list[str]:
    _, found = box.uid("SEARCH", "UNSEEN", "HEADER", "Content-Type", '"multipart/report"')
    return found[0].decode("ascii").split() if found and isinstance(found[0], bytes) else []


def _fetched(box: imaplib.IMAP4, key: str) -> bytes | None:
    """A mail, without marking it as read; None for one that is too large to be a report of ours."""
    _, parts = box.uid("FETCH", key, f"(BODY.PEEK[]<0.{LARGEST}>)")
    whole = next((part[1] for part in parts if isinstance(part, tuple)), None)
    return whole if whole is not None and len(whole) < LARGEST else None


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
