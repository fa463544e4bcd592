"""The only place that talks to HiGHS: every answer is checked, nothing is printed, one thread.

``threads`` is a setting of the whole process: the first value wins and a run with another one fails. All runs ask
for one thread; where another library was first, its scheduler is put down and the run tried again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Indexes = npt.NDArray[np.int32]


class SolverFailed(RuntimeError):
    """HiGHS refused a model or an option, or gave no answer; the text says which."""


class Solver:
    """A linear or integer program, minimised, that grows by columns."""

    def __init__(self, *, seed: int = 0, **options: object) -> None:
        import highspy

        self._kit: Any = highspy
        self._highs: Any = self._kit.Highs()
        self.infinity: float = self._kit.kHighsInf
        self.set(output_flag=False, threads=1, random_seed=seed, **options)

    def set(self, **options: object) -> None:
        """Sets options by their HiGHS names."""
        for name, value in options.items():
            self._check(self._highs.setOptionValue(name, value), f"option {name}={value!r}")

    def add_rows(self, lower: Floats, upper: Floats) -> None:
        """Adds empty rows."""
        none = np.zeros(0, dtype=np.int32)
        starts = np.zeros(len(lower), dtype=np.int32)
        status = self._highs.addRows(len(lower), lower, upper, 0, starts, none, np.zeros(0))
        self._check(status, f"{len(lower)} rows")

    def add_columns(
        self, cost: Floats, lower: Floats, upper: Floats, starts: Indexes, rows: Indexes, values: Floats
    ) -> None:
        """Adds columns in the compressed form: entries of column i begin at ``starts[i]``."""
        if len(cost):
            status = self._highs.addCols(len(cost), cost, lower, upper, len(rows), starts, rows, values)
            self._check(status, f"{len(cost)} columns")

    def make_integer(self, columns: Indexes) -> None:
        """Lets those columns take whole values only."""
        kinds = np.full(len(columns), self._kit.HighsVarType.kInteger, dtype=np.uint8)
        self._check(self._highs.changeColsIntegrality(len(columns), columns, kinds), "integrality")

    def start_at(self, columns: Indexes, values: Floats) -> None:
        """Offers a solution to begin with. HiGHS may pass it over: callers keep their own best."""
        self._highs.setSolution(len(columns), columns, values)

    def stop_when(self, ask: Callable[[], bool]) -> None:
        """Ends an integer program early once ``ask`` says so."""
        kinds = self._kit.cb.HighsCallbackType

        def answer(kind: Any, message: str, out: Any, into: Any, data: Any) -> None:
            if ask():
                into.user_interrupt = True

        self._check(self._highs.setCallback(answer, None), "callback")
        for kind in (kinds.kCallbackMipInterrupt, kinds.kCallbackSimplexInterrupt):
            self._check(self._highs.startCallback(kind), "callback")

    def allow(self, seconds: float) -> None:
        """Lets the next runs take so long, from now on."""
        self.set(time_limit=float(self._highs.getRunTime()) + max(0.05, seconds))

    def run(self) -> str:
        """Solves; answers ``optimal`` or ``limit`` (time, nodes, interrupted). Raises SolverFailed otherwise."""
        status = self._highs.run()
        if status == self._kit.HighsStatus.kError:
            self._kit.Highs.resetGlobalScheduler(True)
            status = self._highs.run()
        self._check(status, "run")
        model, kinds = self._highs.getModelStatus(), self._kit.HighsModelStatus
        if model == kinds.kOptimal:
            return "optimal"
        if model in {
            *(kinds.kTimeLimit, kinds.kIterationLimit, kinds.kSolutionLimit, kinds.kInterrupt),
            *(kinds.kObjectiveBound, kinds.kObjectiveTarget),
        }:
            return "limit"
        raise SolverFailed(f"HiGHS answers {self._highs.modelStatusToString(model)}")

    @property
    def objective(self) -> float:
        """The value of the solution at hand."""
        return float(self._highs.getInfo().objective_function_value)

    @property
    def has_solution(self) -> bool:
        """Whether a feasible solution is at hand."""
        return bool(self._highs.getInfo().primal_solution_status == 2)

    @property
    def bound(self) -> float:
        """What an integer program's value cannot lie below."""
        return float(self._highs.getInfo().mip_dual_bound)

    def values(self) -> Floats:
        """Values of the columns."""
        return np.array(self._highs.getSolution().col_value)

    def duals(self) -> Floats:
        """Multipliers of the rows of a linear program."""
        return np.array(self._highs.getSolution().row_dual)

    def _check(self, status: Any, what: str) -> None:
        # A warning may be harmless or an option that was not taken: for options it is an error here.
        kinds = self._kit.HighsStatus
        if status == kinds.kError or (status == kinds.kWarning and what.startswith("option")):
            raise SolverFailed(f"HiGHS refuses: {what}")
