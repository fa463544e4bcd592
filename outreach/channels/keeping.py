"""What checks of numbers keep of people outside staff, and how it goes."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from outreach.channels.check_models import ChannelCheck, CheckInvitation
from portal.keeping import register
from portal.keeping.register import Category, Rule

CHECKERS = Category(
    key="checkers",
    place=20,
    name=_("People who checked a number for us"),
    what=_("Name and address of whoever runs a line and was asked whether it reaches them, and a digest of the link."),
    why=_("Two people confirm each number that we print; one of them may be its operator."),
    days="reviews",
    until=_("%(days)s days after the link was made."),
    stays=_("That the operator confirmed the number, and when."),
)


def forget(now: dt.datetime) -> int:
    """Blanks who was asked and who answered, long ago."""
    before = register.due_before("reviews", now)
    return _blank(CheckInvitation.objects.filter(created_at__lt=before))


def _blank(invitations: QuerySet[CheckInvitation]) -> int:
    keys = list(invitations.filter(~Q(email="") | ~Q(name="")).values_list("pk", flat=True))
    # A check keeps that it came by an invitation; who that was goes with the address.
    ChannelCheck.objects.filter(invitation__in=keys).update(by_name="", note="")
    return CheckInvitation.objects.filter(pk__in=keys).update(name="", email="")


def _of(address: str) -> QuerySet[CheckInvitation]:
    return CheckInvitation.objects.filter(email__iexact=address)


def _checks(address: str) -> QuerySet[ChannelCheck]:
    return ChannelCheck.objects.filter(invitation__email__iexact=address)


register.add(
    Rule(
        category=CHECKERS,
        model="outreach.checkinvitation",
        fields=frozenset({"name", "email", "token_sha256"}),
        secret=frozenset({"token_sha256", "uid"}),
        forget=forget,
        find=_of,
        erase=lambda address: _blank(_of(address)),
        order=61,
    ),
    Rule(
        category=CHECKERS,
        model="outreach.channelcheck",
        fields=frozenset({"by_name", "note"}),
        secret=frozenset({"uid"}),
        find=_checks,
        order=60,
    ),
)
