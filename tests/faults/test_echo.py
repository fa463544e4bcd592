"""Echo while processes are killed: what was answered is what was counted (``Tally`` says what that means)."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from campaign.links import codes
from tests.faults.echo_street import (
    FOLD,
    NATIONAL,
    EchoHouse,
    ask,
    degraded,
    more_than,
    serving,
    visitors,
    workers,
)
from tests.outreach.registration.house import ROOT
from tests.servers import Postgres, running

pytestmark = [pytest.mark.faults, pytest.mark.slow]

Made = Callable[..., tuple[EchoHouse, list[str]]]

ROUNDS = 50
# Folds without end in a child of its own for each line that it is told, so that fifty begin within seconds.
NURSERY = """
import django, os, signal, sys
django.setup()
from campaign.scans import fold, journal
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _ in sys.stdin:
    if not (child := os.fork()):
        print(os.getpid(), flush=True)
        while True:
            fold.fold(through=journal.today())
"""


@contextmanager
def nursery(house: EchoHouse) -> Iterator[Callable[[], int]]:
    """Gives a function that begins a process which folds, and tells its number."""
    with subprocess.Popen(
        [sys.executable, "-c", NURSERY],
        cwd=ROOT,
        env=house.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        asks, tells = parent.stdin, parent.stdout

        def begin() -> int:
            asks.write("another\n")
            asks.flush()
            return int(tells.readline())

        yield begin


@pytest.mark.parametrize("database", ["no server", "a folder in its place", "a damaged file"])
def test_help_comes_and_counts_from_a_server_started_while_the_database_is_away(
    tmp_path: Path, data_folder: Path, database: str
) -> None:
    house = EchoHouse(data_folder, database_url="postgres://x:y@127.0.0.1:1/z" if database == "no server" else "")
    place = house.folder / "waypost.sqlite3"
    if database == "a folder in its place":
        place.mkdir()
    elif database == "a damaged file":
        place.write_bytes(b"no database" * 1000)
    code = codes.make(area="MS", language="es", random=1)
    with serving(house, tmp_path / "said") as (port, _):
        for _ in range(5):
            answer = ask(port, f"/q/{codes.grouped(code).lower()}")
            assert answer is not None
            assert answer[:2] == (302, "/es/near/ms/")
        for path in ("/es/near/ms/", "/en/near/us/", "/es/near/ms/duty/"):
            answer = ask(port, path, headers={"Cookie": "sessionid=abcdefghijklmnopqrstuvwxyz012345"})
            assert answer is not None
            assert answer[0] == 200
            if not path.endswith("duty/"):
                assert all(line in answer[2] for line in NATIONAL)
        answer = ask(port, "/Q/nonsense")
        assert answer is not None
        assert answer[:2] == (302, "/en/near/us/")
        assert "database" in degraded(port)
    assert house.journalled() == {code: 5}


@pytest.mark.parametrize(
    ("database", "killed"),
    [("sqlite", "folds"), ("sqlite", "web processes and folds"), ("postgres", "web processes and folds")],
)
def test_every_answer_that_was_given_counts_once_though_processes_are_killed(
    tmp_path: Path, data_folder: Path, echo_house: Made, database: str, killed: str
) -> None:
    """Fifty rounds of ``kill -9`` at random moments, while visitors scan."""
    servers = [Postgres(tmp_path)] if database == "postgres" else []
    with running(*servers):
        if servers:
            house = EchoHouse(data_folder, database_url=servers[0].make("echo"))
            house.migrate()
            issued = house.issue(3000)
        else:
            house, issued = echo_house()
        draw = random.Random(f"{database} {killed}")
        kills = 0
        with (
            serving(house, tmp_path / "said") as (port, server),
            nursery(house) as begin,
            visitors(port, issued) as tally,
        ):
            for _ in range(ROUNDS):
                fold = begin()
                time.sleep(draw.uniform(0, 0.4))  # the moment is the test
                if killed != "folds" and (alive := workers(server.pid)):
                    os.kill(draw.choice(alive), signal.SIGKILL)
                    kills += 1
                time.sleep(draw.uniform(0, 0.1))
                os.kill(fold, signal.SIGKILL)
            more_than(tally, 50)
        house.tell(FOLD)
        counted = house.counts()
        assert tally.odd == []
        assert tally.answered.total() > 10 * ROUNDS
        assert tally.differences(counted) == []
        extra = counted.total() - tally.answered.total()
        if killed == "folds":
            assert not tally.broken
            assert extra == 0
        assert kills in (0, ROUNDS)
        assert 0 <= extra <= tally.broken.total()
        sys.stdout.write(
            f"{database}, {killed} killed in {ROUNDS} rounds: {tally.answered.total()} answers given, "
            f"{tally.broken.total()} lines broken, {counted.total()} counted\n"
        )
        # What a killed process left half made holds no count; ``tend`` clears it away after a minute.
        left = (house.folder / "journal").iterdir()
        assert [path for path in left if path.suffix != ".growing"] == []
        assert house.tell(FOLD) == 0
        assert house.counts() == counted
