"""Problems from files: typed, or refused with the place and how to mend it."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import math
import re
import zlib
from pathlib import Path
from typing import Any, NoReturn

from .checking import check_problem
from .model import (
    Availability,
    Campaign,
    Mode,
    Preference,
    Presenter,
    Previous,
    Problem,
    ProblemRefused,
    Request,
)

FORMAT = "seminar-schedule/1"
MOST_BYTES = 200_000_000
GZIP = b"\x1f\x8b"
DATE = re.compile(r"\d{4}-\d\d-\d\d")
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
START = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?[+-]\d\d:\d\d")


def read_problem(path: Path) -> Problem:
    """Reads and checks a problem; ``.gz`` is unpacked. Raises ProblemRefused, or OSError if it can't be opened."""
    return problem_from(_read(path))


def _read(path: Path) -> Any:
    with path.open("rb") as file:
        head = file.read(2)
        file.seek(0)
        try:
            if head == GZIP:
                with gzip.open(file) as unpacked:
                    data = unpacked.read(MOST_BYTES + 1)
            else:
                data = file.read(MOST_BYTES + 1)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ProblemRefused("file", f"a damaged gzip file ({error})", "Pack or download it again.") from error
    if len(data) > MOST_BYTES:
        raise ProblemRefused(
            "file", f"larger than {MOST_BYTES // 1_000_000} MB", "Split the campaign by region, a file each."
        )
    try:
        return json.loads(data, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise ProblemRefused("file", f"not UTF-8 (byte {error.start})", "Save it as UTF-8.") from error
    except json.JSONDecodeError as error:
        raise ProblemRefused(
            f"line {error.lineno}, column {error.colno}", f"not JSON: {error.msg}", "Mend the file there."
        ) from error
    except RecursionError as error:
        raise ProblemRefused("file", "nested too deeply", "A problem needs five levels.") from error
    except ValueError as error:
        raise ProblemRefused("file", f"a number cannot be read ({error})", "Write plain finite numbers.") from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def problem_from(raw: Any) -> Problem:
    """A problem from parsed JSON, checked. What it doesn't know it leaves alone. Raises ProblemRefused."""
    top = _Node(raw, "file")
    if (found := top.text("format")) != FORMAT:
        raise ProblemRefused("format", f"is {found!r}", f"This reads {FORMAT!r}.")
    campaign = top.node("campaign")
    problem = Problem(
        name=top.text("name"),
        campaign=Campaign(
            start=campaign.date("start"),
            end=campaign.date("end"),
            closed_days=frozenset(_date(day, where) for day, where in campaign.items("closed_days")),
        ),
        presenters=tuple(_presenter(_Node(row, where)) for row, where in top.items("presenters")),
        requests=tuple(_request(_Node(row, where)) for row, where in top.items("requests")),
    )
    check_problem(problem)
    return problem


def _presenter(node: _Node) -> Presenter:
    return Presenter(
        id=node.text("id"),
        lat=node.number("lat"),
        lon=node.number("lon"),
        time_zone=node.text("time_zone"),
        languages=node.texts("languages"),
        topics=node.texts("topics"),
        virtual=node.flag("virtual"),
        max_per_day=node.count("max_per_day"),
        max_seminars=node.count("max_seminars"),
        radius_miles=node.number("radius_miles"),
        max_travel_minutes=node.count("max_travel_minutes"),
        availability=tuple(
            Availability(day.date("date"), day.clock("start"), day.clock("end"))
            for day in (_Node(row, where) for row, where in node.items("availability"))
        ),
    )


def _request(node: _Node) -> Request:
    previous = None
    if node.row.get("previous") is not None:
        old = node.node("previous")
        previous = Previous(old.text("presenter"), old.start("start"), old.mode("mode"), old.flag("confirmed"))
    return Request(
        id=node.text("id"),
        lat=node.number("lat"),
        lon=node.number("lon"),
        time_zone=node.text("time_zone"),
        mode=node.mode("mode"),
        language=node.text("language"),
        topic=node.text("topic"),
        audience=node.count("audience"),
        priority=node.number("priority"),
        minutes=node.count("minutes"),
        preferences=tuple(
            Preference(wish.date("date"), wish.clock("earliest"), wish.clock("latest_end"))
            for wish in (_Node(row, where) for row, where in node.items("preferences"))
        ),
        previous=previous,
    )


def _date(value: Any, where: str) -> dt.date:
    try:
        if isinstance(value, str) and value.isascii() and DATE.fullmatch(value):
            return dt.date.fromisoformat(value)
    except ValueError:
        pass
    raise ProblemRefused(where, f"{_shown(value)} is not a date", "Write it as 2027-01-11.")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


class _Node:
    """An object of the file that knows where it stands."""

    def __init__(self, row: Any, where: str) -> None:
        if not isinstance(row, dict):
            raise ProblemRefused(where, f"{_shown(row)} is not an object", "Write { … } there.")
        self.row: dict[str, Any] = row
        self.where = "" if where == "file" else where

    def path(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def get(self, key: str) -> Any:
        if key not in self.row:
            raise ProblemRefused(self.path(key), "is missing", "See docs/scheduling.md for the fields.")
        return self.row[key]

    def node(self, key: str) -> _Node:
        return _Node(self.get(key), self.path(key))

    def items(self, key: str) -> list[tuple[Any, str]]:
        value = self.get(key)
        if not isinstance(value, list):
            raise ProblemRefused(self.path(key), f"{_shown(value)} is not a list", "Write [ … ] there.")
        return [(item, f"{self.path(key)}[{number}]") for number, item in enumerate(value)]

    def text(self, key: str) -> str:
        value = self.get(key)
        if not isinstance(value, str) or not value.strip():
            raise ProblemRefused(self.path(key), f"{_shown(value)} is not a text", 'Write a word in "…".')
        return value

    def texts(self, key: str) -> frozenset[str]:
        for item, where in (found := self.items(key)):
            if not isinstance(item, str) or not item:
                raise ProblemRefused(where, f"{_shown(item)} is not a text", 'Write a word in "…".')
        return frozenset(item for item, _ in found)

    def number(self, key: str) -> float:
        value = self.get(key)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            try:
                number = float(value)
            except OverflowError:
                number = math.inf
            if math.isfinite(number):
                return number
        raise ProblemRefused(self.path(key), f"{_shown(value)} is not a number", "Write a plain number.")

    def count(self, key: str) -> int:
        value = self.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ProblemRefused(self.path(key), f"{_shown(value)} is not a whole number", "Write a whole number.")
        return value

    def flag(self, key: str) -> bool:
        value = self.get(key)
        if not isinstance(value, bool):
            raise ProblemRefused(self.path(key), f"{_shown(value)} is not true or false", "Write true or false.")
        return value

    def date(self, key: str) -> dt.date:
        return _date(self.get(key), self.path(key))

    def clock(self, key: str) -> dt.time:
        value = self.get(key)
        if not isinstance(value, str) or not CLOCK.fullmatch(value) or not value.isascii():
            raise ProblemRefused(self.path(key), f"{_shown(value)} is not a time", "Write it as 08:30.")
        return dt.time.fromisoformat(value)

    def mode(self, key: str) -> Mode:
        value = self.get(key)
        if not isinstance(value, str) or value not in list(Mode):
            raise ProblemRefused(self.path(key), f"{_shown(value)} is no way to give one", f"One of {', '.join(Mode)}.")
        return Mode(value)

    def start(self, key: str) -> dt.datetime:
        value = self.get(key)
        try:
            if isinstance(value, str) and value.isascii() and START.fullmatch(value):
                return dt.datetime.fromisoformat(value)
        except ValueError:
            pass
        raise ProblemRefused(self.path(key), f"{_shown(value)} is not a start", "Write it as 2027-01-11T09:30-07:00.")


def problem_as_json(problem: Problem) -> dict[str, Any]:
    """The problem in the format that :func:`problem_from` reads."""
    return {
        "format": FORMAT,
        "name": problem.name,
        "campaign": {
            "start": problem.campaign.start.isoformat(),
            "end": problem.campaign.end.isoformat(),
            "closed_days": sorted(day.isoformat() for day in problem.campaign.closed_days),
        },
        "presenters": [
            {
                **{key: getattr(presenter, key) for key in ("id", "lat", "lon", "time_zone")},
                "languages": sorted(presenter.languages),
                "topics": sorted(presenter.topics),
                **{key: getattr(presenter, key) for key in ("virtual", "max_per_day", "max_seminars")},
                **{key: getattr(presenter, key) for key in ("radius_miles", "max_travel_minutes")},
                "availability": [
                    {"date": day.date.isoformat(), "start": f"{day.start:%H:%M}", "end": f"{day.end:%H:%M}"}
                    for day in presenter.availability
                ],
            }
            for presenter in problem.presenters
        ],
        "requests": [_request_as_json(request) for request in problem.requests],
    }


def _request_as_json(request: Request) -> dict[str, Any]:
    row: dict[str, Any] = {key: getattr(request, key) for key in ("id", "lat", "lon", "time_zone")}
    row |= {"mode": str(request.mode), "language": request.language, "topic": request.topic}
    row |= {key: getattr(request, key) for key in ("audience", "priority", "minutes")}
    row["preferences"] = [
        {
            "date": wish.date.isoformat(),
            "earliest": f"{wish.earliest:%H:%M}",
            "latest_end": f"{wish.latest_end:%H:%M}",
        }
        for wish in request.preferences
    ]
    if (old := request.previous) is not None:
        start = old.start.isoformat(timespec="minutes")
        row["previous"] = {
            "presenter": old.presenter,
            "start": start,
            "mode": str(old.mode),
            "confirmed": old.confirmed,
        }
    return row
