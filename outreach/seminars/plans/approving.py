"""A plan comes true: its seminars are made, moved and opened in one transaction, and people are to be told only now.

``look`` says what would happen; ``approve`` does it. What changed since the plan was worked out is refused by name,
and the rest goes on. Students' seminars that lack something are held until it is there (``conditions``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from outreach.channels.models import Channel
from outreach.seminars import conditions, notices, occupancy, promises, publishing
from outreach.seminars.drafting import draft_of
from outreach.seminars.models import PlanAssignment, PlanVersion, Presenter, Request, Seminar
from outreach.seminars.plans import timetable, words
from outreach.seminars.plans.editing import ChangedMeanwhile
from outreach.seminars.plans.rows import assignment
from outreach.seminars.plans.timetable import presenter_id, request_id
from outreach.seminars.presenters import assignments
from outreach.seminars.refusals import NotPossible
from portal.audit import trail
from portal.people.models import User

State = PlanVersion.State
LIVE = (Seminar.State.DRAFT, Seminar.State.OPEN)


class Step(StrEnum):
    """What a plan does to a request."""

    NEW = "new"
    KEPT = "kept"
    MOVED = "moved"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the plan and what approving does with it; ``waits`` says what the seminar would wait for."""

    row: PlanAssignment
    step: Step
    seminar: Seminar | None
    waits: Sequence[str] = ()

    @property
    def was(self) -> str:
        """Where it stands before it moves, as its school was told; "" for a new one."""
        if self.seminar is None:
            return ""
        hour = f"{self.seminar.short_day}, {self.seminar.start_time} {self.seminar.clock}"
        return f"{self.seminar.presenter or 'nobody'}, {hour}, {self.seminar.get_mode_display().lower()}"


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be approved as it stands, and why."""

    row: PlanAssignment
    why: str


@dataclass(frozen=True)
class Approval:
    """What approving a plan does: seminars that open, those held, moved and dropped ones, and what is refused."""

    plan: PlanVersion
    lines: Sequence[Line] = ()
    refused: Sequence[Refused] = field(default_factory=list)

    @property
    def opens(self) -> list[Line]:
        """Those that are open from then on."""
        return [line for line in self.lines if line.step != Step.DROPPED and not line.waits]

    @property
    def held(self) -> list[Line]:
        """Those that wait for something."""
        return [line for line in self.lines if line.step != Step.DROPPED and line.waits]

    @property
    def moved(self) -> list[Line]:
        """Seminars that stand, and get another presenter, start or way."""
        return [line for line in self.lines if line.step == Step.MOVED]

    @property
    def sections(self) -> tuple[list[Line], list[Line]]:
        """Those that wait and those that open, without the ones that move: each is listed once, with all that is so."""
        return (
            [line for line in self.held if line.step != Step.MOVED],
            [line for line in self.opens if line.step != Step.MOVED],
        )

    @property
    def dropped(self) -> list[Line]:
        """Seminars that stand, and lose their presenter: they keep their hour until somebody else is found."""
        return [line for line in self.lines if line.step == Step.DROPPED]

    @property
    def button(self) -> str:
        """``Approve 41 seminars, hold 7``."""
        told = [f"Approve {len(self.opens)} seminar{'' if len(self.opens) == 1 else 's'}"]
        if self.held:
            told.append(f"hold {len(self.held)}")
        return ", ".join(told)


def look(*, plan_id: int) -> Approval:
    """What approving would do now: rows, requests, presenters and seminars are read anew, and nothing is written.

    Raises ``NotPossible``: it is no draft.
    """
    plan = PlanVersion.objects.select_related("season").get(pk=plan_id)
    _check_draft(plan)
    rows = list(plan.assignments.select_related("request__area", "request__school", "presenter__agency").order_by("pk"))
    standing = _standing(rows)
    faults = _faults(plan, rows)
    lines: list[Line] = []
    refused: list[Refused] = []
    children: dict[dt.date, dict[str, Channel]] = {}
    for row in rows:
        seminar = standing.get(row.request_id)
        step = _step(row, seminar)
        if step is None or (step == Step.KEPT and row.request_id in faults):
            continue  # nothing happens to it, or it stays as it is whatever the plan says
        if why := faults.get(row.request_id, "") or _promised(step, seminar):
            refused.append(Refused(row, why))
            continue
        waits: Sequence[str] = ()
        if step != Step.DROPPED and row.presenter is not None:
            planned = _as_planned(plan, row, copy(seminar), children)
            if told := promises.may_give(planned, row.presenter):
                refused.append(Refused(row, told))
                continue
            waits = [each.sentence for each in conditions.missing(planned)]
        lines.append(Line(row, step, seminar, waits))
    return Approval(plan, lines, refused)


def approve(*, plan_id: int, edition: int, by: User) -> Approval:
    """Makes the plan come true and returns what it did. All or nothing, but for what is refused by name.

    Raises ``ChangedMeanwhile``; ``NotPossible``: no draft, or nothing of it can be approved; ``DoubleBooked``.
    """
    seen = look(plan_id=plan_id)
    with transaction.atomic():
        plan = PlanVersion.objects.select_for_update(of=("self",)).get(pk=plan_id)
        _check_draft(plan)
        if plan.edition != edition:
            raise ChangedMeanwhile
        lines, late = _still(seen)
        if not lines:
            raise NotPossible(
                "Nothing of this plan can be approved as things stand. "
                + " ".join(refusal.why for refusal in (*seen.refused, *late)[:3])
            )
        done = _carry_out(plan, lines, by=by)
        before = {"state": plan.state}
        others = PlanVersion.objects.filter(season=plan.season_id, state=State.APPROVED)
        others.update(state=State.SUPERSEDED)
        plan.state, plan.approved_at, plan.approved_by = State.APPROVED, timezone.now(), by
        plan.save(update_fields=["state", "approved_at", "approved_by"])
        approval = Approval(plan, done, [*seen.refused, *late])
        trail.record(
            actor=by,
            verb="approved",
            target=plan,
            before=before,
            after={
                "state": plan.state,
                "opened": len(approval.opens),
                "held": len(approval.held),
                "moved": len(approval.moved),
                "dropped": len(approval.dropped),
                "refused": len(approval.refused),
            },
        )
    return approval


def _carry_out(plan: PlanVersion, lines: Sequence[Line], *, by: User) -> list[Line]:
    """The order keeps presenters free: who is dropped first, then everything else at once, then time is taken."""
    former = {line.row.request_id: line.seminar.presenter for line in lines if line.seminar}
    touched = {presenter.pk for presenter in former.values() if presenter}
    touched |= {line.row.presenter_id for line in lines if line.row.presenter_id}
    dropped = [line for line in lines if line.step == Step.DROPPED and line.seminar]
    for line in dropped:
        presenter = former[line.row.request_id]
        if line.seminar and presenter and line.seminar.approved_at:
            notices.note(line.seminar, template=notices.RELEASED, presenter=presenter)
    assignments.leave(
        [line.seminar for line in dropped if line.seminar],
        by=by,
        verb="left without presenter by a plan",
    )
    children: dict[dt.date, dict[str, Channel]] = {}
    made: list[tuple[Line, Seminar]] = []
    for line in lines:
        if line.step == Step.DROPPED:
            continue
        before = {} if line.seminar is None else trail.snapshot(line.seminar)
        seminar = _as_planned(plan, line.row, line.seminar, children)
        if line.step == Step.MOVED:
            seminar.sequence += 1
            trail.record(actor=by, verb="moved by a plan", target=seminar, before=before, after=trail.snapshot(seminar))
        if line.step != Step.NEW:
            seminar.save()
        made.append((line, seminar))
    Seminar.objects.bulk_create((seminar for line, seminar in made if line.step == Step.NEW), batch_size=100)
    for line, seminar in made:
        if line.step == Step.NEW:
            trail.record(actor=by, verb="added", target=seminar, after=trail.snapshot(seminar))
    Request.objects.filter(pk__in=[line.row.request_id for line, _ in made]).update(
        state=Request.State.PLANNED, reason=""
    )
    occupancy.book(presenter_ids=touched)
    return [*dropped, *(_open(line, seminar, former.get(line.row.request_id), by=by) for line, seminar in made)]


def _open(line: Line, seminar: Seminar, former: Presenter | None, *, by: User) -> Line:
    """Opens or holds one seminar whose time is taken; notes who is to be told."""
    waits: Sequence[str] = ()
    if seminar.state == Seminar.State.OPEN:
        if line.step == Step.MOVED:
            waits = [each.sentence for each in publishing.settle(seminar, former=former, moved=True, by=by)]
            publishing.tell_of_change(seminar=seminar)
    else:
        if former is not None and former.pk != seminar.presenter_id and seminar.approved_at is not None:
            notices.note(seminar, template=notices.RELEASED, presenter=former)
        try:
            # The state's line of a new one was looked up a moment ago: no need to ask for it one by one.
            if line.step == Step.NEW and (still := conditions.missing(seminar)):
                raise publishing.Waits(still)
            publishing.open_locked(seminar, by=by, is_booked=True)
        except publishing.Waits as refusal:
            waits = [each.sentence for each in refusal.missing]
            publishing.hold_locked(seminar, by=by)
    return Line(line.row, line.step, seminar, waits)


def _still(seen: Approval) -> tuple[list[Line], list[Refused]]:
    """Locks all that the plan touches, in the room's order, and refuses what changed since it was looked at."""
    keys = sorted({line.row.request_id for line in seen.lines})
    requests = {
        request.pk: request
        for request in Request.objects.select_for_update(of=("self",))
        .filter(pk__in=keys)
        .prefetch_related("area", "school", "season")
        .order_by("pk")
    }
    wanted = {line.row.presenter_id for line in seen.lines} | {
        line.seminar.presenter_id for line in seen.lines if line.seminar
    }
    presenters = {presenter.pk: presenter for presenter in occupancy.hold(pk for pk in wanted if pk is not None)}
    seminars = {
        seminar.request_id: seminar
        for seminar in Seminar.objects.select_for_update(of=("self",))
        .filter(request__in=keys, state__in=LIVE)
        .prefetch_related("area", "request", "school", "presenter__agency", "child_line")
        .order_by("pk")
    }
    lines, refused = list[Line](), list[Refused]()
    for line in seen.lines:
        row, request, seminar = line.row, requests[line.row.request_id], seminars.get(line.row.request_id)
        row.request = request
        if row.presenter_id is not None:
            row.presenter = presenters[row.presenter_id]
        if why := _changed(line, request, seminar):
            refused.append(Refused(row, why))
        else:
            lines.append(Line(row, line.step, seminar, line.waits))
    return lines, refused


def _changed(line: Line, request: Request, seminar: Seminar | None) -> str:
    """Why a line no longer holds, under lock; "" if it does."""
    wanted = Request.State.ACCEPTED if line.seminar is None else Request.State.PLANNED
    if request.state != wanted:
        return f"{request} is “{request.get_state_display().lower()}” by now."
    names = ("presenter_id", "starts_at", "mode", "state", "answer", "locked", "sequence")
    if (line.seminar is None) != (seminar is None) or any(
        getattr(line.seminar, name) != getattr(seminar, name) for name in names if line.seminar
    ):
        return f"The seminar of {request} was changed by somebody else at this moment."
    if told := _promised(line.step, seminar):
        return told
    if line.row.presenter is not None and (told := promises.may_present(request, line.row.presenter)):
        return told
    return ""


def _faults(plan: PlanVersion, rows: Iterable[PlanAssignment]) -> dict[int, str]:
    """Why rows cannot be approved, by request: the plan's places, judged by what holds today."""
    from outreach.seminars.scheduling import rules

    loaded = timetable.problem_of(season=plan.season, base=plan)
    problem = loaded.problem
    names = words.Names(
        {row.request_id: row.request for row in rows},
        {timetable.key_of(key): presenter for key, presenter in loaded.presenters.items()},
    )
    faults: dict[int, str] = {}
    given, of = [], {}
    for row in rows:
        if not row.is_served:
            continue
        if request_id(row.request_id) not in problem.request_of:
            left = next((out.why for out in loaded.left_out if out.request.pk == row.request_id), "")
            faults[row.request_id] = left or f"{row.request} is no longer to be planned: it stays as it is."
        elif presenter_id(row.presenter_id or 0) not in problem.presenter_of:
            faults[row.request_id] = f"{row.presenter} no longer gives seminars."
        elif one := assignment(row, problem):
            given.append(one)
            of[one.request] = row.request_id
    for found in rules.violations(problem, given):
        if found.rule == "confirmed_moved" and found.request not in of:
            continue  # it stays confirmed whatever the plan says
        key = of.get(found.request or "")
        if key is None:
            key = next((of[one.request] for one in reversed(given) if one.presenter == found.presenter), None)
        if key is not None:
            faults.setdefault(key, words.conflict(found, names))
    return faults


def _step(row: PlanAssignment, seminar: Seminar | None) -> Step | None:
    """What the plan does to a request; None if nothing."""
    if not row.is_served:
        is_given = seminar is not None and seminar.presenter_id is not None and not _is_sure(seminar)
        return Step.DROPPED if is_given else None
    if seminar is None:
        return Step.NEW
    same = (seminar.presenter_id, seminar.starts_at, seminar.mode) == (row.presenter_id, row.starts_at, row.mode)
    return Step.KEPT if same else Step.MOVED


def _promised(step: Step, seminar: Seminar | None) -> str:
    """What is agreed is not moved, whatever a plan says."""
    if step == Step.MOVED and seminar is not None and _is_sure(seminar):
        return f"{seminar.presenter} has confirmed {seminar.request}, or it is locked: it stays as it is."
    return ""


def _is_sure(seminar: Seminar) -> bool:
    return seminar.locked or seminar.answer == Seminar.Answer.CONFIRMED


def _standing(rows: Iterable[PlanAssignment]) -> dict[int, Seminar]:
    keys = [row.request_id for row in rows]
    found = Seminar.objects.filter(request__in=keys, state__in=LIVE)
    related = found.select_related("area", "request", "school", "presenter__agency", "child_line")
    return {seminar.request_id: seminar for seminar in related if seminar.request_id is not None}


def _as_planned(
    plan: PlanVersion, row: PlanAssignment, seminar: Seminar | None, children: dict[dt.date, dict[str, Channel]]
) -> Seminar:
    """The seminar as the plan has it: the one that stands, changed, or a new one; not saved."""
    assert row.starts_at is not None
    request = row.request
    if seminar is None:
        day = row.starts_at.date()
        if day not in children:
            children[day] = conditions.child_lines(day)
        seminar = draft_of(request, child_line=children[day].get(request.area_id))
    seminar.plan = plan
    if _step(row, seminar) == Step.MOVED:
        seminar.answer, seminar.answered_at = Seminar.Answer.NONE, None
    seminar.presenter, seminar.starts_at, seminar.mode = row.presenter, row.starts_at, row.mode
    seminar.time_zone = row.time_zone
    seminar.locked = seminar.locked or row.locked
    return seminar


def _check_draft(plan: PlanVersion) -> None:
    if plan.state != State.DRAFT:
        raise NotPossible(f"This plan is “{plan.get_state_display().lower()}”: only a draft is approved.")
