"""Panels and actions of the channels' admin pages, to which the rooms of the campaign append their own.

As in ``campaign.places.panels``: an action is a function of (model admin, request, queryset), or the name of one
of the admin's own; a panel is a function of (request, channel) that answers what to show below the form, or None.
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
