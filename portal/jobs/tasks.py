"""Wakes for jobs."""

from celery import shared_task

from portal.jobs import runners


@shared_task(name="portal.jobs.run")
def run(job_id: int) -> None:
    """Runs one job, if it still waits."""
    runners.run(job_id)


@shared_task(name="portal.jobs.sweep")
def sweep() -> None:
    """Requeues what died."""
    runners.sweep()
