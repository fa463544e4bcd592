"""An event gets another time, place or link: who will hear of it, and then the step itself.

One transaction moves it and notes who is to be told, however many they are; a task writes to them. Every entry that
lies in a calendar follows, since its SEQUENCE counts up with each mail (see ``mails.send``).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from outreach.registration import notices, waitlist
from outreach.registration.models import Registration
from outreach.seminars import conditions, promises, publishing
from outreach.seminars.models import Seminar
from outreach.seminars.refusals import NotPossible
from portal.areas import clocks
from portal.audit import trail
from portal.people.models import User

State = Registration.State

MOVES: Final = ("starts_at", "time_zone", "minutes", "mode", "venue", "address", "city", "area", "join_url")
"""What calendars show, and what guests are told when it changes."""
PLACES: Final = frozenset({"venue", "address", "city", "area"})
MOST_LETTERS: Final = 300


@dataclass(frozen=True, slots=True)
class Hearers:
    """Who is written to when something about an event changes: one mail each."""

    booked: int
    offered: int
    waiting: int

    @property
    def people(self) -> int:
        """How many mails."""
        return self.booked + self.offered + self.waiting

    def __str__(self) -> str:
        if not self.people:
            return "Nobody booked yet: nobody will hear."
        told = [f"{self.booked} booked", f"{self.offered} offered seats", f"{self.waiting} waiting"]
        kinds = ", ".join(each for each in told if not each.startswith("0 "))
        return f"{self.people} {'person' if self.people == 1 else 'people'} will hear: {kinds}."


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that will be another, in words."""

    name: str
    before: str
    after: str


def hearers(seminar: Seminar) -> Hearers:
    """Those who hold seats or wait for them, unless they were forgotten."""
    live = Registration.objects.filter(seminar=seminar, forgotten_at=None)
    counts = live.aggregate(
        booked=Count("pk", filter=Q(state=State.BOOKED)),
        offered=Count("pk", filter=Q(state=State.OFFERED)),
        waiting=Count("pk", filter=Q(state=State.WAITING)),
    )
    return Hearers(**counts)


def moved(seminar: Seminar, fields: Mapping[str, Any]) -> Seminar:
    """A copy, not stored, that stands as ``fields`` (some of ``MOVES``) say."""
    tried = copy(seminar)
    for name, value in fields.items():
        setattr(tried, name, value)
    return tried


def differences(seminar: Seminar, fields: Mapping[str, Any]) -> list[Difference]:
    """What will be another, as staff read it; times on the clock of the place, which is named."""
    then = moved(seminar, fields)
    shown: dict[str, Callable[[Seminar], str]] = {
        "When": lambda each: f"{each.day}, {each.start_time} ({each.clock})",
        "Minutes": lambda each: str(each.minutes),
        "How": lambda each: str(each.get_mode_display()),
        "Place": lambda each: ", ".join(filter(None, (each.venue, each.address, each.place))),
        "Video meeting": lambda each: each.join_url or "–",
    }
    pairs = ((name, say(seminar), say(then)) for name, say in shown.items())
    return [Difference(name, before, after) for name, before, after in pairs if before != after]


def move(*, seminar_id: int, fields: Mapping[str, Any], reason: str, by: User) -> Seminar:
    """Gives an event another time, place or link, and tells whoever holds seats or waits, the school, the presenter.

    ``fields`` are some of ``MOVES``, cleaned by a form. Bookings that closed a while before the start do so still.
    Raises ``NotPossible``: over or called off, nothing is different, a time that has passed, no reason where people
    hear of it, or its presenter may not give it or is elsewhere then.
    """
    reason = " ".join(reason.split())[:MOST_LETTERS]
    with transaction.atomic():
        seminar = conditions.locked(seminar_id)
        changed = {name for name in MOVES if name in fields and getattr(seminar, name) != fields[name]}
        _check(seminar, changed, fields, reason)
        before = trail.snapshot(seminar)
        was = seminar.starts_at
        for name in changed:
            setattr(seminar, name, fields[name])
        if "starts_at" in changed:
            first = seminar.moved_from or was
            seminar.moved_from = None if first == seminar.starts_at else first
            if seminar.booking_closes_at is not None:
                seminar.booking_closes_at += seminar.starts_at - was
        if changed & PLACES:
            seminar.latitude = seminar.longitude = None
        seminar.reason, seminar.changed_at = reason, timezone.now()
        seminar.sequence += 1
        seminar.save(
            update_fields=[
                *changed,
                *("moved_from", "booking_closes_at", "latitude", "longitude", "reason", "changed_at", "sequence"),
            ]
        )
        if seminar.starts_at < was:
            waitlist.shorten_offers(seminar)
        trail.record(actor=by, verb="moved", target=seminar, before=before, after=trail.snapshot(seminar))
        publishing.settle(seminar, former=seminar.presenter, moved=True, by=by)
        publishing.tell_of_change(seminar=seminar)
    return seminar


def _check(seminar: Seminar, changed: set[str], fields: Mapping[str, Any], reason: str) -> None:
    if seminar.state not in conditions.LIVE or seminar.ends_at <= timezone.now():
        raise NotPossible("It is over or was called off: make a copy of it on another day.")
    if not changed:
        raise NotPossible("Nothing is different: change the time, the place or the link, or go back.")
    starts_at: dt.datetime = fields.get("starts_at", seminar.starts_at)
    if "starts_at" in changed and starts_at <= timezone.now():
        there = clocks.spoken_day(starts_at, fields.get("time_zone", seminar.time_zone))
        raise NotPossible(f"{there}: that time has passed. Choose one to come.")
    if not reason and seminar.state == Seminar.State.OPEN and hearers(seminar).people:
        raise NotPossible("Write a sentence why: those who booked read it.")
    if seminar.presenter and (told := promises.may_give(moved(seminar, fields), seminar.presenter)):
        raise NotPossible(told)


def tell_of_move(seminar: Seminar) -> int:
    """Notes that everyone who holds seats or waits is to hear how it stands now, in the caller's transaction."""
    return notices.note_all(seminar, template=notices.MOVED, key=f"at {seminar.sequence}")


def tell_of_cancelled(seminar: Seminar) -> int:
    """Notes that all of them are to hear that it will not take place, in the caller's transaction."""
    return notices.note_all(seminar, template=notices.CALLED_OFF, key=f"at {seminar.sequence}")
