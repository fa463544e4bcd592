"""The line: seats that become free go to those who wait, in the order of their places, and are kept for them a while.

An offer counts as taken until it ends, so that to accept it can never oversell. Places are given once, under the
event's lock, and nobody is overtaken except as the event's policy says. Whoever frees seats calls ``pass_on`` in the
same transaction: there are six such doors (cancel by guest or staff, fewer seats, an offer that ends or is declined,
erasure, more capacity), and a sweep for what was forgotten.
"""

import datetime as dt
import uuid
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from outreach.registration import holding, notices
from outreach.registration.holding import Ended, Kind, State
from outreach.registration.models import Registration
from outreach.registration.refusals import Busy, Over, SeminarClosed
from outreach.seminars.models import Seminar, Waitlist
from portal.people.models import User

OFFER_HOLDS: Final = dt.timedelta(hours=24)
EVENING: Final = dt.time(21)
MORNING: Final = dt.time(8)
REPLY_BY: Final = dt.time(10)
"""No offer ends at night, on the event's clock: one that would, ends at ten in the morning."""
BEFORE_START: Final = dt.timedelta(hours=2)
"""Offers end this long before the event, so that the next in line can still come."""
SHORT: Final = dt.timedelta(minutes=30)
"""For how long seats are offered in the last hours."""
LAST_HOURS: Final = dt.timedelta(hours=3)


def offer_end(now: dt.datetime, seminar: Seminar) -> dt.datetime:
    """Until when seats that are offered ``now`` are kept, UTC: never past the start."""
    starts = seminar.starts_at
    if starts - now < LAST_HOURS:
        return min(now + SHORT, starts)
    zone = ZoneInfo(seminar.time_zone)
    local = (now + OFFER_HOLDS).astimezone(zone)
    if local.time() >= EVENING or local.time() < MORNING:
        day = local.date() + dt.timedelta(days=local.time() >= EVENING)
        local = dt.datetime.combine(day, REPLY_BY, tzinfo=zone)
    return min(local.astimezone(dt.UTC), starts - BEFORE_START)


def shorten_offers(seminar: Seminar) -> int:
    """Offers of a held event that now begins sooner end as ones made at this moment would; returns how many do."""
    latest = offer_end(timezone.now(), seminar)
    running = Registration.objects.filter(seminar=seminar, state=State.OFFERED, offer_ends_at__gt=latest)
    return running.update(offer_ends_at=latest)


def in_front(seminar: Seminar) -> QuerySet[Registration]:
    """Those who wait and could be seated if seats became free, first in line first; of an event that is held.

    A class passes nobody by while no class may come any more, and holds nobody up; nor does whoever wants more seats
    than there are.
    """
    line = Registration.objects.filter(seminar=seminar, state=State.WAITING, seats__lte=seminar.capacity)
    if seminar.groups is not None and seminar.groups_taken >= seminar.groups:
        line = line.exclude(kind=Kind.CLASS)
    return line.order_by("line")


def must_wait(seminar: Seminar) -> bool:
    """Whether a new wish goes behind others even if the free seats would do; of an event that is held."""
    return seminar.waiting > 0 and seminar.waitlist == Waitlist.IN_ORDER and in_front(seminar).exists()


def pass_on(*, seminar: Seminar) -> int:
    """Offers the free seats to those who wait, in the caller's transaction, which holds the event; returns how many.

    The counts of ``seminar`` are read anew. Nothing is offered of an event that is not open, or has begun.
    """
    seminar.refresh_from_db(fields=["seats_taken", "groups_taken", "waiting", "capacity", "groups", "waitlist"])
    return pass_on_counted(seminar)


def pass_on_counted(seminar: Seminar) -> int:
    """The same where the caller's copy of the event is true: read under the lock, and counted with every change."""
    now = timezone.now()
    if not seminar.waiting or seminar.state != Seminar.State.OPEN or seminar.starts_at <= now:
        return 0
    offered = 0
    for booking in in_front(seminar):
        classes = holding.groups_in(booking)
        if classes and seminar.groups is not None and seminar.groups_taken >= seminar.groups:
            continue  # the last class that may come was just offered its seats
        if booking.seats > seminar.seats_left:
            if seminar.waitlist == Waitlist.IN_ORDER:
                break
            continue
        booking.seminar = seminar
        _offer(booking, until=offer_end(now, seminar), now=now)
        offered += 1
        if not seminar.seats_left:
            break
    return offered


def _offer(booking: Registration, *, until: dt.datetime, now: dt.datetime) -> None:
    holding.count(booking.seminar, seats=booking.seats, groups=holding.groups_in(booking), waiting=-1)
    booking.state, booking.offered_at, booking.offer_ends_at = State.OFFERED, now, until
    booking.offers += 1
    booking.save(update_fields=["state", "offered_at", "offer_ends_at", "offers"])
    holding.record(booking, verb="offered", by=None)
    holding.tell(booking, notices.OFFERED, key=f"offer-{booking.offers}")


def accept(*, uid: uuid.UUID) -> Registration:
    """Takes the seats that are offered; to accept twice is to accept once.

    Raises ``Registration.DoesNotExist``, ``SeminarClosed``, ``Busy``; ``Over`` where there is no offer, or it ended,
    to the second, whether or not the task has seen it: then the seats are passed on here.
    """
    return holding.patiently(lambda: _accept(uid))


def _accept(uid: uuid.UUID) -> Registration:
    with holding.turn():
        booking = holding.held_booking(uid)
        seminar, now = booking.seminar, timezone.now()
        if booking.state == State.BOOKED:
            return booking
        if seminar.state != Seminar.State.OPEN or seminar.starts_at <= now:
            raise SeminarClosed(seminar)
        if booking.state != State.OFFERED or booking.offer_ends_at is None:
            raise Over(seminar)
        in_time = now < booking.offer_ends_at
        if in_time:
            booking.state, booking.offer_ends_at, booking.booked_at = State.BOOKED, None, now
            booking.save(update_fields=["state", "offer_ends_at", "booked_at"])
            holding.record(booking, verb="accepted", by=None)
            holding.tell(booking, notices.CONFIRMED, key=f"offer-{booking.offers}")
        else:
            _lapse(booking)
            pass_on_counted(seminar)
    if not in_time:  # after the commit, which keeps that it lapsed
        raise Over(seminar)
    return booking


def decline(*, uid: uuid.UUID, by: User | None = None) -> Registration:
    """Leaves the line, or gives offered seats to the next in it; twice is once. A booking is not touched.

    Raises ``Registration.DoesNotExist``, ``Over`` (it is booked), ``Busy``.
    """
    return holding.patiently(lambda: _decline(uid, by))


def _decline(uid: uuid.UUID, by: User | None) -> Registration:
    with holding.turn():
        booking = holding.held_booking(uid)
        if booking.state == State.BOOKED:
            raise Over(booking.seminar)
        if booking.state in {State.WAITING, State.OFFERED}:
            holding.end(booking, state=State.CANCELLED, why=Ended.STAFF if by else Ended.GUEST, by=by)
            holding.tell(booking, notices.CANCELLED, key="cancelled")
            pass_on_counted(booking.seminar)
    return booking


def lapse(*, now: dt.datetime | None = None) -> int:
    """Ends offers whose time is over, and every line once its event began; passes seats on. Returns how many ended.

    One short transaction an event; one that others hold is left to the next run. May run twice at once.
    """
    now = now or timezone.now()
    ended = 0
    for pk in _to_sweep(now):
        try:
            with holding.turn():
                ended += _sweep(pk, now)
        except Busy:
            continue
    return ended


def _to_sweep(now: dt.datetime) -> list[int]:
    due = Registration.objects.filter(state=State.OFFERED, offer_ends_at__lte=now).values("seminar")
    is_over = Q(waiting__gt=0) & (Q(starts_at__lte=now) | Q(state__in=[Seminar.State.CANCELLED, Seminar.State.DONE]))
    # What a door forgot to pass on: seats are free, and somebody waits.
    has_free = Q(waiting__gt=0, state=Seminar.State.OPEN, capacity__gt=F("seats_taken"))
    return list(Seminar.objects.filter(Q(pk__in=due) | is_over | has_free).order_by("pk").values_list("pk", flat=True))


def _sweep(seminar_id: int, now: dt.datetime) -> int:
    seminar = holding.held(seminar_id)
    is_over = seminar.starts_at <= now or seminar.state in {Seminar.State.CANCELLED, Seminar.State.DONE}
    rows = Registration.objects.filter(seminar=seminar).order_by("pk")
    due = rows.filter(Q(state=State.OFFERED, offer_ends_at__lte=now))
    if is_over:
        due = rows.filter(state__in=[State.OFFERED, State.WAITING])
    ended = 0
    for booking in due:
        booking.seminar = seminar
        _lapse(booking)
        ended += 1
    pass_on_counted(seminar)
    return ended


def _lapse(booking: Registration) -> None:
    """Ends an offer, or a wait; whoever waited for an event that was called off was told so already."""
    was_offered = booking.state == State.OFFERED
    if booking.seminar.state == Seminar.State.CANCELLED:
        holding.end(booking, state=State.LAPSED, why=Ended.CALLED_OFF, by=None)
        return
    why = Ended.NOT_TAKEN if was_offered else Ended.BEGAN
    holding.end(booking, state=State.LAPSED, why=why, by=None)
    if was_offered:
        holding.tell(booking, notices.LAPSED, key=f"offer-{booking.offers}")
    else:
        holding.tell(booking, notices.ENDED, key="ended")


def pass_by(*, uid: uuid.UUID, by: User) -> Registration:
    """Staff let those behind go first: the booking gets the last place in line. The trail says who did it.

    Raises ``Registration.DoesNotExist``, ``Over`` (it does not wait), ``Busy``.
    """
    with holding.turn():
        booking = holding.held_booking(uid)
        if booking.state != State.WAITING:
            raise Over(booking.seminar)
        before = {"line": booking.line}
        booking.line = next_place(booking.seminar)
        booking.save(update_fields=["line"])
        holding.record(booking, verb="passed by", by=by, before=before)
        pass_on_counted(booking.seminar)
    return booking


def next_place(seminar: Seminar, *, joins: bool = False) -> int:
    """A place at the end of the line of an event that is held; given once, never again.

    ``joins``: it is for somebody who did not wait yet, and is counted.
    """
    Seminar.objects.filter(pk=seminar.pk).update(last_in_line=F("last_in_line") + 1, waiting=F("waiting") + int(joins))
    seminar.last_in_line += 1
    seminar.waiting += joins
    return seminar.last_in_line


def seats_changed(*, seminar_id: int) -> int:
    """After staff changed capacity, classes or policy: passes seats on, in a transaction of its own or the caller's."""
    with transaction.atomic():
        return pass_on_counted(holding.held(seminar_id))
