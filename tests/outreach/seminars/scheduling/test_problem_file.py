"""Problem files: read whole, or refused with where, what and how to mend it."""

import copy
import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.seminars.scheduling import Mode, ProblemRefused, read_problem, solve
from outreach.seminars.scheduling.problem_file import problem_as_json, problem_from

from .tiny import drawn, problem, request

RAW: dict[str, Any] = problem_as_json(drawn(7, again=True))


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def broken(*keys: str | int, value: object) -> dict[str, Any]:
    """The sample with one field replaced."""
    raw = copy.deepcopy(RAW)
    spot: Any = raw
    for key in keys[:-1]:
        spot = spot[key]
    spot[keys[-1]] = value
    return raw


@pytest.mark.parametrize("packed", [False, True])
def test_file_comes_back_as_it_was(tmp_path: Path, packed: bool) -> None:
    data = json.dumps(RAW | {"known_score": "not looked at", "extra": [1]}).encode()
    assert read_problem(written(tmp_path / "p", gzip.compress(data, mtime=0) if packed else data)) == drawn(
        7, again=True
    )


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"", "line 1, column 1"),
        (b'{"format": ', "line 1, column 12"),
        (b"[]", "file"),
        (b'{"format": "seminar-schedule/1", "campaign": NaN}', "file"),
        (b'{"\xff": 1}', "file"),
        (b"[" * 100_000, "file"),
        (b'{"a": ' + b"9" * 5000 + b"}", "file"),
        (gzip.compress(b"{}" * 500, mtime=0)[:-12], "file"),
        (b'{"format": "seminar-schedule/2"}', "format"),
        (b'{"name": "x"}', "format"),
    ],
)
def test_file_that_is_no_problem_is_refused(tmp_path: Path, data: bytes, where: str) -> None:
    with pytest.raises(ProblemRefused) as refused:
        read_problem(written(tmp_path / "p", data))
    assert refused.value.where == where
    assert refused.value.mend


def test_file_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.seminars.scheduling.problem_file.MOST_BYTES", 1000)
    with pytest.raises(ProblemRefused, match="larger than"):
        read_problem(written(tmp_path / "p.gz", gzip.compress(b" " * 2000, mtime=0)))


@pytest.mark.parametrize(
    ("keys", "value", "where"),
    [
        (("campaign", "end"), "2027-01-03", "campaign.end"),
        (("campaign", "start"), "2027-02-30", "campaign.start"),
        (("campaign", "start"), "0001-01-01", "campaign.start"),
        (("campaign", "closed_days"), ["x"], "campaign.closed_days[0]"),
        (("presenters", 0, "lat"), 91, "presenters[0].lat"),
        (("presenters", 0, "lat"), True, "presenters[0].lat"),
        (("presenters", 0, "lat"), 10**400, "presenters[0].lat"),
        (("presenters", 0, "time_zone"), "Mars/Olympus", "presenters[0].time_zone"),
        (("presenters", 0, "time_zone"), "../../etc/passwd", "presenters[0].time_zone"),
        (("presenters", 0, "time_zone"), "America", "presenters[0].time_zone"),
        (("presenters", 0, "max_per_day"), 0, "presenters[0].max_per_day"),
        (("presenters", 0, "max_per_day"), 1.5, "presenters[0].max_per_day"),
        (("presenters", 0, "radius_miles"), -1, "presenters[0].radius_miles"),
        (("presenters", 0, "languages"), "en", "presenters[0].languages"),
        (("presenters", 0, "virtual"), "yes", "presenters[0].virtual"),
        (("requests", 0), None, "requests[0]"),
        (("requests", 0, "mode"), [], "requests[0].mode"),
        (("requests", 0, "priority"), -0.1, "requests[0].priority"),
        (("requests", 0, "preferences"), [], "requests[0].preferences"),
        (("requests", 0, "previous"), 3, "requests[0].previous"),
        (("requests", 0, "minutes"), 0, "requests[0].minutes"),
    ],
)
def test_field_out_of_range_is_refused_where_it_stands(keys: tuple[str | int, ...], value: object, where: str) -> None:
    with pytest.raises(ProblemRefused) as refused:
        problem_from(broken(*keys, value=value))
    assert refused.value.where == where


def test_id_that_repeats_is_refused() -> None:
    with pytest.raises(ProblemRefused, match=r"requests\[1\].id: 'R' is also requests\[0\]"):
        problem_from(problem_as_json(problem([], [request(), request()])))


@pytest.mark.parametrize(
    ("confirmed", "rule"),
    [
        ([("P", "2027-01-11T09:00-07:00"), ("P", "2027-01-11T09:30-07:00")], "overlap"),
        ([("P", "2027-01-12T09:00-07:00")], "preference"),
        ([("P", "2027-01-18T09:00-07:00")], "closed_day"),
        ([("nobody", "2027-01-11T09:00-07:00")], "not among the presenters"),
        ([("P", "2027-01-11T09:00-05:00")], "offset"),
        ([("P", "2027-01-11T09:01-07:00")], "5-minute"),
    ],
)
def test_confirmed_seminars_that_cannot_stand_are_refused(confirmed: list[tuple[str, str]], rule: str) -> None:
    from .tiny import presenter

    raw = problem_as_json(problem([presenter()], [request(f"R{number}") for number in range(len(confirmed))]))
    for row, (who, start) in zip(raw["requests"], confirmed, strict=True):
        row["previous"] = {"presenter": who, "start": start, "mode": "in_person", "confirmed": True}
    with pytest.raises(ProblemRefused, match=rule):
        problem_from(raw)


STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False),
    st.text(max_size=6),
    st.sampled_from(
        ["2027-01-18", "24:00", "08:30", "either", "UTC", "2027-01-11T09:30-07:00", "\ud800", "٢٠٢٧-٠١-١١"]
    ),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10_000), value=STRANGE, count=st.integers(1, 3))
def test_strange_values_are_refused_or_planned(seed: int, value: object, count: int) -> None:
    chance, raw = random.Random(seed), copy.deepcopy(RAW)
    for _ in range(count):
        spot: Any = raw
        while True:
            keys = list(spot) if isinstance(spot, dict) else list(range(len(spot)))
            if not keys:
                break
            key = chance.choice(keys)
            if not isinstance(spot[key], (dict, list)) or chance.random() < 0.2:
                if chance.random() < 0.2 and isinstance(spot, dict):
                    del spot[key]
                else:
                    spot[key] = value
                break
            spot = spot[key]
    told: list[ProblemRefused] = []
    try:
        found = problem_from(raw)
    except ProblemRefused as refused:
        told.append(refused)
    if told:
        assert told[0].where
        assert told[0].mend
        return
    plan = solve(found, seconds=5)
    assert len(plan.assignments) + len(plan.unserved) == len(found.requests)


def test_mode_either_is_no_place_in_a_plan() -> None:
    raw = problem_as_json(problem([], [request()]))
    raw["requests"][0]["previous"] = {
        "presenter": "x",
        "start": "2027-01-11T09:00-07:00",
        "mode": str(Mode.EITHER),
        "confirmed": False,
    }
    with pytest.raises(ProblemRefused, match=r"previous.mode"):
        problem_from(raw)
