"""From a school's wish to a seminar: what happens to a request, each step in one transaction and on the trail.

Adults only are named. Every mail goes to the adult contact, in the language in which the school asked.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from outreach.schools.models import School
from outreach.schools.positions import at_postal_code
from outreach.seminars import conditions, drafts, occupancy, promises
from outreach.seminars.closed import blackouts, closed_days
from outreach.seminars.drafting import draft_of
from outreach.seminars.models import (
    Mode,
    PreferredDate,
    Presenter,
    Request,
    SchoolBlackout,
    Seminar,
)
from outreach.seminars.refusals import NotPossible as NotPossible
from portal.areas.register import BY_CODE
from portal.areas.zones import zone_at
from portal.audit import trail
from portal.mail import outbox
from portal.pages.languages import spoken
from portal.people.models import User

State = Request.State

WAITING = frozenset({State.NEW, State.ASKED})
OPEN_STATES = WAITING | {State.ACCEPTED}
MOST_MAILS_AN_HOUR = 5
"""To one address that nobody confirmed yet, so that the public form can flood no inbox."""
LONGEST_ANSWER = 2_000
"""Letters of all that a school answered to one request."""


@dataclass(frozen=True, slots=True)
class Window:
    """A day that suits the school, and between which times, on its own clock."""

    date: dt.date
    earliest: dt.time
    latest_end: dt.time


@dataclass(frozen=True, slots=True)
class Closed:
    """Days, the last one included, on which the school is closed or busy; why is a ``SchoolBlackout.Why``."""

    first: dt.date
    last: dt.date
    why: str


def submit(
    *,
    asked: Request,
    windows: Sequence[Window],
    nonce: uuid.UUID,
    language: str,
    closed: Sequence[Closed] = (),
    draft: drafts.Seen | None = None,
) -> Request:
    """Keeps a request as the school wrote it, best date first, and writes to the adult contact (see ``MOST_MAILS_AN_HOUR``).

    ``asked`` is unsaved. A form that is sent twice is one request: the second answer is the first's. The draft that
    it was goes. Raises ``drafts.Conflict`` if that was changed since the sender saw it.
    """
    if asked.school is None:
        _place(asked)
    with transaction.atomic():
        if draft is not None:
            drafts.use_up(draft)
        kept, is_new = Request.objects.get_or_create(
            nonce=nonce,
            defaults={
                field.attname: getattr(asked, field.attname)
                for field in Request._meta.concrete_fields
                if not field.primary_key and field.name not in {"nonce", "contact_language"}
            }
            | {"contact_language": language},
        )
        if not is_new:
            return kept
        PreferredDate.objects.bulk_create(
            PreferredDate(
                request=kept, rank=rank, date=window.date, earliest=window.earliest, latest_end=window.latest_end
            )
            for rank, window in enumerate(windows)
        )
        SchoolBlackout.objects.bulk_create(
            SchoolBlackout(request=kept, first=stretch.first, last=stretch.last, why=stretch.why) for stretch in closed
        )
        trail.record(actor=None, verb="asked", target=kept, after={"state": kept.state})
        if not _is_flooded(kept):
            write_to_school(kept, "request_received")
    return kept


def confirm_address(*, uid: uuid.UUID) -> Request:
    """The contact pressed the button behind the private link. Pressing it again changes nothing.

    Raises ``Request.DoesNotExist``: the link ended (``renew_link``), as for all that a school does itself.
    """
    with transaction.atomic():
        request = _behind(uid)
        if request.confirmed_at is None:
            request.confirmed_at = timezone.now()
            request.save(update_fields=["confirmed_at"])
            trail.record(actor=None, verb="address confirmed", target=request, after={"confirmed": True})
    return request


def withdraw(*, uid: uuid.UUID) -> Request:
    """The school takes its request back. Raises ``NotPossible`` once a seminar stands on it."""
    with transaction.atomic():
        request = _behind(uid)
        if request.state != State.WITHDRAWN:
            _move(request, State.WITHDRAWN, by=None, verb="withdrawn", reason="")
    return request


def accept(*, request_id: int, by: User) -> Request:
    """Staff will find a presenter for it. Raises ``NotPossible`` unless it waits for an answer."""
    with transaction.atomic():
        request = _locked(request_id)
        if request.state == State.ACCEPTED:
            raise NotPossible("This request is accepted already.")
        _move(request, State.ACCEPTED, by=by, verb="accepted", reason="")
        write_to_school(request, "request_accepted")
    return request


def ask_back(*, request_id: int, by: User, reason: str) -> Request:
    """Staff need to know more: ``reason`` is the question, and goes to the school."""
    with transaction.atomic():
        request = _move(_locked(request_id), State.ASKED, by=by, verb="asked back", reason=_said(reason))
        request.asked_at = timezone.now()
        request.save(update_fields=["asked_at"])
        write_to_school(request, "request_asked_back")
    return request


def answer(*, uid: uuid.UUID, text: str) -> Request:
    """The school answers what it was asked: the request waits for staff again. Earlier answers stay above.

    Raises ``NotPossible``: nothing was asked, or nothing said. An answer that is sent twice is one.
    """
    said = text.strip()[:LONGEST_ANSWER]
    with transaction.atomic():
        request = _behind(uid)
        if request.state == State.NEW and said and request.answer.endswith(said):
            return request
        if request.state != State.ASKED or not said:
            raise NotPossible("There is no question to answer, or no answer.")
        request.answer = "\n\n".join(part for part in (request.answer, said) if part)[-LONGEST_ANSWER:]
        request.answered_at = timezone.now()
        request.save(update_fields=["answer", "answered_at"])
        _move(request, State.NEW, by=None, verb="answered", reason=request.reason)
    return request


def reopen(*, request_id: int, by: User | None, reason: str) -> Request:
    """A planned request whose seminar was cancelled or dropped is accepted again, and can be planned anew.

    In the caller's transaction or its own; calling it again changes nothing. Raises ``NotPossible``: it was never
    accepted, or a seminar still stands on it.
    """
    with transaction.atomic():
        request = _locked(request_id)
        if request.state == State.ACCEPTED:
            return request
        if request.state != State.PLANNED:
            raise NotPossible(f"This request is “{request.get_state_display()}”: only a planned one is opened again.")
        if request.seminars.exclude(state=Seminar.State.CANCELLED).exists():
            raise NotPossible("A seminar stands on this request: cancel it first.")
        _step(request, State.ACCEPTED, by=by, verb="opened again", reason=reason)
    return request


def link_school(*, request_id: int, school_id: int | None, by: User) -> Request:
    """Says which school of the register asked, or that none of them did: its position and clock are then the request's.

    Raises ``NotPossible`` once a seminar stands on it, since that would move in space and time.
    """
    with transaction.atomic():
        request = _locked(request_id)
        if request.state == State.PLANNED:
            raise NotPossible("A seminar stands on this request: cancel it first, then link another school.")
        before = trail.snapshot(request)
        request.school = None if school_id is None else School.objects.open().get(pk=school_id)
        request.save(update_fields=["school"])
        trail.record(actor=by, verb="school linked", target=request, before=before, after=trail.snapshot(request))
    return request


def decline(*, request_id: int, by: User, reason: str) -> Request:
    """No seminar comes of it: ``reason`` goes to the school."""
    with transaction.atomic():
        request = _move(_locked(request_id), State.DECLINED, by=by, verb="declined", reason=_said(reason))
        write_to_school(request, "request_declined")
    return request


def make_seminar(
    *,
    request_id: int,
    by: User,
    date: dt.date,
    start: dt.time,
    mode: str = "",
    time_zone: str = "",
    presenter: Presenter | None = None,
) -> Seminar:
    """Makes the draft of a seminar from an accepted request; ``date`` and ``start`` are on the place's own clock.

    The zone is the school's, else that of a
    state with a single zone; where neither tells, ``time_zone`` must. The mode is the request's;
    where that is "either", ``mode`` chooses, in person if left out.
    Raises ``NotPossible``: not accepted, a closed day, outside the season, no zone, a
    presenter of a kind that the school did not choose, or one who is elsewhere at that time.
    """
    with transaction.atomic():
        request = _locked(request_id)
        if request.state != State.ACCEPTED:
            raise NotPossible(f"This request is “{request.get_state_display()}”: accept it first.")
        zone = ZoneInfo(_zone(request, time_zone))
        _check_day(request, date)
        if presenter is not None and (told := promises.may_present(request, presenter)):
            raise NotPossible(told)
        seminar = draft_of(request, child_line=conditions.child_line_for(request.area_id, date))
        seminar.presenter, seminar.mode = presenter, _mode(request, mode)
        seminar.starts_at, seminar.time_zone = dt.datetime.combine(date, start, tzinfo=zone), zone.key
        seminar.save()
        occupancy.book(presenter_ids=[seminar.presenter_id])
        _move(request, State.PLANNED, by=by, verb="planned", reason="")
        trail.record(actor=by, verb="added", target=seminar, after=trail.snapshot(seminar))
    return seminar


def has_other_mailbox(request: Request, *, former: str) -> bool:
    """Whether another mailbox than ``former`` gets the mails of a request now; capitals make no other."""
    return request.contact_email.strip().casefold() != former.strip().casefold()


def renew_link(request: Request) -> None:
    """Gives a request another private link, without saving: whoever holds the one of before sees and does nothing
    more. The address behind the new one is not confirmed."""
    request.uid, request.confirmed_at = uuid.uuid4(), None


def write_to_school(request: Request, template: str, **more: object) -> None:
    """Queues a mail to the adult contact, in the caller's transaction; ``more`` is for the template."""
    with translation.override(spoken(request.contact_language)):
        path = reverse("request-page", args=[request.uid])
    outbox.send(
        to=request.contact_email,
        template=template,
        context={"request": request, "link": f"{settings.PUBLIC_ADDRESS}{path}", **more},
        language=request.contact_language,
    )


def _is_flooded(request: Request) -> bool:
    """Whether the address got its share this hour; staff see the request all the same."""
    an_hour_ago = timezone.now() - dt.timedelta(hours=1)
    recent = Request.objects.filter(contact_email__iexact=request.contact_email, created_at__gt=an_hour_ago)
    return recent.exclude(pk=request.pk).filter(confirmed_at=None).count() >= MOST_MAILS_AN_HOUR


def _locked(request_id: int) -> Request:
    return Request.objects.select_for_update(of=("self",)).get(pk=request_id)


def _behind(uid: uuid.UUID) -> Request:
    """The request that a private link leads to, locked: one that ended while we waited leads nowhere."""
    return Request.objects.select_for_update(of=("self",)).get(uid=uid)


def _place(request: Request) -> None:
    """Where a school stands that is in no register: by its ZIP code, and the clock there."""
    position = at_postal_code(request.postal_code) if request.postal_code else None
    if position is not None:
        request.latitude, request.longitude = position
        if len(BY_CODE[request.area_id].time_zones) > 1:
            request.time_zone = zone_at(*position)


def _move(request: Request, state: Request.State, *, by: User | None, verb: str, reason: str) -> Request:
    if request.state not in OPEN_STATES:
        raise NotPossible(f"This request is “{request.get_state_display()}”: that is final.")
    return _step(request, state, by=by, verb=verb, reason=reason)


def _step(request: Request, state: Request.State, *, by: User | None, verb: str, reason: str) -> Request:
    before = {"state": request.state, "reason": request.reason}
    request.state, request.reason = state, reason
    request.save(update_fields=["state", "reason"])
    trail.record(actor=by, verb=verb, target=request, before=before, after={"state": state, "reason": reason})
    return request


def _said(reason: str) -> str:
    if not reason.strip():
        raise NotPossible("Write a sentence: it goes to the school.")
    return reason.strip()


def _zone(request: Request, chosen: str) -> str:
    if request.zone:
        return request.zone
    zones = BY_CODE[request.area_id].time_zones
    if chosen in zones:
        return chosen
    raise NotPossible(f"{request.area.name} has several time zones: choose {' or '.join(zones)}.")


def _mode(request: Request, chosen: str) -> str:
    if request.mode != Mode.EITHER:
        return request.mode
    return chosen or Mode.IN_PERSON


def _check_day(request: Request, date: dt.date) -> None:
    season = request.season
    if not season.starts_on <= date <= season.ends_on:
        raise NotPossible(f"{date} lies outside {season}: choose a day from {season.starts_on} to {season.ends_on}.")
    if holiday := closed_days(season).get(date):
        raise NotPossible(f"{date} is {holiday}: schools are closed. Choose another day.")
    if date in blackouts([request])[request.pk]:
        raise NotPossible(f"The school said that it is closed or busy on {date}. Choose another day.")
