"""Empties the outbox, reads what came back, and sweeps."""

from celery import shared_task
from django.conf import settings

from portal.mail import bounces, sending, sweep
from portal.mail.turn import take_turn


@shared_task(name="portal.mail.send_queued")
def send_queued() -> None:
    """Sends what waits; one sender at a time on this host. What fails waits for its next try."""
    with take_turn(settings.DATA_DIR / "mail.lock") as ours:
        if ours:
            sending.send_waiting()


@shared_task(name="portal.mail.read_bounces")
def read_bounces() -> None:
    """Marks mails that came back, where a mailbox for them is set."""
    with take_turn(settings.DATA_DIR / "bounces.lock") as ours:
        if ours:
            bounces.read_mailbox()


@shared_task(name="portal.mail.sweep")
def sweep_mails() -> None:
    """Deletes what mails left behind."""
    sweep.sweep()
