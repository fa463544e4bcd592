"""trips.txt and stop_times.txt: the numbers of trains, and where they call. Streamed, for they are long."""

from array import array
from collections import Counter, defaultdict
from itertools import pairwise

from campaign.places.gtfs.names import whole_number
from campaign.places.gtfs.routes import Routes
from campaign.places.gtfs.source import Source, no_rows
from campaign.places.gtfs.stops import Stops

HIGHEST_SEQUENCE = 2**32 - 1


class Trips:
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
        """A trip of the service at that place (-1: not selected)."""
        self.places[trip_id] = len(self.calls)
        self.services.append(service)
        self.directions.append(back)
        self.numbers.append(number)
        self.calls.append(array("L") if service >= 0 else None)


def read_trips(source: Source, routes: Routes) -> Trips:
    """Every trip; a trip without a known route refuses, since nobody knows whose train it is."""
    trips, log = Trips(), source.log
    shaped: tuple[int, str] | None = None
    with source.table("trips.txt", "route_id", "trip_id") as table:
        at_route, at_trip, at_short, at_direction, at_shape = map(
            table.column, ("route_id", "trip_id", "trip_short_name", "direction_id", "shape_id")
        )
        for line, row in table.rows():
            trip_id, route_id = row[at_trip], row[at_route]
            service = routes.places.get(route_id)
            if not trip_id or trip_id in trips.places:
                log.error(
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
                log.error(
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
                log.warn(
                    table.name,
                    line,
                    "direction_id",
                    f"The direction {row[at_direction][:40]!r} is neither 0 nor 1; taken as 0.",
                    kind="direction",
                )
            trips.add(trip_id, service, row[at_direction] == "1", row[at_short])
    if shaped and "shapes.txt" not in source.archive:
        log.warn(
            "trips.txt",
            shaped[0],
            "shape_id",
            f"Trips name shapes such as {shaped[1]!r}, and the feed has no shapes.txt.",
            kind="shape",
        )
    log.stop_on_errors()
    if not trips.places:
        raise no_rows("trips.txt")
    return trips


def read_calls(source: Source, trips: Trips, stops: Stops) -> None:
    """Fill the calls of the selected trips, each at the station above the platform."""
    places, station_of, trip_places, calls_of, log = (
        stops.places,
        stops.station_of,
        trips.places,
        trips.calls,
        source.log,
    )
    empty = True
    with source.table("stop_times.txt", "trip_id", "stop_id", "stop_sequence") as table:
        at_trip, at_stop, at_sequence = map(table.column, ("trip_id", "stop_id", "stop_sequence"))
        at_group, at_area = table.column("location_group_id"), table.column("location_id")
        for line, row in table.rows():
            empty = False
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
            stop, calls = places.get(row[at_stop]), calls_of[trip]
            if stop is None and not row[at_stop] and (row[at_group] or row[at_area]):
                log.warn(
                    table.name, line, "stop_id", "Service on demand in an area has no stop; left out.", kind="flex"
                )
                continue
            if stop is None:
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
    log.stop_on_errors()
    if empty:
        raise no_rows("stop_times.txt")


def fold_trips(source: Source, trips: Trips, routes: Routes) -> dict[int, Counter[str]]:
    """Give the services their numbers and patterns. Returns the calls at each station by operator key."""
    called: defaultdict[int, Counter[str]] = defaultdict(Counter)
    silent = 0
    for place, calls in enumerate(trips.calls):
        if calls is None:
            continue
        service = routes.services[trips.services[place]]
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
        source.log.warn("stop_times.txt", None, "trip_id", f"{silent:,} trips call nowhere.", kind="silent")
    for service in routes.services:
        if not service.patterns:
            source.log.warn(
                "trips.txt",
                None,
                "route_id",
                f"{service.name} has no trip that calls anywhere.",
                kind="idle",
                cause=service.name,
            )
    return called
