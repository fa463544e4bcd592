"""What staff see: reasons and changes that are true, other presenters, what differs, whom to ask agencies for."""

import datetime as dt
import random
from dataclasses import replace
from typing import Any

import pytest

from outreach.seminars.scheduling import (
    Assignment,
    Availability,
    Change,
    Mode,
    Preference,
    Presenter,
    Previous,
    Problem,
    Reason,
    candidates,
    compare,
    completed,
    recruitment,
    replanned,
    score,
    solve,
    violations,
    ways_to_serve,
    weigh,
)
from outreach.seminars.scheduling.instants import zone_of

from .tiny import DAY, clock, drawn, presenter, problem, request

SPANISH = {"languages": frozenset({"es"})}


@pytest.mark.parametrize(
    ("reason", "people", "ask", "says", "change"),
    [
        (Reason.NO_LANGUAGE, [{}], {"language": "es"}, "None of our 1 presenter speaks Spanish.", "new"),
        (Reason.NO_TOPIC, [{}], {"topic": "labor"}, "1 presenter speaks English, but none", "new"),
        (Reason.NO_VIRTUAL, [{"virtual": False}], {"mode": Mode.VIRTUAL}, "none of them by video", "new"),
        (Reason.TOO_FAR, [{"radius_miles": 5.0}], {}, "lives 5 miles away and travels up to 5", "radius"),
        (Reason.TOO_FAR, [{}], {"lat": 40.0}, "miles away and travels up to 80", "new"),
        (Reason.TOO_FAR, [{"max_travel_minutes": 3}], {}, "longer than the 3 minutes", "new"),
        (Reason.NO_DATE, [{"availability": ()}], {}, "does not offer the time that you need on January 11", "day"),
        (Reason.LOW_VALUE, [{}], {"priority": 1.0}, "its priority of 1", None),
    ],
)
def test_reason_is_told_with_its_numbers(
    reason: Reason, people: list[dict[str, Any]], ask: dict[str, Any], says: str, change: str | None
) -> None:
    (left,) = solve(problem([presenter(**who) for who in people], [request(**ask)])).unserved
    assert left.reason == reason
    assert says in left.sentence
    assert (left.change.kind if left.change else None) == change


def test_change_names_who_is_missing_where_and_when() -> None:
    (left,) = solve(problem([presenter()], [request(language="es", topic="online_safety")])).unserved
    assert left.change is not None
    assert left.change.text == (
        "one Spanish-speaking presenter within 40 miles of R, who gives online safety, on January 11"
    )


def test_full_day_names_the_bookings_that_hold_it() -> None:
    tiny = problem([presenter(max_per_day=1)], [request(), request("S", priority=50.0)])
    (left,) = solve(tiny).unserved
    assert (left.request, left.reason) == ("S", Reason.FULL)
    assert [(holder.presenter, holder.requests) for holder in left.holders] == [("P", ("R",))]
    assert left.funnel.on_a_date == 1


def with_change(tiny: Problem, change: Change) -> Problem:
    """The problem after somebody did what the change says."""
    asked = tiny.request_of[change.request]
    people = list(tiny.presenters)
    if change.kind == "new":
        people.append(
            Presenter(
                id="new",
                lat=asked.lat,
                lon=asked.lon,
                time_zone=asked.time_zone,
                languages=frozenset({asked.language}),
                topics=frozenset({asked.topic}),
                virtual=True,
                max_per_day=2,
                max_seminars=4,
                radius_miles=float(change.miles or 0),
                max_travel_minutes=400,
                availability=(Availability(change.day, clock("05:00"), clock("20:00")),),
            )
        )
    for number, who in enumerate(people):
        if who.id == change.presenter and change.kind == "radius":
            people[number] = replace(who, radius_miles=float(change.miles or 0))
        if who.id == change.presenter and change.kind == "day":
            more = Availability(change.day, clock("00:05"), clock("23:55"))
            people[number] = replace(who, availability=(*who.availability, more))
    return problem(people, list(tiny.requests))


def test_every_change_would_serve_its_request() -> None:
    tried = 0
    for seed in range(80):
        tiny = drawn(seed)
        plan = solve(tiny)
        for left in plan.unserved:
            for change in ways_to_serve(tiny, plan, tiny.request_of[left.request]):
                changed = with_change(tiny, change)
                found = candidates(changed, plan, changed.request_of[left.request])
                assert any(not row.conflicts and row.effect > 0 for row in found), (seed, change)
                tried += 1
    assert tried > 50


def test_candidates_come_with_their_effect_and_conflicts() -> None:
    far = presenter("F", lat=33.9)
    tiny = problem([presenter(), far, presenter("N", **SPANISH)], [request(), request("S")])
    plan = solve(tiny)
    found = candidates(tiny, plan, tiny.request_of["R"])
    assert {row.presenter for row in found} == {"P", "F"}
    for row in found:
        assert row.conflicts == ()
        others = [kept for kept in plan.assignments if kept.request != "R"]
        after = [*others, Assignment("R", row.presenter, row.start, row.mode)]
        assert violations(tiny, after) == []
        assert row.effect == pytest.approx(score(tiny, after) - plan.score)
    assert found[0].effect == pytest.approx(0.0, abs=1e-9)


def test_candidate_that_clashes_says_with_what() -> None:
    tiny = problem([presenter(max_per_day=1)], [request(), request("S", priority=50.0)])
    plan = solve(tiny)
    (found,) = candidates(tiny, plan, tiny.request_of["S"])
    assert {row.rule for row in found.conflicts} >= {"max_per_day"}


def test_weighing_a_drag_tells_what_it_breaks() -> None:
    tiny = problem([presenter()], [request()])
    plan = solve(tiny)
    late = Assignment("R", "P", dt.datetime.fromisoformat("2027-01-11T14:30-07:00"), Mode.IN_PERSON)
    assert [row.rule for row in weigh(tiny, plan, late).conflicts] == ["preference"]
    fine = replace(late, start=late.start - dt.timedelta(hours=2))
    assert weigh(tiny, plan, fine).conflicts == ()


def test_comparison_lists_what_is_gained_lost_and_moved() -> None:
    tiny = problem([presenter(), presenter("Q")], [request(), request("S"), request("T")])
    plan = solve(tiny)
    first, second, third = plan.assignments
    other = replace(plan, assignments=(replace(first, start=first.start + dt.timedelta(minutes=30)), second))
    found = compare(plan, other)
    assert [row.request for row in found.lost] == [third.request]
    assert [row.request for row in found.moved] == [first.request]
    assert (found.same, found.gained) == (1, ())
    assert [row.request for row in compare(other, plan).gained] == [third.request]


def test_replanning_lists_what_moves_from_where_it_stood() -> None:
    old = Previous("Q", dt.datetime.fromisoformat("2027-01-11T09:00-07:00"), Mode.IN_PERSON)
    tiny = problem([presenter()], [request(previous=old)])
    (moved,) = replanned(tiny, solve(tiny)).moved
    assert moved.text.startswith("P instead of Q")


def test_plan_is_completed_without_moving_anything() -> None:
    tiny = problem([presenter()], [request(), request("S")])
    plan = solve(tiny)
    kept = completed(tiny, replace(plan, assignments=plan.assignments[:1]))
    assert len(kept) == 2
    assert kept[0] == plan.assignments[0]


def test_recruitment_asks_first_for_who_serves_most() -> None:
    north = {"lat": 48.0, "lon": -110.0, "time_zone": "America/Denver"}
    spanish = [request(f"S{number}", language="es", priority=100.0) for number in range(3)]
    lonely = request("N", priority=150.0, **north)
    closed = (Preference(dt.date(2027, 1, 18), clock("08:30"), clock("15:00")),)
    tiny = problem([presenter()], [*spanish, lonely, request("C", language="es", preferences=closed)])
    first, second, *rest = recruitment(tiny, solve(tiny))
    assert (first.language, first.days, len(first.requests)) == ("es", (DAY,), 2)
    assert first.priority == 200.0
    assert (second.near, second.requests) == ("N", ("N",))
    served = [key for row in (first, second, *rest) for key in row.requests]
    assert sorted(served) == ["N", "S0", "S1", "S2"]
    assert "Spanish-speaking presenter within 40 miles of S" in first.text


@pytest.mark.parametrize("seed", range(8))
def test_weighing_says_what_judging_the_whole_plan_anew_says(seed: int) -> None:
    chance, tiny = random.Random(seed), drawn(seed, again=True)
    plan = solve(tiny)
    known = set(violations(tiny, plan.assignments))
    for _ in range(12):
        asked, who = chance.choice(tiny.requests), chance.choice(tiny.presenters)
        wish = chance.choice(asked.preferences)
        start = dt.datetime.combine(wish.date, wish.earliest, tzinfo=zone_of(asked.time_zone))
        there = Assignment(asked.id, who.id, start, chance.choice(list(asked.mode.ways)))
        after = [*(row for row in plan.assignments if row.request != asked.id), there]
        said = weigh(tiny, plan, there)
        assert said.effect == pytest.approx(score(tiny, after) - score(tiny, plan.assignments))
        assert set(said.conflicts) == set(violations(tiny, after)) - known
