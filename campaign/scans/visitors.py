"""Whom a count leaves out: machines that open a code before, or instead of, a person.

What a request says of itself is looked at in passing and kept nowhere.
"""

from django.http import HttpRequest

#: A browser, mail program or messenger that loads what nobody has opened yet says so here.
AHEAD_OF_TIME = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
AHEAD = ("prefetch", "prerender", "preview")
#: Parts of the names by which search engines and messengers' link previews call themselves.
MACHINES = ("bot", "crawl", "spider", "preview", "facebookexternalhit", "whatsapp/")


def is_counted(request: HttpRequest) -> bool:
    """Whether a request looks like a person who scanned a code: a GET, not ahead of time, no known machine."""
    if request.method != "GET":
        return False
    if any(word in request.headers.get(name, "").lower() for name in AHEAD_OF_TIME for word in AHEAD):
        return False
    agent = request.headers.get("User-Agent", "").lower()
    return not any(word in agent for word in MACHINES)
