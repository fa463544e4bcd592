"""What the rules may know of posters that were printed: their sheets, their type, their languages."""

from __future__ import annotations

from collections.abc import Collection

from campaign.places.models import Placement
from campaign.posters.models import Sheet
from campaign.printing.models import Batch, Print
from campaign.rules.evidence import STAGES
from campaign.rules.facts import PosterFacts
from portal.typesetting import POINTS_PER_INCH


def printed_posters(placements: Collection[Placement]) -> list[PosterFacts]:
    """The newest poster of each placement and language that was delivered to be hung; samples lead nowhere and
    count for nothing.

    Type may be as small as the smallest floor of the design; the host name beside a code is no part of the notice.
    """
    by_key = {placement.pk: placement for placement in placements}
    delivered = Print.objects.filter(
        placement__in=by_key, packet__file__isnull=False, packet__batch__is_sample=False
    ).order_by("packet__batch_id")
    newest = {
        (key, language): batch
        for key, language, batch in delivered.values_list("placement_id", "language", "packet__batch_id")
    }
    made = {
        batch.pk: (cut(batch.sheet), batch.design.header.floors["text"])
        for batch in Batch.objects.filter(pk__in=set(newest.values())).select_related("sheet", "design")
    }
    posters = []
    for (key, language), batch in newest.items():
        (width, height), point_size = made[batch]
        posters.append(
            PosterFacts(
                spot=by_key[key].spot_id,
                width=width,
                height=height,
                point_size=point_size,
                languages=frozenset({language}),
                stage=STAGES[by_key[key].state],
            )
        )
    return posters


def cut(sheet: Sheet) -> tuple[float, float]:
    """Width and height of a sheet in inches, once the bleed is cut away."""
    paper = sheet.paper
    return paper.width / POINTS_PER_INCH, paper.height / POINTS_PER_INCH
