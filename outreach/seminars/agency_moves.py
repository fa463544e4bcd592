"""What the agencies' desk knows of seminars: how they follow an agency that is merged, and the timeline's events."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from django.db.models import Q

from outreach.agencies.merging import Move
from outreach.agencies.timeline import MOST, Happening
from outreach.seminars.models import Seminar

if TYPE_CHECKING:
    from portal.people.models import User

MOVES = {
    "outreach.presenter.agency": Move(
        "presenters", lambda presenter: None if presenter.retired_at else presenter.email.lower()
    ),
    "outreach.presenterinvitation.agency": Move("links for presenters"),
    "outreach.seminar.host": Move("events that it hosts"),
    # Of an event that names both, the retired record stays named: pages show agencies in use alone.
    "outreach.seminar_partners.agency": Move(
        "events that name it", lambda row: row.seminar_id, says=lambda row: row.seminar.title, reach=("seminar",)
    ),
}
"""Added to those of the agencies by this room's admin."""


def events(keys: Collection[int], reader: "User") -> Iterator[Happening]:
    """For the agencies' timeline: events that they host or are named on, at the hour at which they begin."""
    if not reader.has_perm("outreach.view_seminar"):
        return
    named = Seminar.partners.through.objects.filter(agency__in=keys).values("seminar")
    rows = Seminar.objects.exclude(state=Seminar.State.DRAFT).filter(Q(host__in=keys) | Q(pk__in=named))
    for event in rows.order_by("-starts_at")[:MOST]:
        part = "hosted" if event.host_id in keys else "named as a partner"
        yield Happening(event.starts_at, "Event", event.title, part, event.get_state_display().lower())
