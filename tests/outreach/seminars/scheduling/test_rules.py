"""Zones, poles, closed days, limits: what may stand where, and what staff are told when it may not."""

import datetime as dt
from typing import Any

import pytest

from outreach.seminars.scheduling import (
    Assignment,
    Availability,
    Mode,
    Preference,
    Previous,
    Problem,
    Reason,
    solve,
    violations,
)
from outreach.seminars.scheduling.instants import local_time, minute_of

from .tiny import DAY, clock, presenter, problem, request


def at(text: str, *, key: str = "R", who: str = "P", mode: Mode = Mode.IN_PERSON) -> Assignment:
    return Assignment(key, who, dt.datetime.fromisoformat(text), mode)


def rules(tiny: Problem, *rows: Assignment) -> set[str]:
    return {found.rule for found in violations(tiny, rows)}


GUAM: dict[str, Any] = {"lat": 13.47, "lon": 144.75, "time_zone": "Pacific/Guam", "mode": Mode.VIRTUAL}


@pytest.mark.parametrize(
    ("where", "start"),
    [
        ({"time_zone": "America/Phoenix"}, "2027-01-11T08:30-07:00"),
        ({"time_zone": "America/Indiana/Indianapolis", "lat": 39.8, "lon": -86.1}, "2027-01-11T09:15-05:00"),
        ({"time_zone": "America/Denver", "lat": 33.6, "lon": -112.0}, "2027-01-11T08:30-07:00"),
    ],
)
def test_start_is_written_in_the_zone_of_the_school(where: dict[str, Any], start: str) -> None:
    tiny = problem([presenter()], [request(mode=Mode.EITHER, **where)])
    (placed,) = solve(tiny).assignments
    assert placed.start.isoformat(timespec="minutes") == start


def test_morning_on_guam_is_the_evening_before_in_phoenix() -> None:
    window = (Preference(dt.date(2027, 1, 12), clock("08:00"), clock("11:00")),)
    late = (Availability(DAY, clock("12:00"), clock("23:00")),)
    (placed,) = solve(problem([presenter(availability=late)], [request(preferences=window, **GUAM)])).assignments
    assert placed.start.isoformat(timespec="minutes") == "2027-01-12T08:00+10:00"
    same_date = (Availability(dt.date(2027, 1, 12), clock("07:00"), clock("23:00")),)
    plan = solve(problem([presenter(availability=same_date)], [request(preferences=window, **GUAM)]))
    assert [row.reason for row in plan.unserved] == [Reason.NO_DATE]


def test_clock_time_that_spring_skips_counts_as_an_hour_later() -> None:
    skipped = minute_of(dt.date(2027, 3, 14), clock("02:30"), "America/Denver")
    assert local_time(skipped, "America/Denver").isoformat() == "2027-03-14T03:30:00-06:00"


@pytest.mark.parametrize("lat", [90.0, -90.0])
def test_school_at_a_pole_is_served_from_there_only(lat: float) -> None:
    near = presenter("N", lat=lat, lon=0.0, time_zone="UTC", radius_miles=1.0)
    tiny = problem([presenter(), near], [request(lat=lat, lon=180.0, time_zone="UTC")])
    plan = solve(tiny)
    assert [row.presenter for row in plan.assignments] == ["N"]
    assert violations(tiny, plan.assignments) == []


def test_school_across_the_date_line_is_near() -> None:
    home = presenter(lat=0.0, lon=179.9, time_zone="UTC", radius_miles=20.0)
    assert len(solve(problem([home], [request(lat=0.0, lon=-179.9, time_zone="UTC")])).assignments) == 1


def test_closed_day_is_no_date_though_the_school_lists_it() -> None:
    closed = (Preference(dt.date(2027, 1, 18), clock("08:30"), clock("15:00")),)
    offer = (Availability(dt.date(2027, 1, 18), clock("07:00"), clock("18:00")),)
    tiny = problem([presenter(availability=offer)], [request(preferences=closed)])
    (left,) = solve(tiny).unserved
    assert left.reason == Reason.NO_DATE
    assert "closed" in left.sentence
    assert left.change is None
    assert "closed_day" in rules(tiny, at("2027-01-18T09:00-07:00"))


def test_rank_is_that_of_the_best_open_window() -> None:
    wishes = tuple(Preference(day, clock("08:30"), clock("15:00")) for day in (dt.date(2027, 1, 18), DAY))
    assert solve(problem([presenter()], [request(preferences=wishes)])).score == pytest.approx(90 - 0.1 * 2 * 22, abs=2)


@pytest.mark.parametrize("people", [[], [presenter(availability=())]])
def test_nobody_available_leaves_an_empty_proven_plan(people: list[object]) -> None:
    plan = solve(problem(people, [request()]))  # type: ignore[arg-type]
    assert (plan.score, plan.bound, plan.assignments) == (0.0, 0.0, ())
    assert plan.unserved[0].reason == (Reason.NO_DATE if people else Reason.NO_LANGUAGE)


def test_no_request_at_all_is_a_plan() -> None:
    assert solve(problem([presenter()], [])).score == 0.0


@pytest.mark.parametrize(
    ("rule", "who", "ask", "start", "mode"),
    [
        ("language", {}, {"language": "vi"}, "2027-01-11T09:00-07:00", Mode.IN_PERSON),
        ("topic", {}, {"topic": "labor"}, "2027-01-11T09:00-07:00", Mode.IN_PERSON),
        ("mode", {}, {}, "2027-01-11T09:00-07:00", Mode.VIRTUAL),
        ("mode", {"virtual": False}, {"mode": Mode.EITHER}, "2027-01-11T09:00-07:00", Mode.VIRTUAL),
        ("radius", {"radius_miles": 3.0}, {}, "2027-01-11T09:00-07:00", Mode.IN_PERSON),
        ("closed_day", {}, {}, "2027-02-01T09:00-07:00", Mode.IN_PERSON),
        ("preference", {}, {}, "2027-01-11T14:05-07:00", Mode.IN_PERSON),
        ("availability", {"availability": ()}, {}, "2027-01-11T09:00-07:00", Mode.IN_PERSON),
        ("max_travel", {"max_travel_minutes": 20}, {}, "2027-01-11T09:00-07:00", Mode.IN_PERSON),
        ("start_step", {}, {}, "2027-01-11T09:01-07:00", Mode.IN_PERSON),
        ("offset", {}, {}, "2027-01-11T10:00-06:00", Mode.IN_PERSON),
    ],
)
def test_seminar_that_breaks_a_rule_is_told(
    rule: str, who: dict[str, Any], ask: dict[str, Any], start: str, mode: Mode
) -> None:
    assert rule in rules(problem([presenter(**who)], [request(**ask)]), at(start, mode=mode))


def test_seminars_that_clash_are_told() -> None:
    tiny = problem([presenter(max_per_day=1, max_seminars=1)], [request(), request("S")])
    found = rules(tiny, at("2027-01-11T09:00-07:00"), at("2027-01-11T10:20-07:00", key="S"))
    assert found == {"overlap", "max_per_day", "max_seminars"}
    assert rules(tiny, at("2027-01-11T09:00-07:00"), at("2027-01-11T09:00-07:00")) >= {"duplicate_request"}
    assert rules(tiny, at("2027-01-11T09:00-07:00", who="Q")) == {"unknown_id"}


def test_gap_between_seminars_counts_wrap_up_drive_and_set_up() -> None:
    tiny = problem([presenter()], [request(), request("S")])
    apart = at("2027-01-11T10:25-07:00", key="S")
    assert rules(tiny, at("2027-01-11T09:00-07:00"), apart) == set()
    assert rules(tiny, at("2027-01-11T09:05-07:00"), apart) == {"overlap"}


def test_confirmed_seminar_keeps_its_place_though_another_is_dearer() -> None:
    old = Previous("P", dt.datetime.fromisoformat("2027-01-11T11:00-07:00"), Mode.IN_PERSON, confirmed=True)
    asks = [request("S", priority=500.0), request(priority=1.0, previous=old)]
    tiny = problem([presenter(max_seminars=1)], asks)
    plan = solve(tiny)
    assert [(row.request, row.start) for row in plan.assignments] == [("R", old.start)]
    assert rules(tiny, at("2027-01-11T11:05-07:00")) == {"confirmed_moved"}
    assert rules(tiny) == {"confirmed_moved"}
