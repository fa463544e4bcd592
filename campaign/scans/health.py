"""Health for machines: is this process alive, and what of the portal is missing.

Help needs neither database nor broker, so a web process that misses both still belongs
behind the load balancer: ``/readyz`` answers 200 and names what is degraded.
"""

import os
from collections.abc import Callable
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from kombu.exceptions import OperationalError

from campaign.scans import journal
from outreach.channels import local_copy
from portal.pages.headers import leaves_no_trace

BROKER_PATIENCE = 1  # second


@leaves_no_trace()
def alive(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@leaves_no_trace()
def ready(request: HttpRequest) -> HttpResponse:
    """Whether help can be shown (it can, or nothing would answer), and what else is degraded."""
    parts: dict[str, Callable[[], bool]] = {
        "database": database_answers,
        "broker": broker_answers,
        "journal": journal_is_writable,
        "lines": lines_are_kept,
    }
    degraded = [name for name, works in parts.items() if not works()]
    return JsonResponse({"help": "ok", "degraded": degraded})


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


def lines_are_kept() -> bool:
    """The copy of the lines was read; otherwise pages show the nation's lines that are built in."""
    return local_copy.current() is not local_copy.BUILT_IN


def _exists(name: object) -> bool:
    """Whether an SQLite database is there; one in memory always is."""
    text = str(name)
    return text == ":memory:" or text.startswith("file:") or Path(text).exists()
