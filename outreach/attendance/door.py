"""What happens at a door: people are let in, counted, and sometimes let out again by a slip of the finger.

Phones work without a network and send what they recorded later, perhaps twice, perhaps after another phone. Each
record has a ``uid`` of the phone's making, so that a replay changes nothing. Rows are only added: a mistake is undone
by a row of its own, and only the ``standing`` of an older row follows. Whoever was let in is in the room, whatever a
list says by now: nothing that a door did is refused.

The event's row is the lock of all its doors; ``one_arrival_a_booking`` holds even if a caller forgets it.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from outreach.attendance import attendance
from outreach.attendance.attendance import PRESENT
from outreach.attendance.models import CheckIn, DoorLink
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar

Kind, Standing = CheckIn.Kind, CheckIn.Standing
MOST_PEOPLE: Final = 2000
MOST_ITEMS: Final = 50


class Answer(StrEnum):
    """What became of a record."""

    COUNTS = "counts"
    CONFLICT = "conflict"
    """Another phone let the same booking in; counted once, shown on both."""
    TAKEN_BACK = "taken_back"
    ALREADY = "already"
    """The same phone let it in before: nothing was added."""
    NOTHING = "nothing"
    """There is nothing that could be undone; or the record is known from another event."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a door did. ``at`` is when, by a clock that was set right; ``ticket`` is empty without a booking."""

    uid: uuid.UUID
    kind: CheckIn.Kind
    at: dt.datetime
    people: int = 0
    ticket: str = ""
    undoes: uuid.UUID | None = None


@dataclass(slots=True)
class _Book:
    """The rows of an event that a batch may touch: by ``uid``, and those that stand, by booking (None: without one)."""

    seminar: Seminar
    by_uid: dict[uuid.UUID, CheckIn]
    bookings: dict[str, Registration]
    standing: dict[int | None, list[CheckIn]] = field(default_factory=dict)

    def stands(self, booking_id: int | None) -> list[CheckIn]:
        return self.standing.setdefault(booking_id, [])


def record(*, door: DoorLink, device: uuid.UUID, items: Sequence[Item]) -> dict[uuid.UUID, Answer]:
    """Takes what a phone recorded, in its order, all or nothing; what is known already is answered as it stands now.

    At most ``MOST_ITEMS``, else ValueError.
    """
    if len(items) > MOST_ITEMS:
        raise ValueError(f"{len(items)} records at once: send at most {MOST_ITEMS}.")
    if not items:
        return {}
    with transaction.atomic():
        # Whoever is at another door of this event waits here, so that every row below is the newest.
        seminar = Seminar.objects.select_for_update(of=("self",), no_key=True).get(pk=door.seminar_id)
        book = _open_book(seminar, items)
        answers = {item.uid: _one(book, item, door=door, device=device) for item in items}
        attendance.settle(seminar)
    return answers


def _open_book(seminar: Seminar, items: Sequence[Item]) -> _Book:
    asked = {item.uid for item in items} | {item.undoes for item in items if item.undoes}
    by_uid = {row.uid: row for row in CheckIn.objects.filter(uid__in=asked)}
    tickets = {item.ticket for item in items if item.ticket}
    bookings = {row.ticket: row for row in Registration.objects.filter(seminar=seminar, ticket__in=tickets)}
    book = _Book(seminar, by_uid, bookings)
    touched = {booking.pk for booking in bookings.values()} | {row.registration_id for row in by_uid.values()}
    for row in CheckIn.objects.filter(seminar=seminar, kind__in=PRESENT, standing__in=_STANDS).filter(
        Q(registration__in=[pk for pk in touched if pk is not None]) | Q(registration=None)
    ):
        # One object a row, whichever way it is found: a standing that follows is seen by the next item too.
        book.stands(row.registration_id).append(book.by_uid.setdefault(row.uid, row))
    return book


_STANDS: Final = (Standing.COUNTS, Standing.CONFLICT)


def _one(book: _Book, item: Item, *, door: DoorLink, device: uuid.UUID) -> Answer:
    if known := book.by_uid.get(item.uid):
        return _as_it_stands(known) if known.seminar_id == book.seminar.pk else Answer.NOTHING
    if item.kind == Kind.UNDONE:
        return _undo(book, item, door=door, device=device)
    booking = book.bookings.get(item.ticket)
    standing = Standing.COUNTS
    if booking is not None or book.seminar.is_unlisted:
        rivals = book.stands(booking.pk if booking else None)
        if any(row.device == device for row in rivals):
            return Answer.ALREADY
        counts = next((row for row in rivals if row.standing == Standing.COUNTS), None)
        if counts is not None and item.at < counts.scanned_at:
            _restand(counts, Standing.CONFLICT)
        elif counts is not None:
            standing = Standing.CONFLICT
    row = _add(book, item, door=door, device=device, booking=booking, standing=standing)
    rivals = book.stands(row.registration_id)
    rivals.append(row)
    is_contested = len(rivals) > 1 and (booking is not None or book.seminar.is_unlisted)
    return Answer.CONFLICT if is_contested else Answer.COUNTS


def _undo(book: _Book, item: Item, *, door: DoorLink, device: uuid.UUID) -> Answer:
    target = book.by_uid.get(item.undoes) if item.undoes else None
    if target is None or target.kind == Kind.UNDONE or target.seminar_id != book.seminar.pk:
        return Answer.NOTHING
    if target.standing == Standing.TAKEN_BACK:
        return Answer.TAKEN_BACK
    counted = target.standing == Standing.COUNTS
    _restand(target, Standing.TAKEN_BACK)
    rivals = book.stands(target.registration_id)
    if target in rivals:
        rivals.remove(target)
    _add(book, item, door=door, device=device, booking=None, standing=Standing.COUNTS, undoes=target)
    others = [row for row in rivals if row.standing == Standing.CONFLICT]
    if counted and others:
        _restand(min(others, key=lambda row: row.scanned_at), Standing.COUNTS)
    return Answer.TAKEN_BACK


def _add(
    book: _Book,
    item: Item,
    *,
    door: DoorLink,
    device: uuid.UUID,
    booking: Registration | None,
    standing: CheckIn.Standing,
    undoes: CheckIn | None = None,
) -> CheckIn:
    row = CheckIn.objects.create(
        uid=item.uid,
        seminar=book.seminar,
        registration_id=undoes.registration_id if undoes else booking.pk if booking else None,
        door=door,
        device=device,
        kind=item.kind,
        people=undoes.people if undoes else item.people,
        undoes=undoes,
        scanned_at=item.at,
        standing=standing,
        is_demo=book.seminar.is_demo,
    )
    book.by_uid[row.uid] = row
    return row


def _restand(row: CheckIn, standing: CheckIn.Standing) -> None:
    row.standing = standing
    row.save(update_fields=["standing"])


def _as_it_stands(row: CheckIn) -> Answer:
    return Answer.TAKEN_BACK if row.kind == Kind.UNDONE else Answer(row.standing)


def set_right(moment: dt.datetime, *, device_now: dt.datetime, now: dt.datetime, earliest: dt.datetime) -> dt.datetime:
    """A moment by a phone's clock, by ours: ``device_now`` is what the phone says it is ``now``. Never in the future."""
    return max(min(moment + (now - device_now), now), earliest)


def roster(seminar: Seminar) -> list[dict[str, Any]]:
    """Those who booked, for the phone at the door: no address, no needs. Empty where students are met."""
    booked = Registration.objects.filter(seminar=seminar, state=Registration.State.BOOKED, forgotten_at=None)
    return [
        {"ticket": row.ticket, "name": row.name, "group": row.group_name, "seats": row.seats, "kind": row.kind}
        for row in booked.only("ticket", "name", "group_name", "seats", "kind").order_by("name", "pk")
    ]


def changes(seminar: Seminar, *, since: int, device: uuid.UUID) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    """What stands now of every booking that a door touched after row ``since``, by ticket, and the newest row's number.

    The empty ticket stands for everybody without a booking. An empty list: all of it was undone.
    """
    rows = CheckIn.objects.filter(seminar=seminar)
    newest = rows.aggregate(newest=Max("id"))["newest"] or 0
    touched = dict(
        rows.filter(id__gt=since, id__lte=newest).values_list("registration_id", "registration__ticket").distinct()
    )
    found: dict[str, list[dict[str, Any]]] = {ticket or "": [] for ticket in touched.values()}
    stands = rows.filter(kind__in=PRESENT, standing__in=_STANDS).filter(
        Q(registration__in=[pk for pk in touched if pk is not None])
        | (Q(registration=None) if None in touched else Q(pk=None))
    )
    for row in stands.select_related("door", "registration").order_by("scanned_at", "id"):
        found[row.registration.ticket if row.registration else ""].append(_told(row, device))
    return newest, found


def _told(row: CheckIn, device: uuid.UUID) -> dict[str, Any]:
    return {
        "uid": str(row.uid),
        "people": row.people,
        "at": int(row.scanned_at.timestamp() * 1000),
        "door": row.door.label if row.door else "",
        "mine": row.device == device,
        "conflict": row.standing == Standing.CONFLICT,
    }


def without_booking(seminar: Seminar) -> QuerySet[CheckIn]:
    """Headcounts that stand, newest first; no row names anybody."""
    rows = CheckIn.objects.filter(
        seminar=seminar, registration=None, kind__in=PRESENT, standing__in=_STANDS
    ).select_related("door")
    return rows.order_by("-id")


def present(seminar: Seminar, bookings: Iterable[Registration]) -> dict[int, list[CheckIn]]:
    """What stands of each of these bookings, by key: for the page without scripts."""
    found: dict[int, list[CheckIn]] = {}
    rows = CheckIn.objects.filter(
        seminar=seminar, registration__in=bookings, kind__in=PRESENT, standing__in=_STANDS
    ).select_related("door")
    for row in rows.order_by("scanned_at", "id"):
        if row.registration_id is not None:
            found.setdefault(row.registration_id, []).append(row)
    return found
