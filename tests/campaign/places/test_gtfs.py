"""Reading good feeds of every shape."""

from pathlib import Path

import pytest

from campaign.places.gtfs import Train, basic_type, host_of, natural, read_feed, train_name
from campaign.places.problems import Refused, Severity
from tests.campaign.places.conftest import Read
from tests.campaign.places.feeds import FeedBuilder


def test_line_gives_stations_trains_numbers_and_order(feed: FeedBuilder, read: Read) -> None:
    found = read(feed)

    assert [operator.key for operator in found.operators] == ["51@amtrak.com"]
    assert [station.stop_id for station in found.stations] == ["CHI", "MEM", "JAN", "NOL"]
    (train,) = found.trains
    assert train == Train("51@amtrak.com", "City of New Orleans", 2, ("58", "59"), ("CHI", "MEM", "JAN", "NOL"))
    assert found.problems == ()


def test_amtrak_filtered_gives_518_stations_and_46_trains(shared_data: Path) -> None:
    found = read_feed(shared_data / "amtrak_gtfs_2026.zip", agency_ids=["51"], route_types=[2])

    assert len(found.stations) == 518
    assert len(found.trains) == 46
    assert len({number for train in found.trains for number in train.numbers}) == 489
    assert {problem.severity for problem in found.problems} == {Severity.WARNING}
    line = next(train for train in found.trains if train.name == "City of New Orleans")
    assert {line.stations[0], line.stations[-1]} == {"NOL", "CHI"}
    places = [line.stations.index(code) for code in ("JAN", "GWD", "MEM")]
    assert places in (sorted(places), sorted(places, reverse=True))


def test_amtrak_unfiltered_gives_every_stop_once(shared_data: Path) -> None:
    found = read_feed(shared_data / "amtrak_gtfs_2026.zip")

    assert len(found.stations) == len({station.stop_id for station in found.stations}) == 652


def test_platforms_roll_up_to_their_station(read: Read) -> None:
    feed = FeedBuilder()
    feed.tables["stops.txt"] = []
    feed.stop("A 1", "Alpha", location_type="1").stop("A 1 N", parent_station="A 1", location_type="0")
    feed.stop("A 1 S", parent_station="A 1").stop("edge", parent_station="A 1 S", location_type="4", latitude="")
    feed.stop("door", parent_station="A 1", location_type="2").stop("B", "Beta", "40.1", "-90.1")
    feed.tables["stop_times.txt"] = []
    feed.tables["trips.txt"] = []
    feed.trip("up", ["A 1 N", "B"]).trip("down", ["B", "edge"])

    found = read(feed)

    assert [(station.stop_id, station.name) for station in found.stations] == [("A 1", "Alpha"), ("B", "Beta")]
    assert found.trains[0].stations == ("A 1", "B")


def test_subway_with_frequencies_and_short_names_reads(read: Read) -> None:
    feed = FeedBuilder()
    feed.change("routes.txt", 0, route_short_name="A", route_long_name="", route_type="1")
    feed.drop_column("trips.txt", "trip_short_name")
    feed.add("frequencies.txt", trip_id="t58", start_time="06:00:00", end_time="22:00:00", headway_secs="300")

    (train,) = read(feed).trains

    assert (train.name, train.numbers, train.route_type) == ("A", (), 1)
    assert train.stations == ("CHI", "MEM", "JAN", "NOL")


def test_bom_crlf_quotes_and_odd_header_read_alike(feed: FeedBuilder, read: Read) -> None:
    plain = read(feed)
    stops = feed.files()["stops.txt"].decode().replace("Chicago Union Station", '"Chicago ""Union"", Station"')
    feed.raw("stops.txt", b"\xef\xbb\xbf" + stops.replace("stop_id,", " Stop_ID ,").replace("\n", "\r\n").encode())

    found = read(feed)

    assert found.stations[0].name == 'Chicago "Union", Station'
    assert found.trains == plain.trains


def test_lines_out_of_order_are_sorted_by_sequence(feed: FeedBuilder, read: Read) -> None:
    expected = read(feed).trains
    feed.tables["stop_times.txt"].reverse()

    assert read(feed).trains == expected


def test_branches_and_return_trips_make_one_line(feed: FeedBuilder, read: Read) -> None:
    feed.stop("GWD", "Greenwood").stop("BHM", "Birmingham")
    feed.trip("local", ["NOL", "JAN", "GWD", "MEM", "CHI"]).trip("branch", ["NOL", "BHM"])

    (train,) = read(feed).trains

    assert train.stations == ("NOL", "BHM", "JAN", "GWD", "MEM", "CHI")


def test_filter_leaves_out_stations_that_no_selected_route_serves(feed: FeedBuilder, read: Read) -> None:
    feed.add("agency.txt", agency_id="bus", agency_name="Thruway", agency_url="http://www.amtrak.com")
    feed.add("routes.txt", route_id="2", agency_id="bus", route_long_name="Connection", route_type="3")
    feed.stop("BUS", "Curb").stop("IDLE", "Nobody calls").trip("b", ["JAN", "BUS"], route="2")

    filtered = read(feed, agency_ids=["51"], route_types=[2])
    everything = read(feed)

    assert {station.stop_id for station in filtered.stations} == {"CHI", "MEM", "JAN", "NOL"}
    assert {station.stop_id for station in everything.stations} == {"CHI", "MEM", "JAN", "NOL", "BUS", "IDLE"}
    jackson = next(station for station in everything.stations if station.stop_id == "JAN")
    assert jackson.operators == ("51@amtrak.com", "bus@amtrak.com")


def test_extended_route_types_match_their_basic_one(feed: FeedBuilder, read: Read) -> None:
    feed.change("routes.txt", 0, route_type="103")

    assert len(read(feed, route_types=[2]).trains) == 1
    assert [basic_type(value) for value in (2, 103, 401, 704, 900, 1501)] == [2, 2, 1, 3, 0, 1501]


def test_filter_without_match_is_refused_with_the_choice(feed: FeedBuilder, read: Read) -> None:
    with pytest.raises(Refused, match=r"agency\.txt, column agency_id: The feed has no agency 7\. It has: 51\."):
        read(feed, agency_ids=["7"])
    with pytest.raises(Refused, match=r"routes\.txt, column route_type: No route has"):
        read(feed, route_types=[3])


def test_one_agency_without_id_is_known_by_its_address(feed: FeedBuilder, read: Read) -> None:
    feed.drop_column("agency.txt", "agency_id").drop_column("routes.txt", "agency_id")

    assert read(feed).operators[0].key == "@amtrak.com"


def test_flaws_that_falsify_nothing_are_warnings(feed: FeedBuilder, read: Read) -> None:
    feed.without("calendar_dates.txt")
    feed.change("trips.txt", 0, shape_id="s1", direction_id="north")
    feed.stop("FAR", "", latitude="")  # served by nobody that is selected
    feed.add("trips.txt", route_id="1", trip_id="silent")
    feed.change("routes.txt", 0, route_long_name="")
    feed.change("stops.txt", 0, location_type="hall").stop("door", location_type="2", parent_station="none")
    feed.add("agency.txt", agency_id="bus", agency_name="Thruway", agency_url="")
    feed.add("routes.txt", route_id="b", agency_id="bus", route_type="bus")
    feed.trip("beyond", ["nowhere"], route="b")

    found = read(feed, agency_ids=["51"])

    assert found.trains[0].name == "1"
    assert {(problem.file, problem.column, problem.severity) for problem in found.problems} == {
        ("calendar.txt", None, Severity.WARNING),
        ("trips.txt", "shape_id", Severity.WARNING),
        ("trips.txt", "direction_id", Severity.WARNING),
        ("stop_times.txt", "trip_id", Severity.WARNING),
        ("routes.txt", "route_long_name", Severity.WARNING),
        ("stops.txt", "location_type", Severity.WARNING),
        ("stops.txt", "parent_station", Severity.WARNING),
        ("agency.txt", "agency_url", Severity.WARNING),
        ("stop_times.txt", "stop_id", Severity.WARNING),
    }
    assert {station.stop_id for station in found.stations} == {"CHI", "MEM", "JAN", "NOL"}


@pytest.mark.parametrize(
    ("short", "long", "name"),
    [
        ("A", "", "A"),
        ("", "Crescent", "Crescent"),
        ("C", "8 Avenue Local", "C 8 Avenue Local"),
        ("1", "Line 1", "Line 1"),
        ("SLE", "sle", "sle"),
    ],
)
def test_train_name_keeps_lines_of_one_avenue_apart(short: str, long: str, name: str) -> None:
    assert train_name(short, long) == name


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Amtrak.com/x", "amtrak.com"),
        ("http://amtrak.com", "amtrak.com"),
        ("mta.info", "mta.info"),
        ("https://[broken", ""),
        ("none", ""),
        ("", ""),
    ],
)
def test_host_of_an_address(url: str, host: str) -> None:
    assert host_of(url) == host


def test_natural_order_puts_nine_before_ten() -> None:
    assert sorted(["10", "9", "A2", "A10", "1a", ""], key=natural) == ["", "1a", "9", "10", "A2", "A10"]
