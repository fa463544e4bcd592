"""A street of visitors who scan codes, and a web server as in production that they scan them at."""

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from campaign.scans import table
from tests.outreach.registration.house import ROOT, House
from tests.servers import eventually, free_port

VISITORS = 4
NATIONAL = ('href="sms:233733"', 'href="tel:+18883737888"', 'href="tel:711"', 'href="tel:911"')
#: What systemd does for a service whose port it holds.
HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""
LIFT = "from campaign.links.models import Link\n"
FOLD = "from campaign.scans import fold, journal\nprint(fold.fold(through=journal.today()).counted)"
COUNTS = (
    "from campaign.scans.models import DailyCount\n"
    "print(json.dumps(list(DailyCount.objects.values_list('link__code', 'count'))))"
)


@dataclass(frozen=True)
class EchoHouse(House):
    """A copy of the portal with settings of its own."""

    extra: tuple[tuple[str, str], ...] = ()

    @property
    def env(self) -> dict[str, str]:
        return super().env | dict(self.extra)

    def issue(self, number: int) -> list[str]:
        """Codes that links have."""
        issued: list[str] = self.tell(
            LIFT + f"print(json.dumps([link.code for link in Link.objects.issue([('MS', 'en')] * {number})]))"
        )
        return issued

    def counts(self) -> Counter[str]:
        """What the database counted, by code."""
        return Counter(dict(self.tell(COUNTS)))

    def journalled(self) -> Counter[str]:
        """What the journal holds, by code."""
        return sum((table.read(path.read_bytes()) for path in (self.folder / "journal").glob("*")), Counter())


@dataclass
class Tally:
    """What visitors were given, by code.

    An answer is *given* when its visitor has read all of it. A scan is counted before the first
    byte of its answer is sent, so that whoever was given an answer has been counted, once. Where a
    killed process broke the line nobody was given an answer: that scan counts once or not at all.
    """

    answered: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    slowest: float = 0.0
    odd: list[object] = field(default_factory=list)

    def differences(self, counted: Counter[str]) -> list[str]:
        """Codes whose count isn't the answers given; those with a broken line may have so many more."""
        wrong = []
        for code in {*self.answered, *self.broken, *counted}:
            least, most = self.answered[code], self.answered[code] + self.broken[code]
            if not least <= counted[code] <= most:
                wrong.append(f"{code}: counted {counted[code]}, given {least}, lines broken {most - least}")
        return wrong


def ask(
    port: int, path: str, *, timeout: float = 20, headers: Mapping[str, str] | None = None
) -> tuple[int, str, str] | None:
    """Status, Location and body of an answer; None where the line broke."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)) as line:
        try:
            line.request("GET", path, headers=dict(headers or {}))
            answer = line.getresponse()
            return answer.status, answer.headers.get("Location", ""), answer.read().decode()
        except (OSError, http.client.HTTPException):
            return None


@contextmanager
def serving(
    house: House, said: Path, *, held: socket.socket | None = None, **environment: str
) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """A gunicorn as in production, whatever the state of its database; what it says goes to a file.

    ``held`` is a port that somebody else holds for it.
    """
    port = held.getsockname()[1] if held else free_port()
    command = [sys.executable, *(["-c", HAND_OVER, str(held.fileno())] if held else [])]
    command += ["-m", "gunicorn", "-c", "config/gunicorn.py", "-b", f"127.0.0.1:{port}", "config.wsgi"]
    with said.open("ab") as output:
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env=house.env | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=[held.fileno()] if held else [],
        )
    try:
        assert eventually(lambda: server.poll() is not None or ask(port, "/healthz") is not None), said.read_text()
        assert server.poll() is None, said.read_text()
        yield port, server
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait(20)


@contextmanager
def visitors(port: int, issued: Sequence[str], *, number: int = VISITORS) -> Iterator[Tally]:
    """Visitors who scan one code after the other, and now and then open the page behind it, until the block ends."""
    tally, turn, over = Tally(), threading.Lock(), threading.Event()

    def visit(seed: int) -> None:
        choose = random.Random(seed)
        # In steps, so that a machine of two processors does other work too.
        while not over.wait(0.005):
            code = choose.choice(issued)
            began = time.monotonic()
            answer = ask(port, f"/Q/{code}")
            took = time.monotonic() - began
            with turn:
                if answer is None:
                    tally.broken[code] += 1
                    continue
                tally.answered[code] += 1
                tally.slowest = max(tally.slowest, took)
                if answer[:2] != (302, "/en/near/ms/"):
                    tally.odd.append(answer)
            if choose.random() < 0.1 and (page := ask(port, answer[1])):
                with turn:
                    tally.pages += 1
                    if page[0] != 200 or not all(line in page[2] for line in NATIONAL):
                        tally.odd.append(page)

    with ThreadPoolExecutor(number) as street:
        visits = [street.submit(visit, seed) for seed in range(number)]
        try:
            yield tally
        finally:
            over.set()
        for one in visits:
            one.result(timeout=60)


def more_than(tally: Tally, answers: int) -> None:
    """Waits until so many more answers were given."""
    wanted = tally.answered.total() + answers
    assert eventually(lambda: tally.answered.total() >= wanted), (tally.answered.total(), tally.broken.total())


def workers(server: int) -> list[int]:
    """The processes that a gunicorn has."""
    found = subprocess.run(["pgrep", "-P", str(server)], capture_output=True, text=True, check=False)
    return [int(pid) for pid in found.stdout.split()]


def degraded(port: int) -> list[str]:
    """What the server says it misses."""
    answer = ask(port, "/readyz")
    assert answer is not None
    assert answer[0] == 200, answer
    names: list[str] = json.loads(answer[2])["degraded"]
    return names


def rude(port: int, text: str) -> None:
    """Sends what is no HTTP, and waits for the answer's end."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(text.encode())
        with contextlib.suppress(OSError):
            while line.recv(4096):
                pass
