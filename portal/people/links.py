"""Links by which somebody without an account acts, for some days: the token in the address is their authority.

Only its hash is kept, so that nobody who reads the database can act in their place.
"""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from enum import Enum
from typing import Final, Generic, TypeVar

LASTS: Final = dt.timedelta(days=14)

Invitation = TypeVar("Invitation")


class LinkState(Enum):
    """What a link can still do."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    OVER = "over"
    """Withdrawn, or there is nothing left to do."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Opened(Generic[Invitation]):
    """A link that somebody followed."""

    state: LinkState
    invitation: Invitation | None = None


class LinkClosed(Exception):
    """The link does nothing more; ``state`` says why."""

    def __init__(self, state: LinkState) -> None:
        super().__init__(state.value)
        self.state = state


def new_token() -> tuple[str, str]:
    """A token for an address, and what of it is kept."""
    token = secrets.token_urlsafe(32)
    return token, hashed(token)


def hashed(token: str) -> str:
    """What is kept of a token, whatever somebody put into the address."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
