"""What a single host does for the echo; each further web host runs ``fold_journal --watch`` instead."""

from celery import shared_task

from campaign.scans import host


@shared_task(name="campaign.scans.fold")
def fold_journal() -> None:
    """Tends this host's journal, and the files that its pages are made from."""
    host.tend()
