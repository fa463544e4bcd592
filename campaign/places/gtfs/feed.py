"""What a feed says, once read: plain, frozen, and in the feed's own order."""

from dataclasses import dataclass

from campaign.places.problems import Problem


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
