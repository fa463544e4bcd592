"""Why nobody gives a request, kept true while a plan is changed by hand.

A move frees hours and takes others: what was "all who could come give other seminars" may have become a gap, and a
gap may have closed. Only requests that one of the presenters concerned could give are looked at anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from outreach.seminars.models import PlanAssignment
from outreach.seminars.plans.rows import OPEN, TAKEN_OUT, reasoned
from outreach.seminars.plans.timetable import presenter_id, request_id

if TYPE_CHECKING:
    from outreach.seminars.plans.editing import Opened
    from outreach.seminars.scheduling import diary, fitting, model


def look_anew(looked: Opened, presenters: Iterable[int]) -> list[PlanAssignment]:
    """Rows that nobody gives whose reason is another since the diaries of these presenters changed; set, not saved.

    What was taken out by hand keeps that as its reason, and what could not be planned at all keeps its own.
    """
    from outreach.seminars.scheduling import diary, fitting

    people = {presenter_id(pk) for pk in presenters}
    problem = looked.problem
    book, free = diary.Diary.of(problem, looked.assigned.assignments), fitting.Fitting(problem)
    known = {presenter_id(pk): presenter for pk, presenter in looked.names.presenters.items()}
    changed = []
    for row in looked.rows:
        asked = problem.request_of.get(request_id(row.request_id))
        if row.is_served or asked is None or row.reason_code == TAKEN_OUT:
            continue
        if not any(who.id in people for who in free.skilled(asked)):
            continue
        code, details = reasoned(_said(free, book, asked), asked, problem, known)
        if (code, details) != (row.reason_code, row.details):
            row.reason_code, row.details = code, details
            changed.append(row)
    return changed


def _said(free: fitting.Fitting, book: diary.Diary, asked: model.Request) -> dict[str, Any]:
    """What a plan file would say of it now; of a gap, who could fill it best."""
    from outreach.seminars.scheduling import instants, plan_file, reasons

    if reasons.reason_of(free, book, asked) is not None:
        return plan_file.unserved_as_json(reasons.explain(free, book, asked))
    funnel, best = free.funnel(asked), free.best(book, asked)
    assert best is not None
    start = instants.local_time(best.seminar.start, asked.time_zone)
    return {
        "reason_code": OPEN,
        "funnel": plan_file.funnel_as_json(funnel),
        "change": {
            "kind": OPEN,
            "presenter": best.seminar.presenter,
            "date": start.date().isoformat(),
            "gain": round(best.gain, 2),
        },
    }
