"""The journal: codes and numbers, nothing in it or about it that tells when, and never in the way of help."""

import datetime as dt
import errno
import os
import random
import resource
import stat
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from campaign.links import codes
from campaign.scans import health, journal, table
from campaign.scans.journal import DAY_ZONE, Journal

CODE = codes.make(area="MS", language="en", random=7)
DAY = dt.date(2027, 1, 11)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def midnight(day: dt.date) -> float:
    return dt.datetime.combine(day, dt.time(), tzinfo=DAY_ZONE).timestamp()


def held(folder: Path) -> Counter[str]:
    """What all segments hold."""
    return sum((table.read(path.read_bytes()) for path in folder.iterdir()), Counter())


def some_codes(number: int) -> list[str]:
    return [codes.make(area="MS", language="en", random=place) for place in range(number)]


def test_count_keeps_a_code_and_a_number(folder: Path) -> None:
    mine = Journal(folder)
    assert mine.count(CODE, day=DAY)
    assert mine.count(CODE, day=DAY)
    (segment,) = folder.iterdir()
    assert segment.read_text(encoding="ascii").split() == [CODE, "2"]
    assert segment.name.startswith("2027-01-11_")
    assert segment.suffix == ".open"
    assert journal.identity(segment)[0] == DAY


def test_count_leaves_no_order_behind(folder: Path) -> None:
    """The same scans the other way round leave rows that are drawn anew, not turned round."""
    seen = set()
    for place in range(20):
        mine = Journal(folder / str(place))
        for code in some_codes(5):
            mine.count(code, day=DAY)
        (segment,) = (folder / str(place)).iterdir()
        seen.add(tuple(segment.read_text().split()[::2]))
    assert len(seen) > 1


def test_count_leaves_no_time_finer_than_the_day(folder: Path) -> None:
    mine = Journal(folder)
    for code in some_codes(300):
        mine.count(code, day=DAY)
        (segment,) = folder.iterdir()
        assert segment.stat().st_atime == midnight(DAY)
        assert segment.stat().st_mtime == folder.stat().st_mtime == midnight(DAY)
    list(journal.seal(folder, through=DAY))
    (sealed,) = folder.iterdir()
    assert sealed.stat().st_mtime == midnight(DAY)


def test_tend_leaves_files_whose_inodes_tell_its_own_minute(folder: Path) -> None:
    """A scan changes a time that nobody can set; the next minute takes that away, scans or not."""
    today = journal.today()
    mine = Journal(folder)
    mine.count(CODE, day=today)
    (segment,) = folder.iterdir()
    scanned = segment.stat().st_ctime_ns
    journal.tend(folder)
    assert segment.stat().st_ctime_ns > scanned
    assert segment.stat().st_mtime == midnight(today)


def test_tend_begins_the_day_before_its_first_scan(folder: Path) -> None:
    journal.tend(folder)
    (segment,) = folder.iterdir()
    assert Journal(folder).count(CODE)
    assert list(folder.iterdir()) == [segment]
    assert held(folder) == {CODE: 1}


def test_count_keeps_the_journal_to_its_owner(folder: Path) -> None:
    Journal(folder).count(CODE, day=DAY)
    (segment,) = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(segment.stat().st_mode) == 0o600


def test_count_on_another_day_goes_to_another_segment(folder: Path) -> None:
    mine = Journal(folder)
    for day in (DAY, DAY, DAY + dt.timedelta(days=1), DAY):
        assert mine.count(CODE, day=day)
    days = sorted(journal.identity(path)[0] for path in folder.iterdir())
    assert days == [DAY, DAY + dt.timedelta(days=1)]


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


def test_count_of_many_codes_loses_none_while_the_segment_grows(folder: Path) -> None:
    draw = random.Random(5)
    wanted: Counter[str] = Counter()
    mine, other = Journal(folder), Journal(folder)
    for code in draw.choices(some_codes(3000), k=6000):
        assert draw.choice((mine, other)).count(code, day=DAY)
        wanted[code] += 1
    assert held(folder) == wanted
    assert not list(folder.glob("*.growing"))
    assert sum(path.stat().st_size for path in folder.iterdir()) < 1024**2


def test_count_from_many_threads_loses_and_tears_nothing(folder: Path) -> None:
    mine = Journal(folder)
    each = some_codes(40)
    counted: list[int] = []

    def scan() -> None:
        counted.append(sum(mine.count(code, day=DAY) for code in each for _ in range(5)))

    threads = [threading.Thread(target=scan) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert held(folder).total() == sum(counted) > 0
    assert set(held(folder)) == set(each)


def test_segments_are_no_more_than_processes_however_often_those_restart(folder: Path) -> None:
    for _ in range(50):
        assert Journal(folder).count(CODE, day=DAY)
    assert held(folder) == {CODE: 50}
    assert len(list(folder.iterdir())) == 1


def test_count_after_a_fork_loses_nothing(folder: Path) -> None:
    """As a preloaded server does; the child only writes and leaves."""
    mine = Journal(folder)
    mine.count(CODE, day=DAY)
    child = os.fork()
    if child == 0:
        os._exit(0 if mine.count(CODE, day=DAY) else 1)
    assert os.waitpid(child, 0)[1] == 0
    mine.count(CODE, day=DAY)
    assert held(folder) == {CODE: 3}


def test_count_waits_for_no_lock_of_another_process(folder: Path) -> None:
    """A process that was stopped in the middle of a count holds up nobody."""
    mine = Journal(folder)
    mine.count(CODE, day=DAY)
    (segment,) = folder.iterdir()
    hold = "import fcntl, sys; f = open(sys.argv[1]); fcntl.flock(f, fcntl.LOCK_EX); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(segment)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        holder.stdout.readline()
        assert mine.count(CODE, day=DAY)
        assert len(list(folder.iterdir())) == 2
        assert list(journal.seal(folder, through=DAY)) != []
        holder.communicate(b"\n")
    assert held(folder) == {CODE: 2}


def test_count_after_sealing_goes_to_another_segment(folder: Path) -> None:
    mine = Journal(folder)
    mine.count(CODE, day=DAY)
    (sealed,) = journal.seal(folder, through=DAY)
    assert sealed.suffix == ".sealed"
    assert not stat.S_IMODE(sealed.stat().st_mode) & 0o222
    assert mine.count(CODE, day=DAY)
    assert table.read(sealed.read_bytes()) == {CODE: 1}
    assert len(list(folder.glob("*.open"))) == 1


def test_seal_leaves_days_that_are_not_over(folder: Path) -> None:
    Journal(folder).count(CODE, day=DAY)
    assert list(journal.seal(folder, through=DAY - dt.timedelta(days=1))) == []
    assert len(list(folder.glob("*.open"))) == 1


def test_seal_while_others_write_and_grow_loses_nothing(folder: Path) -> None:
    mine = Journal(folder)
    over = threading.Event()
    counted = 0

    def sealing() -> None:
        while not over.is_set():
            list(journal.seal(folder, through=DAY))

    thread = threading.Thread(target=sealing)
    thread.start()
    for code in some_codes(1000) * 2:
        counted += mine.count(code, day=DAY)
    over.set()
    thread.join()
    list(journal.seal(folder, through=DAY))
    assert not list(folder.glob("*.open"))
    assert held(folder).total() == counted == 2000


def test_seal_without_a_journal_finds_nothing(folder: Path) -> None:
    assert list(journal.seal(folder, through=DAY)) == []


def test_flood_of_made_up_codes_fills_no_disk_and_known_codes_still_count(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Over days on which nobody folds, too: all that a host holds together is bounded."""
    monkeypatch.setattr(journal, "LONGEST_SEGMENT", 2 * journal.SMALLEST_SEGMENT)
    monkeypatch.setattr(journal, "LARGEST", 5 * journal.SMALLEST_SEGMENT)
    left_out = 0
    for place in range(10):
        mine = Journal(folder)
        today = DAY + dt.timedelta(days=place)
        first = mine.count(CODE, day=today)
        for code in some_codes(1500):
            left_out += not mine.count(code, day=today)
        assert mine.failing
        assert mine.count(CODE, day=today) == first
        assert mine.failing != first
        list(journal.seal(folder, through=today))
    assert left_out > 1000
    assert sum(path.stat().st_size for path in folder.iterdir()) <= journal.LARGEST
    assert len(caplog.records) == 10, "one line a process"
    assert CODE not in caplog.text


def test_flood_of_one_code_takes_no_room(folder: Path) -> None:
    mine = Journal(folder)
    for _ in range(2000):
        mine.count(CODE, day=DAY)
    (segment,) = folder.iterdir()
    assert segment.stat().st_size == journal.SMALLEST_SEGMENT


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


@pytest.mark.parametrize("damage", ["empty", "odd", "folder", "noise"])
def test_count_goes_past_a_damaged_segment(folder: Path, damage: str) -> None:
    folder.mkdir()
    path = folder / f"{DAY}_{'0' * 32}.open"
    if damage == "folder":
        path.mkdir()
    else:
        sizes = {"empty": 0, "odd": 777, "noise": journal.SMALLEST_SEGMENT}
        path.write_bytes(random.Random(1).randbytes(sizes[damage]))
    mine = Journal(folder)
    assert all(mine.count(CODE, day=DAY) for _ in range(3))
    counts = sum((table.read(p.read_bytes()) for p in folder.iterdir() if p.is_file()), Counter())
    assert counts == {CODE: 3}


@pytest.fixture
def no_room() -> Iterator[Callable[[bool], None]]:
    """No file of this process may grow or be written to, until it is called with False."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def set_to(is_full: bool) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0 if is_full else before[0], before[1]))

    yield set_to
    set_to(False)


def test_count_on_a_disk_that_takes_nothing_is_quiet_and_recovers(
    folder: Path, no_room: Callable[[bool], None], caplog: pytest.LogCaptureFixture
) -> None:
    mine = Journal(folder)
    assert mine.count(CODE, day=DAY)
    no_room(True)
    refused = [mine.count(CODE, day=DAY) for _ in range(5)]
    no_room(False)
    assert refused == [False] * 5
    assert os.strerror(errno.EFBIG) in caplog.text
    assert CODE not in caplog.text
    assert mine.count(CODE, day=DAY)
    assert held(folder) == {CODE: 2}
    assert not list(folder.glob("*.growing"))


def test_log_tells_once_that_scans_are_not_counted(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder.write_text("in the way")
    mine = Journal(folder)
    assert not any(mine.count(CODE, day=DAY) for _ in range(5))
    assert len(caplog.records) == 1
    assert CODE not in caplog.text
    assert str(folder) not in caplog.text


@pytest.mark.parametrize("name", ["notes.sealed", "2027-01-11.sealed", "2027-13-11_00.sealed", "x_y.sealed"])
def test_identity_of_another_file_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        journal.identity(Path(name))


@given(st.binary(max_size=4096))
def test_table_reads_any_bytes(content: bytes) -> None:
    for code, number in table.read(content).items():
        assert codes.read(code).code == code
        assert number > 0


@given(
    st.dictionaries(st.integers(0, 2**30 - 1), st.integers(1, table.MOST), max_size=60),
    st.binary(min_size=16, max_size=16),
)
def test_table_gives_back_what_was_put_in(numbers: dict[int, int], salt: bytes) -> None:
    wanted = {codes.make(area="MS", language="en", random=bits): number for bits, number in numbers.items()}
    content = table.of_rows([(code.encode(), number) for code, number in wanted.items()], salt, 64 * table.BUCKET)
    assert content is not None
    assert table.read(content) == wanted
