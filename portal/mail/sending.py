"""Hands over what waits in the outbox, one mail at a time.

A sender takes a mail by moving its time (one conditional UPDATE), so that any number of senders, on any number of
hosts, share the work; and marks it as soon as the mail server has it. Whoever is killed in between leaves one mail
in doubt: it goes again after ``LEASE``, with the same Message-ID, by which mailboxes know it for the same.
What a mail server answers holds the address, so only its number is kept.
"""

import datetime as dt
import logging
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone
from post_office.connections import connections
from post_office.models import STATUS, Email, Log
from post_office.settings import get_default_mailer, get_max_retries, get_retry_timedelta

from portal.mail.models import Mail

LEASE: Final = dt.timedelta(minutes=10)
"""For which a mail is kept from other senders: far longer than one takes."""
LATER: Final = dt.timedelta(minutes=1)
"""After which a mail is tried again that the server did not even look at."""
AT_ONCE: Final = 50
NEVER: Final = 500
"""SMTP answers from here on say that it makes no sense to try again."""
logger = logging.getLogger(__name__)


class Unreachable(Exception):
    """The mail server could not be spoken to: nothing is wrong with the mail."""


def send_waiting() -> int:
    """Sends what waits, the urgent first; returns how many left. What fails waits for its next try."""
    left = 0
    try:
        while (email := claim()) is not None:
            left += _sent(email)
    except Unreachable as trouble:
        logger.warning("No mail leaves: the mail server does not answer (%s).", type(trouble.__cause__).__name__)
    finally:
        connections.close()
    return left


def waiting(now: dt.datetime) -> QuerySet[Email]:
    """Mails that are due, and that nobody has in hand."""
    is_due = Q(scheduled_time=None) | Q(scheduled_time__lte=now)
    is_of_use = Q(expires_at=None) | Q(expires_at__gt=now)
    due: QuerySet[Email] = Email.objects.filter(is_due, is_of_use, status__in=[STATUS.queued, STATUS.requeued])
    return due


def claim() -> Email | None:
    """The next mail, kept from every other sender until ``LEASE`` is over; or None where none waits."""
    while keys := list(waiting(timezone.now()).order_by("-priority", "pk").values_list("pk", flat=True)[:AT_ONCE]):
        for key in keys:
            now = timezone.now()
            if waiting(now).filter(pk=key).update(scheduled_time=now + LEASE):
                return Email.objects.get(pk=key)
    return None


def _sent(email: Email) -> bool:
    try:
        _hand_over(email)
    except SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        _failed(email, error, code=min(codes, default=0), for_ever=bool(codes) and min(codes) >= NEVER)
    except (SMTPSenderRefused, SMTPDataError) as error:
        _failed(email, error, code=error.smtp_code)
    except OSError as error:
        Email.objects.filter(pk=email.pk).update(scheduled_time=timezone.now() + LATER)
        raise Unreachable from error
    except Exception as error:  # whatever is wrong with one mail, the others leave
        _failed(email, error)
    else:
        Email.objects.filter(pk=email.pk).update(status=STATUS.sent, last_updated=timezone.now())
        return True
    connections.close()
    return False


def _hand_over(email: Email) -> None:
    message = email.prepare_email_message()
    for enclosure in email.enclosures.all():
        message.attach(enclosure.name, bytes(enclosure.content), enclosure.content_type)
    connections[email.backend_alias or get_default_mailer()].send_messages([message])


def _failed(email: Email, error: Exception, *, code: int = 0, for_ever: bool = False) -> None:
    """It is tried again, unless it was often enough or the server said that there is no such address."""
    now = timezone.now()
    tries = (email.number_of_retries or 0) + 1
    is_over = for_ever or tries > get_max_retries()
    Email.objects.filter(pk=email.pk).update(
        status=STATUS.failed if is_over else STATUS.requeued,
        number_of_retries=tries,
        scheduled_time=now + get_retry_timedelta(),
        last_updated=now,
    )
    kind = type(error).__name__
    Log.objects.create(email=email, status=STATUS.failed, exception_type=kind, message=str(code) if code else "")
    if for_ever:
        Mail.objects.filter(email=email.pk).update(bounce=Mail.Bounce.HARD, bounced_at=now)
    logger.warning("Mail %s did not leave (%s%s).", email.pk, kind, f" {code}" if code else "")
