"""Shares the packets of a batch out: each is set by one worker at a time, by a lease.

A claim is one conditional update, so that two workers never hold the same packet and no lock is held while pages
are set. Whose lease runs out is taken for dead, and the packet is free again. Should he live, both make the same
bytes and the first to deliver counts.
"""

import datetime as dt
import uuid
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from functools import partial
from typing import Final

from django.utils import timezone

from campaign.posters.assembly import Assembly
from campaign.printing import batches, packets
from campaign.printing.models import Batch, Packet
from campaign.printing.packets import Misprint

LEASE: Final = dt.timedelta(seconds=60)
"""Far longer than the largest packet takes: that is some seconds."""

Claims = Callable[[uuid.UUID], Iterator[Packet]]


def set_all(batch: Batch, assembly: Assembly) -> Generator[Packet]:
    """Sets every packet that is free, in order, until none is; yields each when it is delivered or has failed.

    Leave it early inside ``closing``: what was claimed ahead is free again then.
    """
    return _set(partial(_every, batch), batch, assembly)


def set_one(packet: Packet, assembly: Assembly) -> bool:
    """Sets one packet if it is free; false if it is not."""
    with closing(_set(partial(_only, packet), packet.batch, assembly)) as done:
        return next(done, None) is not None


def _set(claims_of: Claims, batch: Batch, assembly: Assembly) -> Generator[Packet]:
    lease = uuid.uuid4()
    claims = claims_of(lease)
    taken: deque[Packet] = deque()

    def claimed() -> Iterator[Packet]:
        yield from list(taken)
        for packet in claims:
            taken.append(packet)
            yield packet

    try:
        while True:
            try:
                with closing(packets.proofs(claimed(), assembly, made_at=batch.created_at)) as proofs:
                    for proof in proofs:
                        try:
                            batches.deliver(proof, assembly)
                        except Misprint as misprint:
                            _fail(taken[0], lease, misprint)
                        yield taken.popleft()
                return
            except Misprint as misprint:
                # Proofs come in order: the oldest that is due cannot be set. Those claimed after it are set anew.
                _fail(taken[0], lease, misprint)
                yield taken.popleft()
    finally:
        batch.packets.waiting().filter(lease=lease).update(lease=None, lease_until=None)


def _every(batch: Batch, lease: uuid.UUID) -> Iterator[Packet]:
    while (packet := batch.packets.free().order_by("position").first()) is not None:
        if _claim(packet, lease):
            yield packet


def _only(packet: Packet, lease: uuid.UUID) -> Iterator[Packet]:
    if _claim(packet, lease):
        yield packet


def _claim(packet: Packet, lease: uuid.UUID) -> bool:
    # All conditions are on the row itself: PostgreSQL looks at them again once it has waited for another's claim.
    free = Packet.objects.free().filter(pk=packet.pk)
    return bool(free.update(lease=lease, lease_until=timezone.now() + LEASE))


def _fail(packet: Packet, lease: uuid.UUID, misprint: Misprint) -> None:
    """Keeps the reason, unless another holds the packet by now: then the last word is his."""
    held = Packet.objects.waiting().filter(pk=packet.pk, lease=lease)
    held.update(error=str(misprint), lease=None, lease_until=None)
