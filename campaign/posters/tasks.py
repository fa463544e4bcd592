"""Keeps the gallery true."""

from celery import shared_task
from django.utils import timezone

from campaign.posters import gallery


@shared_task(name="campaign.posters.refresh_gallery")
def refresh_gallery() -> None:
    """Makes posters that are missing or out of date; nothing to do costs a few queries."""
    gallery.refresh(timezone.localdate())
