"""How good and how fast schedules are: each problem in a process of its own, then planned anew after changes.

`./waypost bench schedule [--large] [--seconds 60]`. The reference is what careful staff reach with a spreadsheet:
requests in order of arrival, the best date first, the nearest able presenter, nobody moved. Problems come from
../shared/data/schedule where that is there; the rest are made up from a seed. Where ../shared/tools holds the
independent checker, every plan passes it.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from outreach.seminars.scheduling import (
    Assignment,
    Mode,
    Problem,
    Request,
    problem_from,
    read_problem,
    replanned,
    score,
    solve,
    write_plan,
)
from outreach.seminars.scheduling.conversion import assignments_of
from outreach.seminars.scheduling.diary import Diary, seminar_of
from outreach.seminars.scheduling.fitting import Fitting, Opening
from outreach.seminars.scheduling.rules import alone_faults
from outreach.seminars.scheduling.travel import miles

from . import schedule_made

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
CHECKER = SHARED / "tools" / "check_schedule.py"
MADE = [("made_1000x120", 1000, 120, 3), ("dense_1000x60", 1000, 60, 4)]
LARGE = [("made_5000x400", 5000, 400, 7)]


def by_hand(problem: Problem) -> tuple[Assignment, ...]:
    """The reference: what stood before, then order of arrival, best date, nearest able presenter."""
    fitting, diary = Fitting(problem), Diary(problem)
    for confirmed in (True, False):
        for request in problem.requests:
            old = request.previous
            if old is not None and old.confirmed is confirmed and old.presenter in problem.presenter_of:
                seminar = seminar_of(request.id, old)
                if confirmed or fitting.opening_at(diary, seminar) is not None:
                    diary.put(seminar)
    for request in problem.requests:
        if request.id in diary.placed:
            continue
        found = list(fitting.openings(diary, request))
        if found:
            opening = min(found, key=lambda opening: _order(diary, request, opening))
            diary.add(opening.seminar, opening.day)
    return assignments_of(diary)


def _stands(problem: Problem, key: str) -> bool:
    """Whether a request's place in the plan before is still possible by itself."""
    request = problem.request_of[key]
    old = request.previous
    if old is None or old.presenter not in problem.presenter_of:
        return False
    presenter = problem.presenter_of[old.presenter]
    return not any(alone_faults(problem, request, presenter, seminar_of(key, old).start, old.mode))


def _order(diary: Diary, request: Request, opening: Opening) -> tuple[int | None, bool, float, str]:
    """The best date first, in person before video; then the nearest, or by video who gives least so far."""
    seminar, problem = opening.seminar, diary.problem
    virtual = seminar.mode == Mode.VIRTUAL
    far = diary.load[seminar.presenter] if virtual else miles(problem.presenter_of[seminar.presenter], request)
    return problem.instants.rank(request, seminar.start), virtual, far, seminar.presenter


def solve_one(path: Path, out: Path, seconds: float) -> dict[str, Any]:
    """What this process, which does nothing else, finds out about one problem."""
    began, worked = time.monotonic(), time.process_time()
    problem = read_problem(path)
    plan = solve(problem, seconds=seconds)
    took, cpu = time.monotonic() - began, time.process_time() - worked
    write_plan(plan, out)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    changes = replanned(problem, plan)
    old = {request.id: request.previous for request in problem.requests if request.previous is not None}
    loose = {key for key, previous in old.items() if not previous.confirmed}
    possible = {key for key in loose if _stands(problem, key)}
    moved = {row.request for row in changes.moved} & possible
    dropped = {row.request for row in changes.lost} & possible
    hand = by_hand(problem)
    return {
        "requests": len(problem.requests),
        "hand_served": len(hand),
        "hand": score(problem, hand),
        "served": len(plan.assignments),
        "score": plan.score,
        "bound": plan.bound if plan.bound is not None else float("inf"),
        "gap": plan.gap if plan.gap is not None else 1.0,
        "seconds": took,
        "cpu": cpu,
        "mb": peak,
        "confirmed": len(old) - len(loose),
        "confirmed_moved": len({row.request for row in (*changes.moved, *changes.lost)} - loose),
        "kept": len(possible) - len(moved) - len(dropped),
        "moved": len(moved),
        "dropped": len(dropped),
        "withdrawn": len(loose) - len(possible),
    }


def run(path: Path, out: Path, seconds: float) -> dict[str, Any]:
    """The same in a child, and what the checker says."""
    command = [sys.executable, "-m", "tests.bench.schedule", "--one", str(path), "--out", str(out)]
    done = subprocess.run(
        [*command, "--seconds", str(seconds)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    row: dict[str, Any] = json.loads(done.stdout)
    row["checked"] = "not checked"
    if CHECKER.exists():
        said = subprocess.run([sys.executable, CHECKER, path, out], capture_output=True, text=True, check=False)
        judged = json.loads(said.stdout)
        good = judged["valid"] and not judged["reason_errors"]
        row["checked"] = "valid, all reasons true" if good else "WRONG"
    return row


def problems(folder: Path, *, large: bool) -> list[Path]:
    """Files to solve: the shared ones, then made ones."""
    found = sorted((SHARED / "data" / "schedule").glob("*.json"), key=lambda path: path.stat().st_size)
    for name, requests, presenters, seed in [*MADE, *(LARGE if large else [])]:
        raw = schedule_made.problem(name=name, requests=requests, presenters=presenters, seed=seed)
        path = folder / f"{name}.json"
        path.write_text(json.dumps(raw))
        found.append(path)
    return found


def main() -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also 5,000 requests and 400 presenters")
    parser.add_argument("--seconds", type=float, help="time limit (default 60; 570 for large ones)")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(solve_one(options.one, options.out, options.seconds)))  # noqa: T201
        return
    with tempfile.TemporaryDirectory(prefix="waypost-bench-") as name:
        tables(Path(name), options.large, options.seconds)


def tables(folder: Path, large: bool, seconds: float | None) -> None:
    """Solves everything, then the larger ones again after changes."""
    say("| Problem | By hand: served, score | Served | Score | Bound | Gap | s | CPU s | MB | Checker |")
    say("|---|---|---|---|---|---|---|---|---|---|")
    plans: list[tuple[Path, Path]] = []
    for path in problems(folder, large=large):
        out = folder / f"{path.stem}.plan.json"
        row = run(path, out, seconds or (570 if "5000" in path.stem else 60))
        plans.append((path, out))
        say(
            f"| {path.stem} | {row['hand_served']}, {row['hand']:,.0f} | {row['served']} of {row['requests']:,} "
            f"| {row['score']:,.2f} | {row['bound']:,.2f} | {row['gap']:.4%} | {row['seconds']:.1f} "
            f"| {row['cpu']:.1f} | {row['mb']} | {row['checked']} |"
        )
    say("")
    say(
        "| Again after changes | Confirmed (moved) | Others kept | Moved | Dropped | Had become impossible | Gap | s | CPU s |"
    )
    say("|---|---|---|---|---|---|---|---|---|")
    for path, out in plans:
        if "1000" not in path.stem:
            continue
        raw = schedule_made.changed(json.loads(path.read_text()), json.loads(out.read_text()), seed=1)
        again = folder / f"{path.stem}.again.json"
        problem_from(raw)
        again.write_text(json.dumps({key: value for key, value in raw.items() if not key.startswith("known")}))
        row = run(again, folder / f"{path.stem}.again.plan.json", seconds or 60)
        say(
            f"| {path.stem} | {row['confirmed']} ({row['confirmed_moved']}) | {row['kept']} | {row['moved']} "
            f"| {row['dropped']} | {row['withdrawn']} | {row['gap']:.4%} | {row['seconds']:.1f} "
            f"| {row['cpu']:.1f} |"
        )


def say(line: str) -> None:
    """A line of a table, at once."""
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
