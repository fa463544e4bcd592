"""Panels and actions of the channels' admin pages, to which the rooms of the campaign append their own.

As in ``campaign.places.panels``: an action is a function of (model admin, request, queryset), or the name of one
of the admin's own; a panel is a function of (request, channel) that answers what to show below the form, or None.
What stands in the way of taking a value away unseen is a function of a channel that answers a sentence, or nothing.
What carries the values of many channels is asked once for all: a function of (user, channels) that answers by key.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from outreach.channels.models import Channel
from portal.people.models import User


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a page: its title, and a template that reads ``panel`` for its context."""

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OnPaper:
    """How many poster pages carry a line, the same in words, and where it is shown, empty for who may not see that."""

    pages: int
    says: str
    href: str = ""


CHANNEL_ACTIONS: list[str | Callable[[Any, HttpRequest, Any], Any]] = ["checked_today", "retire", "bring_back"]
CHANNEL_PANELS: list[Callable[[HttpRequest, Channel], Panel | None]] = []
CHANNEL_GUARDS: list[Callable[[Channel], str]] = []
PAPER: list[Callable[[User, Sequence[Channel]], Mapping[int, OnPaper]]] = []


def in_the_way(channel: Channel) -> str:
    """Why a channel's value cannot be retired or written over just so; empty where it can."""
    return next(filter(None, (guard(channel) for guard in CHANNEL_GUARDS)), "")
