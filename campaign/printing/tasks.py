"""Runs batches: one worker conducts a batch, others help it packet by packet. A command conducts without workers."""

import logging
import time
import uuid
from collections.abc import Iterable
from contextlib import closing
from functools import lru_cache
from typing import Any

from celery import current_app, shared_task
from django.db import DatabaseError
from django.db.models import Sum
from django.utils import timezone
from kombu.exceptions import OperationalError

from campaign.posters.assembly import Assembly
from campaign.printing import batches, sharing
from campaign.printing.models import Batch, Packet
from campaign.printing.preflight import assembly_of
from campaign.printing.scope import Refused
from portal.files.outages import outage_of
from portal.jobs import runners
from portal.jobs.models import Job
from portal.jobs.runners import Progress

log = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS = 0.5
CALL_SECONDS = 30
"""How often workers are called to a batch, and how long a call is worth something: none piles up."""
NAMED = 3
"""Of so many failed packets the batch gives the reason; of the others their number."""


@runners.runner(batches.KIND)
def run(progress: Progress, *, batch: str) -> dict[str, Any]:
    """Conducts a batch: has its packets delivered, here and by whoever helps, then adds the papers.

    ``batch`` is its uid.
    """
    printed = Batch.objects.select_related(
        "job", "season", "design", "sheet", "logo__agency", "logo__file", "created_by"
    ).get(uid=batch)
    progress.start(total=printed.pages, done=_pages_done(printed))
    try:
        _have_packets_set(printed, progress)
        if printed.manifest is None:
            batches.complete(printed, told=lambda name: progress.advance(0, name))
    except Refused as refused:
        raise runners.Refused(str(refused)) from refused
    return {"pages": printed.pages, "files": printed.packets.count()}


@shared_task(name="campaign.printing.set_packet")
def set_packet(packet_id: int) -> None:
    """Helps a batch that runs with one of its packets.

    Nothing is done, and nothing lost, where somebody else has it or the batch was stopped. Whatever goes wrong here
    and is not the packet's own fault is left to the conductor, who sets the packet again and says what is wrong.
    """
    packet = (
        Packet.objects.free()
        .filter(pk=packet_id, batch__job__state=Job.State.RUNNING, batch__job__wanted="")
        .select_related("batch__job")
        .first()
    )
    if packet is None or (run_of_job := packet.batch.job.lease) is None:
        return
    try:
        sharing.set_one(packet, _assembly(packet.batch_id, run_of_job))
    except Refused as refused:
        log.warning("Packet %s is left to the conductor of its batch. %s", packet, refused)
    except (OSError, DatabaseError) as error:
        if not (problem := outage_of(error)):
            raise
        log.warning("Packet %s is left to the conductor of its batch. %s", packet, problem)


def run_here(batch: Batch) -> None:
    """Runs a batch in this process until it is done; where a worker has it, waits for that.

    Goes on with one that was paused, failed or killed. Raises ``Refused`` where it fails or is stopped meanwhile.
    """
    try:
        job = _run_to_the_end(batch)
    except DatabaseError as error:
        if not (problem := outage_of(error)):
            raise
        raise Refused(problem) from error
    if job.state == Job.State.FAILED:
        raise Refused(job.error)
    if job.state != Job.State.DONE:
        raise Refused(f"The batch is {job.get_state_display().lower()}: somebody asked for that in the admin.")


def _run_to_the_end(batch: Batch) -> Job:
    batches.resume(batch)
    while not (job := runners.run(batch.job_id)).is_over and job.state != Job.State.PAUSED:
        if job.lease_until and job.lease_until < timezone.now():
            runners.sweep()
        else:
            time.sleep(LOOK_AGAIN_SECONDS)
    return job


def _have_packets_set(batch: Batch, progress: Progress) -> None:
    """Has every packet delivered. Raises ``Refused`` where some cannot be made."""
    assembly = assembly_of(batch)
    # Somebody may ask for failed packets again just when all others are done: all must be there, not only none be left.
    while batch.packets.waiting().exists():
        _share(batch, assembly, progress)
        progress.reach(lambda: _pages_done(batch), at_once=True)
        if failed := list(batch.packets.failed().order_by("position").values_list("error", flat=True)):
            raise Refused(_failure(failed, of=batch.packets.count()))


def _share(batch: Batch, assembly: Assembly, progress: Progress) -> None:
    """Sets packets beside whoever helps, until each is delivered or has failed."""
    called_at = _call_workers(batch)
    while batch.packets.to_set().exists():
        with closing(sharing.set_all(batch, assembly)) as done:
            for packet in done:
                progress.reach(lambda: _pages_done(batch), packet.name)
                if time.monotonic() - called_at >= CALL_SECONDS:
                    called_at = _call_workers(batch)
        # What is left is in others' hands: they deliver it, or their leases run out.
        if batch.packets.to_set().exists():
            time.sleep(LOOK_AGAIN_SECONDS)
            progress.reach(lambda: _pages_done(batch), "Waiting for other workers")


def _call_workers(batch: Batch) -> float:
    """Sends a message for each free packet, the last first: the conductor takes them from the other end.

    Says when it did, by the monotonic clock. Where the broker is away, or nobody hears, the conductor does all alone;
    a single packet is his anyway.
    """
    free = list(batch.packets.free().order_by("-position").values_list("pk", flat=True))
    if len(free) < 2:
        return time.monotonic()
    try:
        with current_app.producer_or_acquire() as producer:
            for key in free:
                set_packet.apply_async(args=(key,), queue=batches.QUEUE, expires=CALL_SECONDS, producer=producer)
    except OperationalError:
        log.warning("The broker is away: batch %s is printed by one worker alone.", batch.pk)
    return time.monotonic()


@lru_cache(maxsize=2)
def _assembly(batch: int, run_of_job: uuid.UUID) -> Assembly:
    """What the posters of a batch share, kept between its packets.

    For one run of its job: whoever resumes a batch has everything approved looked at again. Raises ``Refused``.
    """
    related = ("season", "design", "sheet", "logo__agency", "logo__file")
    return assembly_of(Batch.objects.select_related(*related).get(pk=batch))


def _pages_done(batch: Batch) -> int:
    pages: int = batch.packets.delivered().aggregate(done=Sum("pages", default=0))["done"]
    return pages


def _failure(errors: Iterable[str], *, of: int) -> str:
    told = list(errors)
    more = f" And {len(told) - NAMED} more." if len(told) > NAMED else ""
    return (
        f"{len(told):,} of {of:,} packets could not be made: use nothing of this batch until all are there. "
        f"{' '.join(told[:NAMED])}{more}"
    )
