"""A plan is worked out: as a job, by the optimiser in a process of its own, kept as rows in one transaction.

The optimiser may crash, run out of memory or hang without taking the worker with it. Whatever happens, plans that
were there before stay as they are.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import queue
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from outreach.seminars.models import PlanVersion, Presenter, Request
from outreach.seminars.plans import problem_files, rows, timetable
from outreach.seminars.refusals import NotPossible
from portal.audit import trail
from portal.jobs import queue as jobs
from portal.jobs import runners
from portal.people.models import User
from portal.seasons.models import Season

KIND: Final = "seminars.optimise"
QUEUE: Final = "printing"
"""Long work has one queue, whatever it is."""
SECONDS: Final = 60
SECONDS_OF_MANY: Final = 600
MANY: Final = 3_000
"""So many requests take ten minutes rather than one."""
SECONDS_TO_REPLAN: Final = 3
GRACE_SECONDS: Final = 30
"""How long it may take over its time to write what it has; twice, then it is killed."""
MOST_MEMORY: Final = 3 * 1024**3
"""Bytes of address space."""
MOST_POINTS: Final = 600
POLL_SECONDS: Final = 0.2

State = PlanVersion.State


def start(
    *,
    season: Season,
    by: User | None,
    seconds: int = 0,
    seed: int = 1,
    base: PlanVersion | None = None,
    replan: bool = False,
) -> PlanVersion:
    """Begins to work out a plan of the season; nothing but the new draft comes of it.

    ``base`` is a draft whose locks hold; ``seconds`` 0 is as long as its size needs, or 3 to re-plan.
    Raises ``NotPossible``: one is being worked out, or there is nothing to plan or nobody to plan with.
    """
    with transaction.atomic():
        Season.objects.select_for_update(no_key=True).get(pk=season.pk)
        _settle(season)
        if running := PlanVersion.objects.filter(season=season, state=State.SOLVING).first():
            raise NotPossible(f"{running} is being worked out: wait for it, or stop it and keep the best so far.")
        asked = Request.objects.filter(season=season, state__in=[Request.State.ACCEPTED, Request.State.PLANNED]).count()
        if not asked:
            raise NotPossible("There is nothing to plan: accept requests first.")
        if not Presenter.objects.filter(retired_at=None).exists():
            raise NotPossible("There is nobody to plan with: add presenters first.")
        usual = SECONDS_TO_REPLAN if replan else SECONDS_OF_MANY if asked >= MANY else SECONDS
        last = PlanVersion.objects.filter(season=season).aggregate(last=Max("number"))["last"] or 0
        plan = PlanVersion.objects.create(
            season=season,
            number=last + 1,
            origin=PlanVersion.Origin.REPLANNED if replan else PlanVersion.Origin.OPTIMISED,
            based_on=base,
            seconds=seconds or usual,
            seed=seed,
            created_by=by,
        )
        plan.job = jobs.enqueue(
            kind=KIND, params={"plan": str(plan.uid)}, total=plan.seconds, unit="seconds", queue=QUEUE, by=by
        )
        plan.save(update_fields=["job"])
        trail.record(actor=by, verb="began", target=plan, after={"seconds": plan.seconds, "seed": seed})
    return plan


def stop(*, plan_id: int, by: User | None) -> PlanVersion:
    """Asks the optimiser to stop and keep the best it has. One that nobody works on any more has failed."""
    with transaction.atomic():
        plan = PlanVersion.objects.select_for_update(of=("self",)).get(pk=plan_id)
        if plan.state == State.SOLVING and plan.stop_wanted_at is None:
            plan.stop_wanted_at = timezone.now()
            plan.save(update_fields=["stop_wanted_at"])
            trail.record(actor=by, verb="asked to be stopped", target=plan)
            if plan.job is not None and plan.job.state == "queued":
                jobs.ask(plan.job, type(plan.job).State.CANCELLED, by=by)
        _settle(plan.season)
        plan.refresh_from_db()
    return plan


def _settle(season: Season) -> None:
    """A plan whose job is over and that still waits will never come: whoever ran it was cancelled or died."""
    for plan in PlanVersion.objects.filter(season=season, state=State.SOLVING).select_related("job"):
        if plan.job is None or plan.job.is_over:
            why = (plan.job.error if plan.job else "") or "It was cancelled before there was a plan."
            fail(plan, why)


def fail(plan: PlanVersion, why: str) -> None:
    """Nothing came of it; ``why`` is a sentence for staff. What was there before stays."""
    changed = PlanVersion.objects.filter(pk=plan.pk, state=State.SOLVING).update(state=State.FAILED, failure=why[:300])
    if changed:
        trail.record(actor=None, verb="failed", target=plan, after={"failure": why[:300]})


@runners.runner(KIND)
def run(progress: runners.Progress, *, plan: str) -> dict[str, Any]:
    """Works one plan out. Doing it again after the worker died begins anew; a plan that is there is left alone."""
    version = PlanVersion.objects.select_related("season", "based_on").get(uid=plan)
    if version.state != State.SOLVING:
        return {"plan": version.pk}
    try:
        name = f"{version.season}, plan {version.number}"
        loaded = timetable.problem_of(season=version.season, base=version.based_on, name=name)
        progress.reach(lambda: 0, f"{len(loaded.problem.requests):,} requests are read.", at_once=True)
        answer = _answer(progress, version, loaded)
        file = problem_files.store(loaded.problem, name=f"plan-{version.number}-problem.json.gz")
        rows.save(plan_id=version.pk, answer=answer, loaded=loaded, file=file)
    except runners.Interrupted:
        raise
    except runners.Refused as refusal:
        fail(version, str(refusal))
        raise
    except Exception as error:
        fail(version, f"{type(error).__name__}: {error}. Nothing was changed; plans that were there stay.")
        raise
    return {"plan": version.pk, "served": len(answer["assignments"])}


def _answer(progress: runners.Progress, version: PlanVersion, loaded: timetable.Loaded) -> dict[str, Any]:
    """The optimiser's plan file, parsed. Raises ``Refused`` where there is none."""
    if not loaded.problem.requests or not loaded.problem.presenters:
        # Nothing to search: the reasons say it all, and no process is needed.
        return _nothing(loaded)
    with tempfile.TemporaryDirectory(prefix="waypost-plan-") as folder:
        problem, out = Path(folder) / "problem.json.gz", Path(folder) / "plan.json"
        problem.write_bytes(problem_files.packed(loaded.problem))
        with _optimiser(problem, out, version) as process:
            watched = _watch(process, progress, version)
        if not out.is_file():
            raise runners.Refused(_why_nothing(process.returncode, watched.last_words))
        try:
            found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        except ValueError as error:
            raise runners.Refused(
                f"What the optimiser wrote is no plan ({_ending(process.returncode)}; {error}). Nothing was changed."
            ) from error
        return found if process.returncode == 0 else _cut_off(found, loaded, process.returncode, watched)


def _cut_off(found: Mapping[str, Any], loaded: timetable.Loaded, status: int, watched: _Watched) -> dict[str, Any]:
    """The best plan that an optimiser which died left behind, made whole here: its gaps filled, its reasons told."""
    from outreach.seminars.scheduling import model, plan_file, solver

    given = rows.given(found, loaded.problem)
    bound = watched.curve[-1][2] if watched.curve else found.get("bound")
    left = model.Plan(loaded.problem.name, tuple(given), score=0.0, bound=bound)
    stopped = f"The optimiser ended early ({_ending(status)}): this is the best plan that it had."
    return plan_file.plan_as_json(replace(solver.finished(loaded.problem, left), stopped=stopped))


def _nothing(loaded: timetable.Loaded) -> dict[str, Any]:
    from outreach.seminars.scheduling import plan_file, solver

    return plan_file.plan_as_json(solver.solve(loaded.problem, seconds=1))


@contextmanager
def _optimiser(problem: Path, out: Path, version: PlanVersion) -> Iterator[subprocess.Popen[str]]:
    """The optimiser in a process group of its own, with a limit on its memory; it ends with the block."""
    process = subprocess.Popen(
        [
            *(sys.executable, str(settings.BASE_DIR / "manage.py"), "optimise_schedule", str(problem)),
            *("--out", str(out), "--seconds", str(version.seconds), "--seed", str(version.seed), "--progress", "-"),
        ],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        if hasattr(resource, "prlimit"):
            resource.prlimit(process.pid, resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


@dataclass
class _Watched:
    """What an optimiser told until its end: its curve, how many it serves, and its last words on stderr."""

    curve: list[list[float | None]] = field(default_factory=list)
    served: int = 0
    last_words: list[str] = field(default_factory=list)

    def hear(self, line: str, *, is_progress: bool) -> None:
        """Takes a line in: of progress (JSON, docs/scheduling.md), or of anything else."""
        told = _told(line) if is_progress else None
        if told is not None:
            self.served = int(told["served"])
            _add(self.curve, told)
        elif line.strip():
            self.last_words = [*self.last_words, line.strip()][-5:]


def _watch(process: subprocess.Popen[str], progress: runners.Progress, version: PlanVersion) -> _Watched:
    """Follows the optimiser to its end, keeps the job's lease and the curve; returns what it said.

    Raises ``Interrupted`` where the job is no longer ours.
    """
    lines: queue.Queue[tuple[str, bool] | None] = queue.Queue()
    readers = [
        threading.Thread(target=_read, args=(stream, lines, stream is process.stdout), daemon=True)
        for stream in (process.stdout, process.stderr)
    ]
    for reader in readers:
        reader.start()
    begun = time.monotonic()
    deadline, warnings = begun + version.seconds + GRACE_SECONDS, 0
    watched, reported, reading = _Watched(), 0.0, len(readers)
    while reading:
        with suppress(queue.Empty):
            line = lines.get(timeout=POLL_SECONDS)
            if line is None:
                reading -= 1
            else:
                watched.hear(line[0], is_progress=line[1])
        now = time.monotonic()
        if now - reported >= 1:
            reported = now
            wanted = _report(version, watched)
            spent = int(now - begun)
            progress.reach(lambda spent=spent: min(spent, version.seconds), _message(watched), at_once=True)  # type: ignore[misc]
            if (wanted and not warnings) or now > deadline:
                warnings += 1
                deadline = now + GRACE_SECONDS
                os.killpg(process.pid, signal.SIGTERM if warnings == 1 else signal.SIGKILL)
    process.wait()
    for reader in readers:
        reader.join()
    _report(version, watched)
    return watched


def _read(stream: IO[str], lines: queue.Queue[tuple[str, bool] | None], is_progress: bool) -> None:
    for line in stream:
        lines.put((line, is_progress))
    lines.put(None)


def _told(line: str) -> dict[str, Any] | None:
    """What a line of progress says: seconds, served, score, bound (or null); None for anything else."""
    try:
        told = json.loads(line)
        return told if {"seconds", "served", "score", "bound"} <= told.keys() else None
    except (ValueError, AttributeError):
        return None


def _add(curve: list[list[float | None]], told: dict[str, Any]) -> None:
    curve.append([told["seconds"], told["score"], told["bound"]])
    if len(curve) > MOST_POINTS:
        del curve[1:-1:2]


def _report(version: PlanVersion, watched: _Watched) -> bool:
    """Shows how far it is; returns whether somebody wants it to stop."""
    mine = PlanVersion.objects.filter(pk=version.pk, state=State.SOLVING)
    if watched.curve:
        _, score, bound = watched.curve[-1]
        mine.update(curve=watched.curve, score=score, bound=bound, served=watched.served)
    return mine.filter(stop_wanted_at__isnull=False).exists()


def _message(watched: _Watched) -> str:
    if not watched.curve:
        return "Looking at who could go where."
    _, score, bound = watched.curve[-1]
    gap = f", at most {max(0.0, (bound - (score or 0)) / bound):.2%} below the best" if bound else ""
    return f"{watched.served:,} served, {score:,.0f} points{gap}."


def _why_nothing(status: int, last_words: list[str]) -> str:
    said = next((line for line in reversed(last_words) if not line.startswith(("File ", "^"))), "")
    told = f" It said: {said[:160]}" if said else ""
    return f"The optimiser ended without a plan ({_ending(status)}). Nothing was changed.{told}"


def _ending(status: int) -> str:
    if status == -signal.SIGKILL:
        return "it was killed, perhaps for want of memory or time"
    return f"signal {-status}" if status < 0 else f"exit status {status}"


def since(plan: PlanVersion) -> dt.timedelta:
    """How long it has been worked on, or waited for."""
    return timezone.now() - plan.created_at
