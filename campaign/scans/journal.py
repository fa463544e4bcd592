"""The journal: where the request path counts, without a database and without waiting.

Each web host keeps files of its own, *segments*. A segment is a table of codes and numbers
(``table``), and a scan makes one number larger by one: at no moment does a file say in which
order or at which minute somebody scanned. The day stands in the file's name, the file's times
are set to that day's midnight, and ``tend`` touches every file each minute, so that the time of
its inode, which nobody can set, tells the minute of ``tend`` and not a scan's.

A segment goes through three states, each one step further than a crash can undo:

=====================  =====================================================================
``DAY_UID.open``       processes count in it; each change holds the file's lock
``DAY_UID.sealed``     the fold took the lock, made the file read-only (a writer that still
                       holds it sees that and begins another) and gave it this name
gone                   its counts and its uid stand in the database, in one transaction
=====================  =====================================================================

Nobody waits for a lock: a process that finds a segment taken counts in another, so there are
never more segments of a day than processes that count at once, however often those restart. A
segment that is full is replaced by one of twice the size in one step. All of a host's segments
together take ``LARGEST`` bytes; then new codes are left out, and those that have a row still count.

Whatever fails here fails quietly: the page comes first, the count second.
"""

import datetime as dt
import errno
import fcntl
import logging
import os
import secrets
import stat
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from campaign.scans import table
from portal.files.kept import in_data

DAY_ZONE = ZoneInfo("America/New_York")
#: Bytes of a new segment.
SMALLEST_SEGMENT = 8 * table.BUCKET
#: One segment takes no more than this, in bytes (some 100,000 codes) …
LONGEST_SEGMENT = 8 * 1024**2
#: … and the whole journal no more than this: neither a flood of made-up codes nor a database away fills the disk.
LARGEST = 64 * 1024**2
#: How long a request waits for another thread's count (seconds).
PATIENCE = 1.0
#: How often a process begins a segment that another seals at once.
BEGINNINGS = 5
#: How long the log says nothing more of a journal that fails (seconds).
SILENCE = 600

logger = logging.getLogger(__name__)


class JournalFull(OSError):
    """There is no room for a code that has no row yet."""

    def __init__(self) -> None:
        super().__init__(errno.ENOSPC, "the journal is full until it is folded")


class Journal:
    """One process's way to count. Threads may share it; a fork opens a segment of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._turn = threading.Lock()
        self._descriptor = -1
        self._salt = b""
        self._path = folder
        self._day: dt.date | None = None
        self._process = os.getpid()
        self._said: float | None = None
        self.failing = False

    def count(self, code: str, *, day: dt.date | None = None) -> bool:
        """Counts one scan of a code on a day (today, if not given); returns whether it was counted.

        Never raises and hardly waits. ``code`` is as ``codes.read`` gives it.
        """
        if not self._turn.acquire(timeout=PATIENCE):
            return False
        try:
            self._count(code.encode(), day or today())
        except OSError as error:
            # A full journal stays as it is: its codes still count in the rows that they have.
            if not isinstance(error, JournalFull):
                self._drop()
            self._tell(error)
            self.failing = True
            return False
        else:
            self.failing = False
            return True
        finally:
            self._turn.release()

    def _count(self, code: bytes, day: dt.date) -> None:
        if day != self._day or os.getpid() != self._process:
            self._drop()
        while (size := self._lock()) is None:
            self._open(day)
        try:
            while not self._increase(code, size):
                size = self._grow(size)
            _set_to_midnight(self._descriptor, day)
        finally:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def _increase(self, code: bytes, size: int) -> bool:
        """Makes the code's number larger by one; not if its bucket has no room for it."""
        start = table.bucket_of(code, self._salt, size)
        bucket = os.pread(self._descriptor, table.BUCKET, start)
        place = bucket.find(code)
        # Rows alone hold codes, at their beginning; what stands elsewhere is damage.
        if place >= 0 and place % table.ROW == 0:
            return self._write(code, table.number_of(bucket[place : place + table.ROW]) + 1, start + place)
        free = [place for place in range(0, len(bucket), table.ROW) if not table.is_taken(bucket[place:])]
        # Any free row: rows in order would tell which code came first.
        return bool(free) and self._write(code, 1, start + secrets.choice(free))

    def _write(self, code: bytes, number: int, place: int) -> bool:
        if os.pwrite(self._descriptor, table.row_of(code, number), place) != table.ROW:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return True

    def _grow(self, size: int) -> int:
        """Replaces the segment by one of twice the size or more, in one step; raises ``JournalFull`` if none may be."""
        rows = list(table.rows(os.pread(self._descriptor, size, 0)))
        content: bytes | None = None
        while content is None:
            size *= 2
            if size > LONGEST_SEGMENT:
                raise JournalFull
            content = table.of_rows(rows, self._salt, size)
        _make_room(self.folder, size)
        draft = self._path.with_name(f"{self._path.stem}_{uuid.uuid4().hex}.growing")
        descriptor = _create(draft, content)
        try:
            # Whoever waits for its name to come up must not count in it before we are done.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            draft.replace(self._path)
        except OSError:
            os.close(descriptor)
            raise
        os.close(self._descriptor)
        self._descriptor = descriptor
        _set_to_midnight(self.folder, self._day or today())
        return size

    def _open(self, day: dt.date) -> None:
        """A segment of the day that nobody holds this moment, or a new one."""
        self._drop()
        self._process = os.getpid()
        for path in self.folder.glob(f"{day}_*.open"):
            with suppress(OSError, ValueError):
                identity(path)
                self._take(path, day, os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW))
                if self._lock() is not None:
                    fcntl.flock(self._descriptor, fcntl.LOCK_UN)
                    return
                self._drop()
        for left in range(BEGINNINGS - 1, -1, -1):
            try:
                path = begin(self.folder, day)
                self._take(path, day, os.open(path, os.O_RDWR | os.O_CLOEXEC))
            except FileNotFoundError:
                # Sealed between its beginning and our opening it.
                if not left:
                    raise
            else:
                return

    def _take(self, path: Path, day: dt.date, descriptor: int) -> None:
        self._drop()
        self._descriptor, self._path, self._day = descriptor, path, day
        self._salt = identity(path)[1].bytes

    def _lock(self) -> int | None:
        """Takes the segment's lock and tells its size; None if another holds it, or it was sealed or replaced."""
        if self._descriptor < 0:
            return None
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        found = os.fstat(self._descriptor)
        is_table = found.st_size >= SMALLEST_SEGMENT and found.st_size % table.BUCKET == 0
        if is_table and _is_open(found):
            return found.st_size
        # Sealed or replaced between our opening it and now: what we would count, nobody would read.
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        return None

    def _drop(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor, self._day = -1, None

    def _tell(self, error: OSError) -> None:
        """One line when it begins to fail; a flood fills no log."""
        now = time.monotonic()
        if self._said is None or now - self._said > SILENCE:
            self._said = now
            logger.error("Scans cannot be counted now: %s. Pages are shown all the same.", error.strerror or error)


def of_this_process() -> Journal:
    """The journal in the data folder."""
    return _journal(folder())


def folder() -> Path:
    """Where segments lie."""
    return in_data("journal")


def today() -> dt.date:
    """The day on which a scan counts."""
    return day_of(dt.datetime.now(DAY_ZONE))


def yesterday() -> dt.date:
    """The newest day that is over."""
    return today() - dt.timedelta(days=1)


def day_of(moment: dt.datetime) -> dt.date:
    """The day in America/New_York of an aware moment."""
    return moment.astimezone(DAY_ZONE).date()


def begin(where: Path, day: dt.date) -> Path:
    """An empty segment of a day. Raises ``JournalFull`` or ``OSError``."""
    where.mkdir(mode=0o700, parents=True, exist_ok=True)
    _make_room(where, SMALLEST_SEGMENT)
    path = where / f"{day}_{uuid.uuid4().hex}.open"
    # It gets its name whole: another process may open it at once.
    draft = path.with_suffix(".growing")
    os.close(_create(draft, table.empty(SMALLEST_SEGMENT)))
    draft.replace(path)
    _set_to_midnight(path, day)
    _set_to_midnight(where, day)
    return path


def tend(where: Path) -> None:
    """What the journal's process does each minute, scans or not: no time of any file tells of one.

    A segment of today stands before its first scan; each is touched; what a killed process left half
    made is removed. Raises ``OSError``.
    """
    now = today()
    if not any(where.glob(f"{now}_*.open")):
        begin(where, now)
    for path in where.glob("*.growing"):
        with suppress(FileNotFoundError, BlockingIOError), path.open("rb") as draft:
            fcntl.flock(draft, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if dt.datetime.now(dt.UTC).timestamp() - os.fstat(draft.fileno()).st_ctime > 60:
                path.unlink()
    for path in (*where.glob("*.open"), *where.glob("*.sealed")):
        with suppress(FileNotFoundError, ValueError):
            _set_to_midnight(path, identity(path)[0])
    _set_to_midnight(where, now)


def seal(where: Path, *, through: dt.date) -> Iterator[Path]:
    """Seals every segment of a day up to ``through``; gives all that are sealed, oldest day first.

    A segment that somebody counts in this very moment waits for the next time.
    """
    for path in sorted(where.glob("*.open")):
        try:
            if identity(path)[0] > through:
                continue
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except (ValueError, OSError):
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # One killed between these two steps left it read-only under its old name: nobody counts in it any more.
            if _is_named(os.fstat(descriptor)):
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


def oldest(where: Path) -> dt.date | None:
    """The oldest day that waits to be folded. Raises ``OSError``."""
    days = []
    for path in where.glob("*"):
        with suppress(ValueError):
            days.append(identity(path)[0])
    return min(days, default=None)


def _create(path: Path, content: bytes) -> int:
    """A new file with room taken for all of it; its descriptor. Leaves nothing behind if it fails."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        if os.write(descriptor, content) != len(content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError:
        os.close(descriptor)
        path.unlink(missing_ok=True)
        raise
    return descriptor


def _make_room(where: Path, size: int) -> None:
    taken = 0
    for path in where.iterdir():
        with suppress(FileNotFoundError):
            taken += path.lstat().st_size
    if taken + size > LARGEST:
        raise JournalFull


def _is_open(found: os.stat_result) -> bool:
    """Whether a segment whose lock we hold is the one that its name leads to, and not sealed."""
    return _is_named(found) and bool(found.st_mode & stat.S_IWUSR)


def _is_named(found: os.stat_result) -> bool:
    """Whether a file that we hold is one that a name still leads to, and no other thing than a file."""
    return stat.S_ISREG(found.st_mode) and found.st_nlink > 0


def _set_to_midnight(target: int | Path, day: dt.date) -> None:
    midnight = _midnight(day)
    os.utime(target, (midnight, midnight))


@lru_cache(maxsize=4)
def _midnight(day: dt.date) -> float:
    return dt.datetime.combine(day, dt.time(), tzinfo=DAY_ZONE).timestamp()


@cache
def _journal(where: Path) -> Journal:
    return Journal(where)
