"""Links entries into the chain, behind the rows: whoever writes an entry waits for nobody."""

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.audit.digests import link_digest
from portal.audit.models import Entry, Head, Link

BATCH: Final = 1000
LONGEST_TRANSACTION: Final = dt.timedelta(hours=6)
"""No transaction of ours lasts so long: an older entry that turns up unlinked was slipped in."""


def link() -> int:
    """Links every entry that has no link yet, oldest first; returns how many. May run twice, and at once."""
    linked = 0
    while count := _link_some():
        linked += count
    return linked


def waiting(low: int) -> QuerySet[Entry]:
    """Entries past ``low`` that nobody linked yet."""
    return Entry.objects.filter(pk__gt=low, link=None).order_by("pk")


def digest_of(entry: Entry, *, number: int, previous: str, linked_at: dt.datetime) -> str:
    """The digest that a link to this entry must have at this place."""
    return link_digest(
        previous=previous,
        number=number,
        linked_at=linked_at,
        entry_id=entry.pk,
        at=entry.at,
        actor_id=entry.actor_id,
        verb=entry.verb,
        object_type=entry.object_type,
        object_id=entry.object_id,
        content=entry.content_digest,
    )


def _link_some() -> int:
    low = Head.objects.filter(pk=Head.ONLY).values_list("low", flat=True).first() or 0
    # On SQLite a transaction takes the only write lock: none is begun for nothing.
    if not waiting(low).exists():
        return 0
    with transaction.atomic():
        head, _ = Head.objects.select_for_update().get_or_create(pk=Head.ONLY)
        # Before the rows are read: what is committed by now is in this batch or in one before.
        now = timezone.now()
        entries = list(waiting(head.low)[:BATCH])
        links = []
        for entry in entries:
            head.number += 1
            head.digest = digest_of(entry, number=head.number, previous=head.digest, linked_at=now)
            links.append(Link(number=head.number, entry=entry, at=now, digest=head.digest))
        Link.objects.bulk_create(links)
        low = _newest_before(now - LONGEST_TRANSACTION)
        head.low = max(head.low, low if len(entries) < BATCH else min(low, entries[-1].pk))
        head.save(update_fields=["number", "digest", "low"])
    return len(links)


def _newest_before(moment: dt.datetime) -> int:
    """Keys are given in the order of time, so nothing that is still to be committed has a lower one."""
    return Entry.objects.filter(at__lt=moment).order_by("-at").values_list("pk", flat=True).first() or 0
