"""Keeps the gallery true."""

from typing import Final

from celery import shared_task
from django.utils import timezone

from campaign.posters import gallery

#: Posters a call: less than ten seconds, so that whoever prints never waits long for the worker.
AT_ONCE: Final = 50


@shared_task(name="campaign.posters.refresh_gallery")
def refresh_gallery() -> None:
    """Makes posters that are missing or out of date; nothing to do costs a few queries."""
    gallery.refresh(timezone.localdate(), most=AT_ONCE)
