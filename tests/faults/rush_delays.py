"""Delays between any two statements of every process of a rush, and, where a rush asks for it, a naive booking.

A delay stands before and after each statement (BEGIN, SAVEPOINT and the like among them), before each COMMIT, and
between it and the answer. Which and how long is drawn from the rush's seed and the number of the process.
"""

import os
import random
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import Sum

LONGEST: Final = float(os.environ.get("RUSH_DELAY_MS", "20")) / 1000
OFTEN: Final = 1 / 3


class Drawn:
    """Waits as its seed says, and counts in a file, which outlives the process, how often."""

    def __init__(self, folder: Path, seed: str) -> None:
        self._folder, self._seed = folder, seed
        self._of: int = 0
        self._lock = threading.Lock()

    def __call__(self) -> None:
        if self._of != os.getpid():  # a worker is forked from its master
            self._begin()
        with self._lock:
            draw = self._draw.random()
            length = self._draw.uniform(0, LONGEST)
        if draw < OFTEN:
            os.write(self._count, b".")
            time.sleep(length)

    def _begin(self) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        born = os.open(self._folder / "processes", flags, 0o600)
        os.write(born, b".")
        number = os.lseek(born, 0, os.SEEK_CUR)
        os.close(born)
        self._draw = random.Random(f"{self._seed}-{number}")
        self._count = os.open(self._folder / "delays", flags, 0o600)
        self._of = os.getpid()


class Delays(AppConfig):
    """Puts the delays in, once everything is loaded."""

    name = "tests.faults"
    label = "rush"

    def ready(self) -> None:
        """Every connection from now on is slow."""
        from django.conf import settings

        wait = Drawn(settings.DATA_DIR, os.environ.get("RUSH_SEED", "0"))
        commit = BaseDatabaseWrapper.commit

        def around(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
            wait()
            answer = execute(sql, params, many, context)
            wait()
            return answer

        def slow_commit(self: BaseDatabaseWrapper) -> None:
            wait()
            commit(self)
            wait()

        def made(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
            if around not in connection.execute_wrappers:
                connection.execute_wrappers.append(around)

        if os.environ.get("RUSH_NAIVE"):
            from outreach.registration import booking

            booking.take = naive
        if LONGEST:
            # Held by this app, which lives as long as the process.
            self.made = made
            connection_created.connect(made)
            BaseDatabaseWrapper.commit = slow_commit  # type: ignore[method-assign]


def naive(*, seminar_uid: uuid.UUID, wish: Any, language: str, nonce: uuid.UUID | None = None) -> Any:
    """As many would write it: look whether there is room, then write. What the harness must catch."""
    from outreach.registration import booking
    from outreach.registration.models import Registration
    from outreach.seminars.models import Seminar

    seminar = Seminar.objects.get(uid=seminar_uid)
    taken = Registration.objects.filter(seminar=seminar, state="booked").aggregate(n=Sum("seats"))["n"] or 0
    if taken + wish.seats > seminar.capacity:
        raise booking.SeminarFull(seminar, seminar.capacity - taken)
    # As long as a mail takes to be rendered: on a slow machine two clients may else never meet here.
    time.sleep(10 * LONGEST)
    Registration.objects.create(
        seminar=seminar, name=wish.name, email=wish.email, seats=wish.seats, adults=wish.seats, nonce=nonce
    )
    return booking.Outcome.BOOKED
