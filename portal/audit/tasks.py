"""Seals the trail."""

import datetime as dt

from celery import shared_task
from django.utils import timezone

from portal.audit import trail


@shared_task(name="portal.audit.seal")
def seal() -> None:
    """Seals all finished days."""
    trail.seal(timezone.now().date() - dt.timedelta(days=1))
