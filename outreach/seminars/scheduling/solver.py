"""The way to a plan: fill by hand, generate columns, pack them, prove, fill what is left, say why not."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from .bound import constant
from .checking import check_problem
from .columns import joined
from .conversion import assignments_of, columns_of, diary_of
from .days import Board, lay_out
from .diary import Diary
from .fitting import Fitting
from .generating import MANY_OPTIONS, Generated, generate
from .highs import SolverFailed
from .model import Plan, Problem, Progress
from .packing import BLOCK, pack, regions, repack, rounded
from .pricing import price_all
from .reasons import unserved_of
from .rules import violations
from .scoring import score_of

PROVEN = 1e-4
FIRST_WIDTH = 5e-5
WIDER = 3.0
REGION_WIDTH = 60.0
KEPT_FOR_REASONS = 0.05
PART_FOR_PRICES = 0.65
SECONDS_BETWEEN_SIGNS = 2.0
UNFINISHED = "The search was cut off; this is the best plan until then."

OnProgress = Callable[[Progress], None]
OnBetter = Callable[[Plan], None]
ShouldStop = Callable[[], bool]


def solve(
    problem: Problem,
    *,
    seconds: float = 60.0,
    seed: int = 0,
    on_progress: OnProgress | None = None,
    on_better: OnBetter | None = None,
    should_stop: ShouldStop | None = None,
    start_from: Plan | None = None,
    gap: float = PROVEN,
) -> Plan:
    """The best plan found, with a proven bound, in about ``seconds``.

    Ends early once the gap to the bound is at most ``gap`` (a part of the bound). ``on_better`` gets each plan that is
    better than all before: valid, but with no reasons yet (:func:`finished` adds them). ``should_stop`` is asked often;
    once it says so, the best plan so far is finished and given. Raises ProblemRefused for an unusable problem;
    a solver that fails or runs out of time costs quality, never the plan: :attr:`Plan.stopped` says so.
    """
    check_problem(problem)
    return _Search(problem, seconds, seed, on_progress, on_better, should_stop, gap).run(start_from)


def finished(problem: Problem, plan: Plan) -> Plan:
    """A plan that the search left behind, made whole: what still brings points is added, and reasons are told."""
    fitting = Fitting(problem)
    diary = fitting.fill(Diary.of(problem, plan.assignments))
    score = score_of(diary)
    bound = None if plan.bound is None else max(plan.bound, score)
    unserved = unserved_of(fitting, diary)
    return replace(plan, assignments=assignments_of(diary), unserved=unserved, score=score, bound=bound)


class _Search:
    def __init__(
        self,
        problem: Problem,
        seconds: float,
        seed: int,
        on_progress: OnProgress | None,
        on_better: OnBetter | None,
        should_stop: ShouldStop | None,
        gap: float,
    ) -> None:
        self.problem, self.seed, self.gap = problem, seed, gap
        self.began = self.told = time.monotonic()
        self.until = self.began + seconds * (1 - KEPT_FOR_REASONS)
        self.on_progress, self.on_better = on_progress, on_better
        self.asked_to_stop = should_stop or (lambda: False)
        self.fitting = Fitting(problem)
        self.diary, self.score = Diary(problem), -np.inf
        self.bound: float | None = None
        self.stopped, self.stage = "", "filling"

    def run(self, start_from: Plan | None) -> Plan:
        """Every stage; the best diary outlives whatever happens in them."""
        before = start_from.assignments if start_from is not None else ()
        self.offer(self.fitting.start(before))
        try:
            board = lay_out(self.problem)
            if board.days and len(board.request):
                self._optimise(board)
            else:
                self.bound = self.score
        except SolverFailed as failed:
            self.stopped = f"The solver failed ({failed}); this is the best plan until then."
        except MemoryError:
            self.stopped = "The memory was used up; this is the best plan until then."
        self.stage = "finishing"
        self._finish()
        if self.bound is not None:
            self.bound = max(self.bound, self.score)
        self.tell()
        return Plan(
            problem=self.problem.name,
            assignments=assignments_of(self.diary),
            unserved=unserved_of(self.fitting, self.diary),
            score=self.score,
            bound=self.bound,
            stopped=self.stopped,
            seconds=time.monotonic() - self.began,
        )

    def _finish(self) -> None:
        """Adds whatever still brings points, so that no request is left out without a reason."""
        try:
            self.offer(self.fitting.fill(Diary.of(self.problem, assignments_of(self.diary))))
        except SolverFailed as failed:
            self.stopped = f"The last additions failed ({failed}); this is the plan before them."

    def offer(self, diary: Diary) -> None:
        """Keeps the diary if it is the best yet. One that breaks a rule is our mistake: SolverFailed, nothing kept."""
        score = score_of(diary)
        if score > self.score:
            broken = violations(self.problem, assignments_of(diary))
            if broken:
                raise SolverFailed(f"its plan breaks the rule {broken[0].rule}: {broken[0].detail}")
            self.diary, self.score = diary, score
            self.tell()
            if self.on_better is not None:
                self.on_better(self._so_far())

    def _so_far(self) -> Plan:
        """The best diary as a plan, without reasons: those take longer than it is worth while the search goes on."""
        return Plan(
            problem=self.problem.name,
            assignments=assignments_of(self.diary),
            score=self.score,
            bound=None if self.bound is None else max(self.bound, self.score),
            stopped=UNFINISHED,
            seconds=time.monotonic() - self.began,
        )

    def tell(self) -> None:
        """Reports where the search stands."""
        self.told = time.monotonic()
        if self.on_progress is not None:
            seconds = self.told - self.began
            self.on_progress(Progress(self.stage, seconds, self.score, self.bound, len(self.diary.placed)))

    def should_stop(self) -> bool:
        """Whether time is up or somebody asked to stop; remembers which. Shows a sign of life now and then."""
        if time.monotonic() - self.told >= SECONDS_BETWEEN_SIGNS:
            self.tell()
        if not self.stopped:
            if self.asked_to_stop():
                self.stopped = "Stopped on request; this is the best plan until then."
            elif time.monotonic() >= self.until:
                self.stopped = "The time was used up; this is the best plan until then."
        return bool(self.stopped)

    def left(self) -> float:
        """Seconds left."""
        return max(0.05, self.until - time.monotonic())

    def lower(self, bound: float) -> None:
        """Keeps a proven bound if it is the least yet."""
        if self.bound is None or bound < self.bound:
            self.bound = bound
            self.tell()

    def _optimise(self, board: Board) -> None:
        self.stage = "pricing"
        generated = generate(
            board,
            columns_of(board, self.diary),
            seed=self.seed,
            should_stop=self.should_stop,
            left=lambda: self.began + PART_FOR_PRICES * (self.until - self.began) - time.monotonic(),
            on_bound=self.lower,
        )
        self.stage = "packing"
        if len(board.request) < MANY_OPTIONS:
            self._widen(board, generated)
        else:
            self._by_regions(board, generated)

    def _widen(self, board: Board, generated: Generated) -> None:
        """Packs all columns that lose less than ``width`` against the bound, wider and wider, until that proves it.

        A plan with a column outside lies below bound - width; a plan without one, below the packing's own limit.
        """
        if not np.isfinite(generated.bound):
            return
        width = FIRST_WIDTH * abs(generated.bound)
        while not self.should_stop():
            width = min(width, generated.bound - self.score + 1e-3)
            listed = price_all(board, generated.prices, generated.best - width, cut=self.should_stop)
            # Prices that were cut short may miss the best columns: those of the mixture come along.
            packed = pack(
                board,
                listed.columns if generated.ended else joined([listed.columns, generated.columns]),
                columns_of(board, self.diary),
                seconds=self.left(),
                seed=self.seed,
                should_stop=self.should_stop,
            )
            if packed is None:
                break
            self.offer(diary_of(board, packed.columns))
            if not listed.complete:
                break
            self.lower(max(self.score, packed.limit + constant(board), generated.bound - width))
            if self._proven():
                break
            width *= WIDER

    def _by_regions(self, board: Board, generated: Generated) -> None:
        """Rounds the mixture, then packs region after region anew until a whole sweep brings nothing."""
        self.offer(self.fitting.fill(diary_of(board, rounded(board, generated.columns, generated.shares))))
        columns = generated.columns
        if np.isfinite(generated.bound):
            lost = generated.best[columns.day] - columns.profit(board, generated.prices)
            columns = columns.take(lost < REGION_WIDTH)
        since, sweep = 0, -(-len(self.problem.presenters) // BLOCK)
        for people in regions(board, self.seed):
            if since > 2 * sweep or self.should_stop() or self._proven():
                break
            chosen = columns_of(board, self.diary)
            packed = repack(
                board, columns, chosen, people, seconds=self.left(), seed=self.seed, should_stop=self.should_stop
            )
            since = since + 1 if packed is chosen else 0
            if packed is not chosen:
                self.offer(diary_of(board, packed))

    def _proven(self) -> bool:
        return self.bound is not None and self.bound - self.score <= max(self.gap * abs(self.bound), 1e-6)
