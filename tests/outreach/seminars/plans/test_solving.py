"""How a plan comes about: by the optimiser in a process of its own, which may fail in every way."""

import contextlib
import gzip
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from outreach.seminars.models import PlanVersion
from outreach.seminars.plans import problem_files, solving
from outreach.seminars.plans import rows as plan_rows
from outreach.seminars.refusals import NotPossible
from outreach.seminars.scheduling import problem_file, rules
from portal.jobs import queue, runners
from portal.jobs.models import Job
from portal.people.models import User
from portal.seasons.models import Season
from tests.outreach.seminars.plans import rows

pytestmark = pytest.mark.django_db
State = PlanVersion.State
CHECKER = Path(__file__).resolve().parents[5] / "shared" / "tools" / "check_schedule.py"


def worked_out(season: Season, by: User | None = None, **options: Any) -> PlanVersion:
    """A plan whose job has run."""
    plan = solving.start(season=season, by=by, **{"seconds": 5} | options)
    assert plan.job is not None
    runners.run(plan.job.pk)
    plan.refresh_from_db()
    return plan


def small(season: Season) -> None:
    """Three schools and a presenter for two of them."""
    rows.asked(season, headcount=200)
    rows.asked(season, days=rows.school_days(season)[1:])
    rows.asked(season, language="es")
    rows.offers()


def test_plan_is_a_draft_with_every_request_and_its_proof(ahead: Season, scheduler: User) -> None:
    small(ahead)
    plan = worked_out(ahead, scheduler)
    assert (plan.state, plan.number, plan.served, plan.unserved) == (State.DRAFT, 1, 2, 1)
    assert plan.score is not None
    assert plan.bound is not None
    assert 0 <= plan.bound - plan.score <= 0.001 * plan.bound
    assert plan.curve
    (unserved,) = plan.assignments.filter(presenter=None)
    assert unserved.reason_code == "no_language"
    assert unserved.details["funnel"]["all"] == 1
    assert plan.job is not None
    assert plan.job.state == "done"


def test_plan_says_that_nobody_is_of_the_kind_that_the_school_chose(ahead: Season) -> None:
    rows.asked(ahead, presenter_kinds=["federal_agent"])
    rows.asked(ahead)
    rows.offers()
    rows.offers(kind="federal_agent", clearance_expires_on=None)
    plan = rows.planned(ahead)
    (unserved,) = plan.assignments.filter(presenter=None)
    assert unserved.reason_code == "no_check"
    assert {name: unserved.details["funnel"][name] for name in ("topic", "kind", "cleared")} == {
        "topic": 2,
        "kind": 1,
        "cleared": 0,
    }


def test_problem_is_kept_as_a_file_that_the_optimiser_reads(ahead: Season) -> None:
    small(ahead)
    plan = rows.planned(ahead)
    assert plan.problem is not None
    with plan.problem.open() as stored:
        raw = json.loads(gzip.decompress(stored.read()))
    assert problem_file.problem_from(raw) == problem_files.load(plan.problem)
    assert not any(name in json.dumps(raw) for name in ("Robin", "Pearl River", "Dana"))


@pytest.mark.skipif(not CHECKER.is_file(), reason="the independent checker is not on this machine: ../shared/tools")
def test_independent_checker_finds_no_fault(ahead: Season, tmp_path: Path) -> None:
    rows.many(ahead, requests=40, presenters=10)
    plan = worked_out(ahead)
    assert plan.problem is not None
    problem, given = tmp_path / "problem.json.gz", tmp_path / "plan.json"
    with plan.problem.open() as stored:
        problem.write_bytes(stored.read())
    loaded = problem_files.load(plan.problem)
    served = plan.assignments.exclude(presenter=None)
    given.write_text(
        json.dumps(
            {
                "format": "seminar-plan/1",
                "problem": loaded.name,
                "assignments": [
                    {
                        "request": one.request,
                        "presenter": one.presenter,
                        "start": one.start.isoformat(timespec="minutes"),
                        "mode": str(one.mode),
                    }
                    for one in plan_rows.assignments(served, loaded)
                ],
                "unserved": [
                    {"request": f"R{row.request_id}", "reason_code": "full", "reason": "See the page."}
                    for row in plan.assignments.filter(presenter=None)
                ],
                "score": plan.score,
                "bound": plan.bound,
            }
        )
    )
    said = subprocess.run([sys.executable, CHECKER, problem, given], capture_output=True, text=True, check=False)
    found = json.loads(said.stdout)
    assert (found["valid"], found["violation_count"], found["served"]) == (True, 0, plan.served)


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "killed"),
        ("import sys; sys.exit('the solver broke')", "the solver broke"),
        ("raise MemoryError", "MemoryError"),
        ("import sys; open(sys.argv[sys.argv.index('--out') + 1], 'w').write('{')", "is no plan"),
    ],
)
def test_optimiser_that_fails_leaves_the_last_plan_and_a_sentence(
    ahead: Season, optimiser: Callable[[str], None], program: str, says: str
) -> None:
    small(ahead)
    good = rows.planned(ahead)
    optimiser(program)
    plan = worked_out(ahead)
    assert plan.state == State.FAILED
    assert says in plan.failure
    assert "Nothing was changed" in plan.failure
    assert plan.job is not None
    assert plan.job.state == "failed"
    good.refresh_from_db()
    assert (good.state, good.assignments.count()) == (State.DRAFT, 3)
    assert solving.start(season=ahead, by=None).number == 3


def test_optimiser_that_breaks_a_rule_is_not_believed(ahead: Season, optimiser: Callable[[str], None]) -> None:
    asked, robin = rows.asked(ahead), rows.offers()
    night = f"{rows.school_days(ahead)[0]}T22:00-06:00"
    answer = {
        "assignments": [{"request": f"R{asked.pk}", "presenter": f"P{robin.pk}", "start": night, "mode": "in_person"}],
        "unserved": [],
    }
    optimiser(f"import sys; open(sys.argv[sys.argv.index('--out') + 1], 'w').write({json.dumps(answer)!r})")
    plan = worked_out(ahead)
    assert plan.state == State.FAILED
    assert "breaks" in plan.failure
    assert not plan.assignments.exists()


def test_optimiser_that_hangs_is_killed_when_its_time_is_over(
    ahead: Season, optimiser: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    small(ahead)
    monkeypatch.setattr(solving, "GRACE_SECONDS", 0.5)
    optimiser("import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)")
    plan = worked_out(ahead, seconds=1)
    assert plan.state == State.FAILED
    assert "killed" in plan.failure


@pytest.mark.parametrize(
    ("end", "says"),
    [
        ("raise MemoryError", "exit status 1"),
        ("signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)", "for want of memory or time"),
    ],
)
def test_optimiser_that_dies_with_a_plan_in_hand_gives_it(
    ahead: Season, optimiser: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, end: str, says: str
) -> None:
    asked, robin = rows.asked(ahead), rows.offers()
    other = rows.asked(ahead, language="es")
    start = f"{rows.school_days(ahead)[0]}T10:00-06:00"
    place = {"request": f"R{asked.pk}", "presenter": f"P{robin.pk}", "start": start, "mode": "in_person"}
    so_far = {"assignments": [place], "unserved": [], "bound": None}
    monkeypatch.setattr(solving, "GRACE_SECONDS", 0.2)
    optimiser(
        "import signal, sys, time\n"
        f"open(sys.argv[sys.argv.index('--out') + 1], 'w').write({json.dumps(so_far)!r})\n{end}"
    )
    plan = worked_out(ahead, seconds=1)
    assert (plan.state, plan.served, plan.unserved, plan.bound) == (State.DRAFT, 1, 1, None)
    assert says in plan.failure
    assert "this is the best plan that it had" in plan.failure
    assert plan.assignments.get(request=other).reason_code == "no_language"


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_optimiser_leaves_the_best_plan_that_it_had(ahead: Season, seed: int) -> None:
    rows.many(ahead, requests=400, presenters=30)
    moment = random.Random(seed).uniform(0, 0.5)  # the search takes some seconds
    told: list[int] = []
    killer = threading.Thread(target=kill_once_it_has_a_plan, args=(moment, told))
    killer.start()
    plan = worked_out(ahead, seconds=60)
    killer.join()
    assert told, "no optimiser had a plan within a minute"
    assert plan.state == State.DRAFT, plan.failure
    assert "killed" in plan.failure
    assert "this is the best plan that it had" in plan.failure
    assert plan.problem is not None
    problem = problem_files.load(plan.problem)
    kept = list(plan.assignments.all())
    assert (plan.served, len(kept)) == (len([row for row in kept if row.is_served]), 400)
    assert plan.served > 0
    assert rules.violations(problem, plan_rows.assignments(kept, problem)) == []
    # Whoever is left out knows why, though the optimiser had no time to say so.
    assert all(row.reason_code and row.details["funnel"] for row in kept if not row.is_served)
    assert plan.job is not None
    assert plan.job.state == "done"


def kill_once_it_has_a_plan(moment: float, told: list[int]) -> None:
    """Kills this process's optimiser, as the kernel does where memory is short, some seconds after its first plan."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for folder in Path(tempfile.gettempdir()).glob("waypost-plan-*"):
            pids = [pid for pid, command in own_children() if str(folder) in command]
            if pids and (folder / "plan.json").is_file():
                time.sleep(moment)
                os.kill(pids[0], signal.SIGKILL)
                told.append(pids[0])
                return
        time.sleep(0.01)


def own_children() -> Iterator[tuple[int, str]]:
    """Processes that this one started, with their commands."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                yield int(stat.parent.name), (stat.parent / "cmdline").read_text()


def test_stop_keeps_the_best_so_far(ahead: Season, optimiser: Callable[[str], None]) -> None:
    asked, robin = rows.asked(ahead), rows.offers()
    answer = {
        "assignments": [
            {
                "request": f"R{asked.pk}",
                "presenter": f"P{robin.pk}",
                "start": f"{rows.school_days(ahead)[0]}T10:00-06:00",
                "mode": "in_person",
            }
        ],
        "unserved": [],
        "bound": 500.0,
        "stopped": "Stopped on request; this is the best plan until then.",
    }
    optimiser(
        "import json, signal, sys, time\n"
        f"answer = {json.dumps(answer)!r}\n"
        "def stop(number, frame):\n"
        "    open(sys.argv[sys.argv.index('--out') + 1], 'w').write(answer)\n"
        "    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, stop)\n"
        "print(json.dumps({'seconds': 0.1, 'served': 1, 'score': 123.45, 'bound': 500.0}), flush=True)\n"
        "time.sleep(600)\n"
    )
    begun = solving.start(season=ahead, by=None, seconds=300)
    PlanVersion.objects.filter(pk=begun.pk).update(stop_wanted_at=begun.created_at)
    assert begun.job is not None
    runners.run(begun.job.pk)
    begun.refresh_from_db()
    assert (begun.state, begun.served, begun.curve) == (State.DRAFT, 1, [[0.1, 123.45, 500.0]])
    assert begun.failure.startswith("Stopped on request")


def test_one_plan_at_a_time_is_worked_out(ahead: Season) -> None:
    small(ahead)
    first = solving.start(season=ahead, by=None)
    with pytest.raises(NotPossible, match="Plan 1 is being worked out"):
        solving.start(season=ahead, by=None)
    solving.stop(plan_id=first.pk, by=None)
    first.refresh_from_db()
    assert first.state == State.FAILED
    assert solving.start(season=ahead, by=None).number == 2


def test_cancelled_job_lets_the_next_plan_begin(ahead: Season) -> None:
    small(ahead)
    first = solving.start(season=ahead, by=None)
    assert first.job is not None
    queue.ask(first.job, Job.State.CANCELLED)
    assert solving.start(season=ahead, by=None).number == 2
    first.refresh_from_db()
    assert (first.state, first.failure) == (State.FAILED, "It was cancelled before there was a plan.")


def test_nothing_to_plan_is_said_before_a_job_is_made(ahead: Season) -> None:
    with pytest.raises(NotPossible, match="accept requests first"):
        solving.start(season=ahead, by=None)
    rows.asked(ahead)
    with pytest.raises(NotPossible, match="add presenters first"):
        solving.start(season=ahead, by=None)
    assert not Job.objects.exists()


def test_run_again_leaves_a_plan_that_is_there(ahead: Season, settings: Settings) -> None:
    small(ahead)
    plan = rows.planned(ahead)
    assert plan.job is not None
    Job.objects.filter(pk=plan.job.pk).update(state="queued")
    settings.BASE_DIR = Path("/nowhere")
    assert runners.run(plan.job.pk).state == "done"
    assert plan.assignments.count() == 3
