"""How fast a batch goes: pages done, rate, time left, and how many workers share it."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, Sum
from django.utils import timezone

from campaign.printing.models import Batch
from portal.jobs.models import Job
from portal.jobs.runners import LEASE

WINDOW: Final = dt.timedelta(minutes=1)
"""The rate is that of so long: workers join a batch and leave it."""
QUIET: Final = dt.timedelta(seconds=10)
"""A worker that leads a batch reports about every second; so much longer, and it may have died."""


@dataclass(frozen=True, slots=True)
class Pace:
    """``rate`` is in pages a second, 0 while unknown; ``left`` is ``None`` then. ``workers`` set packets just now."""

    done: int
    total: int
    rate: float
    left: dt.timedelta | None
    workers: int

    @property
    def percent(self) -> int:
        """Whole percents, 100 only when all is done."""
        return self.done * 100 // self.total if self.total else 0


def pace_of(batch: Batch) -> Pace:
    """The pace of the present run: what an earlier run did counts as done, but not as speed."""
    job, now = batch.job, timezone.now()
    since = max(job.started_at or now, now - WINDOW)
    sums = batch.packets.aggregate(
        done=Sum("pages", default=0, filter=Q(file__isnull=False)),
        lately=Sum("pages", default=0, filter=Q(file__created_at__gte=since)),
        workers=Count("lease", distinct=True, filter=Q(file=None, lease_until__gte=now)),
    )
    seconds = (now - since).total_seconds()
    rate = sums["lately"] / seconds if job.state == Job.State.RUNNING and seconds > 0 else 0.0
    left = batch.pages - sums["done"]
    span = dt.timedelta(seconds=round(left / rate)) if rate else None
    return Pace(sums["done"], batch.pages, rate, span, sums["workers"])


def silence_of(job: Job) -> dt.timedelta | None:
    """For how long the worker that leads a running job has not been heard of; ``None`` while that is usual."""
    if job.state != Job.State.RUNNING or job.lease_until is None:
        return None
    silence = timezone.now() - (job.lease_until - LEASE)
    return silence if silence > QUIET else None


def in_words(span: dt.timedelta | None) -> str:
    """A short span for people: 40 seconds, 3 minutes, 2 hours."""
    if span is None:
        return "an unknown time"
    for unit, seconds in (("hour", 3600), ("minute", 60), ("second", 1)):
        count = round(span.total_seconds() / seconds)
        if count >= 2 or unit == "second":
            break
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
