"""Folding: a sealed segment of the journal becomes counts in the database, exactly once."""

import datetime as dt
import logging
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import F

from campaign.links import codes
from campaign.links.models import Link
from campaign.scans import journal
from campaign.scans.models import DailyCount, Segment

CHUNK = 500

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Folded:
    """What one fold did: segments and scans taken, and scans dropped since no link has their code."""

    segments: int = 0
    counted: int = 0
    unknown: int = 0

    def __add__(self, other: "Folded") -> "Folded":
        return Folded(self.segments + other.segments, self.counted + other.counted, self.unknown + other.unknown)


def fold(where: Path | None = None) -> Folded:
    """Seals this host's journal and folds every sealed segment; safe to run twice, at once, or to kill.

    Each web host runs it for its own journal. Raises ``DatabaseError`` while the database is
    away: what isn't folded stays.
    """
    total = Folded()
    for path in journal.seal(where or journal.folder()):
        try:
            total += fold_segment(path)
        except (ValueError, FileNotFoundError):
            # Another fold took it, or somebody put a file there that is no segment.
            continue
    return total


def fold_segment(path: Path) -> Folded:
    """Folds one sealed segment and removes it.

    Killed before the commit, nothing happened; killed after, its uid stands in the database
    and the next fold only removes the file. Raises ``ValueError`` for a file that is no segment.
    """
    day, uid = journal.identity(path)
    scans = Counter(_codes(path.read_bytes()))
    with transaction.atomic(durable=True):
        _, is_new = Segment.objects.get_or_create(uid=uid, defaults={"folded_on": journal.today()})
        counted = _add(scans, day) if is_new else 0
    path.unlink(missing_ok=True)
    if not is_new:
        return Folded()
    return Folded(segments=1, counted=counted, unknown=scans.total() - counted)


def _codes(content: bytes) -> Iterator[str]:
    """The codes of a segment; a line torn by a full disk is none."""
    for line in content.split(b"\n"):
        try:
            yield codes.read(line.decode("ascii")).code
        except (UnicodeDecodeError, codes.BadCode):
            continue


def _add(scans: Counter[str], day: dt.date) -> int:
    """Adds to the counts of a day; returns how many scans had a link."""
    wanted = sorted(scans)
    ids: dict[str, int] = {}
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        ids.update(Link.objects.filter(code__in=chunk).values_list("code", "id"))
    links_by_number: dict[int, list[int]] = defaultdict(list)
    for code, link_id in ids.items():
        links_by_number[scans[code]].append(link_id)

    links = sorted(ids.values())
    for start in range(0, len(links), CHUNK):
        chunk_of_links = links[start : start + CHUNK]
        DailyCount.objects.bulk_create(
            (DailyCount(link_id=link_id, day=day) for link_id in chunk_of_links), ignore_conflicts=True
        )
        # Two hosts may fold the same day at once: rows are locked in one order before any is changed.
        rows = DailyCount.objects.select_for_update().filter(day=day, link_id__in=chunk_of_links)
        list(rows.order_by("link_id").values_list("id"))
    for number, group in links_by_number.items():
        for start in range(0, len(group), CHUNK):
            DailyCount.objects.filter(day=day, link_id__in=group[start : start + CHUNK]).update(
                count=F("count") + number
            )
    return sum(scans[code] for code in ids)
