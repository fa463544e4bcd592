"""What schools and presenters wrote is forgotten in time."""

import datetime as dt

from django.utils import timezone

from outreach.seminars.models import RequestDraft

#: Days for which a draft waits for whoever began it.
DRAFT_DAYS = 30


def forget() -> int:
    """Deletes drafts that nobody touched for ``DRAFT_DAYS``; returns how many."""
    last = timezone.now() - dt.timedelta(days=DRAFT_DAYS)
    return RequestDraft.objects.filter(touched_at__lt=last).delete()[0]
