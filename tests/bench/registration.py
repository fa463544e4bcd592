"""A booking beside a bare Django POST with the same row lock, under the same gunicorn and PostgreSQL.

`./waypost bench registration [--seconds 10] [--rounds 3] [--lines 8]`. One line of JSON each: requests a second, p50
and p99 in milliseconds, the web server's own processor time a request, which other work on the machine changes least,
and the memory of its largest process; then one visitor alone, and the statements of a booking. Every round measures
both in turn. The bare view has no middleware and no session: it counts a seat up on one row, as one conditional
statement, writes one row, and commits. Everybody wants a seat of the same event, so that all wait for one row: what
is measured is how long it is held, and what stands around it. Run it on a quiet machine.
"""

import argparse
import json
import multiprocessing
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlencode
from urllib.request import urlopen

import psutil  # type: ignore[import-untyped]

from tests.servers import Postgres, free_port, listens, running

ROOT: Final = Path(__file__).resolve().parents[2]
HOST: Final = "127.0.0.1"
BARE: Final = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "bare"
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import path
from config.settings import DATABASES

SECRET_KEY = "bare"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "bare"
USE_TZ = True

def book(request):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE bare_event SET taken = taken + 1 WHERE id = 1 AND taken < capacity")
        cursor.execute("INSERT INTO bare_booking (name, email, seats) VALUES (%s, %s, %s)",
            [request.POST["name"], request.POST["email"], request.POST["seats"]])
    return HttpResponse(status=303, headers={"Location": "/done/", "Content-Length": "0"})

urlpatterns = [path("book/", book)]
application = get_wsgi_application()
"""
TABLES: Final = """
CREATE TABLE bare_event (id bigint PRIMARY KEY, taken integer NOT NULL, capacity integer NOT NULL);
CREATE TABLE bare_booking (id bigserial PRIMARY KEY, name varchar(120), email varchar(254), seats integer);
INSERT INTO bare_event VALUES (1, 0, 100000000);
"""
SETTINGS: Final = """
from config.settings import *
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
"""
MAKE: Final = """
import django
django.setup()
from tests.outreach import factories
print(factories.seminar(capacity=100_000_000).uid)
"""
COUNT: Final = """
import json, sys, django
django.setup()
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
with CaptureQueriesContext(connection) as asked:
    answer = Client().post(f"/en/events/{sys.argv[1]}/book/", {"name": "A", "email": "a@example.org", "seats": "1"})
assert answer.status_code == 303, answer
from outreach.registration import counting
from outreach.seminars.models import Seminar
print(json.dumps({"statements": [row["sql"].split("(")[0][:50] for row in asked],
    "faults": counting.faults(Seminar.objects.get())}))
"""


def environment(folder: Path, database: str) -> dict[str, str]:
    """Of a process of the portal on that database."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("WAYPOST_", "DJANGO_"))}
    return kept | {
        "WAYPOST_DATA": str(folder),
        "WAYPOST_DATABASE_URL": database,
        "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "ours",
    }


def tell(surroundings: Mapping[str, str], code: str, *arguments: str) -> str:
    """What a piece of code prints last."""
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=dict(surroundings), stdout=subprocess.PIPE, check=True, text=True)
    return done.stdout.splitlines()[-1]


@contextmanager
def serving(surroundings: Mapping[str, str], application: str) -> Iterator[tuple[int, psutil.Process]]:
    """A gunicorn with the portal's flags; yields its port and its first process."""
    port = free_port()
    flags = ["--config", str(ROOT / "config" / "gunicorn.py"), "--bind", f"{HOST}:{port}"]
    command = [sys.executable, "-m", "gunicorn", *flags, application]
    server = subprocess.Popen(command, cwd=ROOT, env=dict(surroundings), stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while not listens(port) and time.monotonic() < until:
            time.sleep(0.1)
        yield port, psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait(30)


def book(port: int, path: str, made: str, number: int, seconds: float) -> list[float]:
    """How long each booking of one line of visitors took, in seconds. Plain sockets: a client that costs little."""
    took = []
    until = time.monotonic() + seconds
    at = 0
    with socket.create_connection((HOST, port), timeout=30) as line:
        while time.monotonic() < until:
            at += 1
            guest = f"{number}-{at}-{time.monotonic_ns()}"
            body = urlencode({"name": "Guest", "email": f"{guest}@example.org", "seats": "1", "made": made})
            client = f"10.{number % 256}.{at // 250 % 256}.{at % 250}"
            head = f"POST {path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {client}\r\nX-Forwarded-Proto: https\r\n"
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
            began = time.perf_counter()
            line.sendall((head + body).encode())
            answer = line.recv(65536)
            while b"\r\n\r\n" not in answer:
                answer += line.recv(65536)
            if not answer.startswith(b"HTTP/1.1 303"):
                raise RuntimeError(answer[:300])
            took.append(time.perf_counter() - began)
    return took


def spent(server: psutil.Process) -> float:
    """Processor seconds of a web server's processes."""
    return sum(sum(each.cpu_times()[:2]) for each in server.children())


def form_of(port: int, path: str) -> str:
    """What the form holds that was asked for a while ago."""
    with urlopen(f"http://{HOST}:{port}{path}") as page:
        found = re.search(r'name="made" value="([^"]+)"', page.read().decode())
    assert found
    time.sleep(4)  # younger forms share fewer turns
    return found[1]


def measured(
    surroundings: Mapping[str, str], application: str, path: str, *, seconds: float, lines: int
) -> dict[str, float]:
    """Bookings a second, p50 and p99 in milliseconds, processor time of each; then of one visitor alone; memory."""
    with serving(surroundings, application) as (port, server), multiprocessing.Pool(lines) as street:
        made = "" if application.startswith("bare") else form_of(port, path)
        street.starmap(book, [(port, path, made, number, 1.0) for number in range(lines)])
        before = spent(server)
        crowd = street.starmap(book, [(port, path, made, number, seconds) for number in range(lines)])
        cpu = spent(server) - before
        took = sorted(one for each in crowd for one in each)
        alone = sorted(book(port, path, made, 200, min(seconds, 3.0)))
        memory = [each.memory_full_info() for each in server.children()]
    return {
        "bookings_a_second": len(took) / seconds,
        "p50_ms": 1000 * statistics.median(took),
        "p99_ms": 1000 * took[len(took) * 99 // 100],
        "alone_p50_ms": 1000 * statistics.median(alone),
        "cpu_us": 1_000_000 * cpu / len(took),
        "rss_mb": max(each.rss for each in memory) / 1024**2,
        "pss_mb": max(each.pss for each in memory) / 1024**2,
    }


def main() -> None:
    """Measures the bare view and a booking, in turn and several times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each is measured")
    parser.add_argument("--rounds", type=int, default=3, help="how often; medians are told")
    parser.add_argument("--lines", type=int, default=8, help="visitors at once")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="waypost-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as somebody else
        (folder / "bare.py").write_text(BARE)
        (folder / "ours.py").write_text(SETTINGS)
        server = Postgres(folder)
        with running(server):
            surroundings = environment(folder, server.url("postgres"))
            migrate = [sys.executable, "manage.py", "migrate", "-v0"]
            subprocess.run(migrate, cwd=ROOT, env=surroundings, check=True)
            with server.connect("postgres") as line:
                line.execute(TABLES.encode())
            uid = tell(surroundings, MAKE)
            _compare(surroundings, uid, options)
            say(json.loads(tell(surroundings, COUNT, uid)))


def _compare(surroundings: Mapping[str, str], uid: str, options: argparse.Namespace) -> None:
    what = {
        "a bare POST": ("bare:application", "/book/"),
        "a booking": ("config.wsgi", f"/en/events/{uid}/book/"),
    }
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in what}
    for _ in range(options.rounds):
        for name, (application, path) in what.items():
            found = measured(surroundings, application, path, seconds=options.seconds, lines=options.lines)
            runs[name].append(found)
    bare = runs["a bare POST"]
    for name, found_of in runs.items():
        pairs = list(zip(found_of, bare, strict=True))
        row: dict[str, object] = {"what": name}
        row |= {key: round(statistics.median(one[key] for one in found_of), 1) for key in bare[0]}
        row["of_the_bare_post"] = [
            round(one["bookings_a_second"] / other["bookings_a_second"], 2) for one, other in pairs
        ]
        row["of_it_alone"] = [round(other["alone_p50_ms"] / one["alone_p50_ms"], 2) for one, other in pairs]
        row["of_its_processor_time"] = [round(other["cpu_us"] / one["cpu_us"], 2) for one, other in pairs]
        say(row)


def say(row: Mapping[str, object]) -> None:
    """One line of JSON."""
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
