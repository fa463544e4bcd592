"""The printed codes of placements, and what printing tells of them."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils import timezone

from campaign.links.models import Link
from campaign.places.models import Placement, PlacementLink, PlacementQuerySet
from portal.areas.register import NATION
from portal.audit import trail
from portal.people.models import User
from portal.seasons.models import Season


def area_of(placement: Placement) -> str:
    """The area that a placement's code names: the station's state; the nation for trains and where it is unknown."""
    station = placement.spot.station
    return (station.state_id if station else None) or NATION.code


def links_for(season: Season, placements: Sequence[Placement], languages: Sequence[str]) -> dict[tuple[int, str], Link]:
    """The link of each (placement's key, language): the one it has, or a new one. ``placements`` are of ``season``.

    Load ``spot__station`` with them. Links are never made twice, so a reprint carries the codes that hang already.
    """
    with transaction.atomic():
        # Two who print at once must agree on the codes.
        Season.objects.select_for_update().get(pk=season.pk)
        kept = PlacementLink.objects.filter(placement__season=season, language__in=languages).select_related("link")
        links = {(row.placement_id, row.language): row.link for row in kept}
        missing = [
            (placement, language)
            for placement in placements
            for language in languages
            if (placement.pk, language) not in links
        ]
        issued = Link.objects.issue([(area_of(placement), language) for placement, language in missing])
        PlacementLink.objects.bulk_create(
            [
                PlacementLink(placement=placement, language=language, link=link)
                for (placement, language), link in zip(missing, issued, strict=True)
            ],
            batch_size=500,
        )
    return links | {(placement.pk, language): link for (placement, language), link in zip(missing, issued, strict=True)}


def give_new_codes(*, of: Collection[PlacementLink], reason: str, by: User | None) -> list[Link]:
    """Retires the codes of these posters and gives each a new one, in their order; a code retired meanwhile stays so.

    A retired code still leads to help, on the nation's page, but is never printed again. ``reason`` goes to the trail.
    """
    with transaction.atomic():
        # As for those who print: nobody orders the old code while it is retired.
        list(Season.objects.select_for_update().filter(pk__in={row.placement.season_id for row in of}).order_by("pk"))
        keys = {row.pk: row.link_id for row in of}
        rows = [
            row
            for row in PlacementLink.objects.select_for_update(of=("self",))
            .filter(pk__in=keys)
            .prefetch_related("link", "placement__spot__station", "placement__spot__train")
            .order_by("pk")
            if row.link_id == keys[row.pk]
        ]
        issued = Link.objects.issue([(area_of(row.placement), row.language) for row in rows])
        for row, link in zip(rows, issued, strict=True):
            old = row.link
            old.retired_at = timezone.now()
            old.save(update_fields=["retired_at"])
            row.link = link
            row.save(update_fields=["link"])
            trail.record(
                actor=by,
                verb="given a new code",
                target=row.placement,
                before={"code": old.code, "language": ""},
                after={"code": link.code, "language": row.language, "reason": reason},
            )
    return issued


def mark_printed(placements: PlacementQuerySet) -> int:
    """Planned placements become printed, what hangs already stays so; returns how many changed."""
    return placements.filter(state=Placement.State.PLANNED).update(state=Placement.State.PRINTED)
