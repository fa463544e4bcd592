"""Whose turn it is: held by a lock of the kernel, which lets go when its holder dies, however it dies.

A file with a process number would not do: after a restart another process has that number, and
the mail would wait for it for ever.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def take_turn(path: Path) -> Iterator[bool]:
    """Whether this process may go on; without waiting. The turn ends with the block."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
