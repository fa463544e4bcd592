"""A seminar's life after its draft: held until all is there, open, cancelled, done.

``open_locked`` is the one gate: whoever opens a seminar, by hand or with a plan, passes it. What people are to be
told is noted in the same transaction (see ``notices``), and mailed once it holds.
"""

from collections.abc import Sequence

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from outreach.seminars import conditions, intake, notices, occupancy, promises
from outreach.seminars.conditions import Missing
from outreach.seminars.models import Presenter, Seminar
from outreach.seminars.refusals import NotPossible
from portal.audit import trail
from portal.people.models import User

Answer, State = Seminar.Answer, Seminar.State

#: Sent within the transaction that opens a seminar, with ``seminar``: rooms above make what leads to its page.
seminar_opened = Signal()
#: Sent within the transaction that gives a seminar more or fewer seats, with ``seminar``, held: whoever waits may move.
seats_changed = Signal()
#: Sent within the transaction that cancels a seminar, with ``seminar``: rooms above tell those who booked.
seminar_cancelled = Signal()
#: Sent within the transaction that changes when, where or by which link an open seminar takes place, with ``seminar``.
seminar_changed = Signal()


class Waits(NotPossible):
    """It cannot open yet; ``missing`` says what it waits for."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        super().__init__("It waits: " + " ".join(each.sentence for each in missing))
        self.missing = tuple(missing)


def publish(*, seminar_id: int, by: User) -> Seminar:
    """Opens a draft and tells the school that asked. One for adults gets its public page, one for students stays unlisted.

    Raises ``NotPossible``: it is no draft, has begun, has no seat, its presenter may not give it or is elsewhere
    then; ``Waits`` where something must be there first.
    """
    with transaction.atomic():
        seminar = conditions.locked(seminar_id)
        open_locked(seminar, by=by)
    return seminar


def hold(*, seminar_id: int, by: User) -> Seminar:
    """Approves a draft that has to wait; see ``hold_locked``."""
    with transaction.atomic():
        seminar = conditions.locked(seminar_id)
        hold_locked(seminar, by=by)
    return seminar


def open_locked(seminar: Seminar, *, by: User, is_booked: bool = False) -> None:
    """Opens a draft in the caller's transaction, which holds it (see ``conditions.locked``), or raises as ``publish``.

    ``is_booked``: the caller took the presenters' time already (``occupancy.book``), for many at once.
    """
    if seminar.state != State.DRAFT:
        raise NotPossible(f"This seminar is “{seminar.get_state_display()}”: only a draft can be opened.")
    if seminar.has_begun:
        raise NotPossible("Its time has passed: change the start first.")
    if seminar.capacity < 1:
        raise NotPossible("It has no seats: set the capacity first.")
    if seminar.presenter and (told := promises.may_give(seminar, seminar.presenter)):
        raise NotPossible(told)
    if seminar.is_for_minors and not conditions.holds(seminar.child_line, seminar):
        seminar.child_line = conditions.child_line_for(seminar.area_id, seminar.starts_at.date())
    if still := conditions.missing(seminar):
        raise Waits(still)
    if not is_booked:
        occupancy.book(presenter_ids=[seminar.presenter_id])
    _approve(seminar, by=by)
    _move(seminar, State.OPEN, by=by, verb="opened")
    notices.note(seminar, template=notices.OPENED)
    seminar_opened.send(sender=Seminar, seminar=seminar)


def hold_locked(seminar: Seminar, *, by: User) -> list[Missing]:
    """Approves a draft that has to wait, in the caller's transaction; the school and the presenter are told of it.

    Returns what it waits for. Raises ``NotPossible``: it is no draft, or its presenter may not give it.
    """
    if seminar.state != State.DRAFT:
        raise NotPossible(f"This seminar is “{seminar.get_state_display()}”: only a draft can wait.")
    if seminar.presenter and (told := promises.may_give(seminar, seminar.presenter)):
        raise NotPossible(told)
    still = conditions.missing(seminar)
    before = trail.snapshot(seminar)
    _approve(seminar, by=by)
    seminar.save(update_fields=["approved_at", "approved_by", "answer", "child_line"])
    trail.record(actor=by, verb="held", target=seminar, before=before, after=trail.snapshot(seminar))
    notices.note(seminar, template=notices.HELD)
    return still


def settle(seminar: Seminar, *, former: Presenter | None, moved: bool, by: User | None) -> list[Missing]:
    """After a change of presenter, time or place by hand, in the caller's transaction: time is booked, people told.

    ``former`` gave it before the change; ``moved``: its time or place is another, and its ``sequence`` counted up. An open seminar that lacks something now (another kind of presenter than
    parents were told of) is held again: what it waits for is returned. Raises ``DoubleBooked``.
    """
    changed = (former and former.pk) != seminar.presenter_id
    occupancy.book(presenter_ids=[seminar.presenter_id, former.pk if former else None])
    if changed or moved:
        seminar.answer, seminar.answered_at = Answer.NONE, None
    still = conditions.missing(seminar)
    if seminar.state == State.OPEN and still:
        _move(seminar, State.DRAFT, by=by, verb="held again")
        notices.note(seminar, template=notices.HELD)
    if changed and former is not None:
        notices.note(seminar, template=notices.RELEASED, presenter=former)
    if seminar.presenter and seminar.approved_at and (changed or moved):
        if seminar.answer == Answer.NONE:
            seminar.answer = Answer.ASKED
        notices.note_former(seminar)
        notices.note(seminar, template=notices.ASSIGNED if changed else notices.MOVED, presenter=seminar.presenter)
    seminar.save(update_fields=["answer", "answered_at"])
    return still


def cancel(*, seminar_id: int, by: User, reason: str) -> Seminar:
    """Calls it off and tells the school, the presenter and everyone who booked; ``reason`` is for them.

    The request can be planned anew. Raises ``NotPossible``.
    """
    with transaction.atomic():
        seminar = conditions.locked(seminar_id)
        if seminar.state not in {State.DRAFT, State.OPEN}:
            raise NotPossible(f"This seminar is “{seminar.get_state_display()}”: nothing to cancel.")
        if not reason.strip():
            raise NotPossible("Write a sentence: it is shown to those who booked.")
        seminar.reason = reason.strip()
        seminar.sequence += 1
        _move(seminar, State.CANCELLED, by=by, verb="cancelled")
        occupancy.book(presenter_ids=[seminar.presenter_id])
        notices.note(seminar, template=notices.CALLED_OFF)
        if seminar.presenter:
            notices.note(seminar, template=notices.RELEASED, presenter=seminar.presenter)
        if seminar.request_id and seminar.request and seminar.request.state == seminar.request.State.PLANNED:
            intake.reopen(request_id=seminar.request_id, by=by, reason=seminar.reason)
        seminar_cancelled.send(sender=Seminar, seminar=seminar)
    return seminar


def tell_of_change(*, seminar: Seminar) -> None:
    """Tells the school and everyone who booked how an open seminar stands now, in the caller's transaction.

    Nobody waits for a draft, or comes to what is over.
    """
    if seminar.state != State.OPEN or seminar.ends_at <= timezone.now():
        return
    notices.note(seminar, template=notices.CHANGED)
    seminar_changed.send(sender=Seminar, seminar=seminar)


def finish(*, seminar_id: int, by: User) -> Seminar:
    """It has taken place. Raises ``NotPossible``: it is not open, or not over yet."""
    with transaction.atomic():
        seminar = conditions.locked(seminar_id)
        if seminar.state != State.OPEN or seminar.ends_at > timezone.now():
            raise NotPossible("Only an open seminar whose time has passed can be marked as done.")
        return _move(seminar, State.DONE, by=by, verb="done")


def _approve(seminar: Seminar, *, by: User) -> None:
    if seminar.approved_at is None:
        seminar.approved_at, seminar.approved_by = timezone.now(), by
    elif seminar.presenter:
        notices.note_former(seminar)
    if seminar.presenter:
        if seminar.answer == Answer.NONE:
            seminar.answer = Answer.ASKED
        notices.note(seminar, template=notices.ASSIGNED, presenter=seminar.presenter)


def _move(seminar: Seminar, state: Seminar.State, *, by: User | None, verb: str) -> Seminar:
    before = {"state": seminar.state}
    seminar.state, seminar.changed_at = state, timezone.now()
    seminar.save(
        update_fields=[
            *("state", "reason", "sequence", "changed_at"),
            *("approved_at", "approved_by", "answer", "child_line"),
        ]
    )
    trail.record(actor=by, verb=verb, target=seminar, before=before, after={"state": state, "reason": seminar.reason})
    return seminar
