"""A draft plan in the hands of staff: moved, locked, left out, copied, discarded. Nobody outside hears of it.

Each change says which ``edition`` of the plan it was made on: one made on an older is refused, and nothing is lost.
Rules are looked at before anything is written, outside the transaction; the edition vouches that they still hold.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from outreach.seminars.models import PlanAssignment, PlanVersion, Presenter
from outreach.seminars.plans import problem_files, reasoning, rows, words
from outreach.seminars.plans.timetable import key_of, presenter_id, request_id
from outreach.seminars.refusals import NotPossible
from portal.areas import clocks
from portal.audit import trail
from portal.people.models import User
from portal.seasons.models import Season

if TYPE_CHECKING:
    from outreach.seminars.scheduling import model

State = PlanVersion.State
MOST_CHOICES = 16


class ChangedMeanwhile(NotPossible):
    """Somebody else changed the plan since it was looked at."""

    def __init__(self) -> None:
        super().__init__("Somebody changed this plan while you looked at it. Here it is as it stands now: try again.")


class Conflicts(NotPossible):
    """A place that breaks rules; ``sentences`` says each, for staff."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = tuple(sentences)


@dataclass(frozen=True)
class Opened:
    """A plan as it stands: its rows, and the problem that it was worked out from."""

    plan: PlanVersion
    rows: Sequence[PlanAssignment]
    problem: model.Problem
    names: words.Names

    def row(self, request_pk: int) -> PlanAssignment:
        """The row of a request. Raises ``NotPossible`` if the plan has none."""
        for row in self.rows:
            if row.request_id == request_pk:
                return row
        raise NotPossible("This request is not part of the plan.")

    @property
    def assigned(self) -> model.Plan:
        """The plan in the optimiser's terms."""
        from outreach.seminars.scheduling import model

        return model.Plan(self.problem.name, tuple(rows.assignments(self.rows, self.problem)))


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who could give it: when (on the school's clock), how, what it does to the score, what it breaks."""

    presenter: Presenter
    start: dt.datetime
    mode: str
    effect: float
    conflicts: Sequence[str]
    is_now: bool

    @property
    def mode_label(self) -> str:
        """In words."""
        return "by video" if self.mode == "virtual" else "in person"


def opened(plan_id: int) -> Opened:
    """A plan with all its rows; five queries. Raises ``NotPossible`` where its problem is not there yet."""
    plan = PlanVersion.objects.select_related("season", "problem").get(pk=plan_id)
    if plan.problem is None:
        raise NotPossible("This plan is not worked out yet.")
    rows = list(
        plan.assignments.select_related("request", "request__school", "presenter", "presenter__agency").order_by("pk")
    )
    try:
        problem = problem_files.load(plan.problem)
    except FileNotFoundError:
        raise NotPossible("The file that this plan was worked out from is gone: plan again.") from None
    presenters = Presenter.objects.filter(pk__in=[key_of(who.id) for who in problem.presenters])
    names = words.Names(
        {row.request_id: row.request for row in rows},
        {presenter.pk: presenter for presenter in presenters.select_related("agency")},
    )
    return Opened(plan, rows, problem, names)


def move(
    *, plan_id: int, request_id: int, presenter_id: int, start: dt.datetime, mode: str, edition: int, by: User | None
) -> PlanVersion:
    """Gives a request to a presenter at a start (aware), by hand. Raises ``Conflicts`` with every rule it breaks."""
    looked = opened(plan_id)
    row = looked.row(request_id)
    _check_open(looked.plan, edition)
    if row.locked:
        raise NotPossible(f"{row.request} is locked: unlock it first.")
    candidate = weigh(looked, row, presenter_id=presenter_id, start=start, mode=mode)
    if candidate.conflicts:
        raise Conflicts(words.conflicts(candidate.conflicts, looked.names))
    asked = looked.problem.request_of[_request(row)]
    before = _told(row)
    row.presenter_id, row.starts_at, row.mode = presenter_id, start.astimezone(dt.UTC), mode
    row.time_zone = asked.time_zone
    row.rank = rows.wish_rank(row.request, start, asked.minutes, asked.time_zone)
    row.reason_code, row.details, row.by_hand = "", {}, True
    return _keep(looked, row, edition=edition, by=by, verb="moved", before=before)


def leave_out(*, plan_id: int, request_id: int, edition: int, by: User | None) -> PlanVersion:
    """Takes a request out of the plan, by hand."""
    looked = opened(plan_id)
    row = looked.row(request_id)
    _check_open(looked.plan, edition)
    if row.locked:
        raise NotPossible(f"{row.request} is locked: unlock it first.")
    if not row.is_served:
        raise NotPossible(f"Nobody gives {row.request} in this plan.")
    before = _told(row)
    row.presenter, row.starts_at, row.mode, row.rank = None, None, "", None
    row.reason_code, row.details, row.by_hand = rows.TAKEN_OUT, {}, True
    return _keep(looked, row, edition=edition, by=by, verb="left out", before=before)


def lock(*, plan_id: int, request_id: int, edition: int, by: User | None, locked: bool = True) -> PlanVersion:
    """The next plan keeps it as it stands, or (``locked=False``) may move it again."""
    looked = opened(plan_id)
    row = looked.row(request_id)
    _check_open(looked.plan, edition)
    if locked and not row.is_served:
        raise NotPossible(f"Nobody gives {row.request}: there is nothing to lock.")
    if not locked and _is_sure(looked, row):
        raise NotPossible(f"The presenter has confirmed {row.request}: it stays as it is.")
    before = {"locked": row.locked}
    row.locked = locked
    verb = "locked" if locked else "unlocked"
    return _keep(looked, row, edition=edition, by=by, verb=verb, before=before, after={"locked": locked})


def copy(*, plan_id: int, by: User | None) -> PlanVersion:
    """Another draft with the same rows, to try something out."""
    with transaction.atomic():
        plan = PlanVersion.objects.select_related("season").get(pk=plan_id)
        if plan.state in {State.SOLVING, State.FAILED}:
            raise NotPossible("There is nothing to copy yet.")
        Season.objects.select_for_update(no_key=True).get(pk=plan.season_id)
        last = PlanVersion.objects.filter(season=plan.season_id).aggregate(last=Max("number"))["last"]
        rows = list(plan.assignments.order_by("pk"))
        made = PlanVersion.objects.create(
            season=plan.season,
            number=last + 1,
            title=f"Copy of plan {plan.number}",
            origin=PlanVersion.Origin.COPY,
            state=State.DRAFT,
            based_on=plan,
            problem=plan.problem,
            seconds=plan.seconds,
            seed=plan.seed,
            score=plan.score,
            bound=plan.bound,
            served=plan.served,
            unserved=plan.unserved,
            created_by=by,
        )
        for row in rows:
            row.pk, row.plan = None, made
            row._state.adding = True
        PlanAssignment.objects.bulk_create(rows, batch_size=500)
        trail.record(actor=by, verb="copied", target=made, after={"from": plan.number})
    return made


def discard(*, plan_id: int, by: User | None) -> PlanVersion:
    """Nobody wants it; it can be looked at for a while yet."""
    with transaction.atomic():
        plan = PlanVersion.objects.select_for_update(of=("self",)).get(pk=plan_id)
        if plan.state not in {State.DRAFT, State.FAILED}:
            raise NotPossible(f"A plan that is “{plan.get_state_display().lower()}” is not discarded.")
        before = {"state": plan.state}
        plan.state = State.DISCARDED
        plan.save(update_fields=["state"])
        trail.record(actor=by, verb="discarded", target=plan, before=before, after={"state": plan.state})
    return plan


def choices(looked: Opened, row: PlanAssignment) -> list[Choice]:
    """Who could give a request, what fits first and best first, then what clashes and why."""
    from outreach.seminars.scheduling import judging

    asked = looked.problem.request_of.get(_request(row))
    if asked is None:
        return []
    found = judging.candidates(looked.problem, looked.assigned, asked, most=MOST_CHOICES)
    now = rows.assignment(row, looked.problem)
    return [
        Choice(
            presenter=looked.names.presenters[key_of(one.presenter)],
            start=one.start,
            mode=str(one.mode),
            effect=one.effect,
            conflicts=words.conflicts(one.conflicts, looked.names),
            is_now=now is not None and (now.presenter, now.start, now.mode) == (one.presenter, one.start, one.mode),
        )
        for one in found
        if key_of(one.presenter) in looked.names.presenters
    ]


def best_start(
    looked: Opened, row: PlanAssignment, *, presenter_pk: int, day: dt.date, mode: str = "", clock: str = ""
) -> tuple[dt.datetime, str]:
    """Start and way on a presenter's day: at ``clock`` (the school's), else where it fits best, else as early as it may.

    ``day`` is the presenter's, but with ``clock`` the school's. Where nothing fits, the start is one whose conflicts
    can be told. Raises ``NotPossible`` for what the plan doesn't know.
    """
    from outreach.seminars.scheduling import diary, fitting, instants

    asked = looked.problem.request_of.get(_request(row))
    who = looked.problem.presenter_of.get(_presenter(presenter_pk))
    if asked is None:
        raise NotPossible(f"{row.request} could not be planned: {row.details.get('why', 'it was left out')}")
    if who is None:
        raise NotPossible("Choose a presenter of this plan.")
    way = mode if mode in {"in_person", "virtual"} else str(asked.mode.ways[0])
    zone = instants.zone_of(asked.time_zone)
    if clock:
        try:
            at = dt.time.fromisoformat(clock)
        except ValueError:
            raise NotPossible("Write the start as 10:30.") from None
        return dt.datetime.combine(day, at.replace(tzinfo=None), tzinfo=zone), way
    others = [one for one in looked.assigned.assignments if one.request != asked.id]
    free = fitting.Fitting(looked.problem)
    found = [
        opening
        for opening in free.openings(diary.Diary.of(looked.problem, others), asked, on=who)
        if instants.local_time(opening.seminar.start, who.time_zone).date() == day
        and mode in {"", str(opening.seminar.mode)}
    ]
    if found:
        best = max(found, key=lambda opening: opening.gain).seminar
        return instants.local_time(best.start, asked.time_zone), str(best.mode)
    wished = [wish for wish in asked.preferences if wish.date == day]
    return dt.datetime.combine(day, wished[0].earliest if wished else dt.time(9), tzinfo=zone), way


def weigh(looked: Opened, row: PlanAssignment, *, presenter_id: int, start: dt.datetime, mode: str) -> Any:
    """What putting it there would do: the optimiser's candidate. Raises ``NotPossible`` for what it doesn't know."""
    from outreach.seminars.scheduling import judging, model

    asked = looked.problem.request_of.get(_request(row))
    who = _presenter(presenter_id)
    if asked is None:
        raise NotPossible(f"{row.request} could not be planned: {row.details.get('why', 'it was left out')}")
    if who not in looked.problem.presenter_of:
        raise NotPossible("This presenter came after the plan was worked out: plan again.")
    if mode not in {"in_person", "virtual"}:
        raise NotPossible("Choose in person or by video.")
    local = clocks.local(start, asked.time_zone)
    return judging.weigh(looked.problem, looked.assigned, model.Assignment(asked.id, who, local, model.Mode(mode)))


def _is_sure(looked: Opened, row: PlanAssignment) -> bool:
    asked = looked.problem.request_of.get(_request(row))
    if asked is None or asked.previous is None or row.seminar is None:
        return False
    return asked.previous.confirmed and row.seminar.answer == row.seminar.Answer.CONFIRMED


def _request(row: PlanAssignment) -> str:
    return request_id(row.request_id)


def _presenter(pk: int) -> str:
    return presenter_id(pk)


def _told(row: PlanAssignment) -> dict[str, Any]:
    return {"presenter": row.presenter_id, "starts_at": row.starts_at, "mode": row.mode}


def _check_open(plan: PlanVersion, edition: int) -> None:
    if plan.state != State.DRAFT:
        raise NotPossible(f"This plan is “{plan.get_state_display().lower()}”: copy it to change it.")
    if plan.edition != edition:
        raise ChangedMeanwhile


def _keep(
    looked: Opened,
    row: PlanAssignment,
    *,
    edition: int,
    by: User | None,
    verb: str,
    before: dict[str, Any],
    after: dict[str, Any] | None = None,
) -> PlanVersion:
    """Writes a changed row, if the plan is still the one that was looked at, and counts the plan anew.

    Without ``after`` the plan itself has changed: why nobody gives the others is looked at again.
    """
    from outreach.seminars.scheduling import scoring

    concerned = {one for one in (before.get("presenter"), row.presenter_id) if one is not None}
    reasons = [] if after is not None else reasoning.look_anew(looked, concerned)
    score = scoring.score(looked.problem, looked.assigned.assignments)
    with transaction.atomic():
        plan = PlanVersion.objects.select_for_update(of=("self",)).get(pk=looked.plan.pk)
        _check_open(plan, edition)
        row.save()
        PlanAssignment.objects.bulk_update(reasons, ["reason_code", "details"])
        plan.edition += 1
        plan.score = score
        plan.served = sum(one.is_served for one in looked.rows)
        plan.unserved = len(looked.rows) - plan.served
        plan.save(update_fields=["edition", "score", "served", "unserved"])
        trail.record(
            actor=by,
            verb=verb,
            target=plan,
            label=f"{plan}: {row.request}",
            before=before,
            after=_told(row) if after is None else after,
        )
    return plan
