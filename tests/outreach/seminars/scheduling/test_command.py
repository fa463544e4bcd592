"""``manage.py optimise_schedule``: a plan written whole, or one clear message and nothing touched."""

import datetime as dt
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from outreach.seminars.scheduling import Keeper, Plan, finished, problem_as_json, problem_from, solve, violations
from outreach.seminars.scheduling.model import Assignment, Mode, Problem
from tests.bench import schedule_made

from .tiny import drawn

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def problem_path(tmp_path: Path) -> Path:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(problem_as_json(drawn(7, again=True))))
    return path


def placed(plan: dict[str, object]) -> list[Assignment]:
    rows = plan["assignments"]
    assert isinstance(rows, list)
    return [
        Assignment(row["request"], row["presenter"], dt.datetime.fromisoformat(row["start"]), Mode(row["mode"]))
        for row in rows
    ]


@pytest.mark.parametrize("name", ["plan.json", "plan.json.gz"])
def test_plan_is_written(problem_path: Path, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    out = problem_path.parent / name
    call_command("optimise_schedule", str(problem_path), "--out", str(out), "--seconds", "20")
    data = out.read_bytes()
    plan = json.loads(gzip.decompress(data) if name.endswith("gz") else data)
    assert violations(drawn(7, again=True), placed(plan)) == []
    assert plan["bound"] >= plan["score"] - 1e-4
    said = capfd.readouterr()
    assert "requests served" in said.out
    assert "bound" in said.err
    assert sorted(path.name for path in problem_path.parent.iterdir() if path.is_file()) == sorted(
        [name, "problem.json"]
    )


def test_progress_is_a_line_of_json_each(problem_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = problem_path.parent / "plan.json"
    call_command("optimise_schedule", str(problem_path), "--out", str(out), "--progress", "-")
    said = capfd.readouterr()
    told = [json.loads(line) for line in said.out.splitlines()]
    assert told
    assert all(set(each) == {"seconds", "stage", "served", "score", "bound"} for each in told)
    assert told[-1]["served"] == len(placed(json.loads(out.read_text())))
    assert said.err == ""


def test_keeper_has_the_newest_plan_whole_and_nothing_after_the_end(tmp_path: Path) -> None:
    problem, out = drawn(7, again=True), tmp_path / "plan.json"
    told: list[Plan] = []

    def hear(plan: Plan) -> None:
        told.append(plan)
        keeper.keep(plan)

    with Keeper(out, seconds=0) as keeper:
        last = solve(problem, seconds=20, on_better=hear)
        until = time.monotonic() + 30
        while not keeper.has_kept and time.monotonic() < until:
            time.sleep(0.01)
    kept = json.loads(out.read_text())
    assert kept["stopped"].startswith("The search was cut off")
    assert violations(problem, placed(kept)) == []
    assert [plan.score for plan in told] == sorted(plan.score for plan in told)
    assert told[-1].score == last.score
    whole = finished(problem, told[0])
    assert whole.score >= told[0].score
    accounted = {row.request for row in whole.assignments} | {row.request for row in whole.unserved}
    assert accounted == set(problem.request_of)
    out.unlink()
    keeper.keep(told[0])
    assert not out.exists()


def test_same_seed_gives_the_same_file(problem_path: Path) -> None:
    outs = [problem_path.parent / f"{number}.json" for number in range(2)]
    for out in outs:
        call_command("optimise_schedule", str(problem_path), "--out", str(out), "--seed", "3")
    assert outs[0].read_bytes() == outs[1].read_bytes()


@pytest.mark.parametrize("data", [b"{", b'{"format": "seminar-schedule/1"}', b"\x1f\x8b\x08broken", b"[1]"])
def test_unusable_file_keeps_the_last_plan(tmp_path: Path, data: bytes) -> None:
    path, out = tmp_path / "p.json", tmp_path / "plan.json"
    path.write_bytes(data)
    out.write_text("the last good plan")
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("optimise_schedule", str(path), "--out", str(out))
    assert out.read_text() == "the last good plan"


def test_missing_file_or_folder_is_told(tmp_path: Path, problem_path: Path) -> None:
    with pytest.raises(CommandError, match="can't be read"):
        call_command("optimise_schedule", str(tmp_path / "none.json"), "--out", str(tmp_path / "plan.json"))
    with pytest.raises(CommandError, match="there is no folder"):
        call_command("optimise_schedule", str(problem_path), "--out", str(tmp_path / "none" / "plan.json"))


def test_plan_that_cannot_be_written_leaves_what_stood_there(problem_path: Path) -> None:
    out = problem_path.parent / "folder.json"
    out.mkdir()
    with pytest.raises(CommandError, match="can't be written"):
        call_command("optimise_schedule", str(problem_path), "--out", str(out))
    assert [path.name for path in problem_path.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_run_writes_the_best_plan(tmp_path: Path, number: int) -> None:
    raw = schedule_made.problem(name="large", requests=1000, presenters=60, seed=5)
    path, out = tmp_path / "p.json", tmp_path / "plan.json"
    path.write_text(json.dumps(raw))
    command = [sys.executable, "manage.py", "optimise_schedule", str(path), "--out", str(out), "--seconds", "600"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "WAYPOST_DATA": str(tmp_path / "data")},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stderr is not None
        assert "served" in run.stderr.readline()
        run.send_signal(number)
        said = run.stderr.read()
        assert run.wait() == 0
    assert "Stopped on request" in said
    read: Problem = problem_from(raw)
    assert violations(read, placed(json.loads(out.read_text()))) == []
