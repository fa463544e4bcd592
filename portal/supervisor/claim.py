"""One process tree for one data folder."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

# A tree that was killed holds its claim until its guard has ended the last process.
WAIT_SECONDS = 6.0


class DataFolderInUseError(Exception):
    """Another process tree runs with this data folder."""


@contextlib.contextmanager
def claim(data: Path) -> Iterator[None]:
    """Holds the data folder for this process and those it forks.

    Raises DataFolderInUseError where another tree holds it, and OSError where it cannot be written.
    """
    data.mkdir(parents=True, exist_ok=True)
    path = data / "up.lock"
    with path.open("a+") as file:
        until = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                file.seek(0)
                owner = file.read().strip() or "unknown"
                if time.monotonic() > until or _alive(owner):
                    raise DataFolderInUseError(
                        f"Waypost already runs with the data folder {data} (process {owner}). "
                        "Stop it first, or choose another folder with --data."
                    ) from error
                time.sleep(0.05)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _alive(pid: str) -> bool:
    """Whether the process that wrote its number into the claim still runs."""
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
