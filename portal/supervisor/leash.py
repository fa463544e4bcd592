"""The leash: whatever happens to the supervisor, no process outlives it.

Two holds, since neither is enough alone. On Linux the kernel kills each child with its
parent (PR_SET_PDEATHSIG), but not the child's own children. So a guard, forked before
anything else and in a session of its own, waits at a pipe that closes when the supervisor
ends in any way at all; then it kills every process group that was registered. The guard
needs nothing but POSIX, so it is the hold on macOS too.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable

PR_SET_PDEATHSIG = 1
GROUPS_GONE_WITHIN = 1.0


class Leash:
    """Holds process groups that must end with this process. Use it from the main thread only."""

    def __init__(self) -> None:
        heard, self._pipe = os.pipe()
        self._owner = os.getpid()
        self._prctl: Callable[..., int] | None = None
        if sys.platform == "linux":
            self._prctl = ctypes.CDLL(None, use_errno=True).prctl
        self._guard = os.fork()
        if self._guard == 0:
            try:
                os.close(self._pipe)
                _guard(heard)
            finally:
                os._exit(0)
        os.close(heard)

    def fasten(self) -> None:
        """Runs in a new child before it becomes its program: it registers itself.

        The child writes, not the parent: a parent killed right after the fork has still
        not closed the pipe, because the child holds it until its program starts.
        """
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.write(self._pipe, b"+%d\n" % os.getpid())
        if self._prctl is not None:
            self._prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != self._owner:
                os._exit(1)

    def unfasten(self, group: int) -> None:
        """Ends what is left of a group whose leader has ended, and forgets it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
        with contextlib.suppress(BrokenPipeError):
            os.write(self._pipe, b"-%d\n" % group)

    def drop(self) -> None:
        """Ends the guard; it kills what is still registered."""
        os.close(self._pipe)
        os.waitpid(self._guard, 0)


def _guard(pipe: int) -> None:
    """Waits until the last writer of ``pipe`` is gone, then kills what was registered there."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    groups: set[int] = set()
    with os.fdopen(pipe, "rb") as lines:
        for line in lines:
            group = int(line[1:])
            if line.startswith(b"+"):
                groups.add(group)
            else:
                groups.discard(group)
    _end(groups)


def _end(groups: Iterable[int]) -> None:
    """Kills the groups, and returns when they are gone (or after a while, if the kernel holds one)."""
    left = set(groups)
    until = time.monotonic() + GROUPS_GONE_WITHIN
    while left and time.monotonic() < until:
        for group in tuple(left):
            try:
                os.killpg(group, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                left.discard(group)
        time.sleep(0.02)
