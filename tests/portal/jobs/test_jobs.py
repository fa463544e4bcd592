"""Jobs: one holder at a time, safe to interrupt, never lost."""

import datetime as dt
import time
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.utils import timezone

from portal.audit.models import Entry
from portal.jobs import queue, runners
from portal.jobs.models import Job, JobQuerySet

pytestmark = pytest.mark.django_db

Body = Callable[..., dict[str, object]]


def nothing(progress: runners.Progress) -> dict[str, object]:
    """A job without work."""
    return {}


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Callable[[Body], str]:
    """Registers a runner for the length of a test."""
    monkeypatch.setattr(runners, "BEAT_SECONDS", 0)

    def register(body: Body) -> str:
        name = f"test.{uuid.uuid4()}"
        monkeypatch.setitem(runners._runners, name, body)
        return name

    return register


def test_run_finishes_and_keeps_the_result(kind: Callable[[Body], str]) -> None:
    def body(progress: runners.Progress, *, pages: int) -> dict[str, object]:
        progress.start(total=pages, unit="pages")
        for _ in range(pages):
            progress.advance(1)
        return {"printed": pages}

    job = runners.run(queue.enqueue(kind=kind(body), params={"pages": 3}).pk)
    assert (job.state, job.done, job.total, job.unit, job.result) == ("done", 3, 3, "pages", {"printed": 3})
    assert job.lease is None
    assert Entry.objects.get(object_type="portal.job").after["state"] == "done"


def test_run_leaves_a_job_that_another_holds(kind: Callable[[Body], str]) -> None:
    calls = []

    def body(progress: runners.Progress) -> dict[str, object]:
        calls.append(runners.run(progress.job.pk).state)
        return {}

    runners.run(queue.enqueue(kind=kind(body), params={}).pk)
    assert calls == ["running"]


@pytest.mark.parametrize("wanted", [Job.State.PAUSED, Job.State.CANCELLED])
def test_ask_while_running_stops_at_the_next_step(kind: Callable[[Body], str], wanted: Job.State) -> None:
    steps = []

    def body(progress: runners.Progress) -> dict[str, object]:
        for step in range(3):
            steps.append(step)
            if step == 1:
                queue.ask(progress.job, wanted)
            progress.advance(1)
        return {}

    job = runners.run(queue.enqueue(kind=kind(body), params={}).pk)
    assert job.state == wanted
    assert steps == [0, 1]
    assert job.lease is None


def test_ask_to_resume_a_paused_job_queues_it(kind: Callable[[Body], str]) -> None:
    job = queue.enqueue(kind=kind(nothing), params={})
    queue.ask(job, Job.State.PAUSED)
    assert runners.run(job.pk).state == "paused"
    queue.ask(job, Job.State.QUEUED)
    assert runners.run(job.pk).state == "done"


def test_ask_of_a_finished_job_changes_nothing(kind: Callable[[Body], str]) -> None:
    job = runners.run(queue.enqueue(kind=kind(nothing), params={}).pk)
    assert queue.ask(job, Job.State.CANCELLED).state == "done"


def test_failure_is_told_and_can_be_resumed(kind: Callable[[Body], str]) -> None:
    moods = iter([ValueError("no paper"), None])

    def body(progress: runners.Progress) -> dict[str, object]:
        if mood := next(moods):
            raise mood
        return {}

    job = runners.run(queue.enqueue(kind=kind(body), params={}).pk)
    assert (job.state, job.error) == ("failed", "ValueError: no paper")
    queue.ask(job, Job.State.QUEUED)
    assert runners.run(job.pk).state == "done"


def test_a_full_disk_is_told_in_words_and_the_job_can_be_resumed(kind: Callable[[Body], str]) -> None:
    def body(progress: runners.Progress) -> dict[str, object]:
        with open("/dev/full", "wb", buffering=0) as full:  # noqa: PTH123 (the kernel's own full disk)
            full.write(b"x")
        return {}

    job = runners.run(queue.enqueue(kind=kind(body), params={}).pk)
    assert (job.state, job.error) == ("failed", "The disk is full. Nothing is lost: make room, then go on.")
    assert queue.ask(job, Job.State.QUEUED).state == "queued"


def test_what_others_did_too_is_counted_when_a_report_is_due(
    kind: Callable[[Body], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def body(progress: runners.Progress) -> dict[str, object]:
        progress.start(total=10)
        monkeypatch.setattr(runners, "BEAT_SECONDS", 60)
        progress.reach(lambda: pytest.fail("nothing is due"))
        progress.reach(lambda: 7, "by others", at_once=True)
        return {}

    job = runners.run(queue.enqueue(kind=kind(body), params={}).pk)
    assert (job.done, job.message) == (7, "by others")


def test_a_job_has_the_usual_queue_or_one_of_its_own(kind: Callable[[Body], str]) -> None:
    assert queue.enqueue(kind=kind(nothing), params={}).queue == queue.USUAL == "celery"
    assert queue.enqueue(kind=kind(nothing), params={}, queue="printing").queue == "printing"


def test_refusal_is_told_in_its_own_words(kind: Callable[[Body], str]) -> None:
    def body(progress: runners.Progress) -> dict[str, object]:
        raise runners.Refused("Nothing is planned for Mississippi.")

    assert runners.run(queue.enqueue(kind=kind(body), params={}).pk).error == "Nothing is planned for Mississippi."


def _dead(kind: str, **fields: object) -> Job:
    """A job whose worker was killed a while ago."""
    defaults = {"state": "running", "lease": uuid.uuid4(), "attempts": 1}
    return Job.objects.create(kind=kind, lease_until=timezone.now() - dt.timedelta(seconds=1), **{**defaults, **fields})


def test_sweep_requeues_a_job_whose_worker_died(kind: Callable[[Body], str]) -> None:
    job = _dead(kind(nothing))
    assert runners.sweep() == 1
    assert runners.run(job.pk).state == "done"


def test_sweep_does_what_was_asked_of_a_dead_job(kind: Callable[[Body], str]) -> None:
    job = _dead(kind(nothing), wanted="cancelled")
    assert runners.sweep() == 0
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert job.finished_at


class SomebodyActs:
    """The rows that the sweeper saw as abandoned, and what happens right after it looked."""

    def __init__(self, job: Job, act: Callable[[], object]) -> None:
        self.job, self.act = job, act

    def __iter__(self) -> Iterator[Job]:
        self.act()
        yield self.job


def test_sweep_doesnt_lose_what_is_asked_while_it_sweeps(
    kind: Callable[[Body], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = _dead(kind(nothing))
    seen = SomebodyActs(Job.objects.get(), lambda: queue.ask(job, Job.State.CANCELLED))
    looks = iter([seen])
    look = JobQuerySet.abandoned
    monkeypatch.setattr(JobQuerySet, "abandoned", lambda rows: next(looks, None) or look(rows))
    runners.sweep()
    runners.run(job.pk)
    runners.sweep()
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_sweep_leaves_a_job_that_reports_while_it_sweeps(
    kind: Callable[[Body], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = _dead(kind(nothing))
    later = timezone.now() + runners.LEASE
    seen = SomebodyActs(Job.objects.get(), lambda: Job.objects.update(lease_until=later))
    looks = iter([seen])
    look = JobQuerySet.abandoned
    monkeypatch.setattr(JobQuerySet, "abandoned", lambda rows: next(looks, None) or look(rows))
    runners.sweep()
    job.refresh_from_db()
    assert (job.state, job.lease_until) == ("running", later)


def test_a_resumed_job_has_all_its_attempts(kind: Callable[[Body], str]) -> None:
    job = _dead(kind(nothing), attempts=runners.MAX_ATTEMPTS)
    runners.sweep()
    queue.ask(job, Job.State.QUEUED)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("queued", 0)


def test_a_job_that_nothing_can_do_says_so() -> None:
    job = runners.run(queue.enqueue(kind="test.unknown", params={}).pk)
    assert job.state == "failed"
    assert "this copy is older than the job" in job.error


def test_sweep_gives_up_on_a_job_that_kills_its_workers(kind: Callable[[Body], str]) -> None:
    job = _dead(kind(nothing), attempts=runners.MAX_ATTEMPTS)
    runners.sweep()
    job.refresh_from_db()
    assert job.state == "failed"
    assert "died 5 times" in job.error


def test_a_run_that_lost_its_lease_leaves_and_writes_nothing(kind: Callable[[Body], str]) -> None:
    other = uuid.uuid4()

    def body(progress: runners.Progress) -> dict[str, object]:
        Job.objects.filter(pk=progress.job.pk).update(lease=other)
        progress.advance(1)
        return {"never": True}

    job = runners.run(queue.enqueue(kind=kind(body), params={}).pk)
    assert (job.state, job.lease, job.done, job.result) == ("running", other, 0, {})


@pytest.mark.django_db(transaction=True)
def test_enqueue_stands_without_a_broker(kind: Callable[[Body], str], caplog: pytest.LogCaptureFixture) -> None:
    began = time.monotonic()
    with transaction.atomic():
        job = queue.enqueue(kind=kind(nothing), params={})
    assert "waits for the next sweep" in caplog.text
    assert time.monotonic() - began < 1.5, "whoever pressed waited for a broker that is away"
    assert Job.objects.get(pk=job.pk).state == "queued"
