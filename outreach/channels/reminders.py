"""Reminders by mail: what is due, and what somebody found to fail. Run as often as you like: each goes out once.

A reminder is of a value, a day and a kind. A value that stays past due is told of again each week. One mail a person
holds all that is new.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from outreach.channels import checking, standing
from outreach.channels.check_models import ReminderSent
from outreach.channels.models import Channel
from portal.mail import outbox
from portal.people.models import User
from portal.people.roles import VERBS

Kind = ReminderSent.Kind

VERIFY: Final = "outreach.verify_channel"
AGAIN: Final = dt.timedelta(days=7)
HEADINGS: Final = {
    Kind.FAILING: "Somebody found that these fail:",
    Kind.DUE: "Past due, so nothing is printed with them, or never checked:",
    Kind.SOON: "Due within a week:",
}


def send(*, on: dt.date | None = None) -> int:
    """Mails all who may verify what became due, and records it; returns how many values they were told of."""
    today = on or timezone.localdate()
    with transaction.atomic():
        # Whoever runs at the same moment waits for these rows, and then finds nothing new.
        new = [(kind, row) for kind, day, row in _due(today) if _is_first(row, day, kind)]
        people = _who_may() if new else []
        groups = _grouped(new)
        for person in people:
            outbox.send(
                to=person.email,
                template="check_reminder",
                context={
                    "name": str(person),
                    "count": f"{len(new)} {'value' if len(new) == 1 else 'values'}",
                    "groups": list(groups.items()),
                    "link": settings.PUBLIC_ADDRESS + reverse("admin:outreach_channel_queue"),
                },
                language="en",
            )
    return len(new)


def _due(today: dt.date) -> Iterable[tuple[ReminderSent.Kind, dt.date, Channel]]:
    """What a reminder is due of, with the day that it is of: one row a value."""
    soon = today + dt.timedelta(days=standing.SOON_DAYS)
    rows: dict[str, Channel] = {}
    told = Channel.objects.valid(today).filter(confidence=Channel.Confidence.HIGH, may_print=True)
    for row in told.order_by("value_key", "next_due", "pk"):
        if not row.is_by_law:
            rows.setdefault(row.value_key, row)
    checks = defaultdict(list)
    for check in checking.standing_checks(*rows):
        checks[check.value_key].append(check)
    typed_by = checking.typists(list(rows.values()))
    for key, row in rows.items():
        failing = checking.standing_of(row, checks[key], typed_by[row.pk]).failing
        if failing:
            yield Kind.FAILING, failing[-1].on, row
        elif row.next_due is None:
            yield Kind.DUE, today - dt.timedelta(days=today.weekday()), row
        elif row.next_due <= today:
            yield Kind.DUE, row.next_due + (today - row.next_due) // AGAIN * AGAIN, row
        elif row.next_due <= soon:
            yield Kind.SOON, row.next_due, row


def _is_first(row: Channel, day: dt.date, kind: ReminderSent.Kind) -> bool:
    return ReminderSent.objects.get_or_create(value_key=row.value_key, due_on=day, kind=kind)[1]


def _grouped(new: Sequence[tuple[ReminderSent.Kind, Channel]]) -> Mapping[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for kind, heading in HEADINGS.items():
        lines = [_line(row) for each, row in new if each is kind]
        if lines:
            groups[heading] = lines
    return groups


def _line(row: Channel) -> str:
    return f"{row.value}, due {row.next_due:%-d %B %Y}" if row.next_due else row.value


def _who_may() -> list[User]:
    """Everybody at the desk whose roles include verifying, with an address."""
    people = User.objects.filter(is_active=True, is_staff=True, role_grants__role__in=VERBS[VERIFY]).exclude(email="")
    return list(people.distinct().order_by("pk"))
