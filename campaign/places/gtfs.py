"""Reads any GTFS feed (gtfs.org/documentation/schedule/reference) into operators, stations, trains.

Pure: a zip in, frozen dataclasses out, no database. What posters need and no more:

- A **station** is a place where riders come: a stop without a parent, or the parent (location type
  1) of platforms and boarding areas. Calls at a platform count for its parent.
- A **train** is a named service of one operator: routes of one operator that share a name are one
  train. Its numbers are the short names of its trips.
- An **operator** is an agency, known by its id and the host of its web address, so that two feeds
  that both call their agency "1" stay apart.

Timetables, fares, shapes, frequencies and calendars are not read: they say when a train runs, not
where. So a feed with only calendar_dates.txt, or with frequencies.txt, reads like any other.

Stop times are streamed and kept as two integers each: five million rows take some 60 MB.
"""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from campaign.places.archive import Archive
from campaign.places.problems import Problem, ProblemLog, refuse
from campaign.places.sequence import Pattern, merge_patterns
from campaign.places.tables import Table, read_table

HIGHEST_SEQUENCE = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Operator:
    """An agency. `key` is its identity across feeds, such as `51@amtrak.com`."""

    key: str
    agency_id: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Station:
    """A place where riders come. `operators` are the keys of those that call, busiest first."""

    stop_id: str
    code: str
    name: str
    latitude: float
    longitude: float
    stated_time_zone: str
    operators: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Train:
    """A named service: its numbers in natural order, its stations (stop ids) along the line."""

    operator: str
    name: str
    route_type: int
    numbers: tuple[str, ...]
    stations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """What was selected from a feed. `route_types` is None where no filter was set."""

    operators: tuple[Operator, ...]
    stations: tuple[Station, ...]
    trains: tuple[Train, ...]
    route_types: frozenset[int] | None
    version: str
    problems: tuple[Problem, ...]


def read_feed(
    path: Path,
    *,
    agency_ids: Collection[str] = (),
    route_types: Collection[int] = (),
    name: str | None = None,
) -> Feed:
    """Read a GTFS zip. Without filters everything is selected, served or not.

    With filters only the selected agencies' routes of the selected types count, and only the
    stations that they serve. `name` stands for the file in problems (default: its name).
    Raises `Refused` where the feed would falsify stations or trains.
    """
    with Archive(path, name=name) as archive:
        return _Reader(archive, frozenset(agency_ids), frozenset(route_types)).read()


def basic_type(route_type: int) -> int:
    """The basic route type (0 tram … 12 monorail) of an extended one (100-1799); others as given."""
    for first, last, basic in _EXTENDED:
        if first <= route_type <= last:
            return basic
    return route_type


_EXTENDED = (
    (100, 199, 2),
    (200, 299, 3),
    (300, 399, 2),
    (400, 404, 1),
    (405, 405, 12),
    (500, 699, 1),
    (700, 799, 3),
    (800, 899, 11),
    (900, 999, 0),
    (1000, 1099, 4),
    (1200, 1299, 4),
    (1300, 1399, 6),
    (1400, 1499, 7),
)


@dataclass(slots=True)
class _Stop:
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
class _Service:
    """A train while it is being read."""

    operator: Operator
    name: str
    route_type: int
    numbers: set[str] = field(default_factory=set)
    patterns: Counter[Pattern] = field(default_factory=Counter)


class _Reader:
    def __init__(self, archive: Archive, agency_ids: frozenset[str], route_types: frozenset[int]) -> None:
        self.archive = archive
        self.agency_ids = agency_ids
        self.route_types = route_types
        self.log = ProblemLog()

    def read(self) -> Feed:
        """The order matters: each file is judged against the ones read before it."""
        for name in ("agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt"):
            self._require(name)
        operators = self._read_operators()
        services, route_services = self._read_routes(operators)
        stops = self._read_stops()
        trips = self._read_trips(route_services)
        station_of = self._resolve_parents(stops)
        calls = self._read_calls(trips, stops, station_of, list(services.values()))
        if "calendar.txt" not in self.archive and "calendar_dates.txt" not in self.archive:
            self.log.warn("calendar.txt", None, None, "The feed says on no day that it runs.", kind="calendar")
        stations = self._stations(stops, station_of, calls)
        self.log.stop_on_errors()
        stop_list = list(stops.values())
        return Feed(
            operators=tuple({service.operator.key: service.operator for service in services.values()}.values()),
            stations=stations,
            trains=tuple(
                Train(
                    operator=service.operator.key,
                    name=service.name,
                    route_type=service.route_type,
                    numbers=tuple(sorted(service.numbers, key=natural)),
                    stations=tuple(stop_list[index].stop_id for index in merge_patterns(service.patterns)),
                )
                for service in services.values()
            ),
            route_types=self.route_types or None,
            version=self._read_version(),
            problems=self.log.problems,
        )

    def _require(self, name: str) -> None:
        if name in self.archive:
            return
        if folder := self.archive.folder_of(name):
            raise refuse(name, f'The file lies in the folder "{folder}". Zip the files, not their folder.')
        raise refuse(name, f"The feed lacks {name}. Is {self.archive.name} a GTFS feed?")

    @contextmanager
    def _table(self, name: str, *required: str) -> Iterator[Table]:
        with self.archive.open(name) as stream:
            yield read_table(name, stream, required=required)

    def _read_operators(self) -> dict[str, Operator]:
        """Agencies by id; the id is empty where a feed has one agency without id."""
        operators: dict[str, Operator] = {}
        with self._table("agency.txt", "agency_name", "agency_url") as table:
            at_id, at_name, at_url = map(table.column, ("agency_id", "agency_name", "agency_url"))
            for line, row in table.rows():
                agency_id, url = row[at_id], row[at_url]
                host = host_of(url)
                if agency_id in operators:
                    self.log.error(
                        table.name,
                        line,
                        "agency_id",
                        f"Two agencies have the id {agency_id!r}. Give each its own."
                        if agency_id
                        else "Several agencies need an id each.",
                        kind="duplicate",
                    )
                    continue
                if not host:
                    self.log.error(
                        table.name,
                        line,
                        "agency_url",
                        f"The web address {url!r} has no host. An operator is known by its id and "
                        "its address: fill it in.",
                        kind="url",
                    )
                    continue
                key = f"{agency_id}@{host}"
                operators[agency_id] = Operator(key, agency_id, row[at_name] or host, url)
                if not row[at_name]:
                    self.log.warn(table.name, line, "agency_name", "The agency has no name.", kind="name")
        self.log.stop_on_errors()
        if not operators:
            raise refuse("agency.txt", "The file has a header and no rows.", line=1)
        if unknown := sorted(self.agency_ids - operators.keys()):
            known = ", ".join(list(operators)[:12])
            raise refuse(
                "agency.txt",
                f"The feed has no agency {', '.join(unknown)}. It has: {known}.",
                column="agency_id",
            )
        return operators

    def _read_routes(self, operators: dict[str, Operator]) -> tuple[dict[tuple[str, str], _Service], dict[str, int]]:
        """Services in feed order, and for each route the place of its service (-1: not selected)."""
        services: dict[tuple[str, str], _Service] = {}
        places: dict[tuple[str, str], int] = {}
        routes: dict[str, int] = {}
        with self._table("routes.txt", "route_id", "route_type") as table:
            at_id, at_agency, at_short, at_long, at_type = map(
                table.column,
                ("route_id", "agency_id", "route_short_name", "route_long_name", "route_type"),
            )
            if {"route_short_name", "route_long_name"}.isdisjoint(table.header):
                raise refuse(
                    table.name,
                    "The columns route_short_name and route_long_name are both missing: trains have no names.",
                    line=1,
                    column="route_long_name",
                )
            for line, row in table.rows():
                route_id, agency_id = row[at_id], row[at_agency]
                if route_id in routes:
                    self.log.error(
                        table.name,
                        line,
                        "route_id",
                        f"The route id {route_id!r} stands twice. Give each route its own.",
                        kind="duplicate",
                    )
                    continue
                routes[route_id] = -1
                if not agency_id and len(operators) == 1:
                    operator: Operator | None = next(iter(operators.values()))
                else:
                    operator = operators.get(agency_id)
                if operator is None:
                    self.log.error(
                        table.name,
                        line,
                        "agency_id",
                        f"agency.txt has no agency {agency_id!r}."
                        if agency_id
                        else "The feed has several agencies, and this route names none.",
                        kind="agency",
                        cause=agency_id,
                    )
                    continue
                route_type = whole_number(row[at_type])
                if route_type is None:
                    self.log.error(
                        table.name,
                        line,
                        "route_type",
                        f"The route type {row[at_type]!r} is no whole number.",
                        kind="type",
                    )
                    continue
                if not self._selects(operator, route_type):
                    continue
                name = train_name(row[at_short], row[at_long])
                if not name:
                    name = route_id
                    self.log.warn(
                        table.name,
                        line,
                        "route_long_name",
                        f"The route {route_id!r} has no name; its id stands in.",
                        kind="name",
                    )
                identity = (operator.key, name)
                if identity not in services:
                    places[identity] = len(places)
                    services[identity] = _Service(operator, name, route_type)
                service = services[identity]
                service.route_type = min(service.route_type, route_type)
                routes[route_id] = places[identity]
        self.log.stop_on_errors()
        if not routes:
            raise refuse("routes.txt", "The file has a header and no rows.", line=1)
        if not services:
            raise refuse(
                "routes.txt",
                "No route has the agency and the route type asked for. Widen the filter.",
                column="route_type" if self.route_types else "agency_id",
            )
        return services, routes

    def _selects(self, operator: Operator, route_type: int) -> bool:
        return (not self.agency_ids or operator.agency_id in self.agency_ids) and (
            not self.route_types or route_type in self.route_types or basic_type(route_type) in self.route_types
        )

    def _read_stops(self) -> dict[str, _Stop]:
        stops: dict[str, _Stop] = {}
        with self._table("stops.txt", "stop_id", "stop_name", "stop_lat", "stop_lon") as table:
            at_id, at_code, at_name, at_lat, at_lon, at_zone, at_type, at_parent = map(
                table.column,
                (
                    "stop_id",
                    "stop_code",
                    "stop_name",
                    "stop_lat",
                    "stop_lon",
                    "stop_timezone",
                    "location_type",
                    "parent_station",
                ),
            )
            for line, row in table.rows():
                stop_id = row[at_id]
                if not stop_id:
                    self.log.error(table.name, line, "stop_id", "The stop has no id.", kind="empty")
                    continue
                if stop_id in stops:
                    self.log.error(
                        table.name,
                        line,
                        "stop_id",
                        f"The stop id {stop_id!r} stands twice, first in line "
                        f"{stops[stop_id].line}. Give each stop its own.",
                        kind="duplicate",
                    )
                    continue
                location_type = whole_number(row[at_type] or "0")
                if location_type is None or location_type > 4:
                    self.log.error(
                        table.name,
                        line,
                        "location_type",
                        f"The location type {row[at_type]!r} is none of 0 to 4.",
                        kind="type",
                    )
                    continue
                stops[stop_id] = _Stop(
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
        self.log.stop_on_errors()
        if not stops:
            raise refuse("stops.txt", "The file has a header and no rows.", line=1)
        return stops

    def _resolve_parents(self, stops: dict[str, _Stop]) -> list[int]:
        """For each stop, by its place in the file, the place of the station that it belongs to."""
        places = {stop_id: place for place, stop_id in enumerate(stops)}
        station_of: list[int] = []
        for stop in stops.values():
            station, seen = stop, {stop.stop_id}
            while station.parent and station.location_type != 1:
                parent = stops.get(station.parent)
                if parent is None or parent.stop_id in seen:
                    self.log.error(
                        "stops.txt",
                        station.line,
                        "parent_station",
                        f"The parent station {station.parent!r} is not in this file."
                        if parent is None
                        else f"The stop {station.stop_id!r} is its own parent.",
                        kind="parent",
                        cause=station.parent if parent is None else frozenset(seen),
                    )
                    break
                station = parent
                seen.add(station.stop_id)
            station_of.append(places[station.stop_id])
        self.log.stop_on_errors()
        return station_of

    def _read_trips(self, routes: dict[str, int]) -> "_Trips":
        trips = _Trips()
        shaped: tuple[int, str] | None = None
        with self._table("trips.txt", "route_id", "trip_id") as table:
            at_route, at_trip, at_short, at_direction, at_shape = map(
                table.column,
                ("route_id", "trip_id", "trip_short_name", "direction_id", "shape_id"),
            )
            for line, row in table.rows():
                trip_id, route_id = row[at_trip], row[at_route]
                service = routes.get(route_id)
                if not trip_id or trip_id in trips.places:
                    self.log.error(
                        table.name,
                        line,
                        "trip_id",
                        f"The trip id {trip_id!r} stands twice. Give each trip its own."
                        if trip_id
                        else "The trip has no id.",
                        kind="duplicate",
                    )
                    continue
                if service is None:
                    self.log.error(
                        table.name,
                        line,
                        "route_id",
                        f"routes.txt has no route {route_id!r}.",
                        kind="route",
                        cause=route_id,
                    )
                    continue
                if row[at_shape] and shaped is None:
                    shaped = (line, row[at_shape])
                if row[at_direction] not in ("", "0", "1"):
                    self.log.warn(
                        table.name,
                        line,
                        "direction_id",
                        f"The direction {row[at_direction]!r} is neither 0 nor 1; taken as 0.",
                        kind="direction",
                    )
                trips.add(trip_id, service, row[at_direction] == "1", row[at_short])
        if shaped and "shapes.txt" not in self.archive:
            self.log.warn(
                "trips.txt",
                shaped[0],
                "shape_id",
                f"Trips name shapes such as {shaped[1]!r}, and the feed has no shapes.txt.",
                kind="shape",
            )
        self.log.stop_on_errors()
        if not trips.places:
            raise refuse("trips.txt", "The file has a header and no rows.", line=1)
        return trips

    def _read_calls(
        self,
        trips: "_Trips",
        stops: dict[str, _Stop],
        station_of: list[int],
        services: list[_Service],
    ) -> dict[int, Counter[str]]:
        """Fill the services' numbers and patterns; the calls at each station by operator."""
        places = {stop_id: place for place, stop_id in enumerate(stops)}
        any_rows = False
        with self._table("stop_times.txt", "trip_id", "stop_id", "stop_sequence") as table:
            at_trip, at_stop, at_sequence = map(table.column, ("trip_id", "stop_id", "stop_sequence"))
            at_group, at_area = table.column("location_group_id"), table.column("location_id")
            trip_places, selected, log = trips.places, trips.calls, self.log
            for line, row in table.rows():
                any_rows = True
                trip = trip_places.get(row[at_trip])
                if trip is None:
                    log.error(
                        table.name,
                        line,
                        "trip_id",
                        f"trips.txt has no trip {row[at_trip]!r}.",
                        kind="trip",
                        cause=row[at_trip],
                    )
                    continue
                stop = places.get(row[at_stop])
                calls = selected[trip]
                if stop is None:
                    if not row[at_stop] and (row[at_group] or row[at_area]):
                        log.warn(
                            table.name,
                            line,
                            "stop_id",
                            "Service on demand in an area has no stop; left out.",
                            kind="flex",
                        )
                        continue
                    (log.warn if calls is None else log.error)(
                        table.name,
                        line,
                        "stop_id",
                        f"stops.txt has no stop {row[at_stop]!r}.",
                        kind="stop",
                        cause=row[at_stop],
                    )
                    continue
                if calls is None:
                    continue
                sequence = whole_number(row[at_sequence])
                if sequence is None or sequence > HIGHEST_SEQUENCE:
                    log.error(
                        table.name,
                        line,
                        "stop_sequence",
                        f"The stop sequence {row[at_sequence][:40]!r} is no whole number.",
                        kind="sequence",
                    )
                    continue
                calls.append(sequence)
                calls.append(station_of[stop])
        self.log.stop_on_errors()
        if not any_rows:
            raise refuse("stop_times.txt", "The file has a header and no rows.", line=1)
        return self._fold_trips(trips, services)

    def _fold_trips(self, trips: "_Trips", services: list[_Service]) -> dict[int, Counter[str]]:
        called: defaultdict[int, Counter[str]] = defaultdict(Counter)
        silent = 0
        for place, calls in enumerate(trips.calls):
            if calls is None:
                continue
            service = services[trips.services[place]]
            if trips.numbers[place]:
                service.numbers.add(trips.numbers[place])
            sequences, stations = calls[::2].tolist(), calls[1::2].tolist()
            if any(before > after for before, after in pairwise(sequences)):
                order = sorted(range(len(sequences)), key=sequences.__getitem__)
                stations = [stations[index] for index in order]
            if stations:
                service.patterns[(trips.directions[place], tuple(stations))] += 1
            else:
                silent += 1
            for station in stations:
                called[station][service.operator.key] += 1
        if silent:
            self.log.warn("stop_times.txt", None, "trip_id", f"{silent:,} trips call nowhere.", kind="silent")
        for service in services:
            if not service.patterns:
                self.log.warn(
                    "trips.txt",
                    None,
                    "route_id",
                    f"{service.name} has no trip that calls anywhere.",
                    kind="idle",
                    cause=service.name,
                )
        return called

    def _stations(
        self, stops: dict[str, _Stop], station_of: list[int], calls: dict[int, Counter[str]]
    ) -> tuple[Station, ...]:
        filtered = bool(self.agency_ids or self.route_types)
        stations = []
        for place, stop in enumerate(stops.values()):
            served = calls.get(place)
            if served is None and (filtered or station_of[place] != place or stop.location_type not in (0, 1)):
                continue
            latitude = self._coordinate(stop, "stop_lat", stop.latitude, 90)
            longitude = self._coordinate(stop, "stop_lon", stop.longitude, 180)
            if latitude is None or longitude is None:
                continue
            if max(abs(latitude), abs(longitude)) < 1 or abs(latitude) > 89:
                self.log.error(
                    "stops.txt",
                    stop.line,
                    "stop_lat",
                    f"The position {stop.latitude}, {stop.longitude} of {stop.stop_id!r} "
                    "cannot be a station. Look it up and fill it in.",
                    kind="absurd",
                )
                continue
            if not stop.name:
                self.log.warn("stops.txt", stop.line, "stop_name", "The stop has no name.", kind="name")
            ranking = sorted((served or Counter[str]()).items(), key=lambda item: (-item[1], item[0]))
            stations.append(
                Station(
                    stop_id=stop.stop_id,
                    code=stop.code,
                    name=stop.name or stop.stop_id,
                    latitude=latitude,
                    longitude=longitude,
                    stated_time_zone=stop.time_zone,
                    operators=tuple(key for key, _calls in ranking),
                    line=stop.line,
                )
            )
        self.log.stop_on_errors()
        if not stations:
            raise refuse("stops.txt", "The routes asked for serve no station.")
        return tuple(stations)

    def _coordinate(self, stop: _Stop, column: str, text: str, limit: int) -> float | None:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if math.isfinite(value) and abs(value) <= limit:
            return value
        self.log.error(
            "stops.txt",
            stop.line,
            column,
            f"{text[:40]!r} is no coordinate from -{limit} to {limit}. Look it up and fill it in.",
            kind="range",
        )
        return None

    def _read_version(self) -> str:
        if "feed_info.txt" not in self.archive:
            return ""
        with self._table("feed_info.txt") as table:
            at_version = table.column("feed_version")
            return next((row[at_version] for _line, row in table.rows()), "")


class _Trips:
    """Trips by place: which service, direction and number, and their calls once read.

    Calls are (sequence, station) pairs in one flat array; None for trips that are not selected.
    """

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self.services = array("i")
        self.directions = array("b")
        self.numbers: list[str] = []
        self.calls: list[array[int] | None] = []

    def add(self, trip_id: str, service: int, back: bool, number: str) -> None:
        self.places[trip_id] = len(self.calls)
        self.services.append(service)
        self.directions.append(back)
        self.numbers.append(number)
        self.calls.append(array("L") if service >= 0 else None)


def train_name(short: str, long: str) -> str:
    """What riders call a route: both names, or the longer where it contains the other.

    Long names alone would merge two lines of one avenue, short ones alone say little.
    """
    if not short or not long:
        return short or long
    if short.casefold() in long.casefold().split():
        return long
    if long.casefold() in short.casefold().split():
        return short
    return f"{short} {long}"


def host_of(url: str) -> str:
    """The host of a web address in lower case without www, or "" where it has none."""
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.") if "." in host and " " not in host else ""


def whole_number(text: str) -> int | None:
    """A number from 0 written in at most ten ASCII digits, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key under which train 9 comes before train 10, and numbers before words."""
    parts: list[tuple[int, int, str]] = []
    digits = word = ""
    for character in text:
        if character.isascii() and character.isdigit():
            if word:
                parts.append((1, 0, word))
            digits, word = digits + character, ""
        else:
            if digits:
                parts.append((0, int(digits), ""))
            digits, word = "", word + character
    if digits:
        parts.append((0, int(digits[:4000]), ""))
    if word:
        parts.append((1, 0, word))
    return tuple(parts)
