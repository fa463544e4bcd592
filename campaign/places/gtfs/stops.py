"""stops.txt: places where riders come, and the platforms that belong to them."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from campaign.places.gtfs.feed import Station
from campaign.places.gtfs.names import whole_number
from campaign.places.gtfs.source import Source, no_rows
from campaign.places.problems import refuse

STOP, STATION, OTHER = 0, 1, 3
"""Location types: a stop or platform, a station above platforms, a place that is neither (a node)."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A row as it stands; the position is judged only where it matters."""

    stop_id: str
    code: str
    name: str
    latitude: str
    longitude: str
    time_zone: str
    location_type: int
    parent: str
    line: int


@dataclass(slots=True)
class Stops:
    """Stops by id, and by the place in the file: the place of the station that each belongs to.

    `orphans` says of a station's place what is wrong with the parent that it names.
    """

    by_id: dict[str, Stop]
    places: dict[str, int] = field(init=False)
    station_of: list[int] = field(init=False)
    orphans: dict[int, str] = field(default_factory=dict)
    ids: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.ids = list(self.by_id)
        self.places = {stop_id: place for place, stop_id in enumerate(self.ids)}
        self.station_of = [self._station_of(stop) for stop in self.by_id.values()]

    def _station_of(self, stop: Stop) -> int:
        seen = {stop.stop_id}
        while stop.parent and stop.location_type != STATION:
            parent = self.by_id.get(stop.parent)
            if parent is None:
                self.orphans[self.places[stop.stop_id]] = f"The parent station {stop.parent!r} is not in this file."
                break
            if parent.stop_id in seen:
                # Every member of the ring is rolled up to the same one.
                stop = self.by_id[min(seen, key=self.places.__getitem__)]
                self.orphans[self.places[stop.stop_id]] = f"The stop {stop.stop_id!r} is its own parent."
                break
            stop = parent
            seen.add(stop.stop_id)
        return self.places[stop.stop_id]


def read_stops(source: Source) -> Stops:
    """Every stop. Raises `Refused` where ids are missing or stand twice."""
    stops: dict[str, Stop] = {}
    log = source.log
    columns = ("stop_id", "stop_code", "stop_name", "stop_lat", "stop_lon", "stop_timezone")
    with source.table("stops.txt", "stop_id", "stop_name", "stop_lat", "stop_lon") as table:
        at_id, at_code, at_name, at_lat, at_lon, at_zone = map(table.column, columns)
        at_type, at_parent = table.column("location_type"), table.column("parent_station")
        for line, row in table.rows():
            stop_id = row[at_id]
            if not stop_id:
                log.error(table.name, line, "stop_id", "The stop has no id.", kind="empty")
                continue
            if stop_id in stops:
                log.error(
                    table.name,
                    line,
                    "stop_id",
                    f"The stop id {stop_id!r} stands twice, first in line {stops[stop_id].line}. "
                    "Give each stop its own.",
                    kind="duplicate",
                )
                continue
            location_type = whole_number(row[at_type] or "0")
            if location_type is None or location_type > 4:
                log.warn(
                    table.name,
                    line,
                    "location_type",
                    f"The location type {row[at_type][:40]!r} is none of 0 to 4; a station only if trains call there.",
                    kind="type",
                )
                location_type = OTHER
            stops[stop_id] = Stop(
                stop_id=stop_id,
                code=row[at_code] or stop_id,
                name=row[at_name],
                latitude=row[at_lat],
                longitude=row[at_lon],
                time_zone=row[at_zone],
                location_type=location_type,
                parent=row[at_parent],
                line=line,
            )
    log.stop_on_errors()
    if not stops:
        raise no_rows("stops.txt")
    return Stops(stops)


def make_stations(source: Source, stops: Stops, calls: Mapping[int, Counter[str]]) -> tuple[Station, ...]:
    """The stations to import: the served ones, and without a filter also those that wait for service."""
    stations = []
    for place, stop in enumerate(stops.by_id.values()):
        served = calls.get(place)
        waits = stops.station_of[place] == place and stop.location_type in (STOP, STATION) and not source.is_filtered
        wanted = served is not None or waits
        if place in stops.orphans:
            (source.log.error if wanted else source.log.warn)(
                "stops.txt", stop.line, "parent_station", stops.orphans[place], kind="parent"
            )
        if not wanted:
            continue
        position = _position(source, stop)
        if position is None:
            continue
        if not stop.name:
            source.log.warn("stops.txt", stop.line, "stop_name", "The stop has no name.", kind="name")
        ranking = sorted((served or Counter()).items(), key=lambda item: (-item[1], item[0]))
        stations.append(
            Station(
                stop_id=stop.stop_id,
                code=stop.code,
                name=stop.name or stop.stop_id,
                latitude=position[0],
                longitude=position[1],
                stated_time_zone=stop.time_zone,
                operators=tuple(key for key, _calls in ranking),
                line=stop.line,
            )
        )
    source.log.stop_on_errors()
    if not stations:
        raise refuse("stops.txt", "The routes asked for serve no station.")
    return tuple(stations)


def _position(source: Source, stop: Stop) -> tuple[float, float] | None:
    latitude = _coordinate(source, stop, "stop_lat", stop.latitude, 90)
    longitude = _coordinate(source, stop, "stop_lon", stop.longitude, 180)
    if latitude is None or longitude is None:
        return None
    if max(abs(latitude), abs(longitude)) < 1 or abs(latitude) > 89:
        source.log.error(
            "stops.txt",
            stop.line,
            "stop_lat",
            f"The position {stop.latitude}, {stop.longitude} of {stop.stop_id!r} cannot be a station. "
            "Look it up and fill it in.",
            kind="absurd",
        )
        return None
    return latitude, longitude


def _coordinate(source: Source, stop: Stop, column: str, text: str, limit: int) -> float | None:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isfinite(value) and abs(value) <= limit:
        return value
    source.log.error(
        "stops.txt",
        stop.line,
        column,
        f"{text[:40]!r} is no coordinate from -{limit} to {limit}. Look it up and fill it in.",
        kind="range",
    )
    return None
