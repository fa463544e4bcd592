"""Keeps the copy of the lines fresh, and reminds of checks."""

from celery import shared_task

from outreach.channels import local_copy, reminders


@shared_task(name="outreach.channels.refresh")
def refresh() -> None:
    """Writes the copy from the database, where anything changed."""
    local_copy.refresh()


@shared_task(name="outreach.channels.remind")
def remind() -> None:
    """Mails what became due to whoever may verify; what was told already is not told twice."""
    reminders.send()
