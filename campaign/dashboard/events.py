"""What needs staff at public events to come, asked from the rooms that own it."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Exists, Min, OuterRef

from outreach.registration import counting
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from portal.mail.models import Mail

NEAR: Final = dt.timedelta(days=7)
LIVE: Final = (Registration.State.BOOKED, Registration.State.OFFERED, Registration.State.WAITING)


@dataclass(frozen=True, slots=True)
class Events:
    """Offers that run and when the first ends; people of near events whom no mail reaches; events whose counts
    disagree with their bookings (``faulty`` is the key of one); open ones that nobody hosts."""

    offers: int
    offers_at: int
    first_end: dt.datetime | None
    unreached: int
    disagreeing: int
    faulty: int | None
    hostless: int


def events(now: dt.datetime) -> Events:
    """Four queries, however many events there are."""
    offered = Registration.objects.filter(state=Registration.State.OFFERED).aggregate(
        offers=Count("pk"), offers_at=Count("seminar", distinct=True), first_end=Min("offer_ends_at")
    )
    never = Mail.objects.filter(bounce=Mail.Bounce.HARD, to__iexact=OuterRef("email"))
    near = Registration.objects.filter(
        state__in=LIVE,
        seminar__state=Seminar.State.OPEN,
        seminar__starts_at__gt=now,
        seminar__starts_at__lt=now + NEAR,
    )
    faulty = list(counting.faulty().filter(starts_at__gt=now - NEAR).order_by("starts_at").values_list("pk", flat=True))
    return Events(
        **offered,
        unreached=near.filter(Exists(never)).count(),
        disagreeing=len(faulty),
        faulty=faulty[0] if faulty else None,
        hostless=Seminar.objects.public()
        .filter(state=Seminar.State.OPEN, host=None, request=None)
        .upcoming(now)
        .count(),
    )
