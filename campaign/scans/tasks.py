"""What a single host does for the echo; each further web host runs ``fold_journal --watch`` instead."""

from celery import shared_task

from campaign.scans import fold, retired


@shared_task(name="campaign.scans.fold")
def fold_journal() -> None:
    """Folds the journal of this host, and keeps its list of retired codes fresh."""
    fold.fold()
    retired.refresh()
