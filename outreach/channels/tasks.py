"""Keeps the copy of the lines fresh."""

from celery import shared_task

from outreach.channels import local_copy


@shared_task(name="outreach.channels.refresh")
def refresh() -> None:
    """Writes the copy from the database, where anything changed."""
    local_copy.refresh()
