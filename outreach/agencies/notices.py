"""Notices by mail before an agreement or a logo's permission ends: 90, 30 and 7 days ahead, and on its last day.

Each step goes out once. Whoever was not told in time (the clock stood still) is told once, with the true number of
days. If the last day changes, the steps begin anew. Days are those of the campaign's clock.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from outreach.agencies.agreement_models import Agreement, NoticeSent, in_words
from outreach.agencies.logos import LogoPermission
from portal.mail import outbox
from portal.people.models import User
from portal.people.roles import MODELS

STEPS: Final = (0, 7, 30, 90)
"""Days ahead."""
LATE: Final = dt.timedelta(days=30)
"""What ended longer ago is history: nobody is mailed."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A paper whose last day comes near."""

    says: str
    last_day: dt.date
    address: str
    agreement: Agreement | None = None
    permission: LogoPermission | None = None

    def line(self, today: dt.date) -> str:
        """As a line of the mail: what, and in how many days."""
        return f"{self.says}: {in_days((self.last_day - today).days)} ({in_words(self.last_day)})"


def in_days(left: int) -> str:
    """``ends in 12 days``, ``ends today``, ``ended 3 days ago``."""
    if left == 0:
        return "today is its last day"
    count = f"{abs(left)} {'day' if abs(left) == 1 else 'days'}"
    return f"ends in {count}" if left > 0 else f"ended {count} ago"


def send(*, on: dt.date | None = None) -> int:
    """Mails what comes near its end to all who keep agreements, one mail a person; returns of how many papers."""
    today = on or timezone.localdate()
    with transaction.atomic():
        # Whoever runs at the same moment waits for these rows, and then finds nothing new.
        people = keepers()
        # With nobody to tell no step is passed: whoever comes to have an address is told.
        new = [ending for ending in endings(today) if _is_first(ending, today)] if people else []
        for person in people if new else ():
            outbox.send(
                to=person.email,
                template="agreement_notice",
                context={
                    "name": str(person),
                    "count": f"{len(new)} {'paper' if len(new) == 1 else 'papers'}",
                    "lines": [(ending.line(today), settings.PUBLIC_ADDRESS + ending.address) for ending in new],
                },
                language="en",
            )
    return len(new)


def endings(today: dt.date) -> Iterator[Ending]:
    """What ends within 90 days or ended of late, nearest first; not what was renewed, ended, revoked or retired."""
    last = {"expires_on__gte": today - LATE, "expires_on__lte": today + dt.timedelta(days=max(STEPS))}
    running = Agreement.objects.approved().filter(ended_on=None, agency__retired_at=None, **last)
    for agreement in (
        running.exclude(renewed_by__approved_at__isnull=False).select_related("agency").order_by("expires_on", "pk")
    ):
        # Recorded after its end: it was history from the start.
        if agreement.expires_on and agreement.expires_on >= timezone.localdate(agreement.created_at):
            address = reverse("admin:outreach_agreement_change", args=[agreement.pk])
            yield Ending(
                f"{agreement.get_kind_display()} “{agreement.title}” with {agreement.agency}",
                agreement.expires_on,
                address,
                agreement=agreement,
            )
    kept = LogoPermission.objects.filter(revoked_at=None, logo__retired_at=None, logo__agency__retired_at=None, **last)
    for permission in kept.select_related("logo__agency").order_by("expires_on", "pk"):
        if permission.expires_on < timezone.localdate(permission.created_at) or _is_outlived(permission):
            continue
        address = reverse("admin:outreach_logo_change", args=[permission.logo_id])
        yield Ending(
            f"Permission for the logo {permission.logo}", permission.expires_on, address, permission=permission
        )


def step(left: int) -> int | None:
    """The step that so many days ahead belong to: the nearest one not passed; ``None`` before the first."""
    return next((days for days in STEPS if left <= days), None)


def keepers() -> list[User]:
    """Everybody at the desk whose roles change agreements, with an address."""
    roles = [role for role, letters in MODELS["outreach.agreement"].items() if "c" in letters]
    people = User.objects.filter(is_active=True, is_staff=True, role_grants__role__in=roles).exclude(email="")
    return list(people.distinct().order_by("pk"))


def _is_outlived(permission: LogoPermission) -> bool:
    """Whether later permissions of the logo allow all that this one does."""
    later = LogoPermission.objects.filter(
        logo=permission.logo_id, revoked_at=None, expires_on__gt=permission.expires_on
    ).values_list("scopes", flat=True)
    return set(permission.scopes) <= {scope for scopes in later for scope in scopes}


def _is_first(ending: Ending, today: dt.date) -> bool:
    days = step((ending.last_day - today).days)
    if days is None:
        return False
    told = NoticeSent.objects.filter(
        agreement=ending.agreement, permission=ending.permission, of_day=ending.last_day, days__lte=days
    )
    if told.exists():
        return False
    return NoticeSent.objects.get_or_create(
        agreement=ending.agreement,
        permission=ending.permission,
        of_day=ending.last_day,
        days=days,
        defaults={"sent_on": today},
    )[1]
