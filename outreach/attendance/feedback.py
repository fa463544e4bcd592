"""What those who came thought of it: answers that are ticked, counted at once, and kept as counts alone.

There is no row of who said what, and nothing to write in. Students say nothing to us: their adult counts raised hands.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _

from outreach.attendance.attendance import PRESENT
from outreach.attendance.models import CheckIn, DoorLink, FeedbackTally
from outreach.registration import notices
from outreach.registration.models import BookingNotice, Registration
from outreach.seminars.audiences import UNLISTED
from outreach.seminars.models import Seminar
from portal.areas import clocks

DEGREES: Final = (("yes", _("Yes")), ("partly", _("Partly")), ("no", _("No")))
QUESTIONS: Final = {
    "useful": _("Was it useful to you?"),
    "know": _("Do you know now what you could do if something seems wrong?"),
    "reach": _("Could you get in, see and hear well?"),
}
CLASS: Final = "class"
"""The question to a class: “Was it useful to you?”, answered by raised hands."""
LASTS: Final = dt.timedelta(days=21)
ASKED_WITHIN: Final = dt.timedelta(days=3)
_DAY: Final = range(9, 20)
"""Hours of the place's clock in which people are asked."""

State = Seminar.State


class NotNow(Exception):
    """Nothing can be said now; ``why`` is ``early``, ``late``, ``none`` (not of those who came) or ``answered``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def give(
    *, uid: uuid.UUID, answers: Mapping[str, str], hands: Mapping[str, int] | None = None, now: dt.datetime
) -> Seminar:
    """Counts the answers of a booking, once; ``hands`` are those of its class, by answer.

    What is none of the questions or answers is left out. Raises ``Registration.DoesNotExist`` and ``NotNow``.
    """
    with transaction.atomic():
        booking = Registration.objects.select_related("seminar").get(uid=uid)
        if why := closed(booking, now=now):
            raise NotNow(why)
        # The event first, as everywhere; tallies of one event are counted one after the other.
        Seminar.objects.select_for_update(of=("self",), no_key=True).get(pk=booking.seminar_id)
        if not Registration.objects.filter(pk=booking.pk, has_answered=False).update(has_answered=True):
            raise NotNow("answered")
        degrees = dict(DEGREES)
        counts = {
            (question, answer): 1 for question, answer in answers.items() if question in QUESTIONS and answer in degrees
        }
        if booking.kind == Registration.Kind.CLASS:
            counts |= {(CLASS, answer): number for answer, number in (hands or {}).items() if answer in degrees}
        for (question, answer), number in counts.items():
            _add(booking.seminar, question, answer, number)
    return booking.seminar


def raise_hands(*, door: DoorLink, hands: Mapping[str, int]) -> None:
    """The raised hands of a seminar for students, as its adult counted them; counted again, the last count holds."""
    with transaction.atomic():
        seminar = Seminar.objects.select_for_update(of=("self",), no_key=True).get(pk=door.seminar_id)
        for answer, _label in DEGREES:
            FeedbackTally.objects.update_or_create(
                seminar=seminar, question=CLASS, answer=answer, defaults={"count": max(hands.get(answer, 0), 0)}
            )


def closed(booking: Registration, *, now: dt.datetime) -> str:
    """Why nothing can be said about this booking's event now, as ``NotNow.why``; empty if it can."""
    seminar = booking.seminar
    if booking.forgotten_at is not None or booking.state != Registration.State.BOOKED:
        return "none"
    if seminar.state not in {State.OPEN, State.DONE} or seminar.is_unlisted:
        return "none"
    if now < seminar.ends_at:
        return "early"
    if booking.has_answered:
        return "answered"
    return "late" if now >= seminar.ends_at + LASTS else ""


def ask(*, now: dt.datetime) -> int:
    """Notes that those who came are asked, once each, by day; everybody who booked where no door recorded anything."""
    asked = 0
    over = Seminar.objects.filter(
        state__in=[State.OPEN, State.DONE], starts_at__gt=now - ASKED_WITHIN, starts_at__lte=now
    ).exclude(audience__in=UNLISTED)
    for seminar in over.order_by("pk"):
        if seminar.ends_at > now:
            continue
        with transaction.atomic():
            for booking in _to_ask(seminar):
                notices.note(booking, template=notices.FEEDBACK, key="after", due_at=by_day(seminar))
                asked += 1
    return asked


def by_day(seminar: Seminar) -> dt.datetime:
    """An hour after the event, or the next morning at nine of the place's clock (UTC)."""
    there = clocks.local(seminar.ends_at + dt.timedelta(hours=1), seminar.time_zone)
    if there.hour not in _DAY:
        day = there.date() + dt.timedelta(days=there.hour >= _DAY.stop)
        there = dt.datetime.combine(day, dt.time(_DAY.start), tzinfo=there.tzinfo)
    return there.astimezone(dt.UTC)


def _to_ask(seminar: Seminar) -> list[Registration]:
    booked = Registration.objects.filter(
        seminar=seminar, state=Registration.State.BOOKED, forgotten_at=None, has_answered=False, is_demo=False
    ).exclude(Exists(BookingNotice.objects.filter(registration=OuterRef("pk"), template=notices.FEEDBACK)))
    if CheckIn.objects.filter(seminar=seminar).exists():
        booked = booked.filter(
            Exists(
                CheckIn.objects.filter(
                    registration=OuterRef("pk"), kind__in=PRESENT, standing=CheckIn.Standing.COUNTS, people__gt=0
                )
            )
        )
    return list(booked.order_by("pk"))


def _add(seminar: Seminar, question: str, answer: str, number: int) -> None:
    if number <= 0:
        return
    FeedbackTally.objects.get_or_create(seminar=seminar, question=question, answer=answer)
    FeedbackTally.objects.filter(seminar=seminar, question=question, answer=answer).update(count=F("count") + number)
