"""Fixtures of the places: feeds as files, stations and trains as rows."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from campaign.places.gtfs import Feed, read_feed
from campaign.places.models import Operator, Spot, Station, Train, TrainStop
from tests.campaign.places.feeds import FeedBuilder

Read = Callable[..., Feed]
MakeStation = Callable[..., Station]
MakeTrain = Callable[..., Train]


@pytest.fixture
def feed() -> FeedBuilder:
    """The built-in line, ready to be bent."""
    return FeedBuilder()


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Writes a builder's feed and reads it back."""

    def run(builder: FeedBuilder, **options: object) -> Feed:
        return read_feed(builder.write(tmp_path / "feed.zip"), **options)  # type: ignore[arg-type]

    return run


@pytest.fixture
def operator(db: None) -> Operator:
    """Amtrak."""
    return Operator.objects.create(key="51@amtrak.com", agency_id="51", name="Amtrak", url="https://www.amtrak.com")


@pytest.fixture
def make_station(operator: Operator) -> MakeStation:
    """Makes stations in Jackson; everything can be said otherwise."""
    number = itertools.count(1)

    def make(kind: str = Station.Kind.BUILDING, **values: object) -> Station:
        code = f"S{next(number)}"
        facts: dict[str, object] = {
            "operator": operator,
            "stop_id": code,
            "code": code,
            "name": f"Station {code}",
            "city": "Jackson",
            "state_id": "MS",
            "latitude": 32.3008,
            "longitude": -90.1909,
            "time_zone": "America/Chicago",
            "kind": kind,
        }
        return Station.objects.create(**facts | values)

    return make


@pytest.fixture
def make_train(operator: Operator) -> MakeTrain:
    """Makes trains that call at the given stations."""
    number = itertools.count(1)

    def make(*stations: Station, **values: object) -> Train:
        train = Train.objects.create(**{"operator": operator, "name": f"Train {next(number)}"} | values)
        TrainStop.objects.bulk_create(
            TrainStop(train=train, station=station, order=order) for order, station in enumerate(stations, start=1)
        )
        return train

    return make


def spots_of(place: Station | Train) -> set[tuple[str, str]]:
    """Kind and survey state of the spots that are there."""
    return set(Spot.objects.active().filter(pk__in=place.spots.all()).values_list("kind", "survey"))
