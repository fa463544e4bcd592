"""Pages of one seminar in the admin that rooms above this one add: moving it, its mails, its door, its report.

A higher room's admin.py, loaded later by the door, writes ``event_pages.PAGES.append(EventPage(…))``. The seminar's
own page links to those that fit it, for whoever may open them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from outreach.seminars.models import Seminar


def _always(seminar: Seminar) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page at ``<seminar>/<path>/``, named ``admin:outreach_seminar_<name>``; ``show`` answers it.

    ``fits``: whether it makes sense for a seminar as it stands; where not, it answers 404.
    """

    name: str
    path: str
    title: str
    permission: str
    show: Callable[[ModelAdmin, HttpRequest, Seminar], HttpResponse]
    fits: Callable[[Seminar], bool] = _always


PAGES: list[EventPage] = []
HEARERS: list[Callable[[Seminar], Any]] = []
"""Who hears when something about a seminar changes: each says it in a sentence (``str``)."""


def who_hears(seminar: Seminar) -> str:
    """The sentences of all rooms that write to people about a seminar."""
    return " ".join(str(tell(seminar)) for tell in HEARERS)
