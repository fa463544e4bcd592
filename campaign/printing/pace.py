"""How fast a batch goes: pages done, rate, time left."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.utils import timezone

from campaign.printing.models import Batch
from portal.jobs.models import Job


@dataclass(frozen=True, slots=True)
class Pace:
    """``rate`` is in pages a second, 0 while unknown; ``left`` is ``None`` then."""

    done: int
    total: int
    rate: float
    left: dt.timedelta | None

    @property
    def percent(self) -> int:
        """Whole percents, 100 only when all is done."""
        return self.done * 100 // self.total if self.total else 0


def pace_of(batch: Batch) -> Pace:
    """The pace of the present run: what an earlier run did counts as done, but not as speed."""
    job = batch.job
    started = job.started_at or timezone.now()
    sums = batch.packets.delivered().aggregate(
        done=Sum("pages", default=0), lately=Sum("pages", filter=Q(file__created_at__gte=started), default=0)
    )
    seconds = (timezone.now() - started).total_seconds()
    rate = sums["lately"] / seconds if job.state == Job.State.RUNNING and seconds > 0 else 0.0
    left = batch.pages - sums["done"]
    return Pace(sums["done"], batch.pages, rate, dt.timedelta(seconds=round(left / rate)) if rate else None)


def in_words(span: dt.timedelta | None) -> str:
    """A short span for people: 40 seconds, 3 minutes, 2 hours."""
    if span is None:
        return "an unknown time"
    for unit, seconds in (("hour", 3600), ("minute", 60), ("second", 1)):
        count = round(span.total_seconds() / seconds)
        if count >= 2 or unit == "second":
            break
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
