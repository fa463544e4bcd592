"""An SQLite database with every migration, made once for all that begin with one.

Migrating takes half a minute, and dozens of tests begin with a portal of their own. The file is kept beside the caches of
pytest under the sum of our sources, so that any change of them makes it anew.
"""

import fcntl
import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = ROOT / ".pytest_cache" / "migrated"
ROOMS: Final = ("campaign", "outreach", "portal", "config")
KEPT_SECONDS: Final = 24 * 60 * 60


def copy_into(database: sqlite3.Connection) -> None:
    """Fills an empty database."""
    with closing(sqlite3.connect(_template())) as template:
        template.backup(database)


def copy_to(file: Path) -> None:
    """Makes a database of a data folder."""
    with closing(sqlite3.connect(file)) as database:
        copy_into(database)


@cache
def _template() -> Path:
    """The file; made by whichever process comes first, while the others wait."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{_sum_of_sources()}.sqlite3"
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            _drop_old()
            _make(file)
    return file


def _sum_of_sources() -> str:
    found = hashlib.sha256()
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                found.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return found.hexdigest()[:16]


def _drop_old() -> None:
    for file in FOLDER.glob("*.sqlite3"):
        if file.stat().st_mtime < time.time() - KEPT_SECONDS:
            file.unlink()


def _make(file: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WAYPOST_", "DJANGO_"))}
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"],
            cwd=ROOT,
            env=kept | {"WAYPOST_DATA": folder},
            check=True,
        )
        with closing(sqlite3.connect(Path(folder) / "waypost.sqlite3")) as made:
            made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (Path(folder) / "waypost.sqlite3").replace(file)
