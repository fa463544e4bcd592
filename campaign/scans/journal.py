"""The journal: where the request path counts, without a database and without waiting.

Each web process appends to a segment of its own, one line a scan, and a line is a code and
nothing else. The day stands in the file's name, the file's times are set to that day's
midnight, so neither tells when somebody stood before a poster.

A segment goes through three states, each one step further than a crash can undo:

=====================  =====================================================================
``DAY_UID.open``       a process appends to it; each append holds the file's lock
``DAY_UID.sealed``     the fold took the lock, made the file read-only (a writer that still
                       holds it sees that and begins another) and gave it this name
gone                   its counts and its uid stand in the database, in one transaction
=====================  =====================================================================

Whatever fails here fails quietly: the page comes first, the count second.
"""

import datetime as dt
import fcntl
import logging
import os
import stat
import threading
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

DAY_ZONE = ZoneInfo("America/New_York")
#: A segment takes no more than this (bytes): a flood of requests cannot fill the disk.
LONGEST_SEGMENT = 8 * 1024**2
#: How long a request waits for another thread's append (seconds).
PATIENCE = 0.2

logger = logging.getLogger(__name__)


class JournalFull(OSError):
    """The segment is as long as one may be, until it is folded."""


class Journal:
    """One process's way to count. Threads may share it; a fork begins a segment of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._turn = threading.Lock()
        self._descriptor = -1
        self._day: dt.date | None = None
        self._process = os.getpid()
        self.failing = False

    def append(self, code: str, *, day: dt.date | None = None) -> bool:
        """Counts one scan of a code on a day (today, if not given); returns whether it was counted.

        Never raises and hardly waits.
        """
        if not self._turn.acquire(timeout=PATIENCE):
            return False
        try:
            self._append(code.encode() + b"\n", day or today())
        except OSError as error:
            # A full segment stays until the fold takes it: another one would let a flood go on.
            if not isinstance(error, JournalFull):
                self._drop()
            if not self.failing:
                logger.error("Scans cannot be counted now: %s. Pages are shown all the same.", error.strerror or error)
            self.failing = True
            return False
        else:
            self.failing = False
            return True
        finally:
            self._turn.release()

    def _append(self, line: bytes, day: dt.date) -> None:
        if day != self._day or os.getpid() != self._process:
            self._drop()
        while not self._lock():
            self._open(day)
        try:
            if os.fstat(self._descriptor).st_size + len(line) > LONGEST_SEGMENT:
                raise JournalFull("the journal is full until it is folded")
            written = os.write(self._descriptor, line)
            _set_to_midnight(self._descriptor, day)
            if written != len(line):
                raise OSError("no space left for the journal")
        finally:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def _open(self, day: dt.date) -> None:
        self._drop()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._descriptor = os.open(self.folder / f"{day}_{uuid.uuid4().hex}.open", flags, 0o600)
        self._day = day
        self._process = os.getpid()
        _set_to_midnight(self.folder, day)

    def _lock(self) -> bool:
        """Takes the segment's lock; not if there is none, if the fold has it, or if it is sealed."""
        if self._descriptor < 0:
            return False
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        # Sealed between our opening it and now: what we would append, nobody would read.
        if not os.fstat(self._descriptor).st_mode & stat.S_IWUSR:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
            return False
        return True

    def _drop(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor, self._day = -1, None


def of_this_process() -> Journal:
    """The journal in the data folder."""
    return _journal(folder())


def folder() -> Path:
    """Where segments lie."""
    return Path(settings.DATA_DIR) / "journal"


def today() -> dt.date:
    """The day on which a scan counts."""
    return day_of(dt.datetime.now(DAY_ZONE))


def day_of(moment: dt.datetime) -> dt.date:
    """The day in America/New_York of an aware moment."""
    return moment.astimezone(DAY_ZONE).date()


def seal(where: Path) -> Iterator[Path]:
    """Seals every segment that no one is writing to this moment; gives all that are sealed, oldest day first.

    A segment whose writer holds the lock right now waits for the next time.
    """
    for path in sorted(where.glob("*.open")):
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.fchmod(descriptor, 0o400)
            path.rename(path.with_suffix(".sealed"))
        except (BlockingIOError, FileNotFoundError):
            continue
        finally:
            os.close(descriptor)
    yield from sorted(where.glob("*.sealed"))


def identity(path: Path) -> tuple[dt.date, uuid.UUID]:
    """Day and uid of a segment. Raises ``ValueError`` for a file that is none."""
    day, _, uid = path.stem.partition("_")
    return dt.date.fromisoformat(day), uuid.UUID(hex=uid)


def _set_to_midnight(target: int | Path, day: dt.date) -> None:
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=DAY_ZONE).timestamp()
    os.utime(target, (midnight, midnight))


@cache
def _journal(where: Path) -> Journal:
    return Journal(where)
