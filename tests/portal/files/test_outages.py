"""What is told when the place where things are kept gives out."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import DatabaseError, OperationalError

from portal.files.outages import outage_of

FULL = "The disk is full. Nothing is lost: make room, then go on."


def test_a_full_disk_is_named() -> None:
    """The kernel's own device for this."""
    device = Path("/dev/full")
    if not device.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(OSError, match="No space left") as full:
        device.write_bytes(b"x")
    assert outage_of(full.value) == FULL


def test_a_database_without_room_is_named(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "small.sqlite3", isolation_level=None)) as database:
        database.execute("CREATE TABLE row (content BLOB)")
        database.execute("PRAGMA max_page_count = 2")
        with pytest.raises(sqlite3.OperationalError) as full:
            database.execute("INSERT INTO row VALUES (zeroblob(100000))")
    error = OperationalError("database or disk is full")
    error.__cause__ = full.value
    assert outage_of(error) == FULL


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="Not a directory") as refused:
        (tmp_path / "file" / "below").write_bytes(b"x")
    assert outage_of(refused.value) == (
        f"{tmp_path}/file/below: Not a directory. Nothing is lost: mend that, then go on."
    )


def test_a_storage_speaks_for_itself() -> None:
    assert outage_of(OSError("The object storage does not answer.")) == (
        "The object storage does not answer. Nothing is lost."
    )


@pytest.mark.parametrize("error", [DatabaseError("no such table"), OSError(), OSError(104, "Connection reset")])
def test_of_other_errors_nothing_is_said(error: OSError | DatabaseError) -> None:
    assert outage_of(error) == ""
