"""A page that is the same for everyone and asked for again and again is answered as it was a moment ago.

When a link goes round, hundreds open one page within a second. A view says of its page that it may be kept so
(``kept_a_moment``); after some requests within a second each process answers the next ones from memory, and makes the
page anew once a second. A page that is opened now and then is always made anew. What a CDN may keep for a minute may be
a second old.
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
#: Requests within a moment from which on it is kept.
OFTEN: Final = 20
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


def kept_a_moment(view: View) -> View:
    """A view whose answer is the same for everyone, so that one made a moment ago will do."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response._may_be_kept = True  # type: ignore[attr-defined]
        return response

    return inner


def keep_a_moment(get_response: Answer) -> Answer:
    """Middleware, the outermost: answers from memory what was asked for often within the last second.

    What a CDN keeps for everyone says that it varies by nobody's languages: its address says its language.
    """
    kept: dict[Key, _Kept] = {}
    asked: dict[Key, tuple[float, int]] = {}
    lock = threading.Lock()

    def middleware(request: HttpRequest) -> HttpResponseBase:
        meta = request.META
        if request.method != "GET" or "HTTP_IF_NONE_MATCH" in meta:
            return _for_everyone(get_response(request))
        key = (meta.get("HTTP_HOST", ""), request.scheme or "", meta["PATH_INFO"], meta.get("QUERY_STRING", ""))
        page = kept.get(key)
        if page and _still_good(page):
            return HttpResponse(page.content, headers=page.headers)
        response = _for_everyone(get_response(request))
        if getattr(response, "_may_be_kept", False) and isinstance(response, HttpResponse):
            with lock:
                _count(key, response)
        return response

    def _still_good(page: _Kept) -> bool:
        """Whether it may be answered; when its moment is over, one request makes it anew and the others go on."""
        now = time.monotonic()
        if now < page.until:
            page.answered += 1
            return True
        with lock:
            if now < page.until:
                return True
            if now < page.until + MOMENT:
                page.until = now + MOMENT
        return False

    def _count(key: Key, response: HttpResponse) -> None:
        now = time.monotonic()
        began, number = asked.get(key, (now, 0))
        if now - began > MOMENT:
            began, number = now, 0
        if key not in asked and len(asked) >= MOST:
            asked.clear()
            kept.clear()
        asked[key] = (began, number + 1)
        before = kept.pop(key, None)
        often = number + 1 + (before.answered if before else 0) >= OFTEN
        if often and _is_shared(response):
            kept[key] = _Kept(response.content, dict(response.headers), now + MOMENT)

    return middleware


def _is_shared(response: HttpResponse) -> bool:
    headers = response.headers
    return (
        response.status_code == 200
        and "CDN-Cache-Control" in headers
        and not response.cookies
        and "Vary" not in headers
        and len(response.content) <= LONGEST
    )


def _for_everyone(response: HttpResponseBase) -> HttpResponseBase:
    if "CDN-Cache-Control" in response.headers and response.headers.get("Vary") == "Accept-Language":
        del response.headers["Vary"]
    return response
