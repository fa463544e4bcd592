"""Links the trail, seals it, and walks along it at night."""

import datetime as dt
import logging

from celery import shared_task
from django.utils import timezone

from portal.audit import linking, sealing, verifying

log = logging.getLogger(__name__)


@shared_task(name="portal.audit.link")
def link() -> None:
    """Links what was written since the last time."""
    linking.link()


@shared_task(name="portal.audit.seal")
def seal() -> None:
    """Seals yesterday, and writes every seal that this host's file of anchors lacks."""
    sealing.seal(timezone.now().date() - dt.timedelta(days=1))
    sealing.write_anchors()


@shared_task(name="portal.audit.verify")
def verify() -> None:
    """Walks along the whole chain; what it finds stands on Today."""
    linking.link()
    found = verifying.verify(marks=sealing.anchors())
    if found.broken:
        log.error("The audit trail was tampered with in %d places: run manage.py verify_audit.", found.broken)
