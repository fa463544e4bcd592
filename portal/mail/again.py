"""Mails once more: rooms that can make theirs anew say how, by the kind of row that a mail tells of.

A mail is never repeated as it was: whoever asks for it again is told how things stand now.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from portal.mail.models import Mail


class NotPossible(Exception):
    """It cannot be sent again; the text says why, to staff."""


class Preview(Protocol):
    """A mail as it would be sent now."""

    @property
    def subject(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def entry(self) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Way:
    """How mails of one kind are made anew; both raise ``NotPossible``."""

    preview: Callable[[Mail], Preview]
    send: Callable[..., Any]
    """Called with the mail, a ``key`` under which it is sent once, and ``by``."""


WAYS: dict[str, Way] = {}


def way(mail: Mail) -> Way | None:
    """How this mail is made anew, or None where its room does not say."""
    return WAYS.get(mail.about.rpartition(":")[0])
