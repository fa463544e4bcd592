"""Empties the outbox."""

from celery import shared_task
from django.conf import settings
from post_office.mail import send_queued_mail_until_done


@shared_task(name="portal.mail.send_queued")
def send_queued() -> None:
    """Sends what waits; one sender at a time."""
    send_queued_mail_until_done(lockfile=str(settings.DATA_DIR / "mail-lock"))
