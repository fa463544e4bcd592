"""A copy of the portal for tests that kill it over a batch: data of its own, its commands, and real Celery workers.

copy = Copy(folder)                                       # SQLite, files in the folder
copy = Copy(folder, {"WAYPOST_DATABASE_URL": url, ...})   # or whatever the environment names
[uid] = order(copy, {"MS": 60})
with broker_of(copy), copy.worker("one"), copy.worker("two"):
    copy.sweep()
    copy.wait_for_the_end(uid)
files = copy.files(uid, folder / "out")
"""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings

from portal.supervisor import broker
from tests import migrated

WITHIN_SECONDS = 120.0

_ORDER = """
from campaign.places.planning import plan_placements
from campaign.printing import batches, scope
from portal.seasons.models import Season
from tests.campaign.printing import network
season = Season.objects.current()
small = network.build(season)
stations = {stations}
for state, count in stations.items():
    for number in range(count):
        network.station(small.operator, f"{{state}}{{number:02}}", f"Kill {{number:02}}", state=state)
plan_placements(season=season)
for state in stations:
    print(batches.create(scope.of_state(season, state), languages=["en", "es"], announce=False).uid)
"""


class Worker:
    """A Celery worker in a process group of its own."""

    def __init__(self, program: "subprocess.Popen[bytes]", said: Path) -> None:
        self.program = program
        self.said = said

    @property
    def is_ready(self) -> bool:
        """Whether it takes work."""
        assert self.program.poll() is None, self.said.read_text()
        return "ready." in self.said.read_text()

    @property
    def conducts(self) -> bool:
        """Whether a batch came to it whole."""
        return "Task portal.jobs.run[" in self.said.read_text()

    @property
    def helped(self) -> bool:
        """Whether it was called to a packet."""
        return "Task campaign.printing.set_packet[" in self.said.read_text()

    def kill(self) -> None:
        """SIGKILL to it and all its children at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.program.pid, signal.SIGKILL)
        self.program.wait()


class Copy:
    """A data folder of its own, and the portal's commands on it. ``environment`` names other servers, where it does."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("WAYPOST_")}
        self.environment |= {"WAYPOST_DATA": str(folder), "WAYPOST_BROKER_URL": broker.url(folder)}
        self.environment |= environment or {}

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """A command of the portal."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *words],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> str:
        """What a command says; it must end well."""
        program = self.start(*words)
        out, problems = program.communicate(timeout=300)
        assert program.returncode == 0, problems
        return out

    def migrate(self) -> None:
        """Makes its database."""
        if not self._url:
            migrated.copy_to(self._file)
        self.run("migrate", "--verbosity", "0")

    def tell(self, code: str) -> str:
        """What Python says, run inside the portal."""
        return self.run("shell", "--verbosity", "0", "-c", code)

    def sweep(self) -> None:
        """What the scheduler does every 20 seconds: wakes a worker for what waits."""
        self.tell("from portal.jobs import runners; runners.sweep()")

    @contextmanager
    def worker(self, name: str, *, pool: str = "solo", queues: str = "printing") -> Iterator[Worker]:
        """A worker as a host has it, ready to take work; ``name`` is unlike that of any other."""
        said = self.folder / f"{name}.log"
        celery = (sys.executable, "-m", "celery", "--app", "config.celery", "worker", "--loglevel", "INFO")
        with said.open("ab") as output:
            program = subprocess.Popen(
                [*celery, "--pool", pool, "--concurrency", "1", "--hostname", f"{name}@test", "--queues", queues],
                cwd=settings.BASE_DIR,
                env=self.environment | {"WAYPOST_LOG_LEVEL": "INFO"},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        worker = Worker(program, said)
        try:
            eventually(lambda: worker.is_ready, name)
            yield worker
        finally:
            worker.kill()

    def ask(self, query: str) -> Any:
        """The first value of what the database answers, past our code."""
        return self._execute(query)

    def let_the_leases_run_out(self) -> None:
        """What a minute's wait does."""
        self._execute("UPDATE portal_job SET lease_until = '2000-01-01 00:00:00+00' WHERE lease_until IS NOT NULL")
        self._execute("UPDATE campaign_packet SET lease_until = '2000-01-01 00:00:00+00' WHERE lease IS NOT NULL")

    def delivered(self) -> int:
        """Packets of all batches."""
        return int(self.ask("SELECT count(*) FROM campaign_packet WHERE file_id IS NOT NULL"))

    def state_of(self, uid: str) -> str:
        """Of a batch: its job's."""
        key = f"'{uid}'" if self._url else f"'{UUID(uid).hex}'"
        return str(
            self.ask(f"SELECT state FROM portal_job WHERE id = (SELECT job_id FROM campaign_batch WHERE uid = {key})")
        )

    def wait_for_the_end(self, *uids: str) -> None:
        """Until all these batches are done; fails where one ends otherwise."""

        def done() -> bool:
            states = {uid: self.state_of(uid) for uid in uids}
            assert not {"failed", "cancelled"} & set(states.values()), self.ask("SELECT max(error) FROM portal_job")
            return set(states.values()) == {"done"}

        eventually(done, "done")

    def files(self, uid: str, place: Path) -> dict[str, bytes]:
        """All files of a batch by name; one that is not done is printed first, by this command alone."""
        self.run("print_posters", "--season", "2027", "--batch", uid, "--out", str(place))
        return {path.name: path.read_bytes() for path in place.iterdir()}

    @property
    def _file(self) -> Path:
        return self.folder / "waypost.sqlite3"

    @property
    def _url(self) -> str:
        return self.environment.get("WAYPOST_DATABASE_URL", "")

    def _execute(self, statement: str) -> Any:
        if self._url:
            with psycopg.connect(self._url, autocommit=True) as line:
                answer = line.execute(statement.encode())
                row = answer.fetchone() if answer.description else None
        else:
            with closing(sqlite3.connect(self._file, timeout=20)) as database, database:
                row = database.execute(statement).fetchone()
        return row[0] if row else None


def order(copy: Copy, stations: Mapping[str, int]) -> list[str]:
    """Migrates, builds a railway with so many more stations in each state, and orders a batch of each; their uids."""
    copy.migrate()
    return copy.tell(_ORDER.format(stations=dict(stations))).split()[-len(stations) :]


@contextmanager
def broker_of(copy: Copy) -> Iterator[None]:
    """The embedded Valkey on the copy's socket."""
    path = broker.prepare(copy.folder)
    with subprocess.Popen(broker.command(path)) as server:
        try:
            eventually(lambda: broker.answers(path), "the broker answers")
            yield
        finally:
            server.kill()


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Waits for a condition; fails after two minutes."""
    end = time.monotonic() + WITHIN_SECONDS
    while not condition():
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(0.01)
