"""Folding: a sealed segment of the journal becomes counts in the database, exactly once.

Only days that are over are folded: a fold each minute would write into the database's own logs
and backups in which minute a code was scanned.
"""

import datetime as dt
import logging
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from django.db import transaction
from django.db.models import F

from campaign.links.models import Link
from campaign.scans import journal, table
from campaign.scans.models import DailyCount, Segment

CHUNK = 500
#: A segment's uid is remembered so long, and an older segment is not folded any more (days).
REMEMBERED = 400

Item = TypeVar("Item")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Folded:
    """What one fold did: segments and scans taken, and scans dropped since no link has their code."""

    segments: int = 0
    counted: int = 0
    unknown: int = 0

    def __add__(self, other: "Folded") -> "Folded":
        return Folded(self.segments + other.segments, self.counted + other.counted, self.unknown + other.unknown)


def fold(where: Path | None = None, *, through: dt.date | None = None) -> Folded:
    """Folds this host's journal through a day (yesterday, if not given); safe to run twice, at once, or to kill.

    Each web host runs it for its own journal. Raises ``DatabaseError`` while the database is
    away: what isn't folded stays.
    """
    total = Folded()
    for path in journal.seal(where or journal.folder(), through=through or journal.yesterday()):
        try:
            total += fold_segment(path)
        except FileNotFoundError:
            # Another fold took it.
            continue
        except (ValueError, OSError) as error:
            logger.error("A file of the journal is left where it is: %s", error)
    if total.segments:
        forget()
    return total


def fold_segment(path: Path) -> Folded:
    """Folds one sealed segment and removes it.

    Killed before the commit, nothing happened; killed after, its uid stands in the database
    and the next fold only removes the file. Raises ``ValueError`` for a file that is no segment,
    or one so old that nobody knows any more whether it was folded.
    """
    day, uid = journal.identity(path)
    if day < journal.today() - dt.timedelta(days=REMEMBERED):
        raise ValueError(f"its day, {day}, is too long ago")
    scans = table.read(path.read_bytes())
    # Looked up before anything is locked: a flood's made-up codes keep nobody waiting, and no link is ever deleted.
    ids = _links(scans)
    with transaction.atomic(durable=True):
        _, is_new = Segment.objects.get_or_create(uid=uid, defaults={"folded_on": journal.today()})
        if is_new:
            _add({ids[code]: scans[code] for code in ids}, day)
    path.unlink(missing_ok=True)
    if not is_new:
        return Folded()
    counted = sum(scans[code] for code in ids)
    return Folded(segments=1, counted=counted, unknown=scans.total() - counted)


def forget() -> int:
    """Forgets segments whose files ``fold_segment`` would refuse; returns how many."""
    last = journal.today() - dt.timedelta(days=REMEMBERED)
    return Segment.objects.filter(folded_on__lt=last).delete()[0]


def _links(scans: Counter[str]) -> dict[str, int]:
    """The keys of the links that have these codes."""
    ids: dict[str, int] = {}
    for chunk in _chunks(sorted(scans)):
        ids.update(Link.objects.filter(code__in=chunk).values_list("code", "id"))
    return ids


def _add(numbers: dict[int, int], day: dt.date) -> None:
    """Adds to the counts of a day, by link."""
    for chunk in _chunks(sorted(numbers)):
        DailyCount.objects.bulk_create((DailyCount(link_id=link, day=day) for link in chunk), ignore_conflicts=True)
        # Two hosts may fold the same day at once: rows are locked in one order before any is changed.
        rows = DailyCount.objects.select_for_update().filter(day=day, link_id__in=chunk)
        list(rows.order_by("link_id").values_list("id"))
    links_by_number: dict[int, list[int]] = defaultdict(list)
    for link, number in numbers.items():
        links_by_number[number].append(link)
    for number, links in links_by_number.items():
        for chunk in _chunks(links):
            DailyCount.objects.filter(day=day, link_id__in=chunk).update(count=F("count") + number)


def _chunks(items: list[Item]) -> Iterator[list[Item]]:
    """As many as fit in one query."""
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
