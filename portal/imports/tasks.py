"""Tidies up after imports."""

from celery import shared_task

from portal.imports import drafts


@shared_task(name="portal.imports.forget_drafts")
def forget_drafts() -> None:
    """Deletes sheets that nobody confirmed."""
    drafts.forget()
