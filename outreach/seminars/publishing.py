"""A seminar's life after its draft: open, cancelled, done."""

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from outreach.seminars.intake import NotPossible, write_to_school
from outreach.seminars.models import Seminar
from portal.audit import trail
from portal.people.models import User

State = Seminar.State

#: Sent within the transaction that cancels a seminar, with ``seminar``: rooms above tell those who booked.
seminar_cancelled = Signal()
#: Sent within the transaction that changes when or where an open seminar takes place, with ``seminar``.
seminar_changed = Signal()


def publish(*, seminar_id: int, by: User) -> Seminar:
    """Opens a draft and tells the school that asked. One for adults gets its public page, one for students stays unlisted.

    Raises ``NotPossible``: it is no draft, has begun, or has no seat.
    """
    with transaction.atomic():
        seminar = _locked(seminar_id)
        if seminar.state != State.DRAFT:
            raise NotPossible(f"This seminar is “{seminar.get_state_display()}”: only a draft can be opened.")
        if seminar.has_begun:
            raise NotPossible("Its time has passed: change the start first.")
        if seminar.capacity < 1:
            raise NotPossible("It has no seats: set the capacity first.")
        _move(seminar, State.OPEN, by=by, verb="opened")
        if seminar.request:
            write_to_school(seminar.request, "request_planned", event=seminar)
    return seminar


def cancel(*, seminar_id: int, by: User, reason: str) -> Seminar:
    """Calls it off and tells the school and everyone who booked; ``reason`` is for them. Raises ``NotPossible``."""
    with transaction.atomic():
        seminar = _locked(seminar_id)
        if seminar.state not in {State.DRAFT, State.OPEN}:
            raise NotPossible(f"This seminar is “{seminar.get_state_display()}”: nothing to cancel.")
        if not reason.strip():
            raise NotPossible("Write a sentence: it is shown to those who booked.")
        was_open = seminar.state == State.OPEN
        seminar.reason = reason.strip()
        seminar.sequence += 1
        _move(seminar, State.CANCELLED, by=by, verb="cancelled")
        if seminar.request and was_open:
            write_to_school(seminar.request, "request_called_off", event=seminar)
        seminar_cancelled.send(sender=Seminar, seminar=seminar)
    return seminar


def tell_of_change(*, seminar: Seminar) -> None:
    """Writes to the school and to everyone who booked how an open seminar stands now, in the caller's transaction.

    Nobody waits for a draft, or comes to what is over.
    """
    if seminar.state != State.OPEN or seminar.ends_at <= timezone.now():
        return
    if seminar.request:
        write_to_school(seminar.request, "request_changed", event=seminar)
    seminar_changed.send(sender=Seminar, seminar=seminar)


def finish(*, seminar_id: int, by: User) -> Seminar:
    """It has taken place. Raises ``NotPossible``: it is not open, or not over yet."""
    with transaction.atomic():
        seminar = _locked(seminar_id)
        if seminar.state != State.OPEN or seminar.ends_at > timezone.now():
            raise NotPossible("Only an open seminar whose time has passed can be marked as done.")
        return _move(seminar, State.DONE, by=by, verb="done")


def _locked(seminar_id: int) -> Seminar:
    return Seminar.objects.select_for_update(of=("self",)).select_related("area", "request").get(pk=seminar_id)


def _move(seminar: Seminar, state: Seminar.State, *, by: User, verb: str) -> Seminar:
    before = {"state": seminar.state}
    seminar.state = state
    seminar.save(update_fields=["state", "reason", "sequence"])
    trail.record(actor=by, verb=verb, target=seminar, before=before, after={"state": state, "reason": seminar.reason})
    return seminar
