"""Echo while things break: no database, killed processes, and what is left on the disk of who asked."""

import contextlib
import http.client
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from campaign.links import codes
from tests.outreach.registration.house import ROOT, House

pytestmark = [pytest.mark.faults, pytest.mark.slow]

ROUNDS = 10
VISITORS = 4
NATIONAL = ('href="sms:233733"', 'href="tel:+18883737888"', 'href="tel:711"', 'href="tel:911"')
LIFT = "from campaign.links.models import Link\n"
FOLD = "from campaign.scans.fold import fold\nprint(fold().counted)"
SUM = (
    "from django.db.models import Sum\n"
    "from campaign.scans.models import DailyCount\n"
    "print(DailyCount.objects.aggregate(all=Sum('count'))['all'] or 0)"
)


@contextmanager
def serving(house: House, said: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """A gunicorn as in production, whatever the state of its database; what it says goes to a file."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "-b", f"127.0.0.1:{port}", "config.wsgi"]
    with said.open("ab") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env=house.env, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            until = time.monotonic() + 60
            while ask(port, "/healthz") is None:
                assert server.poll() is None, said.read_text()
                assert time.monotonic() < until, said.read_text()
                time.sleep(0.05)
            yield port, server
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(20)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait(20)


def ask(port: int, path: str, **headers: str) -> tuple[int, str, str] | None:
    """Status, Location and body of an answer; None where the line broke."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as line:
        try:
            line.request("GET", path, headers=headers)
            answer = line.getresponse()
            return answer.status, answer.headers.get("Location", ""), answer.read().decode()
        except (OSError, http.client.HTTPException):
            return None


def workers(server: int) -> list[int]:
    """The processes that a gunicorn has."""
    found = subprocess.run(["pgrep", "-P", str(server)], capture_output=True, text=True, check=False)
    return [int(pid) for pid in found.stdout.split()]


def journalled(house: House) -> list[str]:
    return [
        line for path in (house.folder / "journal").glob("*") for line in path.read_text(encoding="ascii").splitlines()
    ]


@pytest.mark.parametrize("database", ["no server", "a folder in its place", "a damaged file"])
def test_help_comes_and_counts_from_a_server_started_while_the_database_is_away(
    tmp_path: Path, data_folder: Path, database: str
) -> None:
    house = House(data_folder, database_url="postgres://x:y@127.0.0.1:1/z" if database == "no server" else "")
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
            answer = ask(port, path, Cookie="sessionid=abcdefghijklmnopqrstuvwxyz012345")
            assert answer is not None
            assert answer[0] == 200
            if not path.endswith("duty/"):
                assert all(line in answer[2] for line in NATIONAL)
        answer = ask(port, "/Q/nonsense")
        assert answer is not None
        assert answer[:2] == (302, "/en/near/us/")
        answer = ask(port, "/readyz")
        assert answer is not None
        assert answer[0] == 200
        assert '"database"' in answer[2]
    assert journalled(house) == [code] * 5


def test_every_scan_that_was_answered_counts_once_though_processes_are_killed(
    tmp_path: Path, data_folder: Path
) -> None:
    """Web workers and folds are killed at random moments while visitors scan."""
    house = House(data_folder)
    house.migrate()
    issued = house.tell(
        LIFT + "print(json.dumps([link.code for link in Link.objects.issue([('MS', 'en'), ('LA', 'es')] * 10)]))"
    )
    draw = random.Random(2027)
    answered = broken = 0
    turn = threading.Lock()
    over = threading.Event()

    def visit(port: int, seed: int) -> None:
        nonlocal answered, broken
        choose = random.Random(seed)
        while not over.is_set():
            answer = ask(port, f"/Q/{choose.choice(issued)}")
            with turn:
                if answer is None:
                    broken += 1
                else:
                    assert answer[0] == 302
                    answered += 1

    with serving(house, tmp_path / "said") as (port, server), ThreadPoolExecutor(VISITORS) as street:
        visits = [street.submit(visit, port, seed) for seed in range(VISITORS)]
        try:
            for _ in range(ROUNDS):
                fold = house.start(FOLD)
                time.sleep(draw.uniform(0.3, 1.6))
                if alive := workers(server.pid):
                    os.kill(draw.choice(alive), signal.SIGKILL)
                time.sleep(draw.uniform(0, 0.8))
                fold.kill()
                fold.communicate()
        finally:
            over.set()
        for one in visits:
            one.result(timeout=60)
    house.tell(FOLD)
    counted = house.tell(SUM)
    assert answered > 100
    # A visitor whose line broke may or may not have been counted: the worker died with the answer in its hand.
    assert answered <= counted <= answered + broken
    assert list((house.folder / "journal").glob("*")) == []
    assert house.tell(FOLD) == 0
    assert house.tell(SUM) == counted


def test_nothing_of_a_visitor_is_kept_or_said(tmp_path: Path, data_folder: Path) -> None:
    """A hundred scans with marked headers; then every byte of the data folder and of the logs is searched."""
    house = House(data_folder)
    house.migrate()
    (code,) = house.tell(LIFT + "print(json.dumps([link.code for link in Link.objects.issue([('MS', 'en')])]))")
    mark = "Turnstone"
    said = tmp_path / "said"
    headers = {
        "User-Agent": f"{mark}Agent/1.0",
        "Referer": f"https://{mark.lower()}.example/from",
        "X-Forwarded-For": "203.0.113.77",
        "Forwarded": "for=203.0.113.77",
        "Accept-Language": f"es-{mark},en",
        "Cookie": f"sessionid={mark}; csrftoken={mark}",
    }
    with serving(house, said) as (port, _):
        for number in range(100):
            answer = ask(port, f"/Q/{code}?from={mark}{number}", **headers)
            assert answer is not None
            assert answer[:2] == (302, "/en/near/ms/")
            page = ask(port, answer[1], **headers)
            assert page is not None
            assert page[0] == 200
            assert mark not in page[2]
        for path in (f"/Q/{mark}", f"/en/near/{mark}/", f"/en/{mark}", f"/Q/{code}%FF"):
            assert ask(port, path, **headers) is not None
        rude(port, f"GET /Q/{code} HTTP/9.9\r\nUser-Agent: {mark}\r\n\r\n")
        rude(port, f"{mark} \0 /Q/{code}\r\n\r\n")
        assert journalled(house) == [code] * 100
        assert house.tell(FOLD) == 100
    traces = re.compile(rb"turnstone|203\.0\.113\.77|127\.0\.0\.1", re.IGNORECASE)
    files = [file for file in house.folder.rglob("*") if file.is_file()]
    assert house.folder / "waypost.sqlite3" in files
    for file in files:
        assert not traces.search(file.read_bytes()), file.name
    told = said.read_bytes()
    assert not traces.search(told), told.decode()
    assert code.encode() not in told


def rude(port: int, text: str) -> None:
    """Sends what is no HTTP, and waits for the answer's end."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(text.encode())
        with contextlib.suppress(OSError):
            while line.recv(4096):
                pass
