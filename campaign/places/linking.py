"""The printed codes of placements, and what printing tells of them."""

from collections.abc import Sequence

from django.db import transaction

from campaign.links.models import Link
from campaign.places.models import Placement, PlacementLink, PlacementQuerySet
from portal.areas.register import NATION
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


def mark_printed(placements: PlacementQuerySet) -> int:
    """Planned placements become printed, what hangs already stays so; returns how many changed."""
    return placements.filter(state=Placement.State.PLANNED).update(state=Placement.State.PRINTED)
