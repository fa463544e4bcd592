"""Runs jobs: one holder at a time by a lease, progress as it goes, safe to kill at any moment.

A runner does its work in steps that may be done twice without harm and reports each finished
one. When its process dies the lease runs out, the sweeper puts the job back, and the next run
skips what the database already shows as done.
"""

import datetime as dt
import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from portal.audit import trail
from portal.files.outages import outage_of
from portal.jobs.models import Job
from portal.jobs.queue import wake

LEASE = dt.timedelta(seconds=60)
BEAT_SECONDS = 1.0
MAX_ATTEMPTS = 5

Runner = Callable[..., dict[str, Any]]
_runners: dict[str, Runner] = {}
log = logging.getLogger(__name__)


class Interrupted(Exception):
    """The job was paused, cancelled or taken over: leave at once."""


class Refused(Exception):
    """The work cannot be done as asked; the text is for the person who asked."""


def runner(kind: str) -> Callable[[Runner], Runner]:
    """Registers a function ``run(progress, **params) -> result`` for a kind of job."""

    def register(function: Runner) -> Runner:
        if _runners.setdefault(kind, function) is not function:
            raise ValueError(f"Two runners for {kind}.")
        return function

    return register


class Progress:
    """What a runner sees of its job. Every report keeps the lease."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._beat_at = time.monotonic()

    def start(self, *, total: int, done: int = 0, unit: str | None = None) -> None:
        """Says how much there is, and how much of it an earlier run did."""
        self.job.total, self.job.done = total, done
        self.job.unit = unit or self.job.unit
        self._report(total=total, done=done, unit=self.job.unit)

    def advance(self, steps: int, message: str = "") -> None:
        """Reports ``steps`` more; writes at most once a second. Raises ``Interrupted``."""
        self.job.done += steps
        if self._is_due:
            self._report(done=self.job.done, message=message[:300])

    def reach(self, done: Callable[[], int], message: str = "", *, at_once: bool = False) -> None:
        """Reports where the work stands, when others do some of it too; ``done`` is asked only when a report is due.

        Raises ``Interrupted``.
        """
        if at_once or self._is_due:
            self.job.done = done()
            self._report(done=self.job.done, message=message[:300])

    @property
    def _is_due(self) -> bool:
        return time.monotonic() - self._beat_at >= BEAT_SECONDS

    def _report(self, **fields: Any) -> None:
        now = timezone.now()
        held = Job.objects.filter(pk=self.job.pk, lease=self.job.lease, state=Job.State.RUNNING)
        if not held.filter(wanted="").update(lease_until=now + LEASE, **fields):
            raise Interrupted
        self._beat_at = time.monotonic()


def run(job_id: int) -> Job:
    """Takes the job and runs it here. A job that another holds, or that is over, is left alone.

    Raises ``DatabaseError`` only where how it ended cannot be written: the sweeper puts it back.
    """
    job = _claim(job_id)
    if job is None:
        return Job.objects.get(pk=job_id)
    progress = Progress(job)
    try:
        result = _runner_of(job.kind)(progress, **job.params)
    except Interrupted:
        _release(job)
    except Refused as refusal:
        _finish(job, Job.State.FAILED, error=str(refusal))
    except (OSError, DatabaseError) as error:
        log.exception("Job %s lost what it stands on", job.pk)
        _give_up(job, error)
    except Exception as error:
        log.exception("Job %s failed", job.pk)
        _finish(job, Job.State.FAILED, error=f"{type(error).__name__}: {error}")
    else:
        _finish(job, Job.State.DONE, result=result, done=progress.job.done)
    job.refresh_from_db()
    return job


def _runner_of(kind: str) -> Runner:
    """The runner of a kind; outside a worker nobody may have loaded the doors yet. Raises ``Refused``."""
    if kind not in _runners:
        autodiscover_modules("tasks")
    if kind not in _runners:
        raise Refused(
            f"Nothing here knows how to do “{kind}”: this copy is older than the job. Update it, then resume."
        )
    return _runners[kind]


def sweep() -> int:
    """Puts back jobs whose worker died and wakes workers for those that wait; returns how many waited."""
    for job in Job.objects.abandoned():
        # Whoever asks for something, or reports, between the look and the update makes this one miss: the next sweep sees.
        same = Job.objects.abandoned().filter(pk=job.pk, lease=job.lease, wanted=job.wanted)
        if job.wanted:
            ended = timezone.now() if job.wanted == Job.State.CANCELLED else None
            same.update(state=job.wanted, wanted="", lease=None, lease_until=None, finished_at=ended)
        elif job.attempts >= MAX_ATTEMPTS:
            same.update(
                state=Job.State.FAILED,
                lease=None,
                lease_until=None,
                finished_at=timezone.now(),
                error=f"The worker died {job.attempts} times over this job. Look at its log, then resume it.",
            )
        else:
            same.update(state=Job.State.QUEUED, lease=None, lease_until=None)
    waiting = list(Job.objects.filter(state=Job.State.QUEUED))
    for job in waiting:
        wake(job)
    return len(waiting)


def _claim(job_id: int) -> Job | None:
    now = timezone.now()
    lease = uuid.uuid4()
    taken = Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING,
        lease=lease,
        lease_until=now + LEASE,
        wanted="",
        attempts=F("attempts") + 1,
        started_at=now,
        error="",
    )
    return Job.objects.get(pk=job_id) if taken else None


def _release(job: Job) -> None:
    """Does what the person wanted, unless another run holds the job by now."""
    with transaction.atomic():
        held = Job.objects.select_for_update().filter(pk=job.pk, lease=job.lease).first()
        if held is None:
            return
        held.state = held.wanted or Job.State.QUEUED
        held.finished_at = timezone.now() if held.is_over else None
        held.wanted, held.lease, held.lease_until = "", None, None
        held.save(update_fields=["state", "wanted", "lease", "lease_until", "finished_at"])


def _give_up(job: Job, error: OSError | DatabaseError) -> None:
    """Says what gave out. Where the database did, or has no room for that, the lease runs out and the sweeper tries again.

    Raises ``DatabaseError`` where it has no room.
    """
    told = outage_of(error)
    if told or isinstance(error, OSError):
        _finish(job, Job.State.FAILED, error=told or f"{type(error).__name__}: {error}")


def _finish(job: Job, state: Job.State, **fields: Any) -> None:
    with transaction.atomic():
        finished = Job.objects.filter(pk=job.pk, lease=job.lease).update(
            state=state, wanted="", lease=None, lease_until=None, finished_at=timezone.now(), **fields
        )
        if finished:
            trail.record(
                actor=job.created_by,
                verb=str(state),
                target=job,
                before={"state": "running"},
                after={"state": str(state), "error": fields.get("error", "")},
            )
