"""In which order one comes to stations: along the routes that the feed tells, state by state."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from campaign.places.models import Station, TrainStop


@dataclass(frozen=True, slots=True, order=True)
class Call:
    """Where a station lies on the way: calls of one state sort in the order of travel.

    ``leg`` counts the routes of a state; ``order`` is that of travel within the route. Stations at which no train of
    the feed calls come last, with an empty ``route`` and no order among them.
    """

    leg: int
    order: int
    route: str


def calls(stations: Collection[Station]) -> dict[int, Call]:
    """The call of each station, by its key; one query.

    Several routes can serve a station. Within a state it is put to the route that takes in most of the stations that
    no route before it took, so that the way breaks as seldom as can be.
    """
    states = {station.pk: station.state_id for station in stations}
    routes: dict[str | None, dict[tuple[str, int], dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for train, name, station, order in TrainStop.objects.filter(station__in=states, train__retired_at=None).values_list(
        "train_id", "train__name", "station_id", "order"
    ):
        routes[states[station]][name, train][station] = order
    found: dict[int, Call] = {}
    for of_state in routes.values():
        found |= _cover(of_state)
    last = max((call.leg for call in found.values()), default=0) + 1
    return {key: found.get(key) or Call(last, 0, "") for key in states}


def _cover(routes: Mapping[tuple[str, int], Mapping[int, int]]) -> dict[int, Call]:
    """The longest route first, then whichever takes in most of what is left; among equals by name."""
    found: dict[int, Call] = {}
    while left := {key: stops.keys() - found.keys() for key, stops in routes.items() if stops.keys() - found.keys()}:
        best = min(left, key=lambda key: (-len(left[key]), key))
        leg = len({call.leg for call in found.values()})
        found |= {station: Call(leg, routes[best][station], best[0]) for station in left[best]}
    return found
