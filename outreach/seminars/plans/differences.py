"""What differs: between two plans, and between a plan and the seminars that schools were told of; and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outreach.seminars.models import PlanAssignment, Request, Seminar
from outreach.seminars.plans import words
from outreach.seminars.plans.editing import Opened, weigh
from outreach.seminars.plans.timetable import key_of, request_id
from outreach.seminars.refusals import NotPossible

MOST_EXPLAINED = 60
"""Each takes some hundredths of a second at 1,000 requests."""


@dataclass(frozen=True, slots=True)
class Change:
    """A request that two plans treat differently; "nobody" where it is not served. ``why`` may be empty."""

    request: Request
    before: str
    after: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a score is made of: points of served requests, less travel, uneven load and what was moved."""

    served: int
    points: float
    travel_minutes: int
    load: float
    moved: float
    score: float

    @property
    def travel_hours(self) -> float:
        """For people."""
        return self.travel_minutes / 60


@dataclass(frozen=True, slots=True)
class Differences:
    """What the second plan changes against the first."""

    gained: Sequence[Change]
    lost: Sequence[Change]
    moved: Sequence[Change]
    same: int


@dataclass(frozen=True, slots=True)
class Upset:
    """What a plan does to the seminars that stand already; ``found`` had lost their presenter and get another."""

    kept: int
    moved: Sequence[Change]
    dropped: Sequence[Change]
    found: Sequence[Change] = ()


def between(first: Sequence[PlanAssignment], second: Sequence[PlanAssignment]) -> Differences:
    """Request by request; what is in one of the plans alone and served by nobody counts as the same."""
    before = {row.request_id: row for row in first}
    after = {row.request_id: row for row in second}
    gained, lost, moved, same = list[Change](), list[Change](), list[Change](), 0
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        if _place(old) == _place(new):
            same += 1
            continue
        request = (old or new).request  # type: ignore[union-attr]
        change = Change(request, _said(old), _said(new), why_not(new))
        (gained if _place(old) is None else lost if _place(new) is None else moved).append(change)
    return Differences(gained, lost, moved, same)


def terms(looked: Opened) -> Terms:
    """The score of a plan taken apart."""
    from outreach.seminars.scheduling import diary, scoring

    problem, assigned = looked.problem, looked.assigned.assignments
    book = diary.Diary.of(problem, assigned)
    travel = sum(book.day_travel(who, day) for (who, _), day in book.days.items())
    load = sum(scoring.load_cost(who, book.load[who.id]) for who in problem.presenters)
    points = 0.0
    for placed in book.placed.values():
        asked = problem.request_of[placed.request]
        rank = problem.instants.rank(asked, placed.start)
        points += scoring.worth(asked, rank, placed.mode) if rank is not None else 0.0
    score = scoring.score_of(book)
    moved = points - scoring.TRAVEL_COST * travel - load - score
    return Terms(len(book.placed), points, travel, load, max(0.0, moved), score)


def upset(looked: Opened) -> Upset:
    """What it moves and drops of the seminars that stood when it was worked out, the confirmed first, and why."""
    seminars = _standing(looked)
    kept, moved, dropped, found = 0, list[Change](), list[Change](), list[Change]()
    for row in looked.rows:
        seminar = seminars.get(row.request_id)
        asked = looked.problem.request_of.get(request_id(row.request_id))
        if seminar is None or asked is None:
            continue
        if asked.previous is None:
            if row.is_served:
                here = "" if row.starts_at == seminar.starts_at else " Nobody can come at that hour."
                found.append(
                    Change(row.request, f"nobody, {_hour(seminar)}", _said(row), f"Its presenter has gone.{here}")
                )
            continue
        old = (key_of(asked.previous.presenter), asked.previous.start, str(asked.previous.mode))
        if _place(row) == old:
            kept += 1
            continue
        why = _why_moved(looked, row) if len(moved) + len(dropped) < MOST_EXPLAINED else ""
        change = Change(row.request, _was(looked, asked.previous.presenter, seminar), _said(row), why)
        (moved if row.is_served else dropped).append(change)
    return Upset(kept, moved, dropped, found)


def why_not(row: PlanAssignment | None) -> str:
    """Why nobody gives it; "" if somebody does."""
    if row is None:
        return "It is not part of that plan."
    return "" if row.is_served else words.reason(row)


def _why_moved(looked: Opened, row: PlanAssignment) -> str:
    """What stands in the way of leaving it where it was, or what moving it brings."""
    asked = looked.problem.request_of[request_id(row.request_id)]
    assert asked.previous is not None
    old = asked.previous
    if old.presenter not in looked.problem.presenter_of:
        return f"{looked.names.presenter(old.presenter)} is no longer among the presenters."
    try:
        there = weigh(looked, row, presenter_id=key_of(old.presenter), start=old.start, mode=str(old.mode))
    except NotPossible as refusal:
        return str(refusal)
    if there.conflicts:
        return " ".join(words.conflicts(there.conflicts, looked.names))
    return (
        f"Moving it brings the whole plan {-there.effect:.0f} points." if there.effect < 0 else "It was moved by hand."
    )


def _standing(looked: Opened) -> Mapping[int, Seminar]:
    keys = [row.seminar_id for row in looked.rows if row.seminar_id is not None]
    found = Seminar.objects.filter(pk__in=keys).select_related("presenter")
    return {seminar.request_id: seminar for seminar in found if seminar.request_id is not None}


def _was(looked: Opened, presenter: str, seminar: Seminar) -> str:
    return f"{looked.names.presenter(presenter)}, {_hour(seminar)}"


def _hour(seminar: Seminar) -> str:
    return f"{seminar.short_day}, {seminar.start_time} {seminar.clock}"


def _place(row: PlanAssignment | None) -> tuple[object, ...] | None:
    return None if row is None or row.presenter_id is None else (row.presenter_id, row.starts_at, row.mode)


def _said(row: PlanAssignment | None) -> str:
    return "nobody" if row is None else words.placed(row)


@dataclass(frozen=True, slots=True)
class Load:
    """How much one presenter gives of what was offered, and how long the drives are."""

    presenter: object
    seminars: int
    offered: int
    travel_minutes: int


def loads(looked: Opened) -> list[Load]:
    """Who gives how much, the most first; whoever gives nothing comes last."""
    from outreach.seminars.scheduling import diary

    book = diary.Diary.of(looked.problem, looked.assigned.assignments)
    travel: dict[str, int] = {}
    for (who, _), day in book.days.items():
        travel[who] = travel.get(who, 0) + book.day_travel(who, day)
    rows = [
        Load(looked.names.presenter(who.id), book.load[who.id], who.offered, travel.get(who.id, 0))
        for who in looked.problem.presenters
    ]
    return sorted(rows, key=lambda row: (-row.seminars, str(row.presenter)))
