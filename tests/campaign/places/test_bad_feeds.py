"""Feeds that would falsify stations or trains, or that mean harm: each has one clear message."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.places import archive
from campaign.places.gtfs import Feed, read_feed
from campaign.places.problems import Problem, Refused
from campaign.places.tables import LONGEST_LINE
from tests.campaign.places.conftest import Read
from tests.campaign.places.feeds import FeedBuilder, as_csv

Bend = Callable[[FeedBuilder], object]
STOPS_HEADER = b"stop_id,stop_name,stop_lat,stop_lon\n"

BAD: dict[str, tuple[Bend, str, int | None, str | None, str]] = {
    "missing file": (
        lambda feed: feed.without("stop_times.txt"),
        "stop_times.txt",
        None,
        None,
        "The feed lacks stop_times.txt. Is feed.zip a GTFS feed?",
    ),
    "missing column": (
        lambda feed: feed.drop_column("stops.txt", "stop_lat"),
        "stops.txt",
        1,
        "stop_lat",
        "The column stop_lat is missing from the header.",
    ),
    "no route name column": (
        lambda feed: feed.drop_column("routes.txt", "route_long_name").drop_column("routes.txt", "route_short_name"),
        "routes.txt",
        1,
        "route_long_name",
        "The columns route_short_name and route_long_name are both missing: trains have no names.",
    ),
    "column twice": (
        lambda feed: feed.raw("stops.txt", b"stop_id,stop_name,stop_lat,stop_lon,stop_id\n"),
        "stops.txt",
        1,
        "stop_id",
        "The header names the column stop_id twice. Keep one.",
    ),
    "empty file": (
        lambda feed: feed.raw("stops.txt", b""),
        "stops.txt",
        1,
        None,
        "The file is empty. It needs a header line and rows.",
    ),
    "no rows": (
        lambda feed: feed.raw("stops.txt", STOPS_HEADER),
        "stops.txt",
        1,
        None,
        "The file has a header and no rows.",
    ),
    "no agency": (
        lambda feed: feed.raw("agency.txt", b"agency_id,agency_name,agency_url\n"),
        "agency.txt",
        1,
        None,
        "The file has a header and no rows.",
    ),
    "no calls": (
        lambda feed: feed.raw("stop_times.txt", b"trip_id,stop_id,stop_sequence\n"),
        "stop_times.txt",
        1,
        None,
        "The file has a header and no rows.",
    ),
    "broken encoding": (
        lambda feed: feed.raw("stops.txt", STOPS_HEADER + b"A,Alpha,1,2\nB,Montr\xe9al,45,-73\n"),
        "stops.txt",
        3,
        "stop_name",
        "The byte 0xE9 is not UTF-8. Save the file as UTF-8.",
    ),
    "UTF-16": (
        lambda feed: feed.raw("stops.txt", STOPS_HEADER.decode().encode("utf-16")),
        "stops.txt",
        1,
        None,
        "The file is UTF-16. Save it as UTF-8.",
    ),
    "NUL": (
        lambda feed: feed.raw("stops.txt", STOPS_HEADER + b'A,"Al, \0pha",1,2\n'),
        "stops.txt",
        2,
        "stop_name",
        "A NUL character stands here: the file is damaged or not text.",
    ),
    "huge line": (
        lambda feed: feed.raw("stops.txt", STOPS_HEADER + b"A," + b"x" * LONGEST_LINE + b",1,2\n"),
        "stops.txt",
        2,
        None,
        "This line is longer than 256 KB.",
    ),
    "huge value": (
        lambda feed: feed.raw("stops.txt", STOPS_HEADER + b"A," + b"x" * 140_000 + b",1,2\n"),
        "stops.txt",
        2,
        None,
        "A value here is longer than 128 KB. A quotation mark may never be closed.",
    ),
    "open quotation": (
        lambda feed: feed.raw("stops.txt", STOPS_HEADER + b'A,"Alpha,1,2\nB,Beta,45,-73\n'),
        "stops.txt",
        2,
        None,
        "A quotation mark opens here and is never closed. Close it, or double it inside a value.",
    ),
    "text behind a quotation": (
        lambda feed: feed.raw("stops.txt", STOPS_HEADER + b'A,"Alpha"x,1,2\n'),
        "stops.txt",
        2,
        None,
        "Text follows a closing quotation mark. Double a quotation mark inside a value.",
    ),
    "stray comma": (
        lambda feed: feed.raw("stops.txt", STOPS_HEADER + b"A,Alpha, Texas,40,-90\n"),
        "stops.txt",
        2,
        "stop_lon",
        "This line has 5 values, the header has 4 columns. Put values that contain a comma in quotes.",
    ),
    "agency twice": (
        lambda feed: feed.add("agency.txt", agency_id="51", agency_name="B", agency_url="http://b.org"),
        "agency.txt",
        3,
        "agency_id",
        "Two agencies have the id '51'. Give each its own.",
    ),
    "agency without address": (
        lambda feed: feed.change("agency.txt", 0, agency_url=""),
        "agency.txt",
        2,
        "agency_url",
        "The web address '' has no host. An operator is known by its id and its address: fill it in.",
    ),
    "route of an unknown agency": (
        lambda feed: feed.change("routes.txt", 0, agency_id="9"),
        "routes.txt",
        2,
        "agency_id",
        "agency.txt has no agency '9'.",
    ),
    "route twice": (
        lambda feed: feed.add("routes.txt", route_id="1", route_long_name="Twin", route_type="2", agency_id="51"),
        "routes.txt",
        3,
        "route_id",
        "The route id '1' stands twice. Give each route its own.",
    ),
    "route type": (
        lambda feed: feed.change("routes.txt", 0, route_type="rail"),
        "routes.txt",
        2,
        "route_type",
        "The route type 'rail' is no whole number up to 9999.",
    ),
    "station twice": (
        lambda feed: feed.stop("JAN", "Jacksonville"),
        "stops.txt",
        6,
        "stop_id",
        "The stop id 'JAN' stands twice, first in line 4. Give each stop its own.",
    ),
    "unknown parent": (
        lambda feed: feed.change("stops.txt", 1, parent_station="M"),
        "stops.txt",
        3,
        "parent_station",
        "The parent station 'M' is not in this file.",
    ),
    "own grandparent": (
        lambda feed: feed.change("stops.txt", 0, parent_station="MEM").change("stops.txt", 1, parent_station="CHI"),
        "stops.txt",
        2,
        "parent_station",
        "The stop 'CHI' is its own parent.",
    ),
    "latitude out of range": (
        lambda feed: feed.change("stops.txt", 2, stop_lat="-90.19"),
        "stops.txt",
        4,
        "stop_lat",
        "'-90.19' is no coordinate from -90 to 90. Look it up and fill it in.",
    ),
    "longitude is no number": (
        lambda feed: feed.change("stops.txt", 2, stop_lon="nan"),
        "stops.txt",
        4,
        "stop_lon",
        "'nan' is no coordinate from -180 to 180. Look it up and fill it in.",
    ),
    "off Africa": (
        lambda feed: feed.change("stops.txt", 2, stop_lat="0.0", stop_lon="0"),
        "stops.txt",
        4,
        "stop_lat",
        "The position 0.0, 0 of 'JAN' cannot be a station. Look it up and fill it in.",
    ),
    "trip twice": (
        lambda feed: feed.add("trips.txt", route_id="1", trip_id="t58"),
        "trips.txt",
        4,
        "trip_id",
        "The trip id 't58' stands twice. Give each trip its own.",
    ),
    "trip of an unknown route": (
        lambda feed: feed.change("trips.txt", 1, route_id="X"),
        "trips.txt",
        3,
        "route_id",
        "routes.txt has no route 'X'.",
    ),
    "call of an unknown trip": (
        lambda feed: feed.add("stop_times.txt", trip_id="t60", stop_id="JAN", stop_sequence="1"),
        "stop_times.txt",
        10,
        "trip_id",
        "trips.txt has no trip 't60'.",
    ),
    "call at an unknown stop": (
        lambda feed: feed.change("stop_times.txt", 1, stop_id="JXN").change("stop_times.txt", 6, stop_id="JXN"),
        "stop_times.txt",
        3,
        "stop_id",
        "stops.txt has no stop 'JXN'.",
    ),
    "sequence": (
        lambda feed: feed.change("stop_times.txt", 0, stop_sequence="first"),
        "stop_times.txt",
        2,
        "stop_sequence",
        "The stop sequence 'first' is no whole number.",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_feed_has_one_clear_message(case: str, feed: FeedBuilder, read: Read) -> None:
    bend, file, line, column, message = BAD[case]
    bend(feed)

    with pytest.raises(Refused) as refused:
        read(feed)

    assert refused.value.errors == (Problem(file, line, column, message),)


def refusal(path: Path) -> Problem:
    with pytest.raises(Refused) as refused:
        read_feed(path)
    (problem,) = refused.value.problems
    return problem


def test_other_file_is_no_zip(tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    path.write_text("<html>Not found</html>")

    assert refusal(path).message == "This is not a zip file, or it is cut short. Fetch the feed again."


@pytest.mark.parametrize("share", [0.2, 0.9, 0.999])
def test_zip_cut_short_is_refused(share: float, feed: FeedBuilder, tmp_path: Path) -> None:
    path = feed.write(tmp_path / "feed.zip")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])

    assert "not a zip file, or it is cut short" in refusal(path).message


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.zip") == Problem("none.zip", None, None, "There is no such file.")
    assert refusal(tmp_path).message == "There is no such file."


def test_files_in_a_folder_are_refused_with_the_folder(feed: FeedBuilder, tmp_path: Path) -> None:
    problem = refusal(feed.write(tmp_path / "feed.zip", folder="gtfs/2027/"))

    assert problem.message == 'The file lies in the folder "gtfs/2027". Zip the files, not their folder.'


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/passwd", "a/../../b", "..\\evil.txt", "C:\\evil.txt"])
def test_path_that_leads_out_is_refused(name: str, feed: FeedBuilder, tmp_path: Path) -> None:
    problem = refusal(feed.raw(name, b"x").write(tmp_path / "feed.zip"))

    assert problem.file == "feed.zip"
    assert "An entry's path leads out of the zip" in problem.message
    assert sorted(entry.name for entry in tmp_path.rglob("*")) == ["data", "feed.zip"]


def test_file_twice_in_the_zip_is_refused(feed: FeedBuilder, tmp_path: Path) -> None:
    path = feed.write(tmp_path / "feed.zip")
    with zipfile.ZipFile(path, "a") as bent, pytest.warns(UserWarning, match="Duplicate name"):
        bent.writestr("stops.txt", "stop_id\nEVIL\n")

    assert refusal(path) == Problem("stops.txt", None, None, "The zip holds this file twice. Keep one.")


def test_encrypted_file_is_refused(feed: FeedBuilder, tmp_path: Path) -> None:
    path = feed.write(tmp_path / "feed.zip")
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as bent:
        start = bent.start_dir
    while (start := content.find(b"PK\1\2", start)) >= 0:
        content[start + 8] |= 1
        start += 4
    path.write_bytes(content)

    assert refusal(path).message == "The file is encrypted. Use a zip without a password."


def test_damaged_bytes_are_refused(feed: FeedBuilder, tmp_path: Path) -> None:
    path = feed.write(tmp_path / "feed.zip")
    with zipfile.ZipFile(path) as bent:
        entry = bent.getinfo("stops.txt")
    content = bytearray(path.read_bytes())
    middle = entry.header_offset + 30 + len("stops.txt") + entry.compress_size // 2
    content[middle : middle + 8] = b"\xff" * 8
    path.write_bytes(content)

    problem = refusal(path)

    assert problem.file == "stops.txt"


def test_bomb_of_10_gigabytes_is_refused_unread(feed: FeedBuilder, tmp_path: Path) -> None:
    """Ten gigabytes are declared; the packed bytes are few, for nothing may get as far as to read them."""
    path = feed.write(tmp_path / "feed.zip")
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as bent:
        place = content.find(b"PK\1\2", bent.start_dir)
    content[place + 24 : place + 28] = struct.pack("<L", 4_000_000_000)
    path.write_bytes(content)

    assert "would unpack to 3,814 MB" in refusal(path).message


def test_bomb_of_zeros_is_refused(feed: FeedBuilder, tmp_path: Path) -> None:
    feed.raw("stops.txt", bytes(64 * archive.MEGABYTE))

    problem = refusal(feed.write(tmp_path / "feed.zip"))

    assert problem.file == "stops.txt"
    assert "would unpack to 64 MB from 0.1 MB" in problem.message


def test_bomb_that_lies_about_its_size_is_refused(feed: FeedBuilder, tmp_path: Path) -> None:
    feed.raw("stops.txt", STOPS_HEADER + b"A,Alpha,40,-90\n" * 100_000)
    path = feed.write(tmp_path / "feed.zip")
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as bent:
        place = content.find(b"PK\1\2", bent.start_dir)
        while content[place + 46 : place + 55] != b"stops.txt":
            place = content.find(b"PK\1\2", place + 4)
    content[place + 24 : place + 28] = struct.pack("<L", 100)
    path.write_bytes(content)

    assert refusal(path).file == "stops.txt"


def test_table_of_contents_beyond_measure_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w") as bent:
        for number in range(5):
            bent.writestr(zipfile.ZipInfo(f"{number}" + "x" * 60_000), b"")
    content = bytearray(path.read_bytes())
    content[-22 + 12 : -22 + 16] = struct.pack("<L", archive.LARGEST_DIRECTORY + 1)
    path.write_bytes(content)

    assert "lists far more files than a feed has" in refusal(path).message


def test_many_like_problems_are_counted(feed: FeedBuilder, read: Read) -> None:
    for number in range(30):
        feed.stop("JAN", f"Twin {number}")

    with pytest.raises(Refused) as refused:
        read(feed)

    assert len(refused.value.errors) == 21
    assert refused.value.errors[-1].message == "10 more places like the ones listed."


def read_or_refuse(path: Path) -> Feed | Refused:
    """Whatever else is raised fails the test."""
    try:
        return read_feed(path)
    except Refused as refused:
        return refused


TEXT = st.text(max_size=12) | st.sampled_from(["", '"', ",", "\r", "0", "-1", "JAN", "1e999", "99999999999", "½", "٣"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_bent_feed_is_read_or_refused_and_never_crashes(data: st.DataObject, tmp_path: Path) -> None:
    feed = FeedBuilder()
    for _ in range(data.draw(st.integers(1, 4))):
        table = data.draw(st.sampled_from(sorted(feed.tables)))
        row = data.draw(st.integers(0, len(feed.tables[table]) - 1))
        column = data.draw(st.sampled_from([*sorted(feed.tables[table][row]), "parent_station", "location_type"]))
        feed.tables[table][row][column] = data.draw(TEXT).encode("utf-8", "replace").decode()

    found = read_or_refuse(feed.write(tmp_path / "feed.zip"))

    if isinstance(found, Feed):
        assert found.stations
        served = {stop_id for train in found.trains for stop_id in train.stations}
        assert served <= {station.stop_id for station in found.stations}
    else:
        assert found.errors


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_bent_bytes_are_read_or_refused_and_never_crash(data: st.DataObject, tmp_path: Path) -> None:
    feed = FeedBuilder()
    name = data.draw(st.sampled_from(sorted(feed.tables)))
    content = bytearray(as_csv(feed.tables[name]).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content)))
        content[place : place + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=5))
    whole = data.draw(st.booleans())
    path = feed.raw(name, bytes(content)).write(tmp_path / "feed.zip")
    if whole:
        packed = bytearray(path.read_bytes())
        place = data.draw(st.integers(0, len(packed) - 1))
        packed[place] ^= data.draw(st.integers(1, 255))
        path.write_bytes(packed)

    found = read_or_refuse(path)

    assert isinstance(found, Feed) or found.errors


def test_memory_of_a_table_stays_flat() -> None:
    """A table is a stream: the first row is there before the second is read."""
    from campaign.places.tables import read_table

    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: object) -> int:
            view = memoryview(buffer)  # type: ignore[arg-type]
            view[:4] = b"a,b\n"
            return 4

    rows = read_table("endless.txt", io.BufferedReader(Endless())).rows()

    assert [next(rows) for _ in range(3)] == [(2, ["a", "b", ""]), (3, ["a", "b", ""]), (4, ["a", "b", ""])]
