"""Walks the chain and names what was tampered with. Reads in pages: memory stays flat however long the trail."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from portal.audit.digests import content_digest
from portal.audit.linking import LONGEST_TRANSACTION, digest_of, waiting
from portal.audit.models import Entry, Head, Link, Seal, Verification

PAGE: Final = 1000
MOST_FINDINGS: Final = 100
REDACTED: Final = "redacted"
"""The verb of the entry that tells of a redaction."""


class Tampering(Enum):
    """What was done to the trail, as far as the rows show it."""

    CONTENT_CHANGED = "its label, before, after or salt was changed"
    ROW_CHANGED = "who, what, which or when was changed, or its link was"
    REDACTED_ALONE = "it is marked as redacted, and no entry of the trail says by whom and why"
    NOT_EMPTIED = "it is marked as redacted and still says something"
    ENTRY_DELETED = "its link is there, and the entry was deleted"
    LINK_DELETED = "this link was deleted"
    INSERTED = "it was slipped in behind entries that were linked long before"
    CUT_OFF = "the end of the chain was cut off"
    HEAD_CHANGED = "the chain's head was changed"
    REWRITTEN = "the chain says other than what was sealed"


@dataclass(frozen=True, slots=True)
class Broken:
    """One place that was tampered with: the number of the link and the key of the entry, where known."""

    what: Tampering
    number: int | None = None
    entry_id: int | None = None
    note: str = ""

    def __str__(self) -> str:
        place = [f"link {self.number}"] if self.number is not None else []
        place += [f"entry {self.entry_id}"] if self.entry_id is not None else []
        return f"{', '.join(place) or 'chain'}: {self.what.value}{f' ({self.note})' if self.note else ''}"


@dataclass(frozen=True, slots=True)
class Mark:
    """A link's number and digest as they were told to somebody; ``where`` names whom."""

    number: int
    digest: str
    where: str


@dataclass(slots=True)
class Tally:
    """How far a walk came."""

    links: int = 0
    redacted: int = 0
    unlinked: int = 0
    marks: int = 0
    last: int = 0
    digest: str = ""


@dataclass(slots=True)
class _Walk:
    """Where a walk stands: the link before, the batch before its batch."""

    number: int
    digest: str
    batch_at: dt.datetime | None = None
    before_batch: dt.datetime | None = None
    marks: dict[int, list[Mark]] = field(default_factory=dict)


def walk(tally: Tally, *, marks: Iterable[Mark] = (), since: int = 0) -> Iterator[Broken]:
    """Every place that was tampered with, in the order of the chain; fills ``tally`` on the way.

    Seals in the database are always compared; ``marks`` are those kept elsewhere, without which nobody can see
    that the whole chain and its seals were made anew. ``since`` begins behind a link that is known to be good.
    """
    start = Link.objects.filter(number=since).values_list("digest", flat=True).first() or ""
    at = _Walk(number=since, digest=start)
    for mark in [*_seals(since), *marks]:
        at.marks.setdefault(mark.number, []).append(mark)
    tally.marks = sum(map(len, at.marks.values()))
    while True:
        links = list(Link.objects.filter(number__gt=at.number).order_by("number")[:PAGE])
        if links:
            yield from _page(at, links, tally)
            continue
        head = Head.objects.filter(pk=Head.ONLY).first() or Head()
        # Read after the last page: what was linked meanwhile is walked too.
        if not Link.objects.filter(number__gt=at.number).exists():
            break
    tally.last, tally.digest = at.number, at.digest
    yield from _end(at, head)
    yield from _unlinked(head, tally)


def verify(*, marks: Iterable[Mark] = ()) -> Verification:
    """One walk along the whole chain, kept as a row, with the first hundred findings."""
    tally, count, findings = Tally(), 0, []
    for found in walk(tally, marks=marks):
        count += 1
        if count <= MOST_FINDINGS:
            findings.append(str(found))
    return Verification.objects.create(links=tally.links, broken=count, findings=findings)


def _page(at: _Walk, links: list[Link], tally: Tally) -> Iterator[Broken]:
    entries = Entry.objects.in_bulk([link.entry_id for link in links])
    told = _told_redactions([entry for entry in entries.values() if entry.redacted_at])
    for link in links:
        for missing in range(at.number + 1, link.number):
            yield Broken(Tampering.LINK_DELETED, missing, note="an entry may be gone with it")
        if link.at != at.batch_at:
            at.before_batch, at.batch_at = at.batch_at, link.at
        tally.links += 1
        entry = entries.get(link.entry_id)
        if entry is None:
            yield Broken(Tampering.ENTRY_DELETED, link.number, link.entry_id)
        else:
            tally.redacted += entry.redacted_at is not None
            yield from _link(at, link, entry, told)
        # The next link is judged by what this one says: one change is one finding, not all that follow.
        at.number, at.digest = link.number, link.digest
        for mark in at.marks.pop(link.number, ()):
            if mark.digest != link.digest:
                yield Broken(Tampering.REWRITTEN, link.number, note=mark.where)


def _link(at: _Walk, link: Link, entry: Entry, told: Mapping[str, bool]) -> Iterator[Broken]:
    place = (link.number, entry.pk)
    if entry.redacted_at:
        if entry.object_label or entry.salt or entry.before or entry.after:
            yield Broken(Tampering.NOT_EMPTIED, *place)
        if not told.get(str(entry.pk)):
            yield Broken(Tampering.REDACTED_ALONE, *place)
    elif entry.content_digest != content_digest(
        salt=entry.salt, label=entry.object_label, before=entry.before, after=entry.after
    ):
        yield Broken(Tampering.CONTENT_CHANGED, *place)
    # After a gap the link before is unknown: the gap is the finding.
    if at.number + 1 == link.number and link.digest != digest_of(
        entry, number=link.number, previous=at.digest, linked_at=link.at
    ):
        yield Broken(Tampering.ROW_CHANGED, *place)
    elif at.before_batch and entry.at < at.before_batch - LONGEST_TRANSACTION:
        yield Broken(Tampering.INSERTED, *place, note="its time is long before that of what was linked before it")


def _told_redactions(entries: list[Entry]) -> dict[str, bool]:
    """Of redacted entries, whether an entry that stands in the chain tells of two persons."""
    told = Entry.objects.filter(
        object_type=Entry._meta.label_lower,
        verb=REDACTED,
        object_id__in=[str(entry.pk) for entry in entries],
        redacted_at=None,
    )
    return {
        entry.object_id: bool(entry.after.get("asked_by") and entry.actor_id)
        and entry.after["asked_by"] != entry.actor_id
        for entry in told
    }


def _seals(since: int) -> Iterator[Mark]:
    for seal in Seal.objects.filter(number__gt=since).order_by("day"):
        assert seal.number is not None
        yield Mark(seal.number, seal.digest, f"the seal of {seal.day}")


def _end(at: _Walk, head: Head) -> Iterator[Broken]:
    lost = sorted(number for number in at.marks if number > at.number)
    if lost:
        where = at.marks[lost[-1]][-1].where
        yield Broken(Tampering.CUT_OFF, at.number, note=f"{where} knows link {lost[-1]}")
    elif head.number > at.number:
        yield Broken(Tampering.CUT_OFF, at.number, note=f"the head knows link {head.number}")
    elif (head.number, head.digest) != (at.number, at.digest):
        yield Broken(Tampering.HEAD_CHANGED, at.number)


def _unlinked(head: Head, tally: Tally) -> Iterator[Broken]:
    for pk in Entry.objects.filter(pk__lte=head.low, link=None).order_by("pk").values_list("pk", flat=True).iterator():
        yield Broken(
            Tampering.INSERTED, entry_id=pk, note="it has no link, and its neighbours have had theirs for long"
        )
    tally.unlinked = waiting(head.low).count()
