"""Keeps room for help: whatever else is asked, a thread of every web process is left for it.

A page that waits for the database, a file or a slow visitor holds its thread until its last byte
is sent. Help waits for nothing, so that one thread serves thousands of visitors a second.

A few pages are made at a time, others wait for their turn in threads that cost next to nothing:
a class that books at once is let in one after the other, and the database sees a few of them.
"""

import re
import threading
import weakref
from collections.abc import Callable
from datetime import date
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import get_template

from campaign.scans import journal
from campaign.scans.straight import straight
from outreach.channels import local_copy

#: Codes, help pages, and the question whether this process lives.
HELP = re.compile(r"/(?:[Qq](?:/|\Z)|(?:[A-Za-z-]+/)?near/|healthz\Z)")
#: Of these, what takes the short way when it is read: whole addresses.
STRAIGHT = re.compile(r"/(?:[Qq](?:/|\Z)|[A-Za-z-]+/near/(?:.*/)?\Z|healthz\Z)", re.DOTALL)

#: How many pages a process makes at a time; also how many connections to the database it holds.
AT_WORK: Final = 8
#: Seconds for which a visitor waits for a turn before the page says to come back.
PATIENCE: Final = 15.0

Answer = Callable[[HttpRequest], HttpResponseBase]


def keep_room(get_response: Answer) -> Answer:
    """Middleware, the outermost: answers 503 with the nation's numbers where only help's thread is left.

    Help itself goes past sessions, messages and accounts, which it has no use for and which take
    half of its time.
    """
    threads = threading.BoundedSemaphore(max(settings.THREADS - 1, 1))
    turns = threading.BoundedSemaphore(AT_WORK)
    short = straight()

    def take_turn(request: HttpRequest) -> HttpResponseBase:
        if not turns.acquire(timeout=PATIENCE):
            return _busy(journal.today())
        try:
            return get_response(request)
        finally:
            turns.release()

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method in ("GET", "HEAD") and STRAIGHT.match(request.path_info):
            return short(request)
        if HELP.match(request.path_info):
            return get_response(request)
        if not threads.acquire(blocking=False):
            return _busy(journal.today())
        try:
            response = take_turn(request)
        except BaseException:
            threads.release()
            raise
        # A thread is given back once: when the last byte is sent, or nobody holds the answer any more.
        leave = weakref.finalize(response, threads.release)
        leave.atexit = False
        response._resource_closers.append(leave)  # type: ignore[attr-defined]
        return response

    return middleware


def _busy(on: date) -> HttpResponse:
    lines = local_copy.national(on)
    page = get_template("campaign/scans/busy.html").render({"lines": lines})
    return HttpResponse(
        page,
        status=503,
        headers={
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "Retry-After": "2",
            "X-Content-Type-Options": "nosniff",
        },
    )
