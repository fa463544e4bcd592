"""Tells of seminars, and forgets in time."""

from celery import shared_task

from outreach.seminars import notices
from outreach.seminars.plans import retention as plan_retention
from outreach.seminars.plans import solving


@shared_task(name="outreach.seminars.send_notices")
def send_notices() -> None:
    """Puts what is to be told into the outbox."""
    notices.send_due()


@shared_task(name="outreach.seminars.renew_papers")
def renew_papers() -> None:
    """Tells schools whose papers no longer say what is so."""
    notices.renew_papers()


@shared_task(name="outreach.seminars.forget")
def forget() -> None:
    """Forgets plans that nobody wants; what people wrote goes by the register (``portal.keeping``)."""
    plan_retention.forget()


__all__ = ["forget", "send_notices", "solving"]
