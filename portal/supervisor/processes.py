"""What the tree consists of. One more process is one more entry here."""

import http.client
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from portal.supervisor import broker

WORKERS = 2
PRINTERS = max(1, (os.cpu_count() or 2) // 2)
"""Whoever conducts a batch keeps two processors busy: it sets one packet while it reads the last one back."""
PRINTING = "printing"
"""The queue of long work. Mail and the numbers of the help page are in the other and never wait behind it."""


@dataclass(frozen=True, kw_only=True)
class Process:
    """One child of the tree.

    ``ready`` says whether it can be used; the next one starts only then. A process that
    ``stops_last`` is asked to stop when all others have ended.
    """

    name: str
    argv: tuple[str, ...]
    ready: Callable[[], bool] | None = None
    stops_last: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


def embedded(*, data: Path, port: int) -> list[Process]:
    """The whole portal on this machine, in the order of its start.

    A broker that the environment names (WAYPOST_BROKER_URL) is used instead of the embedded one.
    """
    tree: list[Process] = []
    environment: dict[str, str] = {"WAYPOST_DATA": str(data)}
    if not os.environ.get("WAYPOST_BROKER_URL"):
        tree.append(embedded_broker(data))
        environment["WAYPOST_BROKER_URL"] = broker.url(data)
    tree.append(web(port, environment))
    tree.extend(workers(environment, shared_memory=has_shared_memory()))
    tree.append(scheduler(data, environment))
    tree.append(journal(environment))
    return tree


def embedded_broker(data: Path) -> Process:
    """Valkey on its socket; the others talk to it until they end, so it stops last."""
    path = broker.prepare(data)
    return Process(
        name="broker",
        argv=broker.command(path),
        ready=lambda: broker.answers(path),
        stops_last=True,
    )


def web(port: int, environment: Mapping[str, str]) -> Process:
    """Gunicorn on this machine's own address only; how it works is in config/gunicorn.py."""
    return Process(
        name="web",
        argv=(
            *(sys.executable, "-m", "gunicorn", "config.wsgi:application"),
            *("--config", "config/gunicorn.py", "--bind", f"127.0.0.1:{port}"),
        ),
        ready=lambda: web_answers(port),
        environment=environment,
    )


def workers(environment: Mapping[str, str], *, shared_memory: bool, printers: int = PRINTERS) -> list[Process]:
    """A Celery worker with two slots for short work, and one for printing with a slot for every two processors.

    Without shared memory a worker has one slot, and each takes a memory of its own: two for short work, one printer.
    """
    if shared_memory:
        return [
            worker("worker", environment, queue="celery", slots=WORKERS),
            worker("printer", environment, queue=PRINTING, slots=printers),
        ]
    return [
        *(worker(f"worker{number}", environment, queue="celery") for number in range(1, WORKERS + 1)),
        worker("printer", environment, queue=PRINTING),
    ]


def worker(name: str, environment: Mapping[str, str], *, queue: str, slots: int = 1) -> Process:
    """A Celery worker that serves one queue in ``slots`` children; a single slot is its own process."""
    pool = ("--pool", "prefork", "--concurrency", str(slots)) if slots > 1 else ("--pool", "solo")
    return Process(
        name=name,
        argv=(
            *(sys.executable, "-m", "celery", "--quiet", "--app", "config.celery", "worker"),
            *("--loglevel", "WARNING", "--without-mingle", "--without-gossip", "--without-heartbeat"),
            *("--hostname", f"{name}@%h", "--queues", queue),
            *pool,
        ),
        # Celery warns of root at every start; the embedded tree runs as whoever typed the command.
        environment={**environment, "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"},
    )


def scheduler(data: Path, environment: Mapping[str, str]) -> Process:
    """Celery beat; what it has run lies in the data folder."""
    return Process(
        name="scheduler",
        argv=(
            *(sys.executable, "-m", "celery", "--quiet", "--app", "config.celery", "beat"),
            *("--loglevel", "WARNING", "--schedule", str(data / "schedule"), "--pidfile", ""),
        ),
        environment=environment,
    )


def journal(environment: Mapping[str, str]) -> Process:
    """Turns this host's journal of scans into counts; every web host has one."""
    argv = (sys.executable, "manage.py", "fold_journal", "--watch")
    return Process(name="journal", argv=argv, environment=environment)


def has_shared_memory() -> bool:
    """Whether the prefork pool can make its semaphores: on Linux they live in /dev/shm."""
    return sys.platform != "linux" or os.access("/dev/shm", os.W_OK | os.X_OK)  # noqa: S108


def web_answers(port: int) -> bool:
    """Whether a page comes back, of whatever status but a server's failure."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
