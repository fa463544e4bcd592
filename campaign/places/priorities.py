"""Which placements come first, and why: those in the states of the season's focus areas, border states before others.

The rule itself is the season's (``portal.seasons.focus``), the same that gives requests of schools their points. What
asks it here: the order of packing and of drops, what to print first, and the page of a placement.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from campaign.places.models import Placement
from portal.seasons import focus
from portal.seasons.focus import NONE, Focus
from portal.seasons.models import Season


@dataclass(frozen=True, slots=True)
class Order:
    """What comes first in one season, by state. Trains and stations of unknown state are in none."""

    states: Mapping[str, Focus]

    def of(self, state: str | None) -> Focus:
        """The focus in a state."""
        return self.states.get(state, NONE) if state else NONE

    def rank(self, state: str | None) -> int:
        """For sorting: the smaller, the earlier."""
        return -self.of(state).points


def order_of(season: Season) -> Order:
    """One query."""
    return Order({state: found for (_, state), found in focus.by_state([season.pk]).items()})


def of_placement(placement: Placement) -> Focus:
    """The focus where one placement hangs."""
    station = placement.spot.station
    return order_of(placement.season).of(station.state_id if station else None)
