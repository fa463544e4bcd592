"""Whom a count leaves out: machines that open a code before, or instead of, a person, and our own people.

What a request says of itself is looked at in passing and kept nowhere.
"""

import re

from django.http import HttpRequest

from portal.people.uncounted import is_marked

#: A browser, mail program or messenger that loads what nobody has opened yet says so here.
AHEAD_OF_TIME = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")
AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
#: How search engines and messengers' link previews call themselves. Phones are called so too: a CUBOT is one.
MACHINE = re.compile(
    r"(?<!\bcu)bot(?![a-z])|crawl|spider|preview|facebookexternalhit|whatsapp/|headless", re.IGNORECASE
)


def is_counted(request: HttpRequest) -> bool:
    """Whether a request looks like a person who scanned a code: a GET, not ahead of time, no known machine or colleague."""
    if request.method != "GET" or is_marked(request):
        return False
    # META, not headers: the latter reads all that came.
    if any(name in request.META and AHEAD.search(request.META[name]) for name in AHEAD_OF_TIME):
        return False
    return not MACHINE.search(request.META.get("HTTP_USER_AGENT", ""))
