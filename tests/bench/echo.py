"""Requests a second of a code and of the help page, beside a bare Django view under the same gunicorn.

`./waypost bench echo [--seconds 5] [--lines 8]`. One line of JSON each. Visitors keep their
connection, as a CDN does. Run it on a quiet machine: visitors and server share its processors.
"""

import argparse
import http.client
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
urlpatterns = [re_path("", lambda request: HttpResponse("ok"))]
application = get_wsgi_application()
"""


@contextmanager
def serving(folder: Path, application: str) -> Iterator[int]:
    """A gunicorn with the portal's flags; yields its port."""
    with socket.create_server((HOST, 0)) as free:
        port: int = free.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("WAYPOST_", "DJANGO_"))}
    environment |= {"WAYPOST_DATA": str(folder), "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
    flags = ["--config", str(ROOT / "config" / "gunicorn.py"), "--bind", f"{HOST}:{port}"]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *flags, application], cwd=folder, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            try:
                socket.create_connection((HOST, port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def visit(port: int, path: str, seconds: float) -> int:
    """How many answers one visitor gets."""
    line = http.client.HTTPConnection(HOST, port, timeout=30)
    answers = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        line.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = line.getresponse()
        answer.read()
        if answer.status not in (200, 302):
            raise RuntimeError(f"{path} was answered with {answer.status}")
        answers += 1
    line.close()
    return answers


def requests_a_second(port: int, path: str, *, seconds: float, lines: int) -> float:
    """Answers that all visitors together get in a second, after a warm-up."""
    with multiprocessing.Pool(lines) as street:
        street.starmap(visit, [(port, path, 0.5)] * lines)
        return sum(street.starmap(visit, [(port, path, seconds)] * lines)) / seconds


def main() -> None:
    """Measures the bare view, then a code and the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each is measured")
    parser.add_argument("--lines", type=int, default=8, help="visitors at once")
    options = parser.parse_args()
    code = codes.make(area="MS", language="en", random=1)
    with tempfile.TemporaryDirectory(prefix="waypost-bench-") as name:
        folder = Path(name)
        (folder / "bare.py").write_text(BARE)
        bare = 0.0
        for application, what, path in (
            ("bare:application", "a bare view", "/"),
            ("config.wsgi", "a code", f"/Q/{code}"),
            ("config.wsgi", "the help page", "/en/near/ms/"),
        ):
            with serving(folder, application) as port:
                rate = requests_a_second(port, path, seconds=options.seconds, lines=options.lines)
            bare = bare or rate
            row = {"what": what, "requests_a_second": round(rate), "of_the_bare_view": round(rate / bare, 2)}
            sys.stdout.write(json.dumps(row) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
