"""Where posters are planned, and where never."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaign.places.gtfs import read_feed
from campaign.places.importing import import_feed
from campaign.places.models import Placement, Spot, Station
from campaign.places.planning import Planned, plan_placements
from campaign.places.register import read_register
from campaign.places.surveying import decline, readmit, record_survey
from portal.areas.models import Area
from portal.audit.models import Entry
from portal.seasons.models import Season
from tests.campaign.places.conftest import MakeStation, MakeTrain, spots_of

RESTROOMS = {("restroom_women", "assumed"), ("restroom_men", "assumed")}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("building", RESTROOMS | {("waiting_room", "assumed")}),
        ("shelter", {("platform", "assumed")}),
        ("platform", {("platform", "assumed")}),
        ("unknown", {("platform", "unknown")}),
        ("curbside", set()),
    ],
)
def test_plan_assumes_spots_by_the_stations_type(
    kind: str, expected: set[tuple[str, str]], season: Season, make_station: MakeStation, make_train: MakeTrain
) -> None:
    station = make_station(kind)
    make_train(station)

    planned = plan_placements(season=season, stations=[station])

    assert spots_of(station) == expected
    assert planned == Planned(created=len(expected), unchanged=0, retired=0)
    assert Placement.objects.in_season(season).count() == len(expected)


def test_second_plan_changes_nothing(season: Season, make_station: MakeStation, make_train: MakeTrain) -> None:
    make_train(make_station(), make_station("platform"))
    plan_placements(season=season)
    before = list(Spot.objects.order_by("pk").values()), list(Placement.objects.order_by("pk").values())

    assert plan_placements(season=season) == Planned(created=0, unchanged=6, retired=0)

    assert (list(Spot.objects.order_by("pk").values()), list(Placement.objects.order_by("pk").values())) == before
    assert Entry.objects.filter(verb="planned placements").count() == 1


def test_plan_locks_what_surveys_and_decisions_change(season: Season, make_station: MakeStation) -> None:
    """A plan on PostgreSQL would write over a survey that comes between its look and its answer; SQLite has one writer."""
    make_station()
    with CaptureQueriesContext(connection) as asked:
        plan_placements(season=season)
    locked = [query["sql"] for query in asked if "FOR UPDATE" in query["sql"]]
    if connection.features.has_select_for_update:
        assert any(sql.startswith('SELECT "campaign_spot".') for sql in locked)
        assert any(sql.startswith('SELECT "campaign_placement".') for sql in locked)


def test_state_plan_leaves_other_states_and_trains_alone(
    season: Season, make_station: MakeStation, make_train: MakeTrain
) -> None:
    here, there, nowhere = make_station(), make_station(state_id="TN"), make_station(state_id=None)
    train = make_train(here, there, nowhere)

    assert plan_placements(season=season, state=Area.objects.get(code="MS")) == Planned(3, 0, 0)

    assert [bool(spots_of(place)) for place in (here, there, nowhere, train)] == [True, False, False, False]


@pytest.mark.parametrize(
    ("route_type", "expected"),
    [
        (2, {("car_restroom", "assumed"), ("vestibule", "assumed")}),
        (103, {("car_restroom", "assumed"), ("vestibule", "assumed")}),
        (1, {("vestibule", "assumed")}),
        (3, set()),
    ],
)
def test_train_plan_assumes_restrooms_on_rail_alone(
    route_type: int,
    expected: set[tuple[str, str]],
    season: Season,
    make_station: MakeStation,
    make_train: MakeTrain,
) -> None:
    train = make_train(make_station(), route_type=route_type)

    plan_placements(season=season, trains=[train])

    assert spots_of(train) == expected


def test_unknown_station_of_buses_gets_no_platform(
    season: Season, make_station: MakeStation, make_train: MakeTrain
) -> None:
    station = make_station("unknown")
    make_train(station, route_type=3)

    assert plan_placements(season=season) == Planned(0, 0, 0)


def test_nothing_is_planned_outside_the_united_states(
    season: Season, make_station: MakeStation, make_train: MakeTrain
) -> None:
    montreal = make_station(state_id=None, time_zone="America/Toronto")
    blank = make_station(state_id=None, time_zone="")
    gulfport = make_station("unknown", state_id=None, time_zone="America/Chicago")
    make_train(montreal, gulfport, name="Adirondack")
    canadian = make_train(montreal, name="Corridor")
    Spot.objects.create(station=montreal, kind="concourse", survey="surveyed")

    plan_placements(season=season)

    assert set(Placement.objects.values_list("spot__station", "spot__train__name")) == {
        (gulfport.pk, None),
        (None, "Adirondack"),
    }
    assert spots_of(blank) == spots_of(canadian) == set()


def test_surveyed_spot_takes_the_place_of_the_assumed_one(season: Season, make_station: MakeStation) -> None:
    station = make_station()
    plan_placements(season=season)
    Spot.objects.create(station=station, kind="restroom_women", label="north hall", survey="surveyed")

    assert plan_placements(season=season) == Planned(created=1, unchanged=2, retired=1)

    assert spots_of(station) == {
        ("restroom_women", "surveyed"),
        ("restroom_men", "assumed"),
        ("waiting_room", "assumed"),
    }


def test_all_gender_restroom_takes_the_place_of_both(season: Season, make_station: MakeStation) -> None:
    station = make_station()
    Spot.objects.create(station=station, kind="restroom_all", survey="surveyed")

    plan_placements(season=season)

    assert spots_of(station) == {("restroom_all", "surveyed"), ("waiting_room", "assumed")}


def test_spot_that_was_looked_for_in_vain_is_not_assumed_again(season: Season, make_station: MakeStation) -> None:
    station = make_station()
    plan_placements(season=season)
    spots = Spot.objects.filter(kind="restroom_men")
    record_survey(spots=spots, there=False, on=dt.date(2026, 11, 2))

    assert plan_placements(season=season) == Planned(created=0, unchanged=2, retired=1)
    assert plan_placements(season=season) == Planned(created=0, unchanged=2, retired=0)

    assert ("restroom_men", "assumed") not in spots_of(station)
    record_survey(spots=spots, there=True, on=dt.date(2026, 11, 9))
    assert plan_placements(season=season) == Planned(created=1, unchanged=2, retired=0)
    assert spots.get().surveyed_on == dt.date(2026, 11, 9)


def test_building_that_turns_out_a_platform_loses_its_restrooms(season: Season, make_station: MakeStation) -> None:
    station = make_station()
    plan_placements(season=season)
    seen = Spot.objects.create(station=station, kind="restroom_family", survey="surveyed")
    Spot.objects.create(station=station, kind="restroom_all", label="hearsay", survey="unknown")
    Station.objects.update(kind="platform")

    assert plan_placements(season=season) == Planned(created=2, unchanged=0, retired=3)

    assert set(Placement.objects.active().values_list("spot__kind", flat=True)) == {"platform", seen.kind}
    Station.objects.update(kind="building")
    assert plan_placements(season=season).created == 4
    assert Spot.objects.filter(kind="restroom_women").count() == 1


def test_retired_station_loses_its_placements_and_regains_the_same(season: Season, make_station: MakeStation) -> None:
    station = make_station()
    plan_placements(season=season)
    before = set(Placement.objects.values_list("pk", flat=True))
    Station.objects.update(retired_at=timezone.now())

    assert plan_placements(season=season) == Planned(created=0, unchanged=0, retired=3)
    assert plan_placements(season=season) == Planned(created=0, unchanged=0, retired=0)

    Station.objects.filter(pk=station.pk).update(retired_at=None)
    assert plan_placements(season=season) == Planned(created=3, unchanged=0, retired=0)
    assert set(Placement.objects.active().values_list("pk", flat=True)) == before


def test_declined_placement_stays_out_until_readmitted(season: Season, make_station: MakeStation) -> None:
    make_station()
    plan_placements(season=season)
    chosen = Placement.objects.filter(spot__kind="waiting_room")

    assert decline(placements=chosen) == 1
    assert decline(placements=chosen) == 0
    assert plan_placements(season=season) == Planned(created=0, unchanged=2, retired=0)

    assert readmit(placements=chosen) == 1
    assert plan_placements(season=season) == Planned(created=1, unchanged=2, retired=0)


def test_kind_of_spot_must_fit_its_place(make_station: MakeStation, make_train: MakeTrain) -> None:
    with pytest.raises(IntegrityError, match="spot_kind_fits_its_place"), transaction.atomic():
        Spot.objects.create(station=make_station(), kind="cafe_car")
    with pytest.raises(IntegrityError, match="spot_kind_fits_its_place"), transaction.atomic():
        Spot.objects.create(train=make_train(), kind="restroom_women")


@pytest.mark.django_db
def test_amtrak_plan_knows_no_restroom_without_a_building(shared_data: Path, season: Season) -> None:
    feed = read_feed(shared_data / "amtrak_gtfs_2026.zip", agency_ids=["51"], route_types=[2])
    import_feed(season=season, feed=feed, register=read_register(shared_data / "ntad_amtrak_stations_2023.csv"))

    assert plan_placements(season=season, state=Area.objects.get(code="MS")) == Planned(27, 0, 0)
    assert plan_placements(season=season) == Planned(created=1319, unchanged=27, retired=0)

    restrooms = Placement.objects.filter(spot__kind__startswith="restroom")
    assert restrooms.count() == 742
    assert not restrooms.exclude(spot__station__kind="building").exists()
    assert not Placement.objects.filter(spot__station__time_zone__in=["America/Toronto", "America/Vancouver"]).exists()
