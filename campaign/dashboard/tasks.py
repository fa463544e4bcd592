"""What the dashboard does by the clock."""

from celery import shared_task
from django.utils import timezone

from campaign.dashboard import publishing


@shared_task(name="campaign.dashboard.publish_weeks")
def publish_weeks() -> None:
    """Publishes the finished weeks that aren't yet. Asked daily, so that a Monday that was missed is made up for."""
    publishing.publish(now=timezone.now())
