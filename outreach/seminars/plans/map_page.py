"""A plan as a map: schools, homes and each day's drives, drawn here as an SVG. Nothing is fetched from anywhere.

The 48 states lie in Albers' equal-area projection; Alaska, Hawaii and the territories have boxes below. The land is
drawn by the register itself: a dot for each half degree in which a school stands. Lines of every five degrees and the
letters of the states that the plan is about, amid their schools, say where one looks.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from outreach.schools import positions
from outreach.seminars.models import PlanAssignment, Presenter
from outreach.seminars.plans import words
from outreach.seminars.plans.editing import Opened
from outreach.seminars.plans.timetable import key_of, request_id
from portal.areas import clocks

WIDTH, HEIGHT = 960.0, 640.0
SCALE: Final = 1240.0
"""Units of the drawing to a radian on the ground."""
CENTRE: Final = (WIDTH / 2 + 8, 250.0)
SOUTH, NORTH, ORIGIN, MERIDIAN = (math.radians(degrees) for degrees in (29.5, 45.5, 37.5, -96.0))
_N = (math.sin(SOUTH) + math.sin(NORTH)) / 2
_C = math.cos(SOUTH) ** 2 + 2 * _N * math.sin(SOUTH)
_RHO = math.sqrt(_C - 2 * _N * math.sin(ORIGIN)) / _N


class Point(NamedTuple):
    """Units of the drawing, from its upper left."""

    x: float
    y: float

    @property
    def corner(self) -> Point:
        """The upper left of a square of seven units round it."""
        return Point(round(self.x - 3.5, 1), round(self.y - 3.5, 1))


@dataclass(frozen=True, slots=True)
class Box:
    """A place far from the 48 states, in a frame of its own: plain degrees, squeezed by its latitude."""

    name: str
    short: str
    west: float
    east: float
    south: float
    north: float
    x: float
    y: float
    width: float
    height: float

    @property
    def name_at(self) -> Point:
        """Where its name stands."""
        return Point(self.x + 6, self.y + 14)

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a position lies in it; Alaska's islands go past 180°."""
        return self.south <= lat <= self.north and self.west <= _unwrapped(lon) <= self.east

    def point(self, lat: float, lon: float) -> Point:
        """Where a position lies in its frame."""
        squeeze = math.cos(math.radians((self.south + self.north) / 2))
        wide, high = (self.east - self.west) * squeeze, self.north - self.south
        scale = min((self.width - 12) / wide, (self.height - 24) / high)
        x = self.x + self.width / 2 + ((_unwrapped(lon) - (self.west + self.east) / 2) * squeeze) * scale
        y = self.y + 8 + self.height / 2 - (lat - (self.south + self.north) / 2) * scale
        return Point(round(x, 1), round(y, 1))


BOXES: Final = (
    Box("Alaska", "AK", -190, -129, 51, 72, 8, 508, 190, 124),
    Box("Hawaii", "HI", -161, -154, 18.5, 22.5, 206, 508, 130, 124),
    Box("Puerto Rico, Virgin Islands", "PR, VI", -67.5, -64, 17.4, 18.7, 344, 508, 190, 124),
    Box("Guam, Northern Marianas", "GU, MP", -216, -213, 13, 15.5, 542, 508, 170, 124),
    Box("American Samoa", "AS", -171.2, -168, -14.6, -13.9, 720, 508, 140, 124),
)


@dataclass(frozen=True, slots=True)
class Letters:
    """A state's code amid its schools."""

    code: str
    point: Point


@dataclass(frozen=True, slots=True)
class Mark:
    """A school, a link to its request: served or not is told by its shape."""

    row: PlanAssignment
    point: Point
    title: str


@dataclass(frozen=True, slots=True)
class Home:
    """A presenter's home base and reach, in units of the drawing."""

    presenter: Presenter
    point: Point
    reach: float
    title: str


@dataclass(frozen=True, slots=True)
class Drive:
    """A presenter's day on the road, home and back: points of a line."""

    points: str
    title: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it. ``land`` is the data of one path: a dot a move; ``lines`` too: latitudes and longitudes."""

    land: str
    lines: str
    states: Sequence[Letters]
    boxes: Sequence[Box]
    drives: Sequence[Drive]
    homes: Sequence[Home]
    schools: Sequence[Mark]
    nowhere: int
    width: float = WIDTH
    height: float = HEIGHT


def point(lat: float, lon: float) -> Point:
    """Where a position lies on the map."""
    for box in BOXES:
        if box.holds(lat, lon):
            return box.point(lat, lon)
    return _projected(lat, lon)


def _projected(lat: float, lon: float) -> Point:
    rho = math.sqrt(max(0.0, _C - 2 * _N * math.sin(math.radians(lat)))) / _N
    theta = _N * (math.radians(lon) - MERIDIAN)
    return Point(
        round(CENTRE[0] + SCALE * rho * math.sin(theta), 1),
        round(CENTRE[1] - SCALE * (_RHO - rho * math.cos(theta)), 1),
    )


@cache
def graticule() -> str:
    """The data of one path: every fifth degree of latitude and longitude over the 48 states."""
    across: list[list[tuple[float, float]]] = [
        [(lat, lon / 2) for lon in range(-250, -129, 5)] for lat in range(25, 51, 5)
    ]
    down: list[list[tuple[float, float]]] = [
        [(lat / 2, lon) for lat in range(50, 101, 5)] for lon in range(-125, -64, 5)
    ]
    lines = [[_projected(lat, lon) for lat, lon in line] for line in across + down]
    return " ".join("M" + "L".join(f"{at.x} {at.y}" for at in line) for line in lines)


def draw(looked: Opened) -> Drawing:
    """The map of a plan. Schools that nobody can place are counted, not drawn."""
    problem = looked.problem
    homes = {who.id: point(who.lat, who.lon) for who in problem.presenters}
    schools: list[Mark] = []
    days: dict[tuple[str, object], list[PlanAssignment]] = defaultdict(list)
    nowhere = 0
    for row in looked.rows:
        position = row.request.position
        if position is None:
            nowhere += 1
        else:
            schools.append(Mark(row, point(*position), _title(row)))
        if row.presenter is not None and row.starts_at is not None and row.mode == "in_person":
            own = clocks.local(row.starts_at, row.presenter.time_zone).date()
            days[f"P{row.presenter.pk}", own].append(row)
    drives = [
        Drive(_line(homes[who], _stops(rows, looked)), f"{looked.names.presenter(who)}, {day:%a %-d %b}")
        for (who, day), rows in days.items()
        if who in homes
    ]
    return Drawing(
        land=" ".join(f"M{at.x} {at.y}h0" for at in dict.fromkeys(point(*cell) for cell in positions.cells())),
        lines=graticule(),
        states=_letters(looked),
        boxes=BOXES,
        drives=drives,
        homes=[
            Home(
                presenter,
                homes[who.id],
                round(who.radius_miles / 3958.8 * SCALE, 1),
                f"{presenter}: {sum(row.presenter_id == presenter.pk for row in looked.rows)} seminars, "
                f"drives up to {who.radius_miles:g} miles",
            )
            for who in problem.presenters
            if (presenter := looked.names.presenters.get(key_of(who.id)))
        ],
        schools=schools,
        nowhere=nowhere,
    )


def _letters(looked: Opened) -> list[Letters]:
    """The states in which the plan has a school; those with a frame of their own have a name already."""
    middles = positions.middles()
    found = []
    for code in sorted({row.request.area_id for row in looked.rows}):
        if (at := middles.get(code)) is not None and not any(box.holds(*at) for box in BOXES):
            found.append(Letters(code, _projected(*at)))
    return found


def _title(row: PlanAssignment) -> str:
    return f"{row.request}: {words.placed(row) if row.is_served else 'nobody gives it'}"


def _stops(rows: Iterable[PlanAssignment], looked: Opened) -> list[Point]:
    found = []
    for row in sorted(rows, key=lambda row: str(row.starts_at)):
        asked = looked.problem.request_of.get(request_id(row.request_id))
        if asked is not None:
            found.append(point(asked.lat, asked.lon))
    return found


def _line(home: Point, stops: Sequence[Point]) -> str:
    return " ".join(f"{at.x},{at.y}" for at in (home, *stops, home))


def _unwrapped(lon: float) -> float:
    """Degrees east of 172° E count on westward, so that Alaska's islands and Guam stay in one piece."""
    return lon - 360 if lon > 140 else lon
