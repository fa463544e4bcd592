"""Panels and actions of the places' admin pages, to which higher rooms append their own.

A higher room's admin.py, loaded later by the door, writes for example
`panels.PLACEMENT_ACTIONS.append(print_posters)`. An action is a function of (model admin, request,
queryset), as Django's are; a panel a function of (request, record) that answers what to show below
the record's form, or None.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from campaign.places.models import Placement, Station, Train

LINES = "campaign/places/_lines.html"
"""A template for lists: `lines` of text, href and note, and `empty` for what to say without any."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a page: its title, and a template that reads `panel` for its context."""

    title: str
    context: Mapping[str, Any] = field(default_factory=dict)
    template: str = LINES


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list."""

    text: str
    href: str = ""
    note: str = ""


Action = Callable[[Any, HttpRequest, Any], Any]

STATION_ACTIONS: list[Action] = []
TRAIN_ACTIONS: list[Action] = []
SPOT_ACTIONS: list[Action] = []
PLACEMENT_ACTIONS: list[Action] = []

STATION_PANELS: list[Callable[[HttpRequest, Station], Panel | None]] = []
TRAIN_PANELS: list[Callable[[HttpRequest, Train], Panel | None]] = []
PLACEMENT_PANELS: list[Callable[[HttpRequest, Placement], Panel | None]] = []
