"""Clears away sessions that are over."""

from importlib import import_module

from celery import shared_task
from django.conf import settings


@shared_task(name="portal.people.clear_sessions")
def clear_sessions() -> None:
    """Deletes what sessions held that ran out, as ``manage.py clearsessions`` does."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
