"""Tells those who booked, and reminds those who asked."""

from celery import shared_task

from outreach.registration import notices, reminders


@shared_task(name="outreach.registration.send_notices")
def send_notices() -> None:
    """Puts what guests are to be told into the outbox."""
    notices.send_due()


@shared_task(name="outreach.registration.remind")
def remind() -> None:
    """Notes the reminders whose hour has come."""
    reminders.note_due()
