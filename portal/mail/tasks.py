"""Empties the outbox."""

from celery import shared_task
from django.conf import settings
from post_office import mail

from portal.mail.turn import take_turn


@shared_task(name="portal.mail.send_queued")
def send_queued() -> None:
    """Sends what waits; one sender at a time on this host. What fails waits for its next try."""
    with take_turn(settings.DATA_DIR / "mail.lock") as ours:
        while ours and mail.get_queued().exists():
            mail.send_queued()
