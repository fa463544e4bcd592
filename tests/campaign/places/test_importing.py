"""Feeds and registers in the database: identity, retirement, description, all or nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from campaign.places.gtfs import read_feed
from campaign.places.importing import Outcome, import_feed
from campaign.places.models import Operator, Station, Train
from campaign.places.problems import Refused, Severity
from campaign.places.register import read_register
from portal.audit.models import Entry
from portal.seasons.models import Season
from tests.campaign.places.feeds import FeedBuilder, register_csv

Bring = Callable[..., Outcome]
JACKSON = {
    "Code": "JAN",
    "City": "Jackson",
    "State": "MS",
    "ZipCode": "39201",
    "Address1": "300 West Capitol Street",
    "StaType": "Station Building (with waiting room)",
    "Y": "32.3008",
    "X": "-90.1909",
}


@pytest.fixture
def bring(season: Season, tmp_path: Path) -> Bring:
    """Imports a builder's feed, with register rows if given."""

    def run(
        builder: FeedBuilder, rows: list[dict[str, str]] | None = None, dry_run: bool = False, **options: object
    ) -> Outcome:
        feed = read_feed(builder.write(tmp_path / "feed.zip"), **options)  # type: ignore[arg-type]
        register = read_register(register_csv(tmp_path / "register.csv", rows)) if rows is not None else None
        return import_feed(season=season, feed=feed, register=register, dry_run=dry_run)

    return run


def counts(outcome: Outcome) -> tuple[dict[str, int], dict[str, int]]:
    return outcome.stations.as_json(), outcome.trains.as_json()


def tally(created: int = 0, changed: int = 0, unchanged: int = 0, retired: int = 0) -> dict[str, int]:
    return {"created": created, "changed": changed, "unchanged": unchanged, "retired": retired}


def line_of(train: Train) -> list[str]:
    return [stop.station.stop_id for stop in train.stops.select_related("station").order_by("order")]


def test_first_import_creates_and_second_changes_nothing(feed: FeedBuilder, bring: Bring) -> None:
    assert counts(bring(feed, [JACKSON])) == (tally(created=4), tally(created=1))
    before = list(Station.objects.order_by("pk").values()), list(Train.objects.values())

    assert counts(bring(feed, [JACKSON])) == (tally(unchanged=4), tally(unchanged=1))

    assert (list(Station.objects.order_by("pk").values()), list(Train.objects.values())) == before
    train = Train.objects.get()
    assert (train.name, train.numbers) == ("City of New Orleans", ["58", "59"])
    assert line_of(train) == ["CHI", "MEM", "JAN", "NOL"]
    assert [(entry.verb, entry.after["stations"]) for entry in Entry.objects.all()] == [
        ("imported a feed", tally(created=4))
    ]


def test_register_describes_and_unknown_stays_unknown(feed: FeedBuilder, bring: Bring) -> None:
    outcome = bring(feed, [JACKSON])

    jackson = Station.objects.get(stop_id="JAN")
    assert (jackson.city, jackson.state_id, jackson.postal_code) == ("Jackson", "MS", "39201")
    assert (jackson.address, jackson.kind, jackson.described_by) == ("300 West Capitol Street", "building", "register")
    memphis = Station.objects.get(stop_id="MEM")
    assert (memphis.city, memphis.state, memphis.kind, memphis.described_by) == ("", None, "unknown", "nobody")
    (warning,) = outcome.problems
    assert warning.severity is Severity.WARNING
    assert "3 stations of the feed are not in the register" in warning.message
    assert warning.message.endswith("CHI, MEM, NOL.")


def test_unknown_never_replaces_known(feed: FeedBuilder, bring: Bring) -> None:
    bring(feed, [JACKSON])

    assert counts(bring(feed)) == (tally(unchanged=4), tally(unchanged=1))
    assert counts(bring(feed, [{**JACKSON, "City": "", "StaType": ""}])) == (tally(unchanged=4), tally(unchanged=1))
    assert Station.objects.get(stop_id="JAN").city == "Jackson"


def test_what_staff_wrote_stays(feed: FeedBuilder, bring: Bring) -> None:
    bring(feed, [JACKSON])
    Station.objects.filter(stop_id="JAN").update(kind="shelter", described_by=Station.Source.STAFF)

    assert counts(bring(feed, [JACKSON]))[0] == tally(unchanged=4)
    assert Station.objects.get(stop_id="JAN").kind == "shelter"


def test_train_row_of_the_register_wins_over_bus_row(feed: FeedBuilder, bring: Bring) -> None:
    curb = {**JACKSON, "StnType": "BUS", "StaType": "Curbside Bus Stop only (no shelter)"}

    bring(feed, [curb, JACKSON, curb])

    assert Station.objects.get(stop_id="JAN").kind == "building"


def test_province_is_no_state(feed: FeedBuilder, bring: Bring) -> None:
    feed.stop("TWO", "Toronto", "43.6453", "-79.3806").trip("t64", ["TWO", "CHI"])

    bring(feed, [{**JACKSON, "Code": "TWO", "City": "Toronto", "State": "ON", "Y": "43.6453", "X": "-79.3806"}])

    toronto = Station.objects.get(stop_id="TWO")
    assert (toronto.city, toronto.state, toronto.time_zone) == ("Toronto", None, "America/Toronto")


def test_code_that_moved_is_not_taken_over(feed: FeedBuilder, bring: Bring) -> None:
    outcome = bring(feed, [{**JACKSON, "Y": "42.2481", "X": "-84.3997"}])

    assert Station.objects.get(stop_id="JAN").state is None
    assert "the code means another place" in outcome.problems[0].message
    assert (outcome.problems[0].file, outcome.problems[0].line) == ("register.csv", 2)


def test_time_zone_comes_from_the_position(feed: FeedBuilder, bring: Bring) -> None:
    feed.change("stops.txt", 2, stop_timezone="America/New_York")
    feed.change("stops.txt", 0, stop_timezone="US/Central")

    outcome = bring(feed)

    assert set(Station.objects.values_list("time_zone", flat=True)) == {"America/Chicago"}
    (warning,) = outcome.problems
    assert (warning.file, warning.line, warning.column) == ("stops.txt", 4, "stop_timezone")
    assert "America/Chicago, which is used" in warning.message


def test_position_on_the_open_sea_is_refused_and_nothing_saved(feed: FeedBuilder, bring: Bring) -> None:
    feed.change("stops.txt", 2, stop_lat="32.3", stop_lon="-50")

    with pytest.raises(Refused, match=r"stops\.txt, line 4, column stop_lat: The position 32\.3, -50\.0 of 'JAN'"):
        bring(feed)

    assert not Station.objects.exists()
    assert not Operator.objects.exists()


def test_name_beyond_measure_is_refused(feed: FeedBuilder, bring: Bring) -> None:
    feed.change("stops.txt", 1, stop_name="x" * 161)

    with pytest.raises(Refused, match=r"stops\.txt, line 3, column stop_name: .* is longer than 160 characters"):
        bring(feed)


def test_dry_run_counts_and_saves_nothing(feed: FeedBuilder, bring: Bring) -> None:
    assert counts(bring(feed, dry_run=True)) == (tally(created=4), tally(created=1))

    assert not Station.objects.exists()
    assert not Entry.objects.exists()


def test_newer_feed_renames_reroutes_adds_and_retires(feed: FeedBuilder, bring: Bring) -> None:
    bring(feed)
    jackson = Station.objects.get(stop_id="JAN").pk
    feed.change("stops.txt", 2, stop_name="Jackson Union Station").without_station("NOL")
    feed.stop("BHM", "Birmingham", "33.5", "-86.8").add(
        "routes.txt", route_id="2", agency_id="51", route_long_name="Crescent", route_type="2"
    )
    feed.trip("t19", ["BHM", "MEM"], route="2", number="19").trip("t60", ["CHI", "MEM"], number="60")

    assert counts(bring(feed)) == (tally(created=1, changed=1, unchanged=2, retired=1), tally(created=1, changed=1))

    assert Station.objects.get(pk=jackson).name == "Jackson Union Station"
    assert Station.objects.get(stop_id="NOL").retired_at is not None
    city = Train.objects.get(name="City of New Orleans")
    assert (line_of(city), city.numbers) == (["CHI", "MEM", "JAN"], ["58", "59", "60"])
    assert counts(bring(feed)) == (tally(unchanged=4), tally(unchanged=2))


def test_station_and_train_that_return_come_back(feed: FeedBuilder, bring: Bring) -> None:
    feed.add("routes.txt", route_id="2", agency_id="51", route_long_name="Crescent", route_type="2")
    feed.stop("BHM", "Birmingham", "33.5", "-86.8").trip("t19", ["BHM", "NOL"], route="2", number="19")
    bring(feed)
    station, train = Station.objects.get(stop_id="BHM").pk, Train.objects.get(name="Crescent").pk
    assert counts(bring(FeedBuilder())) == (tally(unchanged=4, retired=1), tally(unchanged=1, retired=1))

    assert counts(bring(feed)) == (tally(unchanged=4, changed=1), tally(unchanged=1, changed=1))

    assert Station.objects.get(stop_id="BHM").pk == station
    assert Station.objects.active().count() == 5
    assert Train.objects.get(pk=train).retired_at is None


def other_operator() -> FeedBuilder:
    """Another feed whose agency and stops have the same ids."""
    feed = FeedBuilder().without_station("NOL")
    return feed.change("agency.txt", 0, agency_url="https://www.metra.example", agency_name="Metra")


def test_operators_in_turn_leave_each_other_alone(feed: FeedBuilder, bring: Bring) -> None:
    bring(feed)

    assert counts(bring(other_operator())) == (tally(created=3), tally(created=1))
    assert counts(bring(feed)) == (tally(unchanged=4), tally(unchanged=1))

    assert Station.objects.filter(retired_at=None).count() == 7
    assert set(Operator.objects.values_list("key", flat=True)) == {"51@amtrak.com", "51@metra.example"}


def with_bus(feed: FeedBuilder, agency: str = "51") -> FeedBuilder:
    """The line, and a bus from Jackson."""
    if agency != "51":
        feed.add("agency.txt", agency_id=agency, agency_name="Thruway", agency_url="http://www.amtrak.com")
    feed.add("routes.txt", route_id="2", agency_id=agency, route_long_name="Connection", route_type="3")
    return feed.stop("VIC", "Vicksburg", "32.35", "-90.88").trip("b", ["JAN", "VIC"], route="2")


def test_route_types_in_turn_leave_each_other_alone(feed: FeedBuilder, bring: Bring) -> None:
    with_bus(feed)
    bring(feed, route_types=[2])

    assert counts(bring(feed, route_types=[3])) == (tally(created=1, unchanged=1), tally(created=1))
    assert counts(bring(feed, route_types=[2])) == (tally(unchanged=4), tally(unchanged=1))
    assert counts(bring(feed)) == (tally(unchanged=5), tally(unchanged=2))


def test_rail_station_that_only_buses_serve_now_is_retired(feed: FeedBuilder, bring: Bring) -> None:
    bring(feed, route_types=[2])
    newer = with_bus(FeedBuilder())
    newer.tables["stop_times.txt"] = [
        row for row in newer.tables["stop_times.txt"] if row["stop_id"] != "JAN" or row["trip_id"] == "b"
    ]

    assert counts(bring(newer, route_types=[2])) == (tally(unchanged=3, retired=1), tally(changed=1))


def test_stop_of_two_operators_is_one_station_and_stays_with_its_first(feed: FeedBuilder, bring: Bring) -> None:
    with_bus(feed, agency="bus")
    feed.trip("b2", ["JAN", "VIC"], route="2").trip("b3", ["JAN", "VIC"], route="2")
    bring(feed, agency_ids=["51"])
    jackson = Station.objects.get(stop_id="JAN")

    assert counts(bring(feed)) == (tally(created=1, unchanged=4), tally(created=1, unchanged=1))
    assert counts(bring(feed)) == (tally(unchanged=5), tally(unchanged=2))

    assert Station.objects.get(stop_id="JAN") == jackson
    assert jackson.operator.key == "51@amtrak.com"
    assert line_of(Train.objects.get(name="Connection")) == ["JAN", "VIC"]


def test_demo_station_in_a_real_feed_becomes_real(feed: FeedBuilder, bring: Bring) -> None:
    bring(feed)
    Station.objects.filter(stop_id="JAN").update(is_demo=True)

    assert counts(bring(feed))[0] == tally(changed=1, unchanged=3)
    assert not Station.objects.filter(is_demo=True).exists()


def test_register_problems_have_file_line_and_column(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"r\.csv, line 3, column code: The code 'JAN' stands twice, first in line 2"):
        read_register(register_csv(tmp_path / "r.csv", [JACKSON, JACKSON]))
    (tmp_path / "short.csv").write_text("Code,City,State\nJAN,Jackson,MS\n")
    with pytest.raises(Refused, match=r"short\.csv, line 1, column statype: The column statype is missing"):
        read_register(tmp_path / "short.csv")
    with pytest.raises(Refused, match=r"none\.csv: There is no such file"):
        read_register(tmp_path / "none.csv")


@pytest.mark.django_db
def test_amtrak_with_register_knows_what_is_known(shared_data: Path, season: Season) -> None:
    feed = read_feed(shared_data / "amtrak_gtfs_2026.zip", agency_ids=["51"], route_types=[2])
    register = read_register(shared_data / "ntad_amtrak_stations_2023.csv")

    assert counts(import_feed(season=season, feed=feed, register=register)) == (tally(created=518), tally(created=46))
    assert counts(import_feed(season=season, feed=feed, register=register)) == (
        tally(unchanged=518),
        tally(unchanged=46),
    )

    kinds = {kind: Station.objects.filter(kind=kind).count() for kind in Station.Kind.values}
    assert kinds == {"building": 376, "shelter": 98, "platform": 33, "curbside": 0, "unknown": 11}
    assert Station.objects.filter(state="MS").count() == 11
    gulf = Station.objects.filter(code__in=["BIX", "GUF", "PAG", "BAS", "MOE"])
    assert set(gulf.values_list("time_zone", flat=True)) == {"America/Chicago"}
    assert not gulf.exclude(state=None).exists()
    assert set(Station.objects.filter(state="AZ").values_list("time_zone", flat=True)) == {"America/Phoenix"}
    assert (
        not Station.objects.filter(time_zone__in=["America/Toronto", "America/Vancouver"]).exclude(state=None).exists()
    )
