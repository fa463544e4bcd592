"""Tiny problems: the plan found is the best of all, and the bound holds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.seminars.scheduling import Problem, score, solve, violations

from .tiny import best_score, drawn


def is_the_best(tiny: Problem) -> None:
    plan = solve(tiny, seconds=30, gap=0.0)
    best = best_score(tiny)
    assert violations(tiny, plan.assignments) == []
    assert plan.score == pytest.approx(score(tiny, plan.assignments), abs=1e-9)
    assert plan.score == pytest.approx(best, abs=1e-6)
    assert plan.bound is not None
    assert best - 1e-6 <= plan.bound <= best + 1e-2
    assert len(plan.assignments) + len(plan.unserved) == len(tiny.requests)


@pytest.mark.parametrize("seed", range(40))
def test_plan_of_a_tiny_problem_is_the_best(seed: int) -> None:
    is_the_best(drawn(seed))


@pytest.mark.parametrize("seed", range(40))
def test_new_plan_of_a_tiny_problem_is_the_best(seed: int) -> None:
    is_the_best(drawn(seed, again=True))


@pytest.mark.parametrize("seed", range(0, 40, 3))
def test_bound_holds_where_the_search_of_days_is_cut(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.seminars.scheduling.pricing.MOST_PAIRS", 3)
    tiny = drawn(seed)
    plan = solve(tiny, gap=0.0)
    assert plan.bound is not None
    assert plan.bound >= best_score(tiny) - 1e-6
    assert violations(tiny, plan.assignments) == []


@pytest.mark.slow
@settings(max_examples=1500, deadline=None)
@given(seed=st.integers(0, 2**32), again=st.booleans())
def test_plan_of_any_tiny_problem_is_the_best(seed: int, again: bool) -> None:
    is_the_best(drawn(seed, again=again))
