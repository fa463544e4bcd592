"""What schools were promised: who may stand before a class. One rule, asked by whatever sets a presenter."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from outreach.seminars import conditions
from outreach.seminars.models import Availability, Presenter, PresenterKind, Request, Seminar
from portal.areas import clocks

LIVE = (Seminar.State.DRAFT, Seminar.State.OPEN)


@dataclass(frozen=True, slots=True)
class Broken:
    """A seminar to come that is not as its school was promised; one sentence for staff."""

    seminar: Seminar
    sentence: str


def may_present(request: Request | None, presenter: Presenter) -> str:
    """Why this presenter may not give what the request asks for, in a sentence; empty if nothing stands against it."""
    if presenter.retired_at is not None:
        return f"{presenter} no longer gives seminars: choose somebody else."
    if request is not None and presenter.kind not in request.presenter_kinds:
        chosen = ", ".join(request.may_be_given_by) or "nobody"
        return f"The school did not choose “{PresenterKind(presenter.kind).label}”. It chose: {chosen}."
    return ""


def is_cleared(presenter: Presenter, day: dt.date) -> bool:
    """Whether the background check for work with minors holds on a day."""
    return presenter.clearance_expires_on is not None and presenter.clearance_expires_on >= day


def may_give(seminar: Seminar, presenter: Presenter) -> str:
    """As ``may_present``, and whether the background check holds on the day of a seminar for minors."""
    if told := may_present(seminar.request, presenter):
        return told
    day = clocks.local(seminar.starts_at, seminar.time_zone).date()
    if seminar.is_for_minors and not is_cleared(presenter, day):
        expires = presenter.clearance_expires_on
        how = f"expires on {expires}" if expires else "is not recorded"
        return f"The background check of {presenter} {how}: on {day} students may not be met without one."
    return ""


def broken() -> list[Broken]:
    """Seminars to come that are not as promised: the presenter may not give it, or an open one lacks a condition.

    However it came about: a presenter's kind changed, a request narrowed, a check expired, a line that failed, or the
    presenter marked the day as away without a word on the seminar.
    """
    known = Q(state=Seminar.State.OPEN) | Q(presenter__isnull=False)
    ill = Availability.objects.filter(is_away=True, date__gte=timezone.localdate() - dt.timedelta(days=1))
    away = set(ill.values_list("presenter", "date"))
    live = Seminar.objects.filter(known, state__in=LIVE, starts_at__gt=timezone.now())
    found = []
    for seminar in live.select_related("area", "request", "presenter", "child_line"):
        if seminar.presenter and (told := may_give(seminar, seminar.presenter)):
            found.append(Broken(seminar, told))
        elif seminar.presenter and (seminar.presenter_id, _day_of(seminar, seminar.presenter)) in away:
            told = f"{seminar.presenter} is away on that day: ask, or note who fell ill, then plan again."
            found.append(Broken(seminar, told))
        elif seminar.state == Seminar.State.OPEN and (lacks := conditions.missing(seminar)):
            found.append(Broken(seminar, lacks[0].sentence))
    return found


def _day_of(seminar: Seminar, presenter: Presenter) -> dt.date:
    """The seminar's day on the presenter's own clock."""
    return clocks.local(seminar.starts_at, presenter.time_zone).date()
