"""Tells those who booked, reminds those who asked, moves lines on, and counts seats anew."""

import logging

from celery import shared_task

from outreach.registration import counting, notices, reminders, waitlist

logger = logging.getLogger(__name__)


@shared_task(name="outreach.registration.send_notices")
def send_notices() -> None:
    """Puts what guests are to be told into the outbox."""
    notices.send_due()


@shared_task(name="outreach.registration.remind")
def remind() -> None:
    """Notes the reminders whose hour has come."""
    reminders.note_due()


@shared_task(name="outreach.registration.pass_on")
def pass_on() -> None:
    """Ends offers whose time is over and passes seats on."""
    waitlist.lapse()


@shared_task(name="outreach.registration.count")
def count() -> None:
    """Says in the log which events' counts disagree with their bookings; nothing is mended unseen."""
    for seminar in counting.faulty().order_by("pk"):
        logger.error("The counts of event %s disagree: %s", seminar.pk, " ".join(counting.faults(seminar)))
