"""Files that outlive an outage: written whole or not at all, read without asking anything else.

What a page must show while the database is away is kept as one small file in the data folder.
A process looks at the file's name, size and time on each read (some microseconds) and parses
it only when they changed.
"""

import fcntl
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Generic, TypeVar

from django.conf import settings

Value = TypeVar("Value")
_Mark = tuple[int, int, int]

logger = logging.getLogger(__name__)


def in_data(*names: str) -> Path:
    """A path in the data folder. Every scan asks for some: each is put together once."""
    return _joined(settings.DATA_DIR, *names)


@cache
def _joined(folder: Path, *names: str) -> Path:
    return Path(folder, *names)


def write_whole(path: Path, content: bytes) -> bool:
    """Puts ``content`` at ``path`` in one step: a reader sees the old file or the new one.

    Returns whether anything changed; equal content is left alone. Raises ``OSError``.
    """
    try:
        if path.read_bytes() == content:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return True


@contextmanager
def one_writer(path: Path, *, patience: float = 10) -> Iterator[None]:
    """Waits until no other process or thread of this host writes ``path`` from what it read before.

    ``patience`` is in seconds. Raises ``TimeoutError`` where the other one is stuck, and ``OSError``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + patience
    # A file of its own: the written one is replaced, and a lock would go with it. Closing it lets go.
    with (path.parent / f".{path.name}.lock").open("ab") as lock:
        while not _is_taken(lock):
            if time.monotonic() > until:
                raise TimeoutError(f"{path.name} is being written by somebody else for more than {patience:g} s")
            time.sleep(0.02)
        yield


def _is_taken(lock: IO[bytes]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Kept(Generic[Value]):
    """A value read from a file, and the last good one where the file is gone or damaged.

    ``parse`` makes the value of the file's bytes and raises ``ValueError`` where it cannot;
    ``floor`` is the value when no file was ever read.
    """

    def __init__(self, path: Path, *, parse: Callable[[bytes], Value], floor: Value) -> None:
        self.path = path
        self._parse = parse
        self._value = floor
        self._seen: _Mark | None = None
        self._told: _Mark | None = None
        self._turn = threading.Lock()

    def read(self) -> Value:
        """The newest good value. Never raises: whatever is wrong with the file, there is an answer."""
        try:
            found = self.path.stat()
        except OSError:
            return self._value
        mark = (found.st_ino, found.st_size, found.st_mtime_ns)
        if mark != self._seen:
            with self._turn:
                if mark != self._seen:
                    self._take(mark)
        return self._value

    def _take(self, mark: _Mark) -> None:
        try:
            content = self.path.read_bytes()
        except OSError as error:  # for now, as where no file can be opened: the next read tries again
            if mark != self._told:
                logger.error("%s cannot be read (%s): the last good one stays.", self.path.name, error)
                self._told = mark
            return
        try:
            self._value = self._parse(content)
        except Exception as error:  # damage takes any shape, such as JSON nested too deep to parse
            logger.error("%s is damaged (%s): the last good one stays.", self.path.name, error)
        self._seen = mark
