"""What seminars keep of schools and presenters: who asked, who presents, what they wrote. ``retention`` forgets it."""

import datetime as dt
import uuid
from typing import Any, Final

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.seminars import retention
from outreach.seminars.models import (
    Availability,
    Decline,
    Presenter,
    PresenterInvitation,
    Request,
    RequestDraft,
    Seminar,
    WeeklyHours,
)
from portal.audit import trail
from portal.keeping import register
from portal.keeping.register import Category, Rule

REQUESTS = Category(
    key="requests",
    place=10,
    name=_("Requests of schools"),
    what=_("The adult who asked: name, role, address, telephone, and what they wrote. Never a student."),
    why=_("To plan the seminar with the school, and to thank it."),
    days="requests",
    until=_("%(days)s days after the end of the season."),
    stays=_("Which school, when, for how many."),
)
DRAFTS = Category(
    key="drafts",
    place=11,
    name=_("Requests that were begun"),
    what=_("What somebody wrote in the form and did not send."),
    why=_("So that nothing is lost when a form is finished on another day."),
    days="drafts",
    until=_("%(days)s days after they were last touched."),
)
PRESENTERS = Category(
    key="presenters",
    place=13,
    name=_("Presenters"),
    what=_("Name, address, the middle of the home’s ZIP code, days on which they can’t, and why they said no."),
    why=_("To ask the right person for a seminar that they can reach."),
    days="presenters",
    until=_("%(days)s days after they stopped; their days and words go as requests of schools do."),
    stays=_("Which agency gave which seminar."),
)
INVITATIONS = Category(
    key="invitations",
    place=14,
    name=_("Invitations"),
    what=_("The address that a link was sent to, and a digest of the link."),
    why=_("So that only whom we asked can answer."),
    days="invitations",
    until=_("%(days)s days after the link was used or ended."),
)
CLASSES = Category(
    key="classes",
    place=12,
    name=_("What a school prepares for a seminar"),
    what=_("Whom to turn to, which room, how a family says no, the address of the video meeting."),
    why=_("So that students are met with care."),
    days="requests",
    until=_("%(days)s days after the end of the season."),
)
GONE: Final[dict[str, Any]] = {
    "name": "",
    "base_postal_code": "",
    "clearance_note": "",
    "latitude": None,
    "longitude": None,
    "account": None,
    "clearance_expires_on": None,
}
WITHHELD = frozenset({"nonce", "uid", "key", "calendar_key", "token_sha256", "digests"})


def forget_presenters(now: dt.datetime) -> int:
    """Blanks presenters who stopped long ago; their agency stays."""
    return _blank(Presenter.objects.filter(retired_at__lt=register.due_before("presenters", now)).exclude(name=""))


def _blank(presenters: QuerySet[Presenter]) -> int:
    rows = list(presenters)
    for row in rows:
        PresenterInvitation.objects.filter(presenter=row).delete()
        WeeklyHours.objects.filter(presenter=row).delete()
        Availability.objects.filter(presenter=row).delete()
        Decline.objects.filter(presenter=row).update(note="")
        for name, value in GONE.items():
            setattr(row, name, value)
        row.email = f"forgotten-{row.pk}@example.invalid"
        row.key, row.calendar_key = uuid.uuid4(), uuid.uuid4()
        row.retired_at = row.retired_at or timezone.now()
        row.save()
    return len(rows)


def erase_presenters(address: str) -> int:
    """Retires and blanks a presenter; seminars to come that they would have given stand on the first page again."""
    found = _presenters(address)
    for presenter in found:
        trail.record(actor=None, verb="erased", target=presenter)
    return _blank(found)


def erase_requests(address: str) -> int:
    """Blanks who asked; the school's request stands, without anybody to write to."""
    found = list(_requests(address))
    for asked in found:
        trail.record(actor=None, verb="erased", target=asked, after={"state": asked.state})
    return retention.blank_requests(Request.objects.filter(pk__in=[asked.pk for asked in found]))


def _requests(address: str) -> QuerySet[Request]:
    return Request.objects.filter(contact_email__iexact=address)


def _presenters(address: str) -> QuerySet[Presenter]:
    return Presenter.objects.filter(email__iexact=address)


def _invitations(address: str) -> QuerySet[PresenterInvitation]:
    return PresenterInvitation.objects.filter(email__iexact=address)


def _drafts(address: str) -> QuerySet[RequestDraft]:
    """Whatever field the address was typed into."""
    written = RequestDraft.objects.annotate(written=Cast("data", TextField()))
    return written.filter(written__icontains=address)


def _declines(address: str) -> QuerySet[Decline]:
    return Decline.objects.filter(presenter__email__iexact=address)


def _classes(address: str) -> QuerySet[Seminar]:
    """Seminars whose contact for safeguarding is written with this address."""
    return Seminar.objects.filter(Q(safeguarding_contact__icontains=address) | Q(opt_out__icontains=address))


register.add(
    Rule(
        category=REQUESTS,
        model="outreach.request",
        fields=Request.NOT_IN_TRAIL | {"reason"},
        secret=frozenset({"nonce"}),
        forget=lambda now: retention.forget_requests(_long_ago(now)),
        find=_requests,
        erase=erase_requests,
        order=10,
    ),
    Rule(
        category=DRAFTS,
        model="outreach.requestdraft",
        fields=RequestDraft.NOT_IN_TRAIL,
        secret=frozenset({"uid"}),
        forget=lambda now: retention.forget_drafts(timezone.localdate(now)),
        find=_drafts,
        erase=lambda address: _drafts(address).delete()[0],
        order=11,
    ),
    Rule(
        category=INVITATIONS,
        model="outreach.presenterinvitation",
        fields=PresenterInvitation.NOT_IN_TRAIL,
        secret=frozenset({"token_sha256"}),
        forget=lambda now: retention.forget_invitations(timezone.localdate(now)),
        find=_invitations,
        erase=lambda address: _invitations(address).delete()[0],
        order=18,
    ),
    Rule(
        category=PRESENTERS,
        model="outreach.decline",
        fields=Decline.NOT_IN_TRAIL,
        forget=lambda now: retention.forget_presenting(_long_ago(now)),
        find=_declines,
        erase=lambda address: _declines(address).exclude(note="").update(note=""),
        order=19,
    ),
    Rule(
        category=PRESENTERS,
        model="outreach.presenter",
        fields=Presenter.NOT_IN_TRAIL,
        forget=forget_presenters,
        find=_presenters,
        erase=erase_presenters,
        order=20,
    ),
    Rule(
        category=CLASSES,
        model="outreach.seminar",
        fields=Seminar.NOT_IN_TRAIL,
        forget=lambda now: retention.forget_seminars(_long_ago(now)),
        find=_classes,
        erase=lambda address: _classes(address).update(safeguarding_contact="", opt_out=""),
        order=25,
    ),
    Rule(category=CLASSES, model="outreach.schoolpack", fields=frozenset({"digests"}), order=26),
)


def _long_ago(now: dt.datetime) -> dt.date:
    """The day before which a season must have ended."""
    return timezone.localdate(register.due_before("requests", now))
