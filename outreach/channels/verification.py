"""Verifying values: who looked, and when; never who typed the value."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from outreach.channels.models import Channel
from portal.audit import trail
from portal.people.models import User


@dataclass(frozen=True, slots=True)
class Verified:
    """How many values were verified, and how many not, since the person typed them themself."""

    count: int
    own: int


def verify(*, channels: Iterable[Channel], by: User, on: dt.date | None = None) -> Verified:
    """Records that a second person checked these values on a day (today, if not given).

    Each leaves a row in the trail. Verifying says that the value reaches its operator; it
    raises no confidence and prints nothing that must not print.
    """
    day = on or timezone.localdate()
    wanted = [channel.pk for channel in channels]
    with transaction.atomic():
        rows = list(Channel.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
        others = [channel for channel in rows if channel.entered_by_id != by.pk]
        for channel in others:
            before = trail.snapshot(channel)
            channel.verified_on, channel.verified_by = day, by
            channel.save(update_fields=["verified_on", "verified_by"])
            trail.record(actor=by, verb="verified", target=channel, before=before, after=trail.snapshot(channel))
    return Verified(len(others), len(rows) - len(others))
