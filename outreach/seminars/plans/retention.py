"""Plans that nobody wants, and time that is over, are forgotten; a problem's file says where schools and presenters are."""

import datetime as dt
from typing import Final

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from outreach.seminars.models import BookedInstant, PlanVersion
from portal.files.models import StoredFile

KEPT_DAYS: Final = 30
"""For a second thought."""
UNWANTED: Final = (PlanVersion.State.DISCARDED, PlanVersion.State.FAILED)


def forget(*, today: dt.date | None = None) -> int:
    """Deletes plans that were discarded or failed ``KEPT_DAYS`` ago, and marks as old; returns how many rows went.

    A plan's problem goes with it where no other plan stands on it. Running it twice changes nothing.
    """
    before = (today or timezone.localdate()) - dt.timedelta(days=KEPT_DAYS)
    with transaction.atomic():
        old = PlanVersion.objects.filter(state__in=UNWANTED, created_at__date__lt=before)
        files = {pk for pk in old.values_list("problem", flat=True) if pk is not None}
        gone = old.delete()[0]
        files -= set(PlanVersion.objects.filter(problem__in=files).values_list("problem", flat=True))
        orphans = StoredFile.objects.filter(pk__in=files)
        paths = {file.sha256: file.path for file in orphans}
        orphans.delete()
        shared = set(StoredFile.objects.filter(sha256__in=paths).values_list("sha256", flat=True))
        unshared = [path for digest, path in paths.items() if digest not in shared]
        transaction.on_commit(lambda: _erase(unshared))
        midnight = dt.datetime.combine(before, dt.time(), tzinfo=dt.UTC)
        gone += BookedInstant.objects.filter(mark__lt=int(midnight.timestamp()) // 300).delete()[0]
    return gone


def _erase(paths: list[str]) -> None:
    for path in paths:
        default_storage.delete(path)
