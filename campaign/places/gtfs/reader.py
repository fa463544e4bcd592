"""Reads a feed from its zip, file after file, each judged against the ones before it."""

from collections.abc import Collection
from pathlib import Path

from campaign.places.archive import Archive
from campaign.places.gtfs.feed import Feed, Train
from campaign.places.gtfs.names import natural
from campaign.places.gtfs.routes import read_agencies, read_routes
from campaign.places.gtfs.sequence import merge_patterns
from campaign.places.gtfs.source import Source
from campaign.places.gtfs.stops import make_stations, read_stops
from campaign.places.gtfs.trips import fold_trips, read_calls, read_trips


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
        source = Source(archive, frozenset(agency_ids), frozenset(route_types))
        source.require("agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt")
        routes = read_routes(source, read_agencies(source))
        stops = read_stops(source)
        trips = read_trips(source, routes)
        read_calls(source, trips, stops)
        if "calendar.txt" not in archive and "calendar_dates.txt" not in archive:
            source.log.warn("calendar.txt", None, None, "The feed says on no day that it runs.", kind="calendar")
        return Feed(
            stations=make_stations(source, stops, fold_trips(source, trips, routes)),
            operators=tuple({service.operator.key: service.operator for service in routes.services}.values()),
            trains=tuple(
                Train(
                    operator=service.operator.key,
                    name=service.name,
                    route_type=service.route_type,
                    numbers=tuple(sorted(service.numbers, key=natural)),
                    stations=tuple(stops.ids[place] for place in merge_patterns(service.patterns)),
                )
                for service in routes.services
            ),
            route_types=source.route_types or None,
            version=_version(source),
            problems=source.log.problems,
        )


def _version(source: Source) -> str:
    if "feed_info.txt" not in source.archive:
        return ""
    with source.table("feed_info.txt") as table:
        at_version = table.column("feed_version")
        return next((row[at_version] for _line, row in table.rows()), "")
