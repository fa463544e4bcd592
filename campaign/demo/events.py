"""Who comes to the demo's public events: bookings, a line with an offer, and of one that is over what came after it.

Rows alone: no notice and no mail is made.
"""

import datetime as dt
import unicodedata
import uuid
from itertools import count
from typing import Final

from django.utils import timezone

from campaign.demo.people import GUESTS, SeminarFact
from outreach.attendance import attendance, certificates
from outreach.attendance.models import CheckIn, DoorLink, FeedbackTally
from outreach.registration.models import Registration
from outreach.registration.waitlist import BEFORE_START
from outreach.seminars.models import Seminar
from portal.people.links import new_token

State, Kind = Registration.State, Registration.Kind
ANSWERS: Final = (
    *(("useful", "yes", 19), ("useful", "partly", 12), ("know", "yes", 21), ("know", "partly", 11)),
    *(("reach", "yes", 28), ("reach", "no", 3)),
)
"""Question, answer, how often; the last is small, so that the report withholds it."""


def fill(seminar: Seminar, fact: SeminarFact) -> None:
    """Books, queues and offers what a fact says, counted as real bookings are; lets people in where it is over."""
    guests, line = iter(GUESTS), count(1)
    rows = [_row(seminar, next(guests), seats, fact, state=State.BOOKED) for seats in fact.booked]
    if fact.group:
        name, seats = fact.group
        group = _row(seminar, next(guests), seats, fact, state=State.BOOKED)
        group.kind, group.group_name, group.adults = Kind.CLASS, name, seats
        rows.append(group)
    for state, wishes in ((State.OFFERED, fact.offered), (State.WAITING, fact.waiting)):
        for seats in wishes:
            row = _row(seminar, next(guests), seats, fact, state=state)
            row.line, row.booked_at = next(line), None
            if state == State.OFFERED:
                row.offers, row.offered_at = 1, timezone.now()
                row.offer_ends_at = seminar.starts_at - BEFORE_START
            rows.append(row)
    Registration.objects.bulk_create(rows)
    holding = [row for row in rows if row.holds_seats]
    seminar.seats_taken = sum(row.seats for row in holding)
    seminar.groups_taken = sum(row.kind == Kind.CLASS for row in holding)
    seminar.waiting = len(fact.waiting)
    seminar.last_in_line = len(fact.offered) + len(fact.waiting)
    seminar.save(update_fields=["seats_taken", "groups_taken", "waiting", "last_in_line"])
    if fact.came:
        _take_place(seminar, rows, fact.came)


def address(name: str) -> str:
    """``denise.harper@example.org``: plain letters of a domain that belongs to nobody."""
    letters = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    plain = letters.replace(" ", ".")
    return f"{plain}@example.org"


def _row(seminar: Seminar, guest: str, seats: int, fact: SeminarFact, *, state: Registration.State) -> Registration:
    return Registration(
        seminar=seminar,
        name=guest,
        email=address(guest),
        seats=seats,
        adults=seats,
        language=fact.language,
        nonce=uuid.uuid4(),
        state=state,
        booked_at=timezone.now(),
        is_demo=True,
    )


def _take_place(seminar: Seminar, rows: list[Registration], came: tuple[int, ...]) -> None:
    """Lets people in through one door, counts their answers, and gives certificates to the adults who came."""
    door = DoorLink.objects.create(
        seminar=seminar,
        label="Main door",
        token_sha256=new_token()[1],
        expires_at=seminar.ends_at + dt.timedelta(days=1),
    )
    device = uuid.uuid4()
    CheckIn.objects.bulk_create(
        CheckIn(
            seminar=seminar,
            registration=row,
            door=door,
            device=device,
            kind=CheckIn.Kind.COUNTED if row.kind == Kind.CLASS else CheckIn.Kind.ARRIVED,
            people=people,
            scanned_at=seminar.starts_at - dt.timedelta(minutes=20 - place),
            is_demo=True,
        )
        for place, (row, people) in enumerate(zip(rows, came, strict=True))
        if people
    )
    attendance.settle(seminar)
    FeedbackTally.objects.bulk_create(
        FeedbackTally(seminar=seminar, question=question, answer=answer, count=number)
        for question, answer, number in ANSWERS
    )
    for row, people in zip(rows, came, strict=True):
        if people:
            certificates.issue(uid=row.uid)
