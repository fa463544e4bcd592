"""Verifying rules: somebody who wrote none of the facts down read the law again."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone

from campaign.rules.models import Rule
from portal.audit import authorship, trail
from portal.people.models import User

VERIFIED: Final = "verified"


@dataclass(frozen=True, slots=True)
class Verified:
    """How many rules were verified, and how many not, since the person wrote some of their facts down."""

    count: int
    own: int


def verify(*, rules: Iterable[Rule], by: User, on: dt.date | None = None) -> Verified:
    """Records that a second person compared these rules with the law on a day (today, if not given).

    Whoever wrote any fact that nobody verified before is no second person, whoever mended it since. Each leaves a row
    in the trail. It raises no confidence: that is said by whoever writes the facts down.
    """
    day = on or timezone.localdate()
    wanted = [rule.pk for rule in rules]
    with transaction.atomic():
        rows = list(Rule.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
        wrote = authorship.writers(rows, fields=Rule.FACTS, seen=VERIFIED)
        others = [rule for rule in rows if by.pk not in {rule.changed_by_id, *wrote[rule.pk]}]
        for rule in others:
            before = trail.snapshot(rule)
            rule.verified_on, rule.verified_by = day, by
            rule.save(update_fields=["verified_on", "verified_by"])
            trail.record(actor=by, verb=VERIFIED, target=rule, before=before, after=trail.snapshot(rule))
    return Verified(len(others), len(rows) - len(others))
