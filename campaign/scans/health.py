"""Health for machines: is this process alive, and what of the portal is missing.

Help needs neither database nor broker, so a web process that misses both still belongs
behind the load balancer: ``/readyz`` answers 200 and names what is degraded.
"""

import datetime as dt
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from kombu.exceptions import OperationalError

from campaign.scans import journal
from outreach.channels import local_copy
from portal.pages.headers import leaves_no_trace

BROKER_PATIENCE: Final = 1  # second
#: However often it is asked, a process looks no more often than this (seconds).
FRESH: Final = 5.0
#: The copy is refreshed each minute; one that is older (seconds) shows that nobody does it any more.
COPY_IS_OLD: Final = 900.0


@leaves_no_trace()
def alive(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@leaves_no_trace()
def ready(request: HttpRequest) -> HttpResponse:
    """Whether help can be shown (it can, or nothing would answer), and what else is degraded."""
    age = local_copy.age()
    return JsonResponse(
        {
            "help": "ok",
            "degraded": LOOK.read(),
            "lines_checked_seconds_ago": None if age is None else round(age),
        }
    )


class Look:
    """The newest look at all parts. One thread looks at a time; the others get the look before it."""

    def __init__(self, look: Callable[[], list[str]], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._look = look
        self._clock = clock
        self._turn = threading.Lock()
        self._found = ["not looked yet"]
        self._until = float("-inf")

    def read(self) -> list[str]:
        """What is degraded, or that nobody knows yet. Waits for nobody else's look."""
        if self._clock() >= self._until and self._turn.acquire(blocking=False):
            try:
                self._found = self._look()
                self._until = self._clock() + FRESH
            finally:
                self._turn.release()
        return self._found


def degraded() -> list[str]:
    """The parts that don't work, by name."""
    return [name for name, works in PARTS.items() if not works()]


def database_answers() -> bool:
    """A query comes back. A lost SQLite file isn't made anew by asking."""
    if connection.vendor == "sqlite" and not _exists(connection.settings_dict["NAME"]):
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def broker_answers() -> bool:
    """The broker takes a connection."""
    try:
        with current_app.connection_for_write() as line:
            line.ensure_connection(max_retries=1, timeout=BROKER_PATIENCE)
    except (OperationalError, OSError):
        return False
    return True


def journal_is_writable() -> bool:
    """Scans can be counted."""
    folder = journal.folder()
    nearest = folder if folder.exists() else Path(settings.DATA_DIR)
    return os.access(nearest, os.W_OK | os.X_OK) and not journal.of_this_process().failing


def journal_is_folded() -> bool:
    """No day waits longer than the one after it for its counts to be taken."""
    try:
        oldest = journal.oldest(journal.folder())
    except OSError:
        return False
    return oldest is None or oldest >= journal.yesterday() - dt.timedelta(days=1)


def lines_are_kept() -> bool:
    """The copy of the lines was read; otherwise pages show the nation's lines that are built in."""
    return local_copy.current() is not local_copy.BUILT_IN


def lines_are_fresh() -> bool:
    """The copy was compared with the database of late: its process lives, and so does the database."""
    age = local_copy.age()
    return age is not None and age < COPY_IS_OLD


PARTS: Final[dict[str, Callable[[], bool]]] = {
    "database": database_answers,
    "broker": broker_answers,
    "journal": journal_is_writable,
    "fold": journal_is_folded,
    "lines": lines_are_kept,
    "refresh": lines_are_fresh,
}
LOOK: Final = Look(degraded)


def _exists(name: object) -> bool:
    """Whether an SQLite database is there; one in memory always is."""
    text = str(name)
    return text == ":memory:" or text.startswith("file:") or Path(text).exists()
