"""The journal: one line a scan, nothing in it or about it that tells when, and never in the way of help."""

import datetime as dt
import errno
import os
import stat
import threading
from pathlib import Path

import pytest
from django.test import Client

from campaign.links import codes
from campaign.scans import health, journal
from campaign.scans.journal import DAY_ZONE, Journal

CODE = codes.make(area="MS", language="en", random=7)
DAY = dt.date(2027, 1, 11)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def midnight(day: dt.date) -> float:
    return dt.datetime.combine(day, dt.time(), tzinfo=DAY_ZONE).timestamp()


def test_append_writes_the_code_and_nothing_else(folder: Path) -> None:
    mine = Journal(folder)
    assert mine.append(CODE, day=DAY)
    assert mine.append(CODE, day=DAY)
    (segment,) = folder.iterdir()
    assert segment.read_bytes() == f"{CODE}\n{CODE}\n".encode()
    assert segment.name.startswith("2027-01-11_")
    assert segment.suffix == ".open"
    assert journal.identity(segment)[0] == DAY


def test_append_leaves_no_time_finer_than_the_day(folder: Path) -> None:
    mine = Journal(folder)
    for _ in range(3):
        mine.append(CODE, day=DAY)
        (segment,) = folder.iterdir()
        assert segment.stat().st_atime == midnight(DAY)
        assert segment.stat().st_mtime == folder.stat().st_mtime == midnight(DAY)
    list(journal.seal(folder))
    (sealed,) = folder.iterdir()
    assert sealed.stat().st_mtime == midnight(DAY)


def test_append_keeps_the_journal_to_its_owner(folder: Path) -> None:
    Journal(folder).append(CODE, day=DAY)
    (segment,) = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(segment.stat().st_mode) == 0o600


def test_append_on_another_day_begins_another_segment(folder: Path) -> None:
    mine = Journal(folder)
    for day in (DAY, DAY, DAY + dt.timedelta(days=1), DAY):
        assert mine.append(CODE, day=day)
    days = sorted(journal.identity(path)[0] for path in folder.iterdir())
    assert days == [DAY, DAY, DAY + dt.timedelta(days=1)]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (dt.datetime(2027, 1, 12, 4, 59, 59, tzinfo=dt.UTC), dt.date(2027, 1, 11)),
        (dt.datetime(2027, 1, 12, 5, 0, tzinfo=dt.UTC), dt.date(2027, 1, 12)),
        (dt.datetime(2027, 7, 1, 3, 59, 59, tzinfo=dt.UTC), dt.date(2027, 6, 30)),
        (dt.datetime(2027, 7, 1, 4, 0, tzinfo=dt.UTC), dt.date(2027, 7, 1)),
    ],
)
def test_day_is_new_yorks(moment: dt.datetime, day: dt.date) -> None:
    assert journal.day_of(moment) == day


def test_today_is_the_day_of_now() -> None:
    before = journal.day_of(dt.datetime.now(dt.UTC))
    assert before <= journal.today() <= journal.day_of(dt.datetime.now(dt.UTC))


def test_append_from_many_threads_loses_and_tears_nothing(folder: Path) -> None:
    mine = Journal(folder)
    counted: list[int] = []

    def scan() -> None:
        counted.append(sum(mine.append(CODE, day=DAY) for _ in range(200)))

    threads = [threading.Thread(target=scan) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = [line for path in folder.iterdir() for line in path.read_text().splitlines()]
    assert set(lines) == {CODE}
    assert len(lines) == sum(counted) > 0


def test_append_after_a_fork_writes_a_segment_of_its_own(folder: Path) -> None:
    """As a preloaded server does; the child only writes and leaves."""
    mine = Journal(folder)
    mine.append(CODE, day=DAY)
    child = os.fork()
    if child == 0:
        os._exit(0 if mine.append(CODE, day=DAY) else 1)
    assert os.waitpid(child, 0)[1] == 0
    mine.append(CODE, day=DAY)
    assert sorted(len(path.read_text().splitlines()) for path in folder.iterdir()) == [1, 2]


def test_append_after_sealing_begins_another_segment(folder: Path) -> None:
    mine = Journal(folder)
    mine.append(CODE, day=DAY)
    (sealed,) = journal.seal(folder)
    assert sealed.suffix == ".sealed"
    assert not stat.S_IMODE(sealed.stat().st_mode) & 0o222
    assert mine.append(CODE, day=DAY)
    assert sealed.read_text() == f"{CODE}\n"
    assert len(list(folder.glob("*.open"))) == 1


def test_seal_while_others_write_loses_nothing(folder: Path) -> None:
    mine = Journal(folder)
    over = threading.Event()
    counted = 0

    def sealing() -> None:
        while not over.is_set():
            list(journal.seal(folder))

    thread = threading.Thread(target=sealing)
    thread.start()
    for _ in range(2000):
        counted += mine.append(CODE, day=DAY)
    over.set()
    thread.join()
    list(journal.seal(folder))
    assert not list(folder.glob("*.open"))
    assert sum(len(path.read_text().splitlines()) for path in folder.glob("*.sealed")) == counted == 2000


def test_seal_without_a_journal_finds_nothing(folder: Path) -> None:
    assert list(journal.seal(folder)) == []


def test_append_to_a_full_segment_counts_no_more_and_tells_no_code(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(journal, "LONGEST_SEGMENT", 2 * (len(CODE) + 1))
    mine = Journal(folder)
    assert [mine.append(CODE, day=DAY) for _ in range(5)] == [True, True, False, False, False]
    assert mine.failing
    lines = [line for path in folder.iterdir() for line in path.read_text().splitlines()]
    assert lines == [CODE, CODE]
    assert CODE not in caplog.text
    list(journal.seal(folder))
    assert mine.append(CODE, day=DAY)
    assert not mine.failing


def test_help_comes_while_the_journal_is_a_file(client: Client, data_folder: Path) -> None:
    (data_folder / "journal").write_text("in the way")
    response = client.get(f"/Q/{CODE}")
    assert response.headers["Location"] == "/en/near/ms/"
    assert client.get("/en/near/ms/").status_code == 200
    assert not health.journal_is_writable()


def test_help_comes_while_the_journal_leads_nowhere(client: Client, data_folder: Path) -> None:
    """Nobody may write through a link in a circle; past a read-only folder root would."""
    (data_folder / "journal").symlink_to(data_folder / "journal")
    assert client.get(f"/Q/{CODE}").headers["Location"] == "/en/near/ms/"
    assert client.get("/en/near/ms/").status_code == 200


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_append_on_a_full_disk_is_quiet_and_recovers(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    mine = Journal(folder)
    assert mine.append(CODE, day=DAY)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, mine._descriptor)
    os.close(full)
    assert not mine.append(CODE, day=DAY)
    assert mine.failing
    assert os.strerror(errno.ENOSPC) in caplog.text
    assert CODE not in caplog.text
    assert mine.append(CODE, day=DAY)
    assert not mine.failing


def test_log_tells_once_that_scans_are_not_counted(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder.write_text("in the way")
    mine = Journal(folder)
    assert not any(mine.append(CODE, day=DAY) for _ in range(5))
    assert len(caplog.records) == 1
    assert CODE not in caplog.text
    assert str(folder) not in caplog.text


@pytest.mark.parametrize("name", ["notes.sealed", "2027-01-11.sealed", "2027-13-11_00.sealed", "x_y.sealed"])
def test_identity_of_another_file_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        journal.identity(Path(name))
