"""How long the pages of registers' files are kept, which hold every row that an import changed."""

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.imports.drafts import KEPT_FOR
from portal.imports.models import ImportPage, TakenImport
from portal.imports.uploads import forget_draft
from portal.seasons.models import Season

State = TakenImport.State


def forget_pages() -> int:
    """Deletes pages that nobody needs any more; returns how many.

    A day after its upload goes what nobody took (it is dropped then), and what was refused or dropped; a day after its
    undoing what was undone. What was taken keeps its pages, since undo needs them, until the season is over in which
    it was taken.
    """
    now = timezone.now()
    _drop_what_waits(now - KEPT_FOR)
    old = Q(state__in=[State.REFUSED, State.DROPPED], taken_at__lt=now - KEPT_FOR)
    old |= Q(state=State.UNDONE, undone_at__lt=now - KEPT_FOR)
    if over := Season.objects.filter(ends_on__lt=timezone.localdate(now)).order_by("ends_on").last():
        old |= Q(state=State.TAKEN, taken_at__lt=_day_after(over.ends_on))
    deleted, _by_model = ImportPage.objects.filter(taken__in=TakenImport.objects.filter(old)).delete()
    return deleted


def _drop_what_waits(before: dt.datetime) -> None:
    """What was read and not taken, and what a job left half read that is over."""
    for key in list(_waiting(before).values_list("pk", flat=True)):
        with transaction.atomic():
            taken = _waiting(before).select_for_update(of=("self",)).filter(pk=key).first()
            if taken is None or taken.standing not in {State.READ, State.REFUSED}:
                continue
            taken.state = State.DROPPED
            taken.save(update_fields=["state"])
            taken.pages.all().delete()
        forget_draft(taken)


def _waiting(before: dt.datetime) -> QuerySet[TakenImport]:
    states = [State.READING, State.READ, State.TAKING]
    return TakenImport.objects.filter(state__in=states, taken_at__lt=before).select_related("job").defer("rows")


def _day_after(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))
