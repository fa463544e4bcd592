"""What ends is kept: rules and notices are retired, and can come back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from campaign.rules.models import Notice, Rule
from portal.audit import trail
from portal.people.models import User

Rows = QuerySet[Rule] | QuerySet[Notice]


def retire(*, rows: Rows, actor: User | None, verb: str = "retired") -> int:
    """Ends those that have not ended; each leaves a row in the trail. Returns how many."""
    return _move(rows.filter(retired_at=None), timezone.now(), actor, verb)


def bring_back(*, rows: Rows, actor: User | None) -> int:
    """Undoes it; each leaves a row in the trail. Returns how many."""
    return _move(rows.exclude(retired_at=None), None, actor, "brought back")


def _move(rows: Rows, moment: dt.datetime | None, actor: User | None, verb: str) -> int:
    with transaction.atomic():
        locked = rows.model._default_manager.select_for_update().filter(pk__in=[row.pk for row in rows])
        chosen: list[Rule | Notice] = list(locked.order_by("pk"))
        for row in chosen:
            before = trail.snapshot(row)
            row.retired_at = moment
            row.save(update_fields=["retired_at"])
            trail.record(actor=actor, verb=verb, target=row, before=before, after=trail.snapshot(row))
    return len(chosen)
