"""What presenters see of their seminars, and what they answer.

Nobody hears of a draft that was not approved. A presenter who says no leaves the seminar its hour: the school is
told nothing until somebody else is found, and nobody is to be told that nobody comes.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.seminars import occupancy
from outreach.seminars.models import Decline, Presenter, Request, Seminar
from outreach.seminars.presenters import availability
from outreach.seminars.refusals import NotPossible
from portal.areas import clocks
from portal.audit import trail
from portal.people.models import User

Answer, State = Seminar.Answer, Seminar.State

KEPT = dt.timedelta(days=92)
"""How long a past seminar stays on the page and in the calendar."""


def told_to(presenter: Presenter, *, now: dt.datetime) -> QuerySet[Seminar]:
    """The presenter's seminars, soonest first: open, over, called off, or approved and waiting for its school."""
    approved = Q(state=State.DRAFT, approved_at__isnull=False)
    known = Q(state__in=[State.OPEN, State.DONE, State.CANCELLED]) | approved
    seminars = Seminar.objects.filter(known, presenter=presenter, starts_at__gt=now - KEPT)
    return seminars.select_related("area", "request", "school").order_by("starts_at", "pk")


def answer(
    *,
    presenter_key: uuid.UUID,
    seminar_uid: uuid.UUID,
    answer: str,
    reason: str = "",
    note: str = "",
    seen: int | None = None,
) -> Seminar:
    """A presenter's yes or no to a seminar; the same answer twice is one.

    ``answer`` is ``confirmed`` or ``declined``; with a no, ``reason`` is one of ``Decline.Reason`` and ``note`` goes to
    staff. ``seen`` is the seminar's ``sequence`` as the presenter saw it. Whoever is not free then is away that day.
    Raises ``NotPossible``: not theirs (any more), changed since it was seen, begun, called off, or no reason.
    ``Presenter.DoesNotExist`` and ``Seminar.DoesNotExist``: no such private page, no such seminar.
    """
    with transaction.atomic():
        presenter, seminar = _held(presenter_key, seminar_uid)
        if answer == Answer.DECLINED and _has_declined(presenter, seminar):
            return seminar
        if seminar.presenter_id != presenter.pk:
            raise NotPossible(_("This seminar is no longer yours: nothing is left for you to do."))
        if seminar.state not in {State.DRAFT, State.OPEN} or seminar.has_begun:
            raise NotPossible(_("This seminar is over or was called off."))
        if seen is not None and seen != seminar.sequence:
            raise NotPossible(_("This seminar changed while you had the page open. Please look again, then answer."))
        if answer == Answer.CONFIRMED:
            return _confirm(presenter, seminar)
        if answer != Answer.DECLINED:
            raise NotPossible(_("Choose one of the answers."))
        if reason not in Decline.Reason.values:
            raise NotPossible(_("Choose why you can’t come, so that we find somebody who can."))
        return _decline(presenter, seminar, reason=reason, note=note)


def leave(seminars: Iterable[Seminar], *, by: User | None, verb: str) -> None:
    """Takes its presenter from each seminar, which keeps its hour, in the caller's transaction.

    One for students is a draft again: nobody may meet them whom parents don't know of. One for adults stays open,
    for those who booked. The caller holds the presenter.
    """
    left: set[int | None] = set()
    for seminar in seminars:
        before = {"presenter": seminar.presenter_id, "state": seminar.state, "answer": seminar.answer}
        left.add(seminar.presenter_id)
        seminar.presenter, seminar.locked = None, False
        seminar.answer, seminar.answered_at = Answer.DECLINED, timezone.now()
        if seminar.is_unlisted:
            seminar.state = State.DRAFT
        seminar.save(update_fields=["presenter", "locked", "answer", "answered_at", "state"])
        after = {"presenter": None, "state": seminar.state, "answer": seminar.answer}
        trail.record(actor=by, verb=verb, target=seminar, before=before, after=after)
    occupancy.book(presenter_ids=left)


def _confirm(presenter: Presenter, seminar: Seminar) -> Seminar:
    if seminar.answer == Answer.CONFIRMED:
        return seminar
    before = {"answer": seminar.answer}
    seminar.answer, seminar.answered_at = Answer.CONFIRMED, timezone.now()
    seminar.save(update_fields=["answer", "answered_at"])
    said = {"answer": seminar.answer, "said by": presenter.trail_label}
    trail.record(actor=None, verb="confirmed by the presenter", target=seminar, before=before, after=said)
    return seminar


def _decline(presenter: Presenter, seminar: Seminar, *, reason: str, note: str) -> Seminar:
    Decline.objects.create(presenter=presenter, seminar=seminar, reason=reason, note=note.strip()[:300])
    if reason == Decline.Reason.NOT_FREE:
        day = clocks.local(seminar.starts_at, presenter.time_zone).date()
        availability.be_away(presenter=presenter, first=day, last=day)
    leave([seminar], by=None, verb=f"declined: {reason}")
    return seminar


def _has_declined(presenter: Presenter, seminar: Seminar) -> bool:
    gone = seminar.presenter_id != presenter.pk
    return gone and Decline.objects.filter(presenter=presenter, seminar=seminar).exists()


def _held(presenter_key: uuid.UUID, seminar_uid: uuid.UUID) -> tuple[Presenter, Seminar]:
    """Both under lock, in the room's order: request, presenter, seminar."""
    found = Seminar.objects.filter(uid=seminar_uid).exclude(state=State.DRAFT, approved_at=None).get()
    presenter_id = Presenter.objects.filter(retired_at=None).values_list("pk", flat=True).get(key=presenter_key)
    if found.request_id:
        Request.objects.select_for_update(of=("self",)).get(pk=found.request_id)
    occupancy.hold([presenter_id])
    presenter = Presenter.objects.select_related("agency").get(pk=presenter_id)
    seminar = Seminar.objects.select_for_update(of=("self",)).get(pk=found.pk)
    return presenter, seminar
