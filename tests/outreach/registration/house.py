"""A copy of the portal of its own: data folder, database, and processes that share them as in real life."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests import migrated
from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[3]
#: Set for a test process with a browser's loop in it, not for the portal's own processes.
ASYNC_UNSAFE = "DJANGO_ALLOW_ASYNC_UNSAFE"
PREAMBLE = "import json, django; django.setup()\n"


@dataclass(frozen=True)
class House:
    """Runs code and a web server on one data folder and, if given, one PostgreSQL."""

    folder: Path
    database_url: str = ""

    @property
    def env(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("WAYPOST_", ASYNC_UNSAFE))}
        return kept | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "WAYPOST_DATA": str(self.folder),
            "WAYPOST_DATABASE_URL": self.database_url,
        }

    def migrate(self, *target: str) -> None:
        """To the newest, or to ``target``: an app and one of its migrations."""
        if not (target or self.database_url or self._file.exists()):
            migrated.copy_to(self._file)
        self._run("manage.py", "migrate", "-v0", *target)

    @property
    def _file(self) -> Path:
        return self.folder / "waypost.sqlite3"

    def tell(self, code: str) -> Any:
        """The JSON that ``code`` prints last."""
        return json.loads(self._run("-c", PREAMBLE + code).splitlines()[-1])

    def start(self, code: str) -> "subprocess.Popen[str]":
        """The same in the background."""
        command = [sys.executable, "-c", PREAMBLE + code]
        return subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, text=True)

    @contextmanager
    def serving(self) -> Iterator[int]:
        """A gunicorn as in production; yields its port."""
        port = free_port()
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            "config/gunicorn.py",
            "-b",
            f"127.0.0.1:{port}",
            "config.wsgi",
        ]
        server = subprocess.Popen(command, cwd=ROOT, env=self.env)
        try:
            wait_for(port, server)
            yield port
        finally:
            server.terminate()
            server.wait(30)

    def _run(self, *arguments: str) -> str:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.env,
            check=True,
            capture_output=True,
            text=True,
            timeout=900,
        ).stdout


def wait_for(port: int, server: "subprocess.Popen[bytes]", seconds: float = 120) -> None:
    """Until the server answers."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            try:
                connection.request("GET", "/en/events/")
                connection.getresponse().read()
            except OSError:
                time.sleep(0.05)
            else:
                return
    raise RuntimeError("The web server did not start.")
