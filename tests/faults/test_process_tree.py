"""The portal's whole process tree, killed and stopped in every way it can be."""

import contextlib
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from portal.supervisor import broker
from tests import migrated

pytestmark = [pytest.mark.slow, pytest.mark.faults]

ROOT = Path(__file__).parents[2]
START_WITHIN = 120.0
GONE_WITHIN = 10.0
#: The portal gives its processes seven seconds; the rest is for a machine that runs other tests too.
STOPS_WITHIN = 20.0
KILLS = 5


class Portal:
    """One ``./waypost up`` on a free port with a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.said = folder / "said.txt"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.program: subprocess.Popen[bytes] | None = None

    def start(self, *, ignoring: signal.Signals | None = None) -> subprocess.Popen[bytes]:
        """Starts it, as a background job of a plain shell does where a signal is to be ignored."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith("WAYPOST_")}
        with self.said.open("ab") as said:
            self.program = subprocess.Popen(
                ["./waypost", "up", "--no-demo", "--port", str(self.port), "--data", str(self.data)],
                cwd=ROOT,
                env=outside,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                preexec_fn=(lambda: signal.signal(ignoring, signal.SIG_IGN)) if ignoring else None,
            )
        return self.program

    def run(self) -> subprocess.Popen[bytes]:
        """Starts it, with all migrations done, and waits until it has said that it runs."""
        database = self.data / "waypost.sqlite3"
        if not database.exists():
            self.data.mkdir(parents=True, exist_ok=True)
            migrated.copy_to(database)
        program = self.start()
        self.wait_until_running()
        return program

    def wait_until_running(self) -> None:
        assert eventually(lambda: "Waypost is running." in self.output(), seconds=START_WITHIN), self.output()

    def output(self) -> str:
        return self.said.read_text() if self.said.exists() else ""

    def answers(self) -> bool:
        """Whether the web server sends any page."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/static/css/admin.css", timeout=5):
                return True
        except urllib.error.HTTPError as error:
            error.close()
            return True
        except OSError:
            return False

    def members(self) -> list[psutil.Process]:
        """Every living process that was started with this data folder, the guard and the pools' children too."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                belongs = process.environ().get("WAYPOST_DATA") == str(self.data)
                broker = any(str(self.data) in word for word in process.cmdline())
                if (belongs or broker) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def member(self, word: str) -> psutil.Process:
        """The child of the parent whose command line holds ``word``, as an argument or a file's name."""
        assert self.program is not None
        children = psutil.Process(self.program.pid).children()
        return next(child for child in children if word in re.split(r"[\s/]+", " ".join(child.cmdline())))

    def gone(self) -> bool:
        return eventually(lambda: not self.members(), seconds=GONE_WITHIN)


def eventually(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Whether a condition comes true in time."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    portal = Portal(tmp_path)
    yield portal
    for process in portal.members():
        with contextlib.suppress(psutil.Error):
            process.kill()
    if portal.program is not None:
        portal.program.wait()


def test_up_runs_every_process_and_says_where_and_who(portal: Portal) -> None:
    portal.start()  # from nothing, as on a new machine
    portal.wait_until_running()
    assert portal.answers()
    assert f"http://localhost:{portal.port}/" in portal.output()
    lines = {line.split()[0]: line.split()[1] for line in portal.output().splitlines() if line.startswith("  ")}
    assert lines["User"] == "admin"
    assert len(lines["Password"]) >= 20
    # The same process that was started: a signal to it reaches the tree.
    for word in ("valkey-server", "gunicorn", "worker@%h", "printer@%h", "beat", "fold_journal"):
        assert portal.member(word).is_running()
    kept = b"".join(path.read_bytes() for path in portal.data.rglob("*") if path.is_file())
    assert lines["Password"].encode() not in kept


def test_second_start_shows_no_password_but_how_to_set_one(portal: Portal) -> None:
    program = portal.run()
    program.send_signal(signal.SIGINT)
    assert program.wait(timeout=15) == 0
    portal.said.unlink()
    portal.run()
    assert "./waypost manage changepassword admin" in portal.output()
    assert "shown only now" not in portal.output()


def test_second_tree_on_the_same_data_folder_is_refused(portal: Portal) -> None:
    program = portal.run()
    with socket.create_server(("127.0.0.1", 0)) as free:
        other: int = free.getsockname()[1]
    done = subprocess.run(
        ["./waypost", "up", "--no-demo", "--port", str(other), "--data", str(portal.data)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert f"process {program.pid}" in done.stderr
    assert done.returncode == 1
    assert portal.answers()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_stops_all_in_seconds(portal: Portal, number: signal.Signals) -> None:
    program = portal.run()
    assert len(portal.members()) >= 8
    program.send_signal(number)
    assert program.wait(timeout=STOPS_WITHIN) == 0
    assert portal.gone()


def test_interrupt_that_was_inherited_as_ignored_stops_all(portal: Portal) -> None:
    program = portal.start(ignoring=signal.SIGINT)
    portal.wait_until_running()
    program.send_signal(signal.SIGINT)
    assert program.wait(timeout=STOPS_WITHIN) == 0
    assert portal.gone()


def test_kill_of_the_parent_leaves_no_orphan_and_it_starts_again(portal: Portal) -> None:
    program = portal.run()
    program.kill()
    program.wait()
    assert portal.gone(), portal.members()
    assert not portal.answers()
    portal.said.unlink()
    portal.run()
    assert portal.answers()


@pytest.mark.parametrize("seed", range(KILLS))
def test_kill_at_any_moment_of_the_start_leaves_no_orphan(portal: Portal, seed: int) -> None:
    moment = random.Random(f"kill {seed}").uniform(0, 4)
    program = portal.start()
    with contextlib.suppress(subprocess.TimeoutExpired):
        program.wait(timeout=moment)
    program.kill()
    program.wait()
    assert portal.gone(), f"killed after {moment:.2f} s: {portal.members()}"


@pytest.mark.parametrize("word", ["gunicorn", "worker@%h", "printer@%h", "beat", "fold_journal", "valkey-server"])
def test_child_that_is_killed_is_started_again(portal: Portal, word: str) -> None:
    portal.run()
    victim = portal.member(word)
    offspring = victim.children(recursive=True)
    victim.kill()

    def replaced() -> bool:
        with contextlib.suppress(StopIteration, psutil.Error):
            return bool(portal.member(word).pid != victim.pid)
        return False

    assert eventually(replaced, seconds=15)
    assert "was ended by SIGKILL; it starts again in 0.5 s" in portal.output()
    assert eventually(portal.answers, seconds=15)
    assert not [child for child in offspring if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]


def test_data_folder_whose_path_no_socket_can_have_works_too(tmp_path: Path, portal: Portal) -> None:
    portal.data = tmp_path.joinpath(*["a-rather-long-name"] * 6, "data")
    short = broker.socket_path(portal.data)
    try:
        program = portal.run()
        assert broker.answers(short)
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=STOPS_WITHIN) == 0
        assert portal.gone()
    finally:
        shutil.rmtree(short.parent, ignore_errors=True)


def test_worker_takes_up_work_again_after_the_broker_was_killed(portal: Portal) -> None:
    portal.run()
    portal.member("valkey-server").kill()
    ping = [sys.executable, "-m", "celery", "--app", "config.celery", "inspect", "ping", "--timeout", "2"]
    environment = {
        **os.environ,
        "WAYPOST_DATA": str(portal.data),
        "WAYPOST_BROKER_URL": f"redis+socket://{portal.data}/broker.sock",
    }

    def replies() -> bool:
        done = subprocess.run(ping, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
        return "pong" in done.stdout

    assert eventually(replies, seconds=40), portal.output()
