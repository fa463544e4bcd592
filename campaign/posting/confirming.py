"""Saying that posters hang."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from campaign.places.models import Placement
from campaign.posting.models import Confirmation
from campaign.posting.station_models import StationLink
from portal.audit import trail
from portal.people.models import User


class NotYet(Exception):
    """The day lies ahead: nobody can have seen the poster then."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How many placements were seen with a poster, and how many have none: never printed, or retired."""

    seen: int
    without_poster: int


def confirm(
    *, placements: Iterable[Placement], by: User | None, on: dt.date, link: StationLink | None = None
) -> Confirmed:
    """Records that somebody saw the posters hanging on a day; the placements are posted from then on.

    ``link`` is that of the station which said so. Seen twice on one day is seen once. Placements that were never printed or are retired have no
    poster to see and stay as they are. Raises ``NotYet`` for a day in the future.
    """
    if on > timezone.localdate():
        raise NotYet(f"{on} lies ahead: confirm what was seen today or before.")
    keys = [placement.pk for placement in placements]
    with transaction.atomic():
        rows = list(
            Placement.objects.active()
            .exclude(state=Placement.State.PLANNED)
            .filter(pk__in=keys)
            .prefetch_related("spot__station", "spot__train")
            .select_for_update(of=("self",))
            .order_by("pk")
        )
        known = set(Confirmation.objects.filter(placement__in=rows, on=on).values_list("placement_id", flat=True))
        fresh = [placement for placement in rows if placement.pk not in known]
        Confirmation.objects.bulk_create(
            Confirmation(placement=placement, on=on, by=by, link=link) for placement in fresh
        )
        for placement in fresh:
            before = {"state": placement.state}
            placement.state = Placement.State.POSTED
            placement.save(update_fields=["state"])
            trail.record(
                actor=by,
                verb="confirmed",
                target=placement,
                before=before,
                after={"state": placement.state, "seen_on": on} | ({"link": link.pk} if link else {}),
            )
    return Confirmed(seen=len(rows), without_poster=len(set(keys)) - len(rows))
