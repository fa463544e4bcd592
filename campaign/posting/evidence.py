"""What the rules may know of posters that were printed: their sheets, their type, their languages."""

from __future__ import annotations

from collections.abc import Collection

from campaign.places.models import Placement
from campaign.posters.models import Sheet
from campaign.printing.models import Print
from campaign.rules.evidence import STAGES
from campaign.rules.facts import PosterFacts
from portal.typesetting import POINTS_PER_INCH


def printed_posters(placements: Collection[Placement]) -> list[PosterFacts]:
    """The newest poster of each placement and language that was delivered to be hung; samples lead nowhere and
    count for nothing.

    Type may be as small as the smallest floor of the design; the host name beside a code is no part of the notice.
    """
    by_key = {placement.pk: placement for placement in placements}
    prints = (
        Print.objects.filter(placement__in=by_key, packet__file__isnull=False, packet__batch__is_sample=False)
        .select_related("packet__batch__sheet", "packet__batch__design")
        .defer("packet__batch__design__kit")
        .order_by("packet__batch", "packet__position", "page")
    )
    newest = {(each.placement_id, each.language): each for each in prints}
    floors: dict[int, float] = {}
    posters = []
    for (key, language), each in newest.items():
        batch, placement = each.packet.batch, by_key[key]
        if batch.design_id not in floors:
            floors[batch.design_id] = min(batch.design.header.floors.values())
        width, height = cut(batch.sheet)
        posters.append(
            PosterFacts(
                spot=placement.spot_id,
                width=width,
                height=height,
                point_size=floors[batch.design_id],
                languages=frozenset({language}),
                stage=STAGES[placement.state],
            )
        )
    return posters


def cut(sheet: Sheet) -> tuple[float, float]:
    """Width and height of a sheet in inches, once the bleed is cut away."""
    paper = sheet.paper
    return paper.width / POINTS_PER_INCH, paper.height / POINTS_PER_INCH
