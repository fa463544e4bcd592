"""What people found on the spot, and what staff decide about a placement."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from campaign.places.models import Placement, Spot
from portal.audit import trail
from portal.people.models import User


def record_survey(*, spots: Iterable[Spot], there: bool, on: dt.date, actor: User | None = None) -> int:
    """Note that somebody looked: the spot is there, or it is not and is retired. How many spots."""
    count = 0
    with transaction.atomic():
        keys = [spot.pk for spot in spots]
        for spot in Spot.objects.select_for_update().filter(pk__in=keys).order_by("pk"):
            before = trail.snapshot(spot)
            mark_surveyed(spot, there=there, on=on)
            spot.save(update_fields=["survey", "surveyed_on", "retired_at"])
            trail.record(
                actor=actor,
                verb="found" if there else "missed",
                target=spot,
                before=before,
                after=trail.snapshot(spot),
            )
            count += 1
    return count


def mark_surveyed(spot: Spot, *, there: bool, on: dt.date) -> None:
    """Set the fields of a survey without saving. A spot that is not there is retired and surveyed."""
    spot.survey = Spot.Survey.SURVEYED
    spot.surveyed_on = on
    spot.retired_at = None if there else spot.retired_at or timezone.now()


def decline(*, placements: Iterable[Placement], actor: User | None = None) -> int:
    """Take placements out of their season for good: no plan brings them back. How many changed."""
    return _decide(placements, declined=True, verb="declined", actor=actor)


def readmit(*, placements: Iterable[Placement], actor: User | None = None) -> int:
    """Leave declined placements to the next plan again. How many changed."""
    return _decide(placements, declined=False, verb="readmitted", actor=actor)


def _decide(placements: Iterable[Placement], *, declined: bool, verb: str, actor: User | None) -> int:
    count = 0
    with transaction.atomic():
        keys = [placement.pk for placement in placements]
        rows = Placement.objects.select_for_update(of=("self",)).filter(pk__in=keys).exclude(declined=declined)
        for placement in rows.prefetch_related("spot__station", "spot__train").order_by("pk"):
            before = trail.snapshot(placement)
            placement.declined = declined
            if declined:
                placement.retired_at = placement.retired_at or timezone.now()
            placement.save(update_fields=["declined", "retired_at"])
            trail.record(actor=actor, verb=verb, target=placement, before=before, after=trail.snapshot(placement))
            count += 1
    return count
