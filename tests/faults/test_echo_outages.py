"""Echo while what it stands on is stopped under it: visitors go on scanning, and not one is sent away without help."""

import contextlib
import os
import resource
import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from campaign.links import codes
from tests.faults.echo_street import (
    FOLD,
    NATIONAL,
    EchoHouse,
    Tally,
    ask,
    degraded,
    more_than,
    serving,
    visitors,
    workers,
)
from tests.servers import Postgres, Valkey, eventually, running

Made = Callable[..., tuple[EchoHouse, list[str]]]

pytestmark = [pytest.mark.faults, pytest.mark.slow]

#: Nobody waits longer for help (seconds), on a machine that does other work as well.
PATIENCE = 5.0


def told(what: str, tally: Tally, house: EchoHouse, *, patience: float = PATIENCE) -> None:
    """Folds, and holds the counts against the answers; every line of the fault table stands on this."""
    house.tell(FOLD)
    counted = house.counts()
    assert tally.odd == []
    assert tally.differences(counted) == []
    assert tally.pages > 0
    assert tally.slowest < patience
    os.write(
        1,
        f"{what}: {tally.answered.total()} answers, {tally.pages} pages, {tally.broken.total()} lines broken, "
        f"slowest {tally.slowest:.2f} s, counted {counted.total()}\n".encode(),
    )


def test_database_file_is_moved_away_and_comes_back(tmp_path: Path, echo_house: Made) -> None:
    house, issued = echo_house()
    away = tmp_path / "away"
    away.mkdir()
    with serving(house, tmp_path / "said") as (port, _), visitors(port, issued) as tally:
        more_than(tally, 100)
        files = list(house.folder.glob("waypost.sqlite3*"))
        for file in files:
            file.rename(away / file.name)
        more_than(tally, 300)
        assert eventually(lambda: "database" in degraded(port), seconds=20)
        for file in files:
            (away / file.name).rename(file)
        more_than(tally, 100)
        assert eventually(lambda: "database" not in degraded(port), seconds=20)
    assert not tally.broken
    told("database file moved away", tally, house)


@contextmanager
def frozen(server: Postgres) -> Iterator[None]:
    """A server whose lines stand and that says nothing more, as behind a wall that swallows packets."""
    assert server.program is not None
    first = psutil.Process(server.program.pid)
    stopped = [first, *first.children(recursive=True)]
    for process in stopped:
        process.suspend()
    try:
        yield
    finally:
        for process in stopped:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()


#: Half of them ask for what needs the database: more than may wait in the two web processes, 78 of 80 threads.
CROWD = 240


@pytest.mark.parametrize("how", ["stopped", "silent"])
def test_postgres_is_stopped_under_visitors_of_every_page(tmp_path: Path, data_folder: Path, how: str) -> None:
    """While the pages that need it are asked for by more people than there are threads."""
    with running(server := Postgres(tmp_path)):
        house = EchoHouse(data_folder, database_url=server.make("echo"))
        house.migrate()
        issued = house.issue(50)
        with serving(house, tmp_path / "said") as (port, _), visitors(port, issued) as tally:
            assert (answer := ask(port, "/en/events/"))
            assert answer[0] == 200
            more_than(tally, 50)
            with contextlib.ExitStack() as outage, ThreadPoolExecutor(CROWD) as crowd:
                if how == "silent":
                    outage.enter_context(frozen(server))
                else:
                    server.stop()
                paths = ["/en/events/", "/readyz", "/admin/login/", "/static/css/site.css"] * (CROWD // 4)
                asked = [crowd.submit(ask, port, path, timeout=4) for path in paths]
                more_than(tally, 300)
                answers = [one.result(timeout=30) for one in asked]
                busy = [answer for answer in answers if answer and answer[0] == 503]
                if how == "silent":
                    assert busy, "more were asking than may wait"
                assert all(line in body for _, _, body in busy for line in NATIONAL[:2])
            if how == "stopped":
                server.start()
            more_than(tally, 50)
            assert eventually(lambda: (ask(port, "/en/events/") or (0,))[0] == 200, seconds=90)
            assert eventually(lambda: "database" not in degraded(port), seconds=20)
        assert not tally.broken
        told(f"PostgreSQL {how}, {len(busy)} of {len(paths)} others told to come back", tally, house)


def test_broker_is_stopped_under_visitors(tmp_path: Path, echo_house: Made) -> None:
    with running(broker := Valkey(tmp_path)):
        house, issued = echo_house(("WAYPOST_BROKER_URL", broker.url))
        with serving(house, tmp_path / "said") as (port, _), visitors(port, issued) as tally:
            assert eventually(lambda: "broker" not in degraded(port), seconds=20)
            more_than(tally, 50)
            broker.kill()
            more_than(tally, 300)
            assert eventually(lambda: "broker" in degraded(port), seconds=20)
            broker.start()
            assert eventually(lambda: "broker" not in degraded(port), seconds=20)
        assert not tally.broken
        told("broker killed", tally, house)


def test_disk_of_the_journal_takes_nothing_more(tmp_path: Path, echo_house: Made) -> None:
    """Help first, counting second: what was scanned meanwhile isn't counted, all before and after it is."""
    house, issued = echo_house()
    before, meanwhile, after = issued[:30], issued[30:60], issued[60:90]
    with serving(house, tmp_path / "said") as (port, server):
        with visitors(port, before) as first:
            more_than(first, 100)
        pids = workers(server.pid)
        limits = [resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids]
        for pid, (_, hard) in zip(pids, limits, strict=True):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
        with visitors(port, meanwhile) as second:
            more_than(second, 200)
            assert eventually(lambda: "journal" in degraded(port), seconds=20)
        for pid, limit in zip(pids, limits, strict=True):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)
        with visitors(port, after) as third:
            more_than(third, 100)
            assert eventually(lambda: "journal" not in degraded(port), seconds=20)
    for tally in (first, second, third):
        assert tally.odd == []
        assert not tally.broken
        assert tally.slowest < PATIENCE
    assert second.pages > 0
    house.tell(FOLD)
    counted = house.counts()
    assert counted == first.answered + third.answered
    os.write(
        1,
        f"disk full: {second.answered.total()} answers, {second.pages} pages, 0 counted; before and after "
        f"{(first.answered + third.answered).total()} answers, {counted.total()} counted\n".encode(),
    )
    assert (tmp_path / "said").stat().st_size < 10_000


def test_tables_are_migrated_under_visitors(tmp_path: Path, echo_house: Made) -> None:
    """Back to the release before and forth again, as a rollback and an upgrade do."""
    house, issued = echo_house()
    with serving(house, tmp_path / "said") as (port, _), visitors(port, issued) as tally:
        more_than(tally, 50)
        house.migrate("campaign", "0019")
        more_than(tally, 50)
        house.migrate()
        more_than(tally, 50)
    assert not tally.broken
    told("migrated back and forth", tally, house)


def renewed(server: int) -> None:
    """Tells a gunicorn to begin anew, and waits until its old processes are gone."""
    old = set(workers(server))
    os.kill(server, signal.SIGHUP)
    assert eventually(lambda: old.isdisjoint(workers(server)))


def test_web_server_is_told_to_begin_anew_under_visitors(tmp_path: Path, echo_house: Made) -> None:
    house, issued = echo_house()
    with serving(house, tmp_path / "said") as (port, server), visitors(port, issued) as tally:
        for _ in range(5):
            more_than(tally, 50)
            renewed(server.pid)
        more_than(tally, 50)
    told("HUP five times", tally, house)


def test_web_server_is_stopped_and_started_while_its_port_is_held(tmp_path: Path, echo_house: Made) -> None:
    """As ``waypost-web.socket`` holds it: whoever scans meanwhile waits for the new one, and nobody is refused."""
    house, issued = echo_house()
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as held, contextlib.ExitStack() as server:
        port, _ = server.enter_context(serving(house, tmp_path / "said", held=held))
        with visitors(port, issued) as tally:
            for _ in range(3):
                more_than(tally, 50)
                server.close()
                server.enter_context(serving(house, tmp_path / "said", held=held))
            more_than(tally, 50)
    assert not tally.broken
    told("stopped and started three times behind a port that is held", tally, house, patience=4 * PATIENCE)


def test_flood_of_made_up_codes_fills_no_disk_and_keeps_no_visitor_waiting(tmp_path: Path, echo_house: Made) -> None:
    house, issued = echo_house()
    made_up = [codes.make(area="MS", language="en") for _ in range(20_000)]
    with serving(house, tmp_path / "said") as (port, _):
        with visitors(port, issued) as tally, visitors(port, made_up, number=8) as flood:
            until = time.monotonic() + 15
            more_than(tally, 200)
            assert eventually(lambda: time.monotonic() > until)
        held = sum(path.stat().st_size for path in (house.folder / "journal").iterdir())
    assert held < 400 * flood.answered.total()
    assert flood.odd == []
    told(f"flood of {flood.answered.total()} made-up codes held in {held // 1024} KB", tally, house)
