"""The best plan so far as a file, while the search goes on: whoever is killed leaves it behind.

A thread writes, so that the search never waits for a disk: at most every half second, and never more than a twentieth
of the time; the newest plan only.
"""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Final

from .model import Plan
from .plan_file import write_plan

SECONDS_BETWEEN: Final = 0.5
PART_FOR_WRITING: Final = 0.05


class Keeper:
    """Keeps the newest plan that it is given at ``path``, whole at every moment; ``has_kept`` one. A context manager."""

    def __init__(self, path: Path, *, seconds: float = SECONDS_BETWEEN) -> None:
        self.path, self.seconds, self.has_kept = path, seconds, False
        self._news = threading.Condition()
        self._over = threading.Event()
        self._newest: Plan | None = None
        self._thread = threading.Thread(target=self._write, name="keeper", daemon=True)

    def keep(self, plan: Plan) -> None:
        """Has the plan written soon; it returns at once."""
        with self._news:
            self._newest = plan
            self._news.notify()

    def __enter__(self) -> Keeper:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends before whoever holds it writes the last word, so that nothing older comes after that."""
        self._over.set()
        with self._news:
            self._news.notify()
        self._thread.join()

    def _write(self) -> None:
        while not self._over.is_set():
            with self._news:
                self._news.wait_for(lambda: self._newest is not None or self._over.is_set())
                plan, self._newest = self._newest, None
            if plan is None or self._over.is_set():
                return
            began = time.monotonic()
            # A full disk costs the safety net, not the search: the last plan's own writing tells of it.
            with contextlib.suppress(OSError):
                write_plan(plan, self.path)
                self.has_kept = True
            self._over.wait(max(self.seconds, (time.monotonic() - began) / PART_FOR_WRITING))
