"""A small railway to print for: what every test of paper stands on."""

from dataclasses import dataclass

from campaign.places.models import Operator, Placement, Spot, Station, Train
from campaign.places.planning import plan_placements
from portal.seasons.models import Season


@dataclass(frozen=True, slots=True)
class Network:
    """Jackson and Marks in Mississippi, Memphis in Tennessee, a station nobody can place, and one train."""

    season: Season
    operator: Operator
    jackson: Station
    marks: Station
    memphis: Station
    nowhere: Station
    train: Train


def station(operator: Operator, code: str, name: str, *, state: str | None, kind: str = "building") -> Station:
    """A station; its position doesn't matter to paper."""
    return Station.objects.create(
        operator=operator,
        stop_id=code,
        code=code,
        name=name,
        city=name,
        state_id=state,
        latitude=32.3,
        longitude=-90.2,
        time_zone="America/Chicago",
        kind=kind,
    )


def build(season: Season) -> Network:
    """The railway with its placements planned: 3 in Jackson, 1 in Marks, 3 in Memphis, 3 nowhere, 2 aboard."""
    operator = Operator.objects.create(key="51@amtrak.com", agency_id="51", name="Amtrak")
    network = Network(
        season=season,
        operator=operator,
        jackson=station(operator, "JAN", "Jackson", state="MS"),
        marks=station(operator, "MKS", "Marks", state="MS", kind="platform"),
        memphis=station(operator, "MEM", "Memphis", state="TN"),
        nowhere=station(operator, "N W/1", "Somewhere", state=None),
        train=Train.objects.create(operator=operator, name="City of New Orleans", numbers=["58", "59"]),
    )
    plan_placements(season=season)
    return network


def place(spot_of: Station, *labels: str, season: Season) -> list[Placement]:
    """More posters on the platform of a station, one for each label."""
    return [
        Placement.objects.create(
            season=season, spot=Spot.objects.create(station=spot_of, kind=Spot.Kind.PLATFORM, label=label)
        )
        for label in labels
    ]
