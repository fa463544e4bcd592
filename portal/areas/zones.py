"""The time zone of a position, from the shapes that come with timezonefinder. Its only user."""

from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from timezonefinder import TimezoneFinder


@cache
def _finder() -> "TimezoneFinder":
    from timezonefinder import TimezoneFinder  # 0.3 s and 40 MB that a web worker doesn't need

    return TimezoneFinder(in_memory=True)  # else it keeps two files open for good


def zone_at(latitude: float, longitude: float) -> str:
    """The IANA zone at a position in degrees, "" on the open sea, where nothing stands."""
    name: str = _finder().timezone_at(lat=latitude, lng=longitude) or ""
    return "" if name.startswith("Etc/") else name


@cache
def keep_the_same_time(first: str, second: str, year: int) -> bool:
    """Whether two zones show the same clock in a January and a July, as Detroit and New York do.

    False where either is no zone.
    """
    try:
        zones = ZoneInfo(first), ZoneInfo(second)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    moments = datetime(year, 1, 15, tzinfo=UTC), datetime(year, 7, 15, tzinfo=UTC)
    return all(moment.astimezone(zones[0]).utcoffset() == moment.astimezone(zones[1]).utcoffset() for moment in moments)


@cache
def american_zones() -> frozenset[str]:
    """The zones of the United States and its territories, by the zone table of the tz database."""
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return frozenset(row[2] for row in rows if row[0] in _AMERICAN_COUNTRIES)


_AMERICAN_COUNTRIES = frozenset({"US", "PR", "VI", "GU", "MP", "AS", "UM"})
