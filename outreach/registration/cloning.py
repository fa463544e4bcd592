"""The same event on other days: a draft each, with nothing of those who booked, and nothing that was promised."""

import datetime as dt
from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from outreach.seminars import conditions
from outreach.seminars.models import Seminar
from outreach.seminars.refusals import NotPossible
from portal.areas import clocks
from portal.audit import trail
from portal.people.models import User
from portal.seasons.models import Season

COPIED: Final = (
    *("school", "title", "summary", "audience", "topic", "mode", "language", "time_zone", "minutes"),
    *("venue", "address", "city", "area", "access", "latitude", "longitude"),
    *("capacity", "takes_classes", "groups", "largest_group", "waitlist"),
    *("expect", "content_note", "host", "is_demo"),
)
SET_ANEW: Final = ("season", "starts_at", "booking_closes_at", "cloned_from")
NEVER_COPIED: Final = (
    # Its own: nobody comes yet, nothing was told, and no link leads to it.
    *("id", "uid", "state", "seats_taken", "groups_taken", "waiting", "last_in_line", "attended"),
    *("sequence", "reason", "moved_from", "changed_at", "join_url"),
    # Promises to one school, and who was asked: each is asked anew.
    *("request", "presenter", "answer", "answered_at", "approved_by", "approved_at", "plan", "locked"),
    *("parents_told_on", "parents_told_kind", "opt_out", "counsellor_present", "private_room"),
    *("safeguarding_contact", "child_line"),
)
MOST: Final = 12


def clone(*, seminar_id: int, days: Sequence[dt.date], by: User) -> list[Seminar]:
    """Drafts of the same event, at the same time by the clock of the place, on each of ``days``.

    Raises ``NotPossible``: it is for students, a day has passed or has a draft of it already, or the clock skips
    that time on one of them. Then none is made.
    """
    if not days or len(days) > MOST:
        raise NotPossible(f"Between one and {MOST} days at once.")
    with transaction.atomic():
        seminar = conditions.locked(seminar_id)
        if seminar.is_unlisted:
            raise NotPossible("One for students comes of a school's request: plan that instead.")
        return [_clone(seminar, day, by=by) for day in sorted(set(days))]


def on_day(moment: dt.datetime, zone: str, days: int) -> dt.datetime:
    """So many days later at the same time by the clock of the zone, whatever the clock did in between (UTC).

    Raises ``NotPossible`` where the clock skips that time on that day.
    """
    there = clocks.local(moment, zone)
    wall = dt.datetime.combine(there.date() + dt.timedelta(days=days), there.time().replace(fold=0))
    shifted = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
    if clocks.local(shifted, zone).replace(tzinfo=None) != wall:
        raise NotPossible(f"On {wall:%d %B %Y} the clock goes forward over {wall:%H:%M}: choose another day.")
    return shifted


def _clone(seminar: Seminar, day: dt.date, *, by: User) -> Seminar:
    days = (day - clocks.local(seminar.starts_at, seminar.time_zone).date()).days
    starts_at = on_day(seminar.starts_at, seminar.time_zone, days)
    if starts_at <= timezone.now():
        raise NotPossible(f"{day:%d %B %Y} has passed: choose a day to come.")
    if Seminar.objects.filter(cloned_from=seminar, starts_at=starts_at).exists():
        raise NotPossible(f"There is a copy of it on {day:%d %B %Y} already.")
    closes = seminar.booking_closes_at
    made = Seminar.objects.create(
        **{name: getattr(seminar, name) for name in COPIED},
        season=Season.objects.filter(year=day.year).first() or seminar.season,
        starts_at=starts_at,
        booking_closes_at=on_day(closes, seminar.time_zone, days) if closes else None,
        cloned_from=seminar,
    )
    made.partners.set(seminar.partners.all())
    trail.record(actor=by, verb="cloned", target=made, after=trail.snapshot(made))
    return made
