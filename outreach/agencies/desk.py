"""The outreach office's daily verbs: invite for a January, write a note, tick off a task."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from outreach.agencies.desk_models import Participation, Task
from outreach.agencies.models import Agency
from portal.audit import trail
from portal.seasons.models import Season

if TYPE_CHECKING:
    from portal.people.models import User


def invite(*, agencies: Iterable[Agency], season: Season, by: "User | None") -> int:
    """Records as invited whoever is in use and has no row for that January; how many that were.

    Parts are those of the agency's record. An answer of a former January is never carried over.
    """
    count = 0
    with transaction.atomic():
        for agency in agencies:
            if agency.retired_at:
                continue
            row, is_new = Participation.objects.get_or_create(
                agency=agency, season=season, defaults={"parts": agency.parts}
            )
            if is_new:
                trail.record(actor=by, verb="invited", target=row, after=trail.snapshot(row))
                count += 1
    return count


def finish(*, task_id: int, by: "User") -> Task:
    """Ticks off a task; one that is done stays as it is."""
    with transaction.atomic():
        task = Task.objects.select_for_update().get(pk=task_id)
        if task.done_at is None:
            before = trail.snapshot(task)
            task.done_at, task.done_by = timezone.now(), by
            task.save(update_fields=["done_at", "done_by"])
            trail.record(actor=by, verb="done", target=task, before=before, after=trail.snapshot(task))
    return task
