"""A page that is the same for everyone, and that several ask for at the same time, is answered as it was a moment ago.

When a link goes round, hundreds open one page within a second. A view says of its page that it may be kept so
(``kept_a_moment``). Once two visitors ask a process for it at the same time, the process answers the next ones from
memory, and makes the page anew once a second for as long as they come. A page that visitors open one after the other is
always made anew. What a CDN may keep for a minute may be a second old.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from portal.pages.headers import View

#: Seconds for which a page is kept.
MOMENT: Final = 1.0
#: So many pages a process keeps at most, of so many bytes.
MOST: Final = 128
LONGEST: Final = 128 * 1024

Key = tuple[str, str, str, str]
Answer = Callable[[HttpRequest], HttpResponseBase]


@dataclass(slots=True)
class _Kept:
    content: bytes
    headers: dict[str, str]
    until: float
    answered: int = 0


@dataclass(slots=True)
class _Making:
    """How many requests make a page now, and whether it was more than one since the first of them came."""

    requests: int = 0
    is_crowd: bool = False


def kept_a_moment(view: View) -> View:
    """A view whose answer is the same for everyone, so that one made a moment ago will do."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response._may_be_kept = True  # type: ignore[attr-defined]
        return response

    return inner


def keep_a_moment(get_response: Answer) -> Answer:
    """Middleware, the outermost: answers from memory what others ask for at the same time.

    What a CDN keeps for everyone says that it varies by nobody's languages: its address says its language.
    """
    pages = _Pages()

    def middleware(request: HttpRequest) -> HttpResponseBase:
        meta = request.META
        if request.method != "GET" or "HTTP_IF_NONE_MATCH" in meta:
            return _for_everyone(get_response(request))
        key = (meta.get("HTTP_HOST", ""), request.scheme or "", meta["PATH_INFO"], meta.get("QUERY_STRING", ""))
        if page := pages.of(key):
            return HttpResponse(page.content, headers=page.headers)
        pages.begin(key)
        response = None
        try:
            response = _for_everyone(get_response(request))
        finally:
            pages.end(key, response)
        return response

    return middleware


class _Pages:
    """What this process keeps, and what it is making. Threads share it."""

    def __init__(self) -> None:
        self._kept: dict[Key, _Kept] = {}
        self._making: dict[Key, _Making] = {}
        self._lock = threading.Lock()

    def of(self, key: Key) -> _Kept | None:
        """The page, if it may be answered. When its moment is over, one request makes it anew and the others go on."""
        page = self._kept.get(key)
        if page is None:
            return None
        now = time.monotonic()
        if now >= page.until:
            with self._lock:
                if now >= page.until:
                    if now < page.until + MOMENT:
                        page.until = now + MOMENT
                    return None
        page.answered += 1
        return page

    def begin(self, key: Key) -> None:
        """Says that a request makes the page."""
        with self._lock:
            making = self._making.setdefault(key, _Making())
            making.requests += 1
            making.is_crowd = making.is_crowd or making.requests > 1

    def end(self, key: Key, response: HttpResponseBase | None) -> None:
        """Keeps the answer if it is one to keep, and others asked for it meanwhile."""
        with self._lock:
            making = self._making[key]
            making.requests -= 1
            if not making.requests:
                del self._making[key]
            before = self._kept.pop(key, None)
            is_wanted = making.is_crowd or (before and before.answered)
            if is_wanted and isinstance(response, HttpResponse) and _may_be_kept(response):
                if len(self._kept) >= MOST:
                    self._kept.clear()
                self._kept[key] = _Kept(response.content, dict(response.headers), time.monotonic() + MOMENT)


def _may_be_kept(response: HttpResponse) -> bool:
    headers = response.headers
    return (
        getattr(response, "_may_be_kept", False)
        and response.status_code == 200
        and "CDN-Cache-Control" in headers
        and not response.cookies
        and "Vary" not in headers
        and len(response.content) <= LONGEST
    )


def _for_everyone(response: HttpResponseBase) -> HttpResponseBase:
    if "CDN-Cache-Control" in response.headers and response.headers.get("Vary") == "Accept-Language":
        del response.headers["Vary"]
    return response
