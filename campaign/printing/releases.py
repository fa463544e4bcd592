"""The release of a batch: its files leave the house once a second person has looked at what was ordered.

    release(batch_id=12, by=approver)
    withdraw(batch_id=12, why="The frame is smaller", by=approver)

Files are made as soon as they are ordered; what waits is the download, the moment at which paper can be made. Whoever
ordered a batch never releases it, whatever their roles, superusers included. Samples need nobody: every page says that
it is one, and its codes lead nowhere.
"""

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from campaign.printing.models import Batch
from portal.audit import trail
from portal.jobs.models import Job
from portal.people.models import User
from portal.people.roles import VERBS

RELEASE: Final = "campaign.release_batch"
HOLD: Final = "campaign.hold_batch"
LONGEST_WHY: Final = 200


class NotPossible(Exception):
    """A batch stays as it is; the message says why, and how to mend it."""


def cannot_release(batch: Batch, by: User | None) -> str:
    """Why a person may not release a batch now; empty if they may."""
    if batch.is_sample:
        return "It is a sample: its files can be fetched as they are."
    if batch.released_at:
        return f"{batch.released_by} released it already."
    if by is None or by.pk == batch.created_by_id:
        return "You ordered it: a second person releases it."
    if batch.job.state != Job.State.DONE:
        return f"Its files are not all there ({batch.job.get_state_display().lower()}): release it once they are."
    return ""


def release(*, batch_id: int, by: User | None) -> Batch:
    """Lets the files of a batch out. Of two who do so at once one did. Raises ``NotPossible``."""
    with transaction.atomic():
        batch = _locked(batch_id)
        if refusal := cannot_release(batch, by):
            raise NotPossible(refusal)
        before = trail.snapshot(batch)
        batch.released_by, batch.released_at, batch.held_why = by, timezone.now(), ""
        batch.save(update_fields=["released_by", "released_at", "held_why"])
        trail.record(actor=by, verb="released", target=batch, before=before, after=trail.snapshot(batch))
    return batch


def withdraw(*, batch_id: int, why: str, by: User | None) -> Batch:
    """Takes a release back: from now on nobody fetches its files, until it is released anew. Raises ``NotPossible``.

    Whoever may order or release does so, the one who ordered it too: stopping needs no second person.
    """
    with transaction.atomic():
        batch = _locked(batch_id)
        if batch.released_at is None:
            raise NotPossible("It is not released.")
        if not why.strip():
            raise NotPossible("Say why, for whoever looks at it next.")
        before = trail.snapshot(batch)
        batch.released_by, batch.released_at, batch.held_why = None, None, why.strip()[:LONGEST_WHY]
        batch.save(update_fields=["released_by", "released_at", "held_why"])
        trail.record(actor=by, verb="withdrew the release", target=batch, before=before, after=trail.snapshot(batch))
    return batch


def second_persons(batch: Batch) -> Sequence[User]:
    """Who could release it: accounts that may sign in and did not order it, by name."""
    holds = Q(role_grants__role__in=VERBS[RELEASE]) | Q(is_superuser=True)
    able = User.objects.filter(holds, is_active=True, is_staff=True).distinct().order_by("username")
    return [person for person in able if person.pk != batch.created_by_id]


def _locked(batch_id: int) -> Batch:
    """The batch, with its row locked until the transaction ends, so that two are told apart.

    What it refers to is read afterwards: PostgreSQL reads a row anew after waiting for it, but not the rows joined to it.
    """
    return Batch.objects.select_for_update(of=("self",)).get(pk=batch_id)
