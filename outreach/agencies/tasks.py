"""Tells of agreements and logo permissions that end."""

from celery import shared_task

from outreach.agencies import notices


@shared_task(name="outreach.agencies.remind")
def remind() -> None:
    """Mails what comes near its end; what was told already is not told twice."""
    notices.send()
