"""Several hosts that share PostgreSQL, Valkey and S3 over TCP, and no disk: what production is made of.

Every host has a line of its own to the storage: what it stored is counted from outside our code, and the line
can be cut.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

from django.conf import settings

from tests.faults.batch_copy import Copy, Worker
from tests.servers import BUCKET, Bucket, Line, Postgres, Valkey, eventually, free_port, listens, running

WITHIN_SECONDS: Final = 240.0
#: Tables that a database makes for itself.
MADE_ANYWAY: Final = ("contenttypes", "auth.permission", "sessions")
PRODUCTION: Final = {
    "WAYPOST_ENV": "production",
    "WAYPOST_SECRET_KEY": "only for tests: nobody signs in here, and nothing is signed",
    "WAYPOST_HOSTS": "waypost.example.org",
    "WAYPOST_PUBLIC_ADDRESS": "https://waypost.example.org",
    "WAYPOST_FROM_EMAIL": "Waypost <desk@example.org>",
    "WAYPOST_EMAIL_URL": "smtp://127.0.0.1:1",
}


class Services:
    """The servers that all hosts share."""

    def __init__(self, folder: Path) -> None:
        self.postgres, self.broker, self.bucket = Postgres(folder), Valkey(folder), Bucket(folder)

    def empty_the_bucket(self) -> None:
        client = self.bucket.client()
        for key in self.bucket.contents():
            client.delete_object(Bucket=BUCKET, Key=key)


@contextmanager
def services() -> Iterator[Services]:
    """All three, running."""
    # PostgreSQL runs as an account that may not enter a person's own temporary folders.
    folder = Path(tempfile.mkdtemp(prefix="waypost-hosts-"))
    try:
        made = Services(folder)
        with running(made.postgres, made.broker, made.bucket):
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Host(Copy):
    """One machine: production's settings, and a data folder that no other host sees."""

    def __init__(self, folder: Path, shared: Services, database: str) -> None:
        folder.mkdir()
        self.line = Line(shared.bucket.port, counts=b"PUT /")
        self.line.mend()
        storage = shared.bucket.environment | {"WAYPOST_S3_ENDPOINT": f"http://127.0.0.1:{self.line.port}"}
        names = {"WAYPOST_DATABASE_URL": shared.postgres.url(database), "WAYPOST_BROKER_URL": shared.broker.url}
        super().__init__(folder, PRODUCTION | storage | names)

    @property
    def stored(self) -> int:
        """Files that it stored: two a packet, its pages and its recipe, and papers."""
        return self.line.counted


class Network:
    """Two hosts that print, and a desk from where people look and ask."""

    def __init__(self, folder: Path, shared: Services, database: str) -> None:
        self.shared = shared
        self.database = database
        self.one, self.two, self.desk = (Host(folder / name, shared, database) for name in ("one", "two", "desk"))

    @contextmanager
    def workers(self) -> Iterator[tuple[Worker, Worker]]:
        """A worker on each host, started by hand; they have been told of the work."""
        with self.one.worker("one") as one, self.two.worker("two") as two:
            self.desk.sweep()
            yield one, two

    def host_of(self, worker: Worker) -> Host:
        """Where a worker runs."""
        return next(host for host in (self.one, self.two) if host.folder in worker.said.parents)

    def wait_for_packets(self, more: int = 1) -> None:
        """Until so many more were delivered."""
        wanted = self.desk.delivered() + more
        assert eventually(lambda: self.desk.delivered() >= wanted, seconds=WITHIN_SECONDS, pause=0.01), self.said()

    def wait_for(self, state: str) -> None:
        """Until the one job is in a state."""
        assert eventually(lambda: self.state() == state, seconds=WITHIN_SECONDS), self.said()

    def state(self) -> str:
        """Of the job that was not called off."""
        return str(self.desk.ask("SELECT state FROM portal_job"))

    def error(self) -> str:
        """What the job says went wrong."""
        return str(self.desk.ask("SELECT error FROM portal_job"))

    def said(self) -> str:
        """The job, and the end of what each worker wrote."""
        told = [str(self.desk.ask("SELECT state || ': ' || message || ' ' || error FROM portal_job"))]
        told += [path.read_text()[-3000:] for host in (self.one, self.two) for path in host.folder.glob("*.log")]
        return "\n".join(told)

    def close(self) -> None:
        """Cuts every line."""
        for host in (self.one, self.two, self.desk):
            host.line.cut()


@contextmanager
def clock(network: Network) -> Iterator[None]:
    """Celery's beat, on the desk."""
    command = [sys.executable, "-m", "celery", "--app", "config.celery", "beat", "--pidfile", ""]
    with (network.desk.folder / "beat.log").open("ab") as said:
        program = subprocess.Popen(
            [*command, "--schedule", str(network.desk.folder / "schedule")],
            cwd=settings.BASE_DIR,
            env=network.desk.environment,
            stdout=said,
            stderr=said,
        )
    try:
        yield
    finally:
        program.kill()
        program.wait()


def move_to_postgres(copy: Copy, shared: Services, folder: Path, database: str) -> None:
    """Makes a database with all rows of an SQLite copy: the same batch, with its keys and codes."""
    rows = copy.folder / "rows.json"
    left_out = [word for table in MADE_ANYWAY for word in ("--exclude", table)]
    copy.run("dumpdata", "--all", *left_out, "--output", str(rows))
    shared.postgres.make(database)
    host = Host(folder, shared, database)
    with contextlib.closing(host.line):
        host.migrate()
        host.run("flush", "--no-input", "--verbosity", "0")
        host.run("loaddata", "--verbosity", "0", str(rows))


@dataclass(frozen=True)
class Answer:
    """What a web server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@contextmanager
def serving(host: Host) -> Iterator[Callable[..., Answer]]:
    """Gunicorn as the unit starts it; the function asks it as a proxy that ended TLS does."""
    port = free_port()
    with (host.folder / "web.log").open("ab") as said:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "-b", f"127.0.0.1:{port}", "config.wsgi"],
            cwd=settings.BASE_DIR,
            env=host.environment | {"WAYPOST_BEHIND_PROXY": "1"},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )

    def ask(path: str, *, secure: bool = True, host: str = "waypost.example.org", session: str = "") -> Answer:
        headers = {"Host": host, "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https" if secure else "http"}
        headers |= {"Cookie": f"sessionid={session}"} if session else {}
        with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=60)) as line:
            line.request("GET", path, headers=headers)
            answer = line.getresponse()
            return Answer(answer.status, dict(answer.headers), answer.read())

    try:
        assert eventually(lambda: listens(port))
        yield ask
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
