"""``manage.py optimise_schedule PROBLEM.json --out PLAN.json``: the best plan of a file, with a proven bound."""

import json
import signal
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from outreach.seminars.scheduling import (
    Keeper,
    Plan,
    Problem,
    ProblemRefused,
    Progress,
    read_problem,
    solve,
    write_plan,
)


def seconds(text: str) -> float:
    """A time that one can wait for: from 1 second to a day."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 1 <= number <= 86_400:
        raise ArgumentTypeError(f"{text!r} is no number of seconds from 1 to 86400")
    return number


class Command(BaseCommand):
    """Exit status: 0 a plan is written (also after Ctrl-C or when time is up), 1 nothing is, 2 wrong use.

    While it works the best plan so far stands at ``--out``, so that one that is killed leaves it behind.
    """

    help = "Optimises a schedule file. Progress goes to stderr; Ctrl-C keeps and writes the best plan so far."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("problem", type=Path, help="The problem, JSON, may be gzipped.")
        parser.add_argument("--out", type=Path, required=True, help="The plan; .gz is packed.")
        parser.add_argument("--seconds", type=seconds, default=60.0, help="About how long it may take (default 60).")
        parser.add_argument("--seed", type=int, default=0, help="The same seed gives the same plan (default 0).")
        parser.add_argument(
            "--progress",
            choices=["-"],
            help="-: how far it is, as a line of JSON each, on stdout; nothing else is there.",
        )

    def handle(self, *args: Any, problem: Path, out: Path, **options: Any) -> None:
        if not out.parent.is_dir():
            raise CommandError(f"Nothing was written: there is no folder {out.parent}. Make it first.")
        keeper = Keeper(out)
        try:
            read = read_problem(problem)
            with keeper:
                plan = self._solve(read, keeper, **options)
        except ProblemRefused as refused:
            raise CommandError(f"Nothing was written. {problem}: {refused}") from refused
        except OSError as error:
            raise CommandError(f"Nothing was written. {problem} can't be read: {error.strerror}.") from error
        except MemoryError as error:
            left = f"The best plan until then is {out}." if keeper.has_kept else "Nothing was written."
            raise CommandError(f"{left} {problem} needs more memory than there is.") from error
        try:
            write_plan(plan, out)
        except OSError as error:
            raise CommandError(f"{out} can't be written ({error.strerror}); what stood there still does.") from error
        self._report(plan, out, len(read.requests), quiet=bool(options["progress"]))

    def _solve(self, problem: Problem, keeper: Keeper, **options: Any) -> Plan:
        asked: list[int] = []

        def stop(number: int, frame: FrameType | None) -> None:
            if asked:
                raise KeyboardInterrupt
            asked.append(number)
            self.stderr.write(
                "Stopping; the best plan so far will be written, with its reasons. Press again to end at once."
            )

        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            return solve(
                problem,
                seconds=options["seconds"],
                seed=options["seed"],
                on_progress=self._tell_in_json if options["progress"] else self._tell,
                on_better=keeper.keep,
                should_stop=lambda: bool(asked),
            )
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _tell(self, progress: Progress) -> None:
        gap = "" if progress.gap is None else f"  bound {progress.bound:,.2f}  gap {progress.gap:.3%}"
        text = f"{progress.seconds:7.1f} s  {progress.stage:<9} {progress.served:,} served  {progress.score:,.2f}{gap}"
        self.stderr.write(text, str)
        self.stderr.flush()

    def _tell_in_json(self, progress: Progress) -> None:
        told = {
            "seconds": round(progress.seconds, 2),
            "stage": progress.stage,
            "served": progress.served,
            "score": round(progress.score, 4),
            "bound": None if progress.bound is None else round(progress.bound, 4),
        }
        self.stdout.write(json.dumps(told))
        self.stdout.flush()

    def _report(self, plan: Plan, out: Path, requests: int, *, quiet: bool) -> None:
        gap = "" if plan.gap is None else f", at most {plan.gap:.3%} below the best"
        if plan.stopped:
            self.stderr.write(plan.stopped)
        if quiet:
            return
        self.stdout.write(
            f"{out}: {len(plan.assignments):,} of {requests:,} requests served, {plan.score:,.2f} points{gap}."
        )
