"""Runs batches: in a worker, or in the process that asks."""

import time
from contextlib import closing
from typing import Any

from django.utils import timezone

from campaign.printing import batches, packets
from campaign.printing.models import Batch
from campaign.printing.packets import Misprint
from campaign.printing.preflight import assembly_of
from campaign.printing.scope import Refused
from portal.jobs import runners
from portal.jobs.models import Job
from portal.jobs.queue import ask
from portal.jobs.runners import Progress

LOOK_AGAIN_SECONDS = 0.5


@runners.runner(batches.KIND)
def run(progress: Progress, *, batch: str) -> dict[str, Any]:
    """Delivers the packets that are not delivered yet, then the papers. ``batch`` is its uid."""
    printed = Batch.objects.select_related("season", "design", "sheet", "logo__agency", "logo__file", "created_by").get(
        uid=batch
    )
    waiting = list(printed.packets.waiting())
    progress.start(total=printed.pages, done=printed.pages - sum(packet.pages for packet in waiting))
    try:
        assembly = assembly_of(printed)
        with closing(packets.proofs(waiting, assembly, made_at=printed.created_at)) as proofs:
            for proof in proofs:
                batches.deliver(proof, assembly)
                progress.advance(proof.packet.pages, proof.packet.name)
        if printed.manifest is None:
            batches.complete(printed, told=lambda name: progress.advance(0, name))
    except Refused as refused:
        raise runners.Refused(str(refused)) from refused
    except Misprint as misprint:
        raise runners.Refused(f"{misprint} Use nothing of this batch.") from misprint
    return {"pages": printed.pages, "files": printed.packets.count()}


def run_here(batch: Batch) -> None:
    """Runs a batch in this process until it is done; where a worker has it, waits for that.

    Goes on with one that was paused, failed or killed. Raises ``Refused`` where it fails or is stopped meanwhile.
    """
    job = ask(batch.job, Job.State.QUEUED)
    while not (job := runners.run(job.pk)).is_over and job.state != Job.State.PAUSED:
        if job.lease_until and job.lease_until < timezone.now():
            runners.sweep()
        else:
            time.sleep(LOOK_AGAIN_SECONDS)
    if job.state == Job.State.FAILED:
        raise Refused(job.error)
    if job.state != Job.State.DONE:
        raise Refused(f"The batch is {job.get_state_display().lower()}: somebody asked for that in the admin.")
