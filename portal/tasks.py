"""Door: loads every room's Celery tasks."""

from portal.audit import tasks as audit
from portal.imports import tasks as imports
from portal.jobs import tasks as jobs
from portal.keeping import tasks as keeping
from portal.mail import tasks as mail
from portal.people import anchors
from portal.people import tasks as people

__all__ = ["anchors", "audit", "imports", "jobs", "keeping", "mail", "people"]
