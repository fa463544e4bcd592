"""A code and the help page beside a bare Django view under the same gunicorn.

`./waypost bench echo [--seconds 3] [--rounds 3] [--lines 8] [--links 1000000]`. One line of JSON each:
requests a second, p50 and p99 in milliseconds, and the server's own processor time a request, which
other work on the machine changes least; then queries, and the memory of each web process. Every
round measures all of them in turn, and the medians are told. The portal holds ``--links`` links, some
of them retired and aimed elsewhere; codes are drawn from all. Visitors keep their connection, as a
CDN does. Run it on a quiet machine: visitors and server share its processors.
"""

import argparse
import json
import multiprocessing
import os
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from campaign.links import codes

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
BARE = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "bare"
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import re_path

SECRET_KEY = "bare"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "bare"
urlpatterns = [re_path("", lambda request: HttpResponse("ok", headers={"Content-Length": "2"}))]
application = get_wsgi_application()
"""
QUERIES = """
import json, sys, django
django.setup()
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
client = Client()
found = {}
for path in sys.argv[1:]:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code in (200, 302)
    found[path] = len(asked)
print(json.dumps(found))
"""
REFRESH = """
import json, time, django
django.setup()
from campaign.scans import retired, targets
took = {}
for part in (retired, targets):
    began = time.perf_counter()
    part.refresh()
    took[part.__name__.rpartition(".")[2]] = round(time.perf_counter() - began, 3)
print(json.dumps(took))
"""


def environment(folder: Path) -> dict[str, str]:
    """Of a process of the portal on that data folder."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("WAYPOST_", "DJANGO_"))}
    return kept | {
        "WAYPOST_DATA": str(folder),
        "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def tell(folder: Path, code: str, *arguments: str) -> dict[str, float]:
    """The JSON that a piece of code prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, env=environment(folder), capture_output=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def fill(folder: Path, number: int) -> list[str]:
    """A migrated database with so many links: one of 10,000 retired, one of 10,000 aimed elsewhere. A sample of codes."""
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment(folder), check=True)
    draw = random.Random(7)
    areas = ("MS", "LA", "CA", "IL", "NY", "TX")

    def rows() -> Iterator[tuple[str, str, str, str, str, str, str | None]]:
        for place in range(number):
            area = areas[place % len(areas)]
            code = codes.make(area=area, language="en", random=place * 1000 % 2**30 + place // 2**20)
            target = "near:AL" if place % 10_000 == 1 else ""
            retired = "2027-01-01 00:00:00" if place % 10_000 == 0 else None
            yield code, "placement", area, "en", target, "2027-01-01 00:00:00", retired

    with closing(sqlite3.connect(folder / "waypost.sqlite3")) as line, line:
        line.executemany(
            "INSERT OR IGNORE INTO campaign_link (code, kind, area, language, target, created_at, retired_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows(),
        )
        held = [code for (code,) in line.execute("SELECT code FROM campaign_link")]
    return draw.sample(held, min(2000, len(held)))


@contextmanager
def serving(folder: Path, application: str) -> Iterator[tuple[int, psutil.Process]]:
    """A gunicorn with the portal's flags; yields its port and its first process."""
    with socket.create_server((HOST, 0)) as free:
        port: int = free.getsockname()[1]
    flags = ["--config", str(ROOT / "config" / "gunicorn.py"), "--bind", f"{HOST}:{port}"]
    surroundings = environment(folder)
    surroundings.pop("DJANGO_SETTINGS_MODULE")
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *flags, application],
        cwd=folder,
        env=surroundings,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            try:
                socket.create_connection((HOST, port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait(30)


def visit(port: int, paths: Sequence[str], seconds: float) -> list[float]:
    """How long each answer of one visitor took, in seconds. Plain sockets: a client that costs little."""
    requests = [f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n".encode() for path in paths]
    took = []
    place = random.randrange(len(requests))
    until = time.monotonic() + seconds
    with socket.create_connection((HOST, port), timeout=30) as line:
        while (began := time.perf_counter()) and time.monotonic() < until:
            line.sendall(requests[place % len(requests)])
            place += 1
            answer = line.recv(65536)
            while (end := answer.find(b"\r\n\r\n")) < 0:
                answer += line.recv(65536)
            if answer[9:12] not in (b"200", b"302"):
                raise RuntimeError(answer[:80])
            head = answer[:end].lower()
            length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
            rest = end + 4 + length - len(answer)
            while rest > 0:
                rest -= len(line.recv(65536))
            took.append(time.perf_counter() - began)
    return took


def spent(server: psutil.Process) -> float:
    """Processor seconds of a server's processes."""
    return sum(sum(each.cpu_times()[:2]) for each in server.children())


def measured(folder: Path, application: str, paths: Sequence[str], *, seconds: float, lines: int) -> dict[str, float]:
    """Requests a second, p50, p99 and processor time a request; and the memory of the largest process."""
    with serving(folder, application) as (port, server), multiprocessing.Pool(lines) as street:
        street.starmap(visit, [(port, paths, 0.5)] * lines)
        before = spent(server)
        took = sorted(one for each in street.starmap(visit, [(port, paths, seconds)] * lines) for one in each)
        cpu = spent(server) - before
        memory = [each.memory_full_info() for each in server.children()]
    return {
        "requests_a_second": len(took) / seconds,
        "p50_ms": 1000 * statistics.median(took),
        "p99_ms": 1000 * took[len(took) * 99 // 100],
        "cpu_us": 1_000_000 * cpu / len(took),
        "rss_mb": max(each.rss for each in memory) / 1024**2,
        "pss_mb": max(each.pss for each in memory) / 1024**2,
    }


def main() -> None:
    """Measures the bare view, a code and the page, in turn and several times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each is measured")
    parser.add_argument("--rounds", type=int, default=3, help="how often; medians are told")
    parser.add_argument("--lines", type=int, default=8, help="visitors at once")
    parser.add_argument("--links", type=int, default=1_000_000, help="links in the database")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="waypost-bench-") as name:
        folder = Path(name)
        (folder / "bare.py").write_text(BARE)
        issued = fill(folder, options.links)
        say({"links": options.links, "seconds_to_refresh": tell(folder, REFRESH)})
        page = ["/en/near/ms/"]
        scans = [f"/Q/{code}" for code in issued]
        say({"queries": tell(folder, QUERIES, scans[0], *page)})
        what = {
            "a bare view": ("bare:application", ["/"]),
            "a code": ("config.wsgi", scans),
            "the help page": ("config.wsgi", page),
        }
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in what}
        for _ in range(options.rounds):
            for name, (application, paths) in what.items():
                runs[name].append(measured(folder, application, paths, seconds=options.seconds, lines=options.lines))
        for name, found in runs.items():
            rates = [
                one["requests_a_second"] / bare["requests_a_second"]
                for one, bare in zip(found, runs["a bare view"], strict=True)
            ]
            cpu = statistics.median(bare["cpu_us"] for bare in runs["a bare view"])
            row: dict[str, object] = {"what": name}
            row |= {key: round(statistics.median(one[key] for one in found), 1) for key in found[0]}
            row["of_the_bare_view"] = [round(rate, 2) for rate in rates]
            row["of_its_processor_time"] = round(cpu / statistics.median(one["cpu_us"] for one in found), 2)
            say(row)
        held = sum(path.stat().st_size for path in (folder / "journal").iterdir())
        say({"journal_kb": held // 1024, "segments": len(list((folder / "journal").iterdir()))})


def say(row: dict[str, object]) -> None:
    """One line of JSON."""
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
