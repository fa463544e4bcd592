"""What is known of the posters of a season's placements. Rooms that print and post append to ``SOURCES``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from campaign.places.models import Placement
from campaign.rules.facts import PosterFacts, Stage
from campaign.rules.models import Notice
from portal.seasons.models import Season

PosterSource = Callable[[Collection[Placement]], Iterable[PosterFacts]]
"""Given placements of one season: the posters that it knows of there, in a fixed number of queries."""

SOURCES: list[PosterSource] = []

STAGES = {
    Placement.State.PLANNED.value: Stage.PLANNED,
    Placement.State.PRINTED.value: Stage.PRINTED,
    Placement.State.POSTED.value: Stage.POSTED,
}


def posters_at(placements: Collection[Placement]) -> list[PosterFacts]:
    """The posters at these placements; where no room knows of any, one of which nothing is known but its stage."""
    known = [poster for source in SOURCES for poster in source(placements)]
    spots = {poster.spot for poster in known}
    unknown = [
        PosterFacts(spot=placement.spot_id, stage=STAGES[placement.state])
        for placement in placements
        if placement.spot_id not in spots
    ]
    return known + unknown


def known_at(spots: Collection[int], *, season: Season) -> list[PosterFacts]:
    """All that is known to hang, or to be going to, at these spots in a season: our posters and prescribed notices."""
    placements = list(Placement.objects.active().in_season(season).filter(spot__in=spots))
    notices = Notice.objects.hanging().filter(spot__in=spots).select_related("rule")
    return [*posters_at(placements), *(notice.facts() for notice in notices)]
