"""Where a link may lead: ``near:MS``, ``on:amtrak``, ``event:<uid>``, or an address of a host that the settings allow.

Read when somebody aims a link, when the request path's copy is written, and again when that is
read: an address of any other host leads nowhere, whoever wrote it.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from portal.areas.register import BY_CODE

LONGEST: Final = 300
_UID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
# Printable ASCII without what a browser would mend into another address (“\” becomes “/”) or HTML would end at.
_ADDRESS = re.compile(r"https://[!#-;=?-\[\]_a-z~%]+")


class BadDestination(ValueError):
    """A link may not lead there; says why and what may stand instead."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a link leads: a path behind the language (``near/ms/``), or a whole address elsewhere."""

    path: str = ""
    address: str = ""

    @property
    def is_outside(self) -> bool:
        """Whether it leaves the portal, so that there is no help page behind the code."""
        return bool(self.address)

    @property
    def is_event(self) -> bool:
        """Whether it is an event's page, which speaks the site's languages and not all of help's."""
        return self.path.startswith("events/")


def event_target(uid: UUID) -> str:
    """The target of a link that leads to an event's page."""
    return f"event:{uid}"


def read(text: str) -> Destination:
    """Reads a link's target. Raises ``BadDestination``."""
    if len(text) > LONGEST:
        raise BadDestination(f"The target has {len(text)} characters: {LONGEST} are the most.")
    kind, _, rest = text.partition(":")
    if kind == "near" and rest in BY_CODE:
        return Destination(path=f"near/{rest.lower()}/")
    if kind == "on" and _SLUG.fullmatch(rest):
        return Destination(path=f"near/on/{rest}/")
    if kind == "event" and _UID.fullmatch(rest):
        return Destination(path=f"events/{rest}/")
    if kind == "https":
        return Destination(address=_allowed(text))
    raise BadDestination(
        f"{text[:60]!r} is no target: write near:MS, on:amtrak, or an address that begins with https://."
    )


def _allowed(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise BadDestination("The address holds characters that may not stand in one: copy it from the browser's bar.")
    try:
        parts = urlsplit(text)
        plain = parts.port is None and parts.username is None and parts.password is None
    except ValueError:
        plain = False
    if not plain or parts.netloc != parts.hostname:
        raise BadDestination("The address must begin with https:// and a host name in small letters, without a port.")
    if parts.netloc not in settings.LINK_HOSTS:
        allowed = ", ".join(settings.LINK_HOSTS) or "none yet"
        raise BadDestination(f"{parts.netloc} is not an allowed host (WAYPOST_LINK_HOSTS: {allowed}).")
    return text
