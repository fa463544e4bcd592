"""Panels and actions of the channels' admin pages, to which the rooms of the campaign append their own.

As in ``campaign.places.panels``: an action is a function of (model admin, request, queryset), or the name of one
of the admin's own; a panel is a function of (request, channel) that answers what to show below the form, or None.
What stands in the way of taking a value away unseen is a function of a channel that answers a sentence, or nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from outreach.channels.models import Channel


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a page: its title, and a template that reads ``panel`` for its context."""

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


CHANNEL_ACTIONS: list[str | Callable[[Any, HttpRequest, Any], Any]] = ["verified_today", "retire", "bring_back"]
CHANNEL_PANELS: list[Callable[[HttpRequest, Channel], Panel | None]] = []
CHANNEL_GUARDS: list[Callable[[Channel], str]] = []


def in_the_way(channel: Channel) -> str:
    """Why a channel's value cannot be retired or written over just so; empty where it can."""
    return next(filter(None, (guard(channel) for guard in CHANNEL_GUARDS)), "")
