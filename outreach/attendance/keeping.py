"""What doors and certificates keep of people, and how it goes; how many came stays."""

import datetime as dt
import uuid
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from outreach.attendance import attendance
from outreach.attendance.models import Certificate, CheckIn, DoorLink
from outreach.registration import holding
from outreach.registration.keeping import of, over
from portal.keeping import register
from portal.keeping.register import Category, Rule

DOORS = Category(
    key="checkins",
    place=3,
    name=_("Who was let in"),
    what=_(
        "Which booking came, when, through which door, with how many people. The phone at the door holds the list of"
        " guests for a day."
    ),
    why=_("So that nobody is counted twice, and the event knows how many came."),
    days="checkins",
    until=_("%(days)s days after the event."),
    stays=_("How many came."),
)
CERTIFICATES = Category(
    key="certificates",
    place=4,
    name=_("Certificates of attendance"),
    what=_("A code, and a keyed digest of your name. The name itself stands on the paper alone."),
    why=_("So that an employer can ask whether a paper is true."),
    days="certificates",
    until=_("%(days)s days after the event; the code then says only that the certificate was issued."),
    stays=_("That a certificate was issued, for which event."),
)
FORGOTTEN_SALT: Final = b""


def forget_doors(now: dt.datetime) -> int:
    """Counts who came once more, then deletes what doors recorded, and the links that opened them."""
    gone = 0
    due = over("checkins", now)
    recorded = CheckIn.objects.filter(seminar__in=due).order_by().values_list("seminar", flat=True).distinct()
    for key in sorted(recorded):
        with transaction.atomic():
            attendance.settle(holding.held(key))
            gone += _delete(CheckIn.objects.filter(seminar=key))
    return gone + DoorLink.objects.filter(seminar__in=due).delete()[0]


def _delete(rows: QuerySet[CheckIn]) -> int:
    """What undoes something goes before what it undoes."""
    return rows.filter(undoes__isnull=False).delete()[0] + rows.delete()[0]


def forget_certificates(now: dt.datetime) -> int:
    """Blanks what could tell a name; the code goes on saying that it was issued."""
    return _blank(Certificate.objects.filter(seminar__in=over("certificates", now)))


def _blank(rows: QuerySet[Certificate]) -> int:
    return rows.exclude(digest="").update(digest="", salt=FORGOTTEN_SALT, registration=None)


def _check_ins(address: str) -> QuerySet[CheckIn]:
    return CheckIn.objects.filter(registration__email__iexact=address, registration__forgotten_at=None)


def _certificates(address: str) -> QuerySet[Certificate]:
    return Certificate.objects.filter(registration__email__iexact=address, registration__forgotten_at=None)


def erase_check_ins(address: str) -> int:
    """Takes the booking out of what doors recorded: how many came stays. In the caller's transaction."""
    # The events first, as everywhere: a door holds its event when it changes what it recorded.
    for key in sorted(set(of(address).values_list("seminar", flat=True))):
        holding.held(key)
    return _check_ins(address).update(registration=None, device=uuid.UUID(int=0))


register.add(
    Rule(
        category=DOORS,
        model="outreach.checkin",
        fields=frozenset({"uid", "device"}),
        secret=frozenset({"uid", "device", "by", "door", "undoes"}),
        forget=forget_doors,
        find=_check_ins,
        erase=erase_check_ins,
        order=30,
    ),
    Rule(category=DOORS, model="outreach.doorlink", fields=frozenset({"token_sha256", "label"}), order=32),
    Rule(
        category=CERTIFICATES,
        model="outreach.certificate",
        fields=frozenset({"code", "salt", "digest"}),
        secret=frozenset({"salt", "digest"}),
        forget=forget_certificates,
        find=_certificates,
        erase=lambda address: _blank(_certificates(address)),
        order=31,
    ),
)
