"""Forgets, every night."""

from celery import shared_task

from portal.keeping import forgetting


@shared_task(name="portal.keeping.forget")
def forget() -> None:
    """Deletes or blanks what has been kept long enough."""
    forgetting.forget()
