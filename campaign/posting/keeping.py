"""What is kept of the mailboxes of stations, and how it goes."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaign.posting.station_models import StationContact, StationLink
from portal.audit import trail
from portal.keeping import register
from portal.keeping.register import Category, Rule

STATIONS = Category(
    key="stations",
    place=23,
    name=_("Mailboxes at stations"),
    what=_("Office and address of a role, and a digest of the link that it was sent. No person’s name."),
    why=_("So that a station gets its papers and can say that they hang."),
    days="stations",
    until=_("%(days)s days after the last link to it ended, or after it was taken out of use; at once if you ask."),
    stays=_("That a station said so, and on which day."),
)


def forget(now: dt.datetime) -> int:
    """Blanks addresses to which no link led for long."""
    due = register.due_before("stations", now)
    later = StationLink.objects.filter(contact=OuterRef("pk"), expires_at__gte=due)
    written = Exists(StationLink.objects.filter(contact=OuterRef("pk")))
    silent = StationContact.objects.filter(Q(written) & ~Exists(later) | Q(retired_at__lt=due))
    return _blank(silent.exclude(email=""))


def _of(address: str) -> QuerySet[StationContact]:
    return StationContact.objects.filter(email__iexact=address)


def erase(address: str) -> int:
    """Blanks a mailbox at once, and ends what it was sent."""
    rows = _of(address)
    now = timezone.now()
    StationLink.objects.filter(contact__in=rows, withdrawn_at=None).update(withdrawn_at=now)
    return _blank(rows)


def _blank(rows: QuerySet[StationContact]) -> int:
    """Out of use from then on: no link is sent to nobody."""
    found = list(rows)
    for row in found:
        trail.record(actor=None, verb="erased", target=row)
    now = timezone.now()
    keys = [row.pk for row in found]
    StationContact.objects.filter(pk__in=keys, retired_at=None).update(retired_at=now)
    return StationContact.objects.filter(pk__in=keys).update(email="")


register.add(
    Rule(
        category=STATIONS,
        model="campaign.stationcontact",
        fields=frozenset({"role", "email"}),
        forget=forget,
        find=_of,
        erase=erase,
        order=83,
    ),
    Rule(
        category=STATIONS,
        model="campaign.stationlink",
        fields=frozenset({"token_sha256"}),
        secret=frozenset({"token_sha256"}),
        order=84,
    ),
)
