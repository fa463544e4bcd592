"""What must be there before students are met: somebody to present, parents told, a counselor, a private room, a line.

The school says most of it, staff the rest. Nothing opens while anything is missing (see ``publishing``); the database
holds the same rule of its own. Sentences are for both, in the active language.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from outreach.channels.models import Channel
from outreach.seminars import occupancy
from outreach.seminars.models import PresenterKind, Request, Seminar
from outreach.seminars.refusals import NotPossible
from portal.areas import clocks
from portal.audit import trail
from portal.people.models import User

LINE_ORDER: Final = {Channel.Kind.VOICE: 0, Channel.Kind.SMS: 1, Channel.Kind.WEB_FORM: 2}
FOR_CHILDREN: Final = (Channel.Audience.MANDATED, Channel.Audience.CHILDREN)
LIVE: Final = (Seminar.State.DRAFT, Seminar.State.OPEN)
FROM_SCHOOL: Final = (
    *("parents_told_on", "parents_told_kind", "opt_out"),
    *("counsellor_present", "private_room", "safeguarding_contact"),
)
"""Fields of a seminar that its school knows best."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is not there yet. ``by_school``: the school can say it; else it is for staff."""

    name: str
    sentence: str
    by_school: bool


def missing(seminar: Seminar) -> list[Missing]:
    """What keeps a seminar from opening, in the order in which people settle it; nothing where no students come.

    Students of a college are adults: no parents are told, and no line for children is needed.

    Needs ``presenter``, ``request``, ``area`` and ``child_line``, and asks nothing else of the database.
    """
    if not seminar.is_unlisted:
        return []
    minors = seminar.is_for_minors
    found = [
        Missing("presenter", _("Nobody is found yet to give it."), by_school=False) if not seminar.presenter else None,
        _parents(seminar) if minors else None,
        None
        if seminar.counsellor_present
        else Missing(
            "counsellor_present", _("A counselor of the school must be there during the seminar."), by_school=True
        ),
        None
        if seminar.private_room.strip()
        else Missing("private_room", _("A private room is needed, where somebody can talk alone."), by_school=True),
        None
        if seminar.safeguarding_contact.strip()
        else Missing(
            "safeguarding_contact", _("Say whom at the school staff turn to if a student tells something."), True
        ),
        None
        if not minors or holds(seminar.child_line, seminar)
        else Missing(
            "child_line",
            _("The child protection line of %(state)s is not recorded, or no longer sure.")
            % {"state": seminar.area.name},
            by_school=False,
        ),
    ]
    return [each for each in found if each is not None]


def _parents(seminar: Seminar) -> Missing | None:
    told, kind = seminar.parents_told_on, seminar.parents_told_kind
    if told is None or told > _today(seminar):
        planned = told or (seminar.request and seminar.request.parents_told_on)
        if planned and planned >= _today(seminar):
            sentence = _("Parents are to be told on %(day)s. Say so here once they were.") % {"day": _spoken(planned)}
        else:
            sentence = _("Say on which day parents were told.")
        return Missing("parents_told_on", sentence, by_school=True)
    if not kind or (seminar.presenter and kind != seminar.presenter.kind):
        who = seminar.presenter and PresenterKind(seminar.presenter.kind).label
        if kind and who:
            sentence = _("Parents were told of “%(told)s”, but who comes is “%(comes)s”: tell them anew.") % {
                "told": PresenterKind(kind).label,
                "comes": who,
            }
        else:
            sentence = _("Say who presents, as parents were told.")
        return Missing("parents_told_kind", sentence, by_school=True)
    return None


def holds(line: Channel | None, seminar: Seminar) -> bool:
    """Whether a line still fits: of the seminar's state, sure, not known to fail, in service on its day."""
    if line is None:
        return False
    day = clocks.local(seminar.starts_at, seminar.time_zone).date()
    return (
        line.prints
        and line.area_id == seminar.area_id
        and line.answered_by == Channel.AnsweredBy.CHILD_PROTECTION
        and (line.valid_from is None or line.valid_from <= day)
        and (line.valid_to is None or day <= line.valid_to)
    )


def child_lines(on: dt.date) -> dict[str, Channel]:
    """The line of each state's child protection that adults report to, by USPS code: in service on that day and sure.

    A number to call goes before a form. Where none is recorded there is none: 911 is no substitute.
    """
    fit = Channel.objects.valid(on).sure().filter(answered_by=Channel.AnsweredBy.CHILD_PROTECTION)
    lines = fit.filter(audience__in=FOR_CHILDREN, kind__in=list(LINE_ORDER), transit_operator="")
    found: dict[str, Channel] = {}
    for line in sorted(lines, key=lambda each: (LINE_ORDER[Channel.Kind(each.kind)], each.position, each.pk)):
        found.setdefault(line.area_id, line)
    return found


def child_line_for(area: str, on: dt.date) -> Channel | None:
    """That of one state, or None where none is recorded (see ``child_lines``)."""
    return child_lines(on).get(area)


def as_asked(request: Request, *, child_line: Channel | None) -> dict[str, Any]:
    """The fields of a new seminar that its request tells already.

    Which kind of presenter parents were told of is known only where the school chose a single one; a day to come is
    a plan, not yet told.
    """
    told = request.parents_told_on
    if told is not None and told > timezone.localdate():
        told = None
    kinds = request.presenter_kinds
    return {
        "parents_told_on": told,
        "parents_told_kind": kinds[0] if told and len(kinds) == 1 else "",
        "opt_out": request.opt_out,
        "counsellor_present": request.counsellor_present,
        "private_room": request.private_room,
        "safeguarding_contact": request.safeguarding_contact,
        "child_line": child_line,
    }


def provide(*, seminar_id: int, fields: Mapping[str, Any], by: User | None) -> Seminar:
    """Keeps what the school (``by`` is None) or staff say; ``fields`` are some of ``FROM_SCHOOL``, cleaned by a form.

    The state's line is looked up anew where there is none that holds. Raises ``NotPossible``: over or called off, a
    day to come, a kind that the school did not choose, or an open seminar that would lack something.
    """
    with transaction.atomic():
        seminar = locked(seminar_id)
        if seminar.state not in LIVE or seminar.has_begun:
            raise NotPossible(_("This seminar is over or was called off."))
        before = trail.snapshot(seminar)
        for name in FROM_SCHOOL:
            if name in fields:
                setattr(seminar, name, fields[name])
        if seminar.parents_told_on and seminar.parents_told_on > _today(seminar):
            raise NotPossible(_("That day is still to come: write the day on which parents were told."))
        allowed = seminar.request.presenter_kinds if seminar.request else PresenterKind.values
        if seminar.parents_told_kind and seminar.parents_told_kind not in allowed:
            raise NotPossible(_("The school did not choose that kind of presenter."))
        if seminar.is_for_minors and not holds(seminar.child_line, seminar):
            seminar.child_line = child_line_for(seminar.area_id, seminar.starts_at.date())
        if seminar.state == Seminar.State.OPEN and (still := missing(seminar)):
            told = " ".join(each.sentence for each in still)
            raise NotPossible(_("This seminar is open. If that no longer holds, answer our mail.") + f" {told}")
        after = trail.snapshot(seminar)
        if after != before:
            seminar.save(update_fields=[*FROM_SCHOOL, "child_line"])
            verb = "conditions told" if by else "conditions told by the school"
            trail.record(actor=by, verb=verb, target=seminar, before=before, after=after)
    return seminar


def locked(seminar_id: int) -> Seminar:
    """The seminar with all that its steps ask about, under lock until the caller's transaction ends.

    In the room's order: its request, its presenter, itself. Raises ``Seminar.DoesNotExist``.
    """
    found = Seminar.objects.values("request_id", "presenter_id").get(pk=seminar_id)
    if found["request_id"]:
        Request.objects.select_for_update(of=("self",)).get(pk=found["request_id"])
    if found["presenter_id"]:
        occupancy.hold([found["presenter_id"]])
    # Not FOR UPDATE: that would collide with the key share that an insert of a booking or a notice takes.
    seminars = Seminar.objects.select_for_update(of=("self",), no_key=True)
    return seminars.prefetch_related("area", "request", "presenter__agency", "child_line", "school").get(pk=seminar_id)


def _today(seminar: Seminar) -> dt.date:
    return clocks.local(timezone.now(), seminar.time_zone).date()


def _spoken(day: dt.date) -> str:
    return formats.date_format(day, _("l j F Y"))
