"""What a presenter offers besides hours, and what changes it: from where, how much, in which languages, as whom."""

import datetime as dt
from collections.abc import Mapping
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.schools import positions
from outreach.seminars import occupancy
from outreach.seminars.models import Presenter, PresenterKind, Seminar
from outreach.seminars.presenters import assignments, availability
from outreach.seminars.refusals import NotPossible
from portal.areas import clocks, zones
from portal.audit import trail
from portal.people.models import User

OWN: Final = frozenset(
    {
        *("languages", "topics", "base_postal_code", "latitude", "longitude", "time_zone"),
        *("gives_virtual", "radius_miles", "max_travel_minutes", "max_per_day", "max_seminars"),
    }
)
"""What a presenter changes alone. Not the kind, which schools were promised, nor the background check."""
LONGEST_ABSENCE: Final = dt.timedelta(days=366)


class Base(NamedTuple):
    """Where a ZIP code lies, to the mile or so, and whose clock holds there."""

    latitude: float
    longitude: float
    time_zone: str


def locate(postal_code: str) -> Base | None:
    """The middle of a ZIP code; None where the register has no school nearby that would tell."""
    found = positions.at_postal_code(postal_code)
    if found is None:
        return None
    latitude, longitude = (round(degrees, 3) for degrees in found)
    return Base(latitude, longitude, zones.zone_at(latitude, longitude))


def keep(*, presenter_id: int, fields: Mapping[str, object], by: User | None = None) -> Presenter:
    """Keeps what a presenter changed of ``OWN``.

    Raises ``NotPossible``: from the new base the seminars that stand could not be reached in time. ``KeyError``: a
    field that is not the presenter's.
    """
    if strange := set(fields) - OWN:
        raise KeyError(", ".join(sorted(strange)))
    with transaction.atomic():
        [presenter] = occupancy.hold([presenter_id])
        before = trail.snapshot(presenter)
        for name, value in fields.items():
            setattr(presenter, name, value)
        presenter.save(update_fields=[*fields])
        trail.record(actor=by, verb="changed", target=presenter, before=before, after=trail.snapshot(presenter))
        try:
            occupancy.book(presenter_ids=[presenter_id])
        except occupancy.DoubleBooked as clash:
            raise NotPossible(
                _("From there you could not reach your seminars in time. Decline one first, or write to us.")
            ) from clash
    return presenter


def coming(presenter: Presenter) -> QuerySet[Seminar]:
    """A presenter's seminars that have not begun and take place, as things stand; drafts too."""
    live = [Seminar.State.DRAFT, Seminar.State.OPEN]
    return Seminar.objects.filter(presenter=presenter, state__in=live, starts_at__gt=timezone.now())


def against_promise(presenter: Presenter, kind: str) -> list[Seminar]:
    """The seminars to come whose school did not choose such a presenter, or whose parents were told of another."""
    return [
        seminar
        for seminar in coming(presenter).select_related("request", "area").order_by("starts_at")
        if (seminar.request and kind not in seminar.request.presenter_kinds)
        or (seminar.parents_told_kind and seminar.parents_told_kind != kind)
    ]


def refusal_of(presenter: Presenter, kind: str) -> str:
    """Why a presenter can't become another kind; "" if nothing is in the way."""
    broken = against_promise(presenter, kind)
    if not broken:
        return ""
    named = ", ".join(f"{seminar.venue or seminar.title} ({seminar.short_day})" for seminar in broken[:5])
    more = f" and {len(broken) - 5} more" if len(broken) > 5 else ""
    return (
        f"“{PresenterKind(kind).label}” is not what was promised to {named}{more}. "
        "Give these seminars to somebody else first."
    )


def change_kind(*, presenter_id: int, kind: str, by: User) -> Presenter:
    """Makes a presenter another kind. Raises ``NotPossible``: somebody was promised that this kind doesn't come."""
    with transaction.atomic():
        [presenter] = occupancy.hold([presenter_id])
        if reason := refusal_of(presenter, kind):
            raise NotPossible(reason)
        before = {"kind": presenter.kind}
        presenter.kind = PresenterKind(kind)
        presenter.save(update_fields=["kind"])
        trail.record(actor=by, verb="became another kind", target=presenter, before=before, after={"kind": kind})
    return presenter


def fall_out(*, presenter_id: int, first: dt.date, last: dt.date, by: User) -> list[Seminar]:
    """Somebody is ill: away from ``first`` to ``last`` on the presenter's own clock, and the seminars of those days need
    somebody else. They keep their hours; schools hear of it when another plan is approved.

    Returns those seminars. Raises ``NotPossible``: the days are the wrong way round, or more than a year.
    """
    if not dt.timedelta() <= last - first <= LONGEST_ABSENCE:
        raise NotPossible("The last day must follow the first, within a year.")
    with transaction.atomic():
        [presenter] = occupancy.hold([presenter_id])
        availability.be_away(presenter=presenter, first=first, last=last)
        held = coming(presenter).select_for_update(of=("self",)).order_by("pk")
        gone = [
            seminar for seminar in held if first <= clocks.local(seminar.starts_at, presenter.time_zone).date() <= last
        ]
        trail.record(
            actor=by,
            verb="fell out",
            target=presenter,
            after={"from": str(first), "to": str(last), "seminars": [seminar.pk for seminar in gone]},
        )
        assignments.leave(gone, by=by, verb="lost its presenter")
    return gone
