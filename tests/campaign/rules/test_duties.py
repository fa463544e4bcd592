"""Rows in, duties out: stations, trains and placements, with what was planned, printed and posted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaign.demo import building, removing
from campaign.links.models import Link
from campaign.places.models import Operator, Placement, Spot, Station, Train, TrainStop
from campaign.places.planning import plan_placements
from campaign.posters.models import Design, Sheet
from campaign.printing.models import Batch, Packet, Print
from campaign.rules import duties
from campaign.rules.duties import PlaceDuties, Standing, at_placement, at_stations, at_trains, reckoned_on, standings
from campaign.rules.facts import Stage
from campaign.rules.models import County, Notice, Rule
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.seasons.models import Season
from tests.campaign.printing.network import Network, build, station

pytestmark = pytest.mark.django_db
ON = dt.date(2027, 1, 11)
NATION = "us-pl-117-301"


@pytest.fixture
def network(season: Season) -> Network:
    """A small railway, planned."""
    return build(season)


@pytest.fixture
def print_all(season: Season) -> Callable[..., Batch]:
    """Prints every placement of a station or train, as a delivered batch would stand."""

    def run(placements: Sequence[Placement], *languages: str, sheet: str = "letter", is_sample: bool = False) -> Batch:
        batch = Batch.objects.create(
            season=season,
            design=Design.objects.approved()[0],
            sheet=Sheet.objects.get(slug=sheet),
            job=Job.objects.create(kind="printing.batch"),
            title="Some",
            printed_address="https://go.example.org",
            is_sample=is_sample,
        )
        file = StoredFile.objects.get_or_create(sha256="0" * 64, defaults={"size": 1, "name": "none.pdf"})[0]
        first = placements[0].spot
        packet = Packet.objects.create(
            batch=batch, position=1, name="one", station=first.station, train=first.train, file=file
        )
        pairs = [(placement, language) for placement in placements for language in languages]
        links = Link.objects.issue([("US", language) for _, language in pairs])
        Print.objects.bulk_create(
            Print(packet=packet, page=page, placement=placement, link=link, language=language)
            for page, ((placement, language), link) in enumerate(zip(pairs, links, strict=True), start=1)
        )
        Placement.objects.filter(pk__in=[placement.pk for placement in placements]).update(state="printed")
        return batch

    return run


def of(found: PlaceDuties) -> list[str]:
    """The rules of a place."""
    return [duty.rule.slug for duty in found.duties]


def at(place: Station | Train) -> PlaceDuties:
    """What one place owes."""
    if isinstance(place, Station):
        return at_stations([place], on=ON)[place.pk]
    return at_trains([place], on=ON)[place.pk]


def standing(place: Station | Train, slug: str, season: Season) -> Standing:
    """How one duty of a place stands."""
    found = standings({0: at(place)}, season=season)[0]
    return next(each for each in found if each.planned.duty.rule.slug == slug)


def placements_of(place: Station | Train) -> list[Placement]:
    """A place's placements, with their spots."""
    return list(
        Placement.objects.filter(spot__in=place.spots.all())
        .select_related("spot__station", "spot__train")
        .order_by("pk")
    )


def test_states_bring_their_rules(network: Network) -> None:
    for code, slugs in {
        "CA": ["ca-civ-52-6"],
        "NY": [],
        "WA": ["wa-rcw-43-280-110"],
        "MS": [],
    }.items():
        Station.objects.filter(pk=network.jackson.pk).update(state=code)
        network.jackson.refresh_from_db()
        assert of(at(network.jackson)) == [NATION, *slugs]


def test_unknown_state_has_the_nations_rule_and_says_so(network: Network) -> None:
    found = at(network.nowhere)

    assert of(found) == [NATION]
    assert any("The state of Somewhere (N W/1) is unknown" in gap for gap in found.gaps)


def test_station_abroad_owes_nothing(network: Network) -> None:
    Station.objects.filter(pk=network.nowhere.pk).update(time_zone="America/Toronto")
    network.nowhere.refresh_from_db()
    found = at(network.nowhere)

    assert (of(found), len(found.gaps)) == ([], 1)


def test_lines_tell_what_a_station_is(network: Network) -> None:
    Station.objects.filter(pk=network.jackson.pk).update(state="CA")
    network.jackson.refresh_from_db()
    assert any("taken for a railroad station" in gap for gap in at(network.jackson).gaps)

    tram = Train.objects.create(operator=network.operator, name="Tram", route_type=900)
    TrainStop.objects.create(train=tram, station=network.jackson, order=1)
    found = at(network.jackson)
    assert (found.gaps, of(found)) == ((), [NATION, "ca-civ-52-6"])

    Train.objects.filter(pk=tram.pk).update(route_type=3)
    assert at(network.jackson).place.premises == {"bus_station", "public_restroom"}


def test_mta_station_owes_new_york(network: Network) -> None:
    metro = Operator.objects.create(key="MNR@new.mta.info", name="Metro-North")
    croton = station(metro, "CRT", "Croton-Harmon", state="NY")
    assert of(at(croton)) == [NATION, "ny-pub-auth-1266-m"]


def test_county_gives_its_language(network: Network) -> None:
    Station.objects.filter(pk=network.jackson.pk).update(state="CA")
    network.jackson.refresh_from_db()
    assert at(network.jackson).duties[1].county_languages is None

    orange = County.objects.create(
        state_id="CA", name="Orange", languages=["vi"], source="Federal Register", confidence="H"
    )
    orange.stations.create(station=network.jackson)
    assert at(network.jackson).duties[1].county_languages == ("vi",)


def test_train_counts_the_states_in_which_it_calls(network: Network) -> None:
    assert any("No station of this train" in gap for gap in at(network.train).gaps)
    TrainStop.objects.create(train=network.train, station=network.jackson, order=1)
    TrainStop.objects.create(train=network.train, station=network.nowhere, order=2)
    assert (of(at(network.train)), at(network.train).gaps) == ([NATION], ())

    Station.objects.filter(pk=network.jackson.pk).update(state="TX")
    assert of(at(network.train)) == [NATION, "tx-gov-402-0351"]


def test_train_abroad_owes_nothing(network: Network) -> None:
    Station.objects.filter(pk=network.nowhere.pk).update(time_zone="America/Toronto")
    TrainStop.objects.create(train=network.train, station=network.nowhere, order=1)
    assert of(at(network.train)) == []


def test_spots_that_are_not_there_are_not_asked(network: Network) -> None:
    Spot.objects.filter(station=network.jackson, kind__startswith="restroom").update(
        retired_at=timezone.now(), survey="surveyed"
    )
    (duty,) = at(network.jackson).duties
    assert duty.is_void


def test_planned_printed_and_posted_are_told_apart(
    network: Network, season: Season, print_all: Callable[..., Batch]
) -> None:
    Station.objects.filter(pk=network.jackson.pk).update(state="AL")
    network.jackson.refresh_from_db()

    planned = standing(network.jackson, "al-stations", season)
    assert (planned.planned.outcome, planned.printed.outcome, planned.met_at) == ("unknown", "short", None)

    print_all(placements_of(network.jackson), "en", "es")
    printed = standing(network.jackson, "al-stations", season)
    assert (printed.printed.outcome, printed.posted.outcome, printed.met_at) == ("met", "short", Stage.PRINTED)

    Placement.objects.update(state="posted")
    posted = standing(network.jackson, "al-stations", season)
    assert (posted.met_at, posted.finding) == (Stage.POSTED, posted.posted)


def test_sheet_and_languages_of_what_was_printed_count(
    network: Network, season: Season, print_all: Callable[..., Batch]
) -> None:
    Station.objects.filter(pk=network.jackson.pk).update(state="AL")
    network.jackson.refresh_from_db()

    print_all(placements_of(network.jackson), "en", "es", sheet="a4")
    (reason,) = standing(network.jackson, "al-stations", season).finding.reasons
    assert reason.what == "Its sheet, 8.27 × 11.69 in, is smaller than 8.5 × 11 in."

    print_all(placements_of(network.jackson), "en")  # the newest English replaces the smaller one
    assert standing(network.jackson, "al-stations", season).finding.outcome == "short"

    print_all(placements_of(network.jackson), "es")
    assert standing(network.jackson, "al-stations", season).finding.outcome == "met"


def test_samples_and_undelivered_packets_count_for_nothing(
    network: Network, season: Season, print_all: Callable[..., Batch]
) -> None:
    Station.objects.filter(pk=network.jackson.pk).update(state="AL")
    network.jackson.refresh_from_db()
    print_all(placements_of(network.jackson), "en", "es", is_sample=True)
    Placement.objects.update(state="planned")
    assert standing(network.jackson, "al-stations", season).finding.outcome == "unknown"

    batch = print_all(placements_of(network.jackson), "en", "es")
    Packet.objects.filter(batch=batch).update(file=None)
    Placement.objects.update(state="planned")
    assert standing(network.jackson, "al-stations", season).finding.outcome == "unknown"


def test_posters_of_another_january_count_for_nothing(network: Network, season: Season) -> None:
    other = Season.objects.create(
        year=2028,
        **{
            name: dt.date(2028, 1, 2)
            for name in ("starts_on", "ends_on", "approve_by", "print_by", "ship_by", "hang_by")
        },
    )
    assert standing(network.jackson, NATION, season).met_at is Stage.PLANNED
    assert standing(network.jackson, NATION, other).finding.outcome == "short"


def test_placement_is_asked_for_its_own_spot(network: Network) -> None:
    Station.objects.filter(pk=network.jackson.pk).update(state="CA")
    for placement in placements_of(network.jackson):
        here = at_placement(placement, on=ON).at(placement.spot_id)
        expected = [NATION] if placement.spot.is_restroom else ["ca-civ-52-6"]
        assert of(here) == expected
    assert of(at_placement(placements_of(network.train)[0], on=ON)) == [NATION]


def test_rules_are_reckoned_on_the_first_day_ahead(season: Season) -> None:
    assert reckoned_on(season) == max(season.starts_on, timezone.localdate())


def test_many_places_take_as_many_queries_as_one(network: Network, print_all: Callable[..., Batch]) -> None:
    season = network.season
    print_all(placements_of(network.jackson), "en", "es")
    stations = [network.jackson]
    trains = [network.train]

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            found = at_stations(stations, on=ON)
            standings(found, season=season)
            standings(at_trains(trains, on=ON), season=season)
        return len(queries)

    one = count()
    for number, state in enumerate(["CA", "IL", "GA", "NY", "TX", None]):
        operator = Operator.objects.create(key=f"{number}@example.org", name=str(number))
        stations.append(station(operator, f"S{number}", f"Station {number}", state=state))
        train = Train.objects.create(operator=operator, name=f"Train {number}")
        TrainStop.objects.create(train=train, station=stations[-1], order=1)
        trains.append(train)
    plan_placements(season=season)
    for place in stations[1:]:
        print_all(placements_of(place), "en")

    assert count() == one
    assert one <= 16


def test_demo_leaves_with_what_was_recorded_of_its_stations(season: Season) -> None:
    building._rows(season)
    demo = Station.objects.filter(is_demo=True, spots__isnull=False)[0]
    hinds = County.objects.create(state_id="MS", name="Hinds", source="Register", confidence="H")
    hinds.stations.create(station=demo)
    Notice.objects.create(rule=Rule.objects.get(area="CA"), spot=demo.spots.all()[0], seen_on=ON)

    removing.remove()

    assert not Station.objects.filter(is_demo=True).exists()
    assert (Notice.objects.count(), hinds.stations.count(), Rule.objects.count()) == (0, 0, 11)


def test_lines_make_stations_of_every_sort() -> None:
    rail = {kind for kinds in duties.PREMISES_OF_LINES.values() for kind in kinds}
    assert rail == {"railroad_station", "intercity_rail_station", "light_rail_station", "bus_station"}
