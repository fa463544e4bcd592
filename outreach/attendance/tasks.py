"""Asks those who came how it was."""

from celery import shared_task
from django.utils import timezone

from outreach.attendance import feedback


@shared_task(name="outreach.attendance.ask")
def ask() -> None:
    """Notes who is to be asked about events that are over; each person once, however often it runs."""
    feedback.ask(now=timezone.now())
