"""The report of an event: what was booked, who came, what they thought of it, in numbers that point at nobody.

Counts from 1 to 10 are withheld, and so are larger ones that would give them away by a sum (``portal.keeping.
suppression``: one judgement for all numbers of the page). No person's name stands in it, staff's neither.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext, gettext_noop

from outreach.attendance import attendance
from outreach.attendance.feedback import CLASS, DEGREES, QUESTIONS
from outreach.attendance.models import FeedbackTally
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from portal.keeping import suppression

WITHHELD: Final = gettext_noop("fewer than 11, or withheld to keep such a number")
SHORT: Final = "–"
Cell = tuple[str, ...]
State, Kind, Ended = Registration.State, Registration.Kind, Registration.Ended
ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of counts: its heading, its columns, its rows as a name and counts; None is withheld."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What is said of an event. ``came_is_known``: a door recorded something, or the number was kept."""

    seminar: Seminar
    people: Table
    line: Table | None
    answers: tuple[Table, ...]
    came: int | None
    came_is_known: bool
    is_withholding: bool


def of(seminar: Seminar) -> Report:
    """The report of an event, from what is there: after the names are forgotten, who came is known as a sum alone."""
    slices = {**_people(seminar), **_line(seminar), **_answers(seminar)}
    withheld = suppression.withhold(slices, pick=_lot(seminar, slices))
    counts = suppression.totals(slices)

    def shown(*cell: str) -> int | None:
        return None if cell in withheld else counts.get(cell, 0)

    summary = attendance.summary(seminar)
    is_split = summary.was_recorded
    kinds = [(Kind.ADULT, gettext("Adults who booked for themselves")), (Kind.CLASS, gettext("Classes and groups"))]
    names = [*kinds, ("walk_in", gettext("Counted at the door without a booking")), (ALL, gettext("Together"))]
    columns = ("seats", "came") if is_split else ("seats",)
    people = Table(
        gettext("People"),
        tuple({"seats": gettext("Seats booked"), "came": gettext("Came")}[column] for column in columns),
        tuple(
            (name, tuple(shown(column, kind) for column in columns))
            for kind, name in names
            if kind == ALL or any(counts.get((column, kind)) for column in columns)
        ),
    )
    line = [
        ("waited", gettext("Waited for seats")),
        ("seated", gettext("of them, got seats")),
        ("unseated", gettext("of them, got none")),
        ("cancelled", gettext("Bookings cancelled by guests")),
    ]
    asked = {**QUESTIONS, CLASS: gettext("Raised hands of classes: was it useful?")}
    answers = tuple(
        Table(
            str(words),
            (gettext("Answers"),),
            (
                *((str(label), (shown("answer", question, answer),)) for answer, label in DEGREES),
                (gettext("Together"), (shown("answer", question, ALL),)),
            ),
        )
        for question, words in asked.items()
        if counts.get(("answer", question, ALL))
    )
    came = shown("came", ALL) if is_split else _kept(seminar)
    return Report(
        seminar=seminar,
        people=people,
        line=Table(gettext("The line"), (gettext("Bookings"),), tuple((name, (shown(cell),)) for cell, name in line))
        if any(counts.get((cell,)) for cell, _ in line)
        else None,
        answers=answers,
        came=came,
        came_is_known=is_split or seminar.attended is not None,
        is_withholding=bool(withheld) or (came is None and seminar.attended is not None),
    )


def _kept(seminar: Seminar) -> int | None:
    """The sum that outlived the names, if it may be told."""
    people = seminar.attended
    return None if people is None or 1 <= people <= suppression.SMALL else people


def _people(seminar: Seminar) -> dict[frozenset[Cell], int]:
    """Seats and people by kind: who had a seat and came, who had one and did not, who came beyond the seats."""
    came: dict[int | None, int] = dict(
        attendance.counted(seminar)
        .order_by()
        .values("registration")
        .annotate(people_there=Sum("people"))
        .values_list("registration", "people_there")
    )
    slices: Counter[frozenset[Cell]] = Counter()
    for kind in Kind.values:
        # Zeros too: where somebody could have been, nobody was.
        for cells in (_slice(kind, seat=True, came=True), _slice(kind, seat=True), _slice(kind, came=True)):
            slices[cells] += 0
    booked = Registration.objects.filter(seminar=seminar).filter(
        Q(state=State.BOOKED) | Q(pk__in=[key for key in came if key])
    )
    for key, kind, seats, state in booked.values_list("pk", "kind", "seats", "state"):
        seats = seats if state == State.BOOKED else 0
        present = came.get(key, 0)
        slices[_slice(kind, seat=True, came=True)] += min(seats, present)
        slices[_slice(kind, seat=True)] += max(seats - present, 0)
        slices[_slice(kind, came=True)] += max(present - seats, 0)
    slices[_slice("walk_in", came=True)] += came.get(None, 0)
    return dict(slices)


def _slice(kind: str, *, seat: bool = False, came: bool = False) -> frozenset[Cell]:
    columns = [name for name, has in (("seats", seat), ("came", came)) if has]
    return frozenset((column, each) for column in columns for each in (kind, ALL))


def _line(seminar: Seminar) -> dict[frozenset[Cell], int]:
    waited = Q(line__isnull=False)
    seated = Q(state=State.BOOKED) | Q(state=State.CANCELLED, booked_at__isnull=False)
    found = Registration.objects.filter(seminar=seminar).aggregate(
        seated=Count("pk", filter=waited & seated),
        unseated=Count("pk", filter=waited & ~seated),
        cancelled=Count("pk", filter=Q(state=State.CANCELLED, ended=Ended.GUEST, line=None)),
        both=Count("pk", filter=waited & Q(state=State.CANCELLED, ended=Ended.GUEST)),
    )
    return {
        frozenset({("waited",), ("seated",)}): found["seated"],
        frozenset({("waited",), ("unseated",)}): found["unseated"],
        frozenset({("cancelled",)}): found["cancelled"] + found["both"],
    }


def _answers(seminar: Seminar) -> dict[frozenset[Cell], int]:
    return {
        frozenset({("answer", tally.question, tally.answer), ("answer", tally.question, ALL)}): tally.count
        for tally in FeedbackTally.objects.filter(seminar=seminar)
    }


def _lot(seminar: Seminar, slices: suppression.Slices[Cell]) -> suppression.Pick[Cell]:
    """Draws what else is withheld: unforeseeably, and for the same numbers always the same.

    Two reports side by side would otherwise show more than each.
    """
    said = repr((str(seminar.uid), sorted((sorted(cells), count) for cells, count in slices.items())))

    def pick(choices: Sequence[suppression.Choice[Cell]]) -> suppression.Choice[Cell]:
        # A sum is what people ask for: it goes only where no part of it would do, whatever the numbers are.
        choices = [choice for choice in choices if not any(cell[-1] == ALL for cell in choice)] or choices
        drawn = hmac.new(settings.SECRET_KEY.encode(), f"{said}{len(choices)}".encode(), hashlib.sha256).digest()
        return choices[int.from_bytes(drawn[:4]) % len(choices)]

    return pick
