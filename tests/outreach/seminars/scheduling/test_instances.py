"""The real instances and made ones: valid by the independent checker, proven, quick, repeatable, and planned anew."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from outreach.seminars.scheduling import (
    Plan,
    Progress,
    problem_from,
    read_problem,
    replanned,
    solve,
    violations,
    write_plan,
)
from tests.bench import schedule_made
from tests.conftest import require


def checked(shared_data: Path, problem: Path, plan: Path) -> dict[str, Any]:
    """What the independent checker says."""
    checker = shared_data.parent / "tools" / "check_schedule.py"
    require(checker.exists(), "the independent checker is not on this machine: ../shared/tools")
    done = subprocess.run(
        [sys.executable, checker, problem, plan], capture_output=True, text=True, check=False, timeout=120
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.mark.parametrize(
    "name",
    [
        "small_60x12",
        "state_300x40",
        pytest.param("tight_1000x120", marks=pytest.mark.slow),
        pytest.param("national_1000x120", marks=pytest.mark.slow),
    ],
)
def test_instance_is_planned_validly_and_proven(shared_data: Path, tmp_path: Path, name: str) -> None:
    path, out = shared_data / "schedule" / f"{name}.json", tmp_path / "plan.json"
    plan = solve(read_problem(path), seconds=120)
    write_plan(plan, out)
    said = checked(shared_data, path, out)
    assert said["valid"], said["violations"]
    assert said["reason_errors"] == []
    assert said["unserved_with_reason"] == said["unserved"]
    assert plan.gap is not None
    assert plan.gap <= 0.001


@pytest.mark.slow
def test_new_plan_keeps_what_is_confirmed_and_nearly_all_else(shared_data: Path, tmp_path: Path) -> None:
    path, out = shared_data / "schedule" / "tight_1000x120.json", tmp_path / "plan.json"
    write_plan(solve(read_problem(path), seconds=120), out)
    raw = schedule_made.changed(json.loads(path.read_text()), json.loads(out.read_text()), seed=2)
    again, anew = tmp_path / "again.json", tmp_path / "anew.json"
    again.write_text(json.dumps({key: value for key, value in raw.items() if not key.startswith("known")}))
    problem = read_problem(again)
    plan = solve(problem, seconds=60)
    write_plan(plan, anew)
    said = checked(shared_data, again, anew)
    assert said["valid"], said["violations"]
    assert said["reason_errors"] == []
    assert said["confirmed_moved"] == 0
    touched = said["previous"]["moved"] + said["previous"]["dropped"]
    # Whatever moves brings more than the 25 points that it costs: which is few, since this plan is proven.
    assert touched <= 0.05 * (touched + said["previous"]["kept"])
    assert plan.gap is not None
    assert plan.gap <= 0.0001
    confirmed = {row.id for row in problem.requests if row.previous and row.previous.confirmed}
    assert confirmed.isdisjoint(row.request for row in replanned(problem, plan).differences if row.before)


def made(requests: int = 150, presenters: int = 20, seed: int = 1) -> dict[str, Any]:
    return schedule_made.problem(name="made", requests=requests, presenters=presenters, seed=seed)


def test_same_seed_gives_the_same_plan() -> None:
    problem = problem_from(made())
    first, second = (solve(problem, seed=5) for _ in range(2))
    assert (first.assignments, first.unserved, first.bound) == (second.assignments, second.unserved, second.bound)


def test_progress_only_gets_better() -> None:
    told: list[Progress] = []
    plan = solve(problem_from(made()), on_progress=told.append)
    assert [row.score for row in told] == sorted(row.score for row in told)
    bounds = [row.bound for row in told if row.bound is not None]
    assert bounds == sorted(bounds, reverse=True)
    assert (told[-1].score, told[-1].bound) == (plan.score, plan.bound)


@pytest.mark.parametrize("calls", [0, 1, 2, 4, 8])
def test_stopped_search_keeps_a_valid_plan_and_says_so(calls: int) -> None:
    problem, asked = problem_from(made()), []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > calls

    plan = solve(problem, should_stop=stop, gap=0.0)
    assert violations(problem, plan.assignments) == []
    assert plan.stopped.startswith("Stopped on request")
    assert plan.bound is None or plan.bound >= plan.score
    assert len(plan.assignments) + len(plan.unserved) == len(problem.requests)


def test_search_without_time_keeps_the_first_plan() -> None:
    problem = problem_from(made())
    plan = solve(problem, seconds=0.01)
    assert violations(problem, plan.assignments) == []
    assert plan.stopped.startswith("The time was used up")
    assert plan.score > 0


def test_search_never_falls_behind_the_plan_it_starts_from() -> None:
    problem = problem_from(made())
    best = solve(problem)
    again = solve(problem, seconds=0.01, start_from=Plan("made", best.assignments))
    assert again.score >= best.score - 1e-6


def test_solver_that_fails_costs_no_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.seminars.scheduling.generating.INSIDE", {"solver": "no such solver"})
    monkeypatch.setattr("outreach.seminars.scheduling.generating.MANY_OPTIONS", 0)
    problem = problem_from(made())
    plan = solve(problem)
    assert plan.stopped.startswith("The solver failed (HiGHS refuses: option solver")
    assert violations(problem, plan.assignments) == []
    assert plan.assignments


def test_large_way_is_valid_and_near_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Interior points, quick columns first and packing by region, as for thousands of requests."""
    for module in ("generating", "solver"):
        monkeypatch.setattr(f"outreach.seminars.scheduling.{module}.MANY_OPTIONS", 0)
    monkeypatch.setattr("outreach.seminars.scheduling.packing.BLOCK", 8)
    monkeypatch.setattr("outreach.seminars.scheduling.solver.BLOCK", 8)
    problem = problem_from(made())
    plan = solve(problem)
    assert violations(problem, plan.assignments) == []
    assert plan.gap is not None
    assert plan.gap < 0.01
    assert plan.bound is not None
    assert plan.bound >= solve(problem).score - 1e-6
