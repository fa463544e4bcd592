"""A plan as rows: saved from the optimiser's answer in one transaction, and read back as its assignments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from outreach.seminars.models import PlanAssignment, PlanVersion, Presenter, Request
from outreach.seminars.plans.timetable import LeftOut, Loaded, key_of, presenter_id, request_id, topic_parts
from portal.areas import clocks
from portal.audit import trail
from portal.files.models import StoredFile

if TYPE_CHECKING:
    from outreach.seminars.scheduling import model

State = PlanVersion.State
OPEN: Final = "open"
"""Somebody could give it as the plan stands: only a change by hand leaves such a gap."""
TAKEN_OUT: Final = "taken_out"
OF_OURS: Final = {"no_kind": "no_topic", "no_check": "no_topic", OPEN: "low_value", TAKEN_OUT: "low_value"}
"""Reasons that only we know, as the optimiser's: who is of the wrong kind doesn't give the topic; nobody new is needed
for what could be given."""


class BadPlan(Exception):
    """What came back is no plan of this problem; the text says what it breaks."""


def save(*, plan_id: int, answer: Mapping[str, Any], loaded: Loaded, file: StoredFile) -> PlanVersion:
    """Keeps an answer (``seminar-plan/1``) as a draft. Raises ``BadPlan`` if it breaks a rule.

    Whoever made it is not believed: rules and score are looked at here. A plan that no longer waits is left alone.
    """
    from outreach.seminars.scheduling import scoring

    problem = loaded.problem
    placed = given(answer, problem)
    rows = [
        *_served(plan_id, placed, loaded),
        *_unserved(plan_id, answer["unserved"], loaded),
        *(_left_out(plan_id, out) for out in loaded.left_out),
    ]
    score, bound = scoring.score(problem, placed), answer.get("bound")
    with transaction.atomic():
        plan = PlanVersion.objects.select_for_update(of=("self",)).get(pk=plan_id)
        if plan.state != State.SOLVING:
            return plan
        plan.assignments.all().delete()
        PlanAssignment.objects.bulk_create(rows, batch_size=500)
        plan.problem, plan.state = file, State.DRAFT
        plan.score, plan.bound = score, None if bound is None else max(float(bound), score)
        plan.served, plan.unserved = len(placed), len(rows) - len(placed)
        plan.failure = str(answer.get("stopped") or "")[:300]
        plan.save(update_fields=["problem", "state", "score", "bound", "served", "unserved", "failure"])
        trail.record(
            actor=plan.created_by,
            verb="worked out",
            target=plan,
            after={"served": plan.served, "unserved": plan.unserved, "score": score, "bound": plan.bound},
        )
    return plan


def given(answer: Mapping[str, Any], problem: model.Problem) -> list[model.Assignment]:
    """The assignments of an answer. Raises ``BadPlan`` if they break a rule of the problem, or are none at all."""
    from outreach.seminars.scheduling import model, rules

    try:
        placed = [
            model.Assignment(
                row["request"], row["presenter"], dt.datetime.fromisoformat(row["start"]), model.Mode(row["mode"])
            )
            for row in answer["assignments"]
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise BadPlan(f"it is no plan file: {error!r}") from error
    if broken := rules.violations(problem, placed):
        raise BadPlan(f"the plan breaks {len(broken)} rules, first {broken[0].rule}: {broken[0].detail}")
    return placed


def assignments(rows: Iterable[PlanAssignment], problem: model.Problem) -> list[model.Assignment]:
    """The served rows as assignments of the problem, each start on its school's clock."""
    return [given for row in rows if (given := assignment(row, problem)) is not None]


def assignment(row: PlanAssignment, problem: model.Problem) -> model.Assignment | None:
    """One row; None where nobody gives it, or the problem doesn't know it."""
    from outreach.seminars.scheduling import model

    asked = problem.request_of.get(request_id(row.request_id))
    if asked is None or row.presenter_id is None or row.starts_at is None:
        return None
    start = clocks.local(row.starts_at, asked.time_zone)
    return model.Assignment(asked.id, presenter_id(row.presenter_id), start, model.Mode(row.mode))


def wish_rank(request: Request, start: dt.datetime, minutes: int, zone: str) -> int | None:
    """The rank of the school's best wish that holds a seminar; None for one agreed outside its wishes.

    The school's own count: the problem leaves out days that went by or are closed.
    """
    local = clocks.local(start, zone)
    end = local + dt.timedelta(minutes=minutes)
    for wish in request.preferred_dates.all():
        if wish.date == local.date() == end.date() and wish.earliest <= local.time() and end.time() <= wish.latest_end:
            return wish.rank
    return None


def _served(plan_id: int, given: Iterable[model.Assignment], loaded: Loaded) -> Iterator[PlanAssignment]:
    for one in given:
        asked, row = loaded.problem.request_of[one.request], loaded.requests[one.request]
        yield PlanAssignment(
            plan_id=plan_id,
            request=row,
            presenter_id=key_of(one.presenter),
            starts_at=one.start.astimezone(dt.UTC),
            time_zone=asked.time_zone,
            mode=str(one.mode),
            rank=wish_rank(row, one.start, asked.minutes, asked.time_zone),
            priority=asked.priority,
            locked=asked.previous is not None and asked.previous.confirmed,
            seminar=loaded.seminars.get(one.request),
        )


def _unserved(plan_id: int, said: Iterable[Mapping[str, Any]], loaded: Loaded) -> Iterator[PlanAssignment]:
    for one in said:
        asked = loaded.problem.request_of[one["request"]]
        code, details = reasoned(one, asked, loaded.problem, loaded.presenters)
        yield PlanAssignment(
            plan_id=plan_id,
            request=loaded.requests[one["request"]],
            time_zone=asked.time_zone,
            priority=asked.priority,
            seminar=loaded.seminars.get(one["request"]),
            reason_code=code,
            details=details,
        )


def _left_out(plan_id: int, out: LeftOut) -> PlanAssignment:
    return PlanAssignment(
        plan_id=plan_id, request=out.request, time_zone=out.request.zone, reason_code=out.code, details={"why": out.why}
    )


def reasoned(
    said: Mapping[str, Any], asked: model.Request, problem: model.Problem, presenters: Mapping[str, Presenter]
) -> tuple[str, dict[str, Any]]:
    """The code and details of a row, from what a plan file says of an unserved request."""
    counts = skilled(asked, problem, presenters)
    code = said["reason_code"]
    if code == "no_topic" and counts["topic"]:
        code = "no_kind" if not counts["kind"] else "no_check"
    funnel = dict(said.get("funnel") or {}) | counts
    return code, {"funnel": funnel, "holders": said.get("holders") or [], "change": said.get("change")}


def skilled(asked: model.Request, problem: model.Problem, presenters: Mapping[str, Presenter]) -> dict[str, int]:
    """How many speak the language, give the topic as such, and are of a kind that the school chose.

    The problem's topic is all of them in one (``timetable.topic_text``): taken apart again for staff.
    """
    about, _, kinds, _ = topic_parts(asked.topic)
    speak = [presenters[who.id] for who in problem.presenters if asked.language in who.languages]
    give = [row for row in speak if about in row.topics]
    return {
        "all": len(problem.presenters),
        "language": len(speak),
        "topic": len(give),
        "kind": sum(row.kind in kinds for row in give),
        "cleared": sum(asked.topic in who.topics and asked.language in who.languages for who in problem.presenters),
    }


def as_plan(rows: Iterable[PlanAssignment], problem: model.Problem) -> model.Plan:
    """The whole plan in the optimiser's terms, what nobody gives too."""
    from outreach.seminars.scheduling import model

    everything = list(rows)
    unserved = []
    for row in everything:
        if row.is_served or request_id(row.request_id) not in problem.request_of:
            continue
        code = OF_OURS.get(row.reason_code, row.reason_code)
        counts = row.details.get("funnel") or {}
        numbers = [int(counts.get(name, 0)) for name in ("language", "topic", "reach", "on_a_date")]
        unserved.append(model.Unserved(request_id(row.request_id), model.Reason(code), "", model.Funnel(*numbers)))
    return model.Plan(problem.name, tuple(assignments(everything, problem)), tuple(unserved))
