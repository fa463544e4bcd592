"""Puts work into the queue and tells it what a person wants of it."""

import logging
from typing import Any

from celery import current_app
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from portal.audit import trail
from portal.jobs.models import Job
from portal.people.models import User

log = logging.getLogger(__name__)

USUAL = "celery"
"""The queue of work that names no other; a worker that is told nothing serves it."""

WAKE_SECONDS = 60
"""How long a wake-up call is worth something: the sweeper calls again, so none must pile up behind busy workers."""


def enqueue(
    *,
    kind: str,
    params: dict[str, Any],
    total: int = 0,
    unit: str = "steps",
    queue: str = USUAL,
    by: User | None = None,
    announce: bool = True,
) -> Job:
    """Adds a job in the caller's transaction; a worker of ``queue`` is woken once that is committed.

    Long work has a queue of its own, so that short work never waits behind it. If the broker is away the job
    still stands: the sweeper, or the next wake-up, finds it.
    A command that runs its job itself does not announce it.
    """
    job = Job.objects.create(kind=kind, params=params, total=total, unit=unit, queue=queue, created_by=by)
    if announce:
        transaction.on_commit(lambda: wake(job), robust=True)
    return job


def wake(job: Job) -> None:
    """Tells a worker of its queue that a job waits. Nothing is lost if nobody hears it."""
    try:
        current_app.send_task("portal.jobs.run", args=[job.pk], queue=job.queue, expires=WAKE_SECONDS)
    except OperationalError:
        log.warning("The broker is away: job %s waits for the next sweep.", job.pk)


def ask(job: Job, wanted: Job.State, *, by: User | None = None) -> Job:
    """Pauses, resumes (``QUEUED``) or cancels. A running job obeys at its next step.

    Asking for what is already so, or of a job that is over, changes nothing.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job.pk)
        before = {"state": job.state, "wanted": job.wanted}
        match wanted, job.state:
            case Job.State.QUEUED, Job.State.PAUSED | Job.State.FAILED:
                job.state, job.wanted, job.error, job.finished_at = Job.State.QUEUED, "", "", None
                job.attempts = 0  # a person looked: only workers that die from now on count
                job.started_at = timezone.now()  # of this run: how long it waits is told from here
                transaction.on_commit(lambda: wake(job), robust=True)
            case Job.State.QUEUED, Job.State.RUNNING:
                job.wanted = ""
            case ((Job.State.PAUSED | Job.State.CANCELLED), Job.State.QUEUED | Job.State.PAUSED):
                job.state = wanted
                job.finished_at = timezone.now() if wanted == Job.State.CANCELLED else None
            case ((Job.State.PAUSED | Job.State.CANCELLED), Job.State.RUNNING):
                job.wanted = wanted
            case _:
                return job
        job.save(update_fields=["state", "wanted", "error", "finished_at", "attempts", "started_at"])
        trail.record(
            actor=by,
            verb=f"asked to be {wanted}",
            target=job,
            before=before,
            after={"state": job.state, "wanted": job.wanted},
        )
    return job
