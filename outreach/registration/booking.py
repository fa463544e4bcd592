"""Seats: taken, changed, given back, never sold twice.

One conditional update decides, counts and locks at once: whoever's statement finds room has the seats, and the next
waits for that row and looks anew. Where there seems to be room, the booking is written first and the update comes
last, so that the event's row, for which a rush waits, is held no longer than a commit takes; one that finds its seats
gone takes back what it wrote. Then, and where there was no room to begin with, the event is held and looked at: the
same wish again is the same booking, a line is joined, or it is told why not. The database refuses more than there is
even if a caller forgets all that. What the guest is told is a row of the same transaction; nothing is rendered, and no
file written, while seats are held.
"""

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any, Final

from django.db import IntegrityError, connection
from django.db.models import DateTimeField, Q, UUIDField, Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from outreach.registration import holding, notices, waitlist
from outreach.registration.holding import Ended, Kind, State
from outreach.registration.mails import event_link, private_link
from outreach.registration.models import Registration
from outreach.registration.refusals import Busy, NoClasses, NoSeat, Over, SeminarClosed, SeminarFull, TooMany
from outreach.seminars.audiences import UNLISTED
from outreach.seminars.models import Seminar, Waitlist
from portal.people.models import User

__all__ = [
    "MOST_SEATS",
    "Busy",
    "NoClasses",
    "NoSeat",
    "Outcome",
    "Over",
    "SeminarClosed",
    "SeminarFull",
    "TooMany",
    "Wish",
    "cancel",
    "change",
    "event_link",
    "private_link",
    "take",
]

MOST_SEATS: Final = 10
"""In one booking of adults."""
TELL_AGAIN_AFTER: Final = dt.timedelta(hours=1)
RETRY_WITHIN: Final = dt.timedelta(minutes=30)
"""So long the same wish of the same address is the same booking, whatever form it came by."""
#: Where a wish can be met without another look. Free seats belong to those who wait: while anybody does, nobody passes.
#: By hand, since a queryset takes longer to say it than the database to do it, at the moment when everybody comes.
_ROOM: Final = f"""uid = %(uid)s AND state = 'open' AND audience NOT IN ({", ".join(f"'{each}'" for each in UNLISTED)})
AND starts_at > %(now)s AND (booking_closes_at IS NULL OR booking_closes_at > %(now)s)
AND waiting = 0 AND capacity >= seats_taken + %(seats)s
AND CASE WHEN %(groups)s = 0 THEN %(seats)s <= %(most)s
ELSE takes_classes AND largest_group >= %(seats)s AND ("groups" IS NULL OR "groups" > groups_taken) END"""
_LOOK: Final = f"SELECT id, title FROM outreach_seminar WHERE {_ROOM}"  # noqa: S608
_SEIZE: Final = f"""UPDATE outreach_seminar
SET seats_taken = seats_taken + %(seats)s, groups_taken = groups_taken + %(groups)s WHERE {_ROOM}"""  # noqa: S608


class _Missed(Exception):
    """Others had the seats a moment before: what was written for them is taken back."""


class Outcome(Enum):
    """What came of a wish for seats.

    The page tells ``BOOKED`` from ``WAITING``: whether there was room is public. It tells neither from the one below
    it, so that nobody can find out who is coming: an address with a booking is told so by mail alone.
    """

    BOOKED = "booked"
    ALREADY = "already"
    WAITING = "waiting"
    ALREADY_FULL = "already, and others wait"

    @property
    def seems_to_wait(self) -> bool:
        """Which page is shown."""
        return self in {Outcome.WAITING, Outcome.ALREADY_FULL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asks for. ``seats`` are everyone who comes; of a class, ``adults`` of them are grown up."""

    name: str
    email: str
    seats: int = 1
    kind: Registration.Kind = Kind.ADULT
    adults: int = 1
    group_name: str = ""
    grades: str = ""
    needs: str = ""
    reminders: bool = False
    may_wait: bool = True
    """Whether they want to stand in line where there is no room."""

    @property
    def is_class(self) -> bool:
        """Whether a headcount comes with an adult."""
        return self.kind == Kind.CLASS

    @property
    def groups(self) -> int:
        """How many classes it counts as."""
        return int(self.is_class)

    def fingerprint(self, seminar: Seminar) -> str:
        """A keyed digest: the same for the same wish, and of no use to anybody who has it."""
        said: list[Any] = [str(seminar.uid), self.email.lower(), self.name.casefold(), self.kind, self.seats]
        said += [self.adults if self.is_class else self.seats, self.group_name, self.grades, self.needs]
        return salted_hmac("outreach.registration.wish", json.dumps(said), algorithm="sha256").hexdigest()


def take(*, seminar_uid: uuid.UUID, wish: Wish, language: str, nonce: uuid.UUID | None = None) -> Outcome:
    """Books what is wished for, or puts it in line, all or nothing.

    A form that is sent twice (``nonce``), or the same wish within half an hour, is one booking. An address has one
    live booking an event: another wish takes no seat, and a mail (one an hour, so that nobody's inbox can be flooded
    from here) says that there is a booking already.
    Raises ``Seminar.DoesNotExist`` (none, or without a public page), ``SeminarClosed``, ``SeminarFull``,
    ``TooMany``, ``NoClasses``, ``Busy``.
    """
    try:
        return holding.patiently(partial(_take, seminar_uid, wish, language, nonce))
    except (_Missed, IntegrityError):
        # Others had the seats, or the same form or address came a moment before: with the event held, what stands is seen.
        return holding.patiently(partial(_take, seminar_uid, wish, language, nonce, is_held=True))


def _take(uid: uuid.UUID, wish: Wish, language: str, nonce: uuid.UUID | None, *, is_held: bool = False) -> Outcome:
    with holding.turn():
        asked = _asked(uid, wish)
        if not is_held and (seminar := _look_for_room(asked, uid)):
            _book(seminar, wish, language, nonce)
            if not _seize(asked):
                raise _Missed
            return Outcome.BOOKED
        public = Seminar.objects.public().select_for_update(of=("self",), no_key=True)
        return _look(public.get(uid=uid), wish, language, nonce)


def _look_for_room(asked: dict[str, Any], uid: uuid.UUID) -> Seminar | None:
    """The event, with its key, uid and title alone, where there seems to be room; it is not locked."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, asked)
        row = cursor.fetchone()
    return Seminar.from_db(connection.alias, ("id", "uid", "title"), (row[0], uid, row[1])) if row else None


def _seize(asked: dict[str, Any]) -> bool:
    """Counts the seats as taken where all of it holds at this moment, and locks the event's row; whether it held."""
    with connection.cursor() as cursor:
        cursor.execute(_SEIZE, asked)
        seized: int = cursor.rowcount
    return seized == 1


def _asked(uid: uuid.UUID, wish: Wish) -> dict[str, Any]:
    """What the two statements are told."""
    return {
        "uid": UUIDField().get_db_prep_value(uid, connection),
        "now": DateTimeField().get_db_prep_value(timezone.now(), connection),
        "seats": wish.seats,
        "groups": wish.groups,
        "most": MOST_SEATS,
    }


def _look(seminar: Seminar, wish: Wish, language: str, nonce: uuid.UUID | None) -> Outcome:
    """With the event held: what the wish comes to."""
    known = _known(seminar, wish, nonce)
    live = next((each for each in known if _is_of(each, wish) and each.state in notices.LIVE), None)
    is_open = seminar.state == Seminar.State.OPEN
    if live is not None and is_open and _is_same(live, seminar, wish, nonce):
        return Outcome.BOOKED if live.state == State.BOOKED else Outcome.WAITING
    if not is_open or seminar.has_begun or _has_closed(seminar):
        raise SeminarClosed(seminar)
    if refusal := _refusal(seminar, wish):
        raise refusal
    waitlist.pass_on_counted(seminar)
    has_room = _has_room(seminar, wish.seats, wish.groups) and not waitlist.must_wait(seminar)
    if not has_room and (seminar.waitlist == Waitlist.NONE or not wish.may_wait):
        raise _full(seminar, wish.groups)
    if live is not None:
        _tell_again(live)
        return Outcome.ALREADY if has_room else Outcome.ALREADY_FULL
    if any(each.nonce == nonce for each in known):
        nonce = None  # a booking that was given back, or somebody else's, came by the same form
    if has_room:
        holding.count(seminar, seats=wish.seats, groups=wish.groups)
        _book(seminar, wish, language, nonce)
        return Outcome.BOOKED
    _stand_in_line(seminar, wish, language, nonce)
    return Outcome.WAITING


def _refusal(seminar: Seminar, wish: Wish) -> NoSeat | None:
    """Why a wish can never be met here, whoever else comes."""
    if wish.is_class and not seminar.takes_classes:
        return NoClasses(seminar)
    most = min(seminar.largest_group if wish.is_class else MOST_SEATS, max(seminar.capacity, 1))
    return TooMany(seminar, most) if wish.seats > most else None


def _has_closed(seminar: Seminar) -> bool:
    return seminar.booking_closes_at is not None and seminar.booking_closes_at <= timezone.now()


def _has_room(seminar: Seminar, seats: int, groups: int) -> bool:
    classes_fit = not groups or seminar.groups is None or seminar.groups_taken + groups <= seminar.groups
    return seminar.seats_left >= seats and classes_fit


def _full(seminar: Seminar, groups: int) -> SeminarFull:
    left = 0 if waitlist.must_wait(seminar) or not _has_room(seminar, 1, groups) else seminar.seats_left
    return SeminarFull(seminar, left)


def _known(seminar: Seminar, wish: Wish, nonce: uuid.UUID | None) -> list[Registration]:
    """Live bookings of the address, and the one that the same form made, in one statement."""
    by_address = Q(folded=Lower(Value(wish.email)), state__in=notices.LIVE)
    by_form = Q(nonce=nonce) if nonce else Q(pk__in=[])
    rows = Registration.objects.alias(folded=Lower("email")).filter(by_address | by_form, seminar=seminar)
    return list(rows.filter(forgotten_at=None))


def _is_of(booking: Registration, wish: Wish) -> bool:
    return booking.email.lower() == wish.email.lower()


def _is_same(booking: Registration, seminar: Seminar, wish: Wish, nonce: uuid.UUID | None) -> bool:
    """Whether a live booking is what this wish made when it was sent before."""
    if nonce is not None and booking.nonce == nonce:
        return True
    is_fresh = booking.created_at > timezone.now() - RETRY_WITHIN
    return is_fresh and booking.fingerprint == wish.fingerprint(seminar)


def _book(seminar: Seminar, wish: Wish, language: str, nonce: uuid.UUID | None) -> None:
    booking = _row(seminar, wish, language, nonce, state=State.BOOKED, booked_at=timezone.now())
    holding.record(booking, verb="booked", by=None)
    holding.tell(booking, notices.CONFIRMED, key="booked")


def _stand_in_line(seminar: Seminar, wish: Wish, language: str, nonce: uuid.UUID | None) -> None:
    place = waitlist.next_place(seminar, joins=True)
    booking = _row(seminar, wish, language, nonce, state=State.WAITING, line=place)
    holding.record(booking, verb="waits", by=None)
    holding.tell(booking, notices.WAITING, key=f"place-{place}")


def _row(seminar: Seminar, wish: Wish, language: str, nonce: uuid.UUID | None, **fields: Any) -> Registration:
    return Registration.objects.create(
        seminar=seminar,
        kind=wish.kind,
        name=wish.name,
        email=wish.email,
        group_name=wish.group_name if wish.is_class else "",
        grades=wish.grades if wish.is_class else "",
        seats=wish.seats,
        adults=wish.adults if wish.is_class else wish.seats,
        needs=wish.needs,
        reminders=wish.reminders,
        language=language,
        nonce=nonce,
        fingerprint=wish.fingerprint(seminar),
        **fields,
    )


def _tell_again(booking: Registration) -> None:
    now = timezone.now()
    if booking.told_again_at is None or booking.told_again_at <= now - TELL_AGAIN_AFTER:
        booking.told_again_at = now
        booking.save(update_fields=["told_again_at"])
        holding.tell(booking, notices.AGAIN, key=f"{now:%Y%m%d%H%M%S%f}")


def change(
    *,
    uid: uuid.UUID,
    seats: int | None = None,
    adults: int | None = None,
    name: str | None = None,
    group_name: str | None = None,
    grades: str | None = None,
    needs: str | None = None,
    language: str | None = None,
    reminders: bool | None = None,
    by: User | None = None,
) -> Registration:
    """Changes a live booking, all of it or nothing; what is None stays. The same change twice is one.

    More seats are had like anyone's: not before those who wait. Fewer are passed on at once. Who waits and wants
    more goes to the end of the line; with fewer they keep their place. While seats are offered they can only be fewer.
    Raises ``Registration.DoesNotExist``, ``SeminarClosed``, ``SeminarFull``, ``TooMany``, ``Over``, ``Busy``.
    """
    fields = {
        "name": name,
        "group_name": group_name,
        "grades": grades,
        "needs": needs,
        "language": language,
        "reminders": reminders,
    }
    wanted = {field: value for field, value in fields.items() if value is not None}
    return holding.patiently(partial(_change, uid, seats, adults, wanted, by))


def _change(
    uid: uuid.UUID, seats: int | None, adults: int | None, wanted: dict[str, Any], by: User | None
) -> Registration:
    with holding.turn():
        booking = holding.held_booking(uid)
        seminar = booking.seminar
        if seminar.state != Seminar.State.OPEN or seminar.has_begun:
            raise SeminarClosed(seminar)
        if booking.state not in notices.LIVE:
            raise Over(seminar)
        if booking.kind != Kind.CLASS:
            wanted.pop("group_name", None)
            wanted.pop("grades", None)
        before = {"seats": booking.seats, "line": booking.line, "reminders": booking.reminders}
        changed = {field for field, value in wanted.items() if getattr(booking, field) != value}
        for field in changed:
            setattr(booking, field, wanted[field])
        if seats is not None and seats != booking.seats:
            _resize(booking, seats)
            changed |= {"seats", "line"}
        people = booking.seats if booking.kind == Kind.ADULT else min(adults or booking.adults, booking.seats)
        if people != booking.adults:
            booking.adults = people
            changed.add("adults")
        if not changed:
            return booking
        booking.save(update_fields=sorted(changed))
        after = {"seats": booking.seats, "line": booking.line, "reminders": booking.reminders}
        holding.record_change(booking, before=before, after=after, by=by)
        if changed - {"language", "reminders"}:
            holding.tell(booking, notices.CHANGED, key=f"{timezone.now():%Y%m%d%H%M%S%f}")
        if waitlist.pass_on_counted(seminar):
            booking.refresh_from_db(fields=["state", "offers", "offered_at", "offer_ends_at"])
    return booking


def _resize(booking: Registration, seats: int) -> None:
    """Counts another number of seats; the caller holds the event, saves the booking and passes on what is free."""
    seminar, more = booking.seminar, seats - booking.seats
    most = min(seminar.largest_group if booking.kind == Kind.CLASS else MOST_SEATS, seminar.capacity)
    if more > 0:
        if seats > most:
            raise TooMany(seminar, most)
        if booking.state == State.OFFERED:
            raise SeminarFull(seminar, 0)
        if booking.state == State.WAITING:
            booking.line = waitlist.next_place(seminar)
        else:
            if _has_closed(seminar):
                raise SeminarClosed(seminar)
            waitlist.pass_on_counted(seminar)
            if not _has_room(seminar, more, 0) or waitlist.must_wait(seminar):
                raise _full(seminar, 0)
    if booking.holds_seats:
        holding.count(seminar, seats=more)
    booking.seats = seats


def cancel(*, uid: uuid.UUID, by: User | None = None) -> Registration:
    """Gives a booking, an offer or a place in line back; ``by`` is None for the one who booked. Twice is once.

    Raises ``Registration.DoesNotExist``, ``Busy`` and, once the event has begun, ``SeminarClosed``.
    """
    return holding.patiently(partial(_cancel, uid, by))


def _cancel(uid: uuid.UUID, by: User | None) -> Registration:
    with holding.turn():
        # Whether or not it still has a public page: whoever has a seat can give it back.
        booking = holding.held_booking(uid)
        if booking.state not in notices.LIVE:
            return booking
        if booking.seminar.has_begun:
            raise SeminarClosed(booking.seminar)
        holding.end(booking, state=State.CANCELLED, why=Ended.STAFF if by else Ended.GUEST, by=by)
        holding.tell(booking, notices.CANCELLED, key="cancelled")
        waitlist.pass_on_counted(booking.seminar)
    return booking
