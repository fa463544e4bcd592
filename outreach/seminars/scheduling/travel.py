"""Miles and whole minutes between homes and schools."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

EARTH_MILES = 3958.8
ROAD_FACTOR = 1.3
NO_DRIVE_MILES, CITY_MILES, CITY_MPH, OPEN_MPH, PARKING = 0.05, 10.0, 32.0, 55.0, 5.0
MILE_TOLERANCE = 1e-6
NEAR_TIE = 1e-6


class Place(Protocol):
    """Anything with a position in degrees."""

    @property
    def lat(self) -> float: ...

    @property
    def lon(self) -> float: ...


def miles(a: Place, b: Place) -> float:
    """Great-circle distance (haversine)."""
    north_a, north_b = math.radians(a.lat), math.radians(b.lat)
    north, east = (north_a - north_b) / 2, math.radians(a.lon - b.lon) / 2
    h = math.sin(north) ** 2 + math.cos(north_a) * math.cos(north_b) * math.sin(east) ** 2
    return 2 * EARTH_MILES * math.asin(math.sqrt(min(1.0, h)))


def minutes(a: Place, b: Place) -> int:
    """Whole minutes by road from door to door."""
    return minutes_of_miles(miles(a, b))


def minutes_of_miles(distance: float) -> int:
    """Whole minutes by road for a great-circle distance."""
    road = ROAD_FACTOR * distance
    if road < NO_DRIVE_MILES:
        return 0
    city = min(road, CITY_MILES)
    return round(PARKING + 60 * (city / CITY_MPH + (road - city) / OPEN_MPH))


def positions(places: Sequence[Place]) -> npt.NDArray[np.float64]:
    """Rows of latitude and longitude."""
    return np.array([(place.lat, place.lon) for place in places], dtype=float).reshape(-1, 2)


def miles_between(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Distances of all pairs, a × b; may differ from :func:`miles` in the last bits."""
    a, b = np.radians(a), np.radians(b)
    north = (a[:, None, 0] - b[None, :, 0]) / 2
    east = (a[:, None, 1] - b[None, :, 1]) / 2
    h = np.sin(north) ** 2 + np.cos(a[:, None, 0]) * np.cos(b[None, :, 0]) * np.sin(east) ** 2
    result: npt.NDArray[np.float64] = 2 * EARTH_MILES * np.arcsin(np.sqrt(np.minimum(1.0, h)))
    return result


def minutes_between(a: Sequence[Any], b: Sequence[Any]) -> npt.NDArray[np.int64]:
    """Minutes of all pairs, a × b, exactly those of :func:`minutes`: near ties are counted one by one."""
    road = ROAD_FACTOR * miles_between(positions(a), positions(b))
    city = np.minimum(road, CITY_MILES)
    exact = PARKING + 60 * (city / CITY_MPH + (road - city) / OPEN_MPH)
    whole = np.where(road < NO_DRIVE_MILES, 0, np.rint(exact)).astype(np.int64)
    unsure = (np.abs(exact - np.floor(exact) - 0.5) < NEAR_TIE) | (np.abs(road - NO_DRIVE_MILES) < NEAR_TIE)
    for i, j in np.argwhere(unsure):
        whole[i, j] = minutes(a[i], b[j])
    return whole
