"""Weeks of counts: Monday to Sunday of America/New_York, and when one is over for good."""

import datetime as dt
from typing import Final

from django.db.models import QuerySet

from campaign.scans.journal import DAY_ZONE
from campaign.scans.models import DailyCount, PublishedWeek

SETTLES: Final = dt.timedelta(hours=6)
"""After its last midnight a week waits so long for the journals of all hosts."""
WEEK: Final = dt.timedelta(days=7)


def monday_of(day: dt.date) -> dt.date:
    """The Monday of that day's week."""
    return day - dt.timedelta(days=day.weekday())


def last_finished(now: dt.datetime) -> dt.date:
    """The Monday of the newest week that is over, its journals folded. ``now`` is aware."""
    return monday_of((now.astimezone(DAY_ZONE) - SETTLES).date()) - WEEK


def counts_of(monday: dt.date) -> QuerySet[DailyCount]:
    """What was counted in that week. Raises ``ValueError`` for another day than a Monday."""
    if monday.weekday():
        raise ValueError(f"{monday} is no Monday.")
    return DailyCount.objects.filter(day__gte=monday, day__lt=monday + WEEK)


def unpublished(now: dt.datetime) -> list[dt.date]:
    """The Mondays of finished weeks that nobody outside the analysts has seen, oldest first.

    They begin with the first scan that was ever counted; a week between without any scan is one too.
    """
    first = DailyCount.objects.order_by("day").values_list("day", flat=True).first()
    if first is None:
        return []
    monday, last = monday_of(first), last_finished(now)
    mondays = [monday + WEEK * number for number in range((last - monday).days // 7 + 1)]
    # What comes late for a week before the first published one is not published any more: it would stand alone.
    known = set(PublishedWeek.objects.values_list("monday", flat=True))
    oldest = min(known, default=None)
    return [monday for monday in mondays if monday not in known and (oldest is None or monday > oldest)]
