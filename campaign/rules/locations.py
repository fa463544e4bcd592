"""Where laws want posters, and which kinds of spots count as that.

Our survey records restrooms, waiting rooms, platforms and so on, and no entrances. What is taken for an
entrance is said here, as data, and told to whoever reads a finding: they look on the spot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.db.models import TextChoices

from campaign.rules.facts import PlaceFacts, SpotFacts


class Location(TextChoices):
    """A place within premises, in a law's words."""

    EVERY_RESTROOM = "every_restroom", "in each public restroom"
    AT_RESTROOMS = "at_restrooms", "in or near the restrooms"
    EVERY_LACTATION_ROOM = "every_lactation_room", "in each lactation room"
    NEAR_ENTRANCE = "near_entrance", "near the public entrance"
    USUAL_PLACE = "usual_place", "where notices are usually posted"
    CONSPICUOUS = "conspicuous", "in a conspicuous place"
    ANYWHERE = "anywhere", "anywhere on the premises"


RESTROOMS: Final = frozenset({"restroom_women", "restroom_men", "restroom_all", "restroom_family", "car_restroom"})
HALLS: Final = frozenset({"waiting_room", "concourse", "vestibule"})
OPEN_AIR: Final = frozenset({"platform"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """Which spots count as a location: ``kinds``, and ``outdoors`` too where there is no building.

    ``every``: all of them need a poster, not one. ``sought``: sets of kinds; there is none of the location where
    somebody looked in vain for all kinds of one set. ``remark`` is what a person must look at; ``gap`` says why
    nothing may be known of it.
    """

    kinds: frozenset[str]
    outdoors: frozenset[str] = frozenset()
    every: bool = False
    sought: tuple[frozenset[str], ...] = ()
    remark: str = ""
    gap: str = ""


_SOUGHT = (frozenset({"restroom_women", "restroom_men"}), frozenset({"car_restroom"}))
_NO_RESTROOM = "No restroom is recorded here. Survey the place, and add those that there are."
_ENTRANCE = (
    "The survey records no entrances: a waiting room, a concourse or a train's vestibule is taken to be near one, and "
    "a platform where there is no building. Look whether it is."
)

COUNTS_AS: Final[Mapping[str, Counting]] = MappingProxyType(
    {
        Location.EVERY_RESTROOM: Counting(kinds=RESTROOMS, every=True, sought=_SOUGHT, gap=_NO_RESTROOM),
        # Read strictly: a poster in each restroom is in or near all of them.
        Location.AT_RESTROOMS: Counting(kinds=RESTROOMS, every=True, sought=_SOUGHT, gap=_NO_RESTROOM),
        Location.EVERY_LACTATION_ROOM: Counting(
            kinds=frozenset(),
            every=True,
            gap="The survey knows no lactation rooms. Ask the station whether it has any, and hang the notice there.",
        ),
        Location.NEAR_ENTRANCE: Counting(kinds=HALLS, outdoors=OPEN_AIR, remark=_ENTRANCE),
        Location.USUAL_PLACE: Counting(
            kinds=HALLS | {"ticket_counter"},
            outdoors=OPEN_AIR,
            remark="Look whether other notices hang there too: the rule means the usual place for them.",
        ),
        Location.CONSPICUOUS: Counting(kinds=HALLS | OPEN_AIR | {"ticket_counter"}),
        Location.ANYWHERE: Counting(kinds=RESTROOMS | HALLS | OPEN_AIR | {"ticket_counter", "cafe_car"}),
    }
)


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of the locations that a rule accepts, at one place: the spots that count as it."""

    location: str
    spots: tuple[SpotFacts, ...]
    is_void: bool
    """Surely there is none here: nothing can be asked of it."""

    @property
    def counting(self) -> Counting:
        """What counts as it."""
        return COUNTS_AS[self.location]

    @property
    def words(self) -> str:
        """In the law's words."""
        return str(Location(self.location).label)

    @property
    def is_unsurveyed(self) -> bool:
        """Whether there are any, nobody knows."""
        return self.counting.every and not self.spots and not self.is_void


def alternative(location: str, place: PlaceFacts, spots: tuple[SpotFacts, ...]) -> Alternative:
    """What a location is at a place. A location without spots is void only where somebody looked, or where
    there is no building for it.
    """
    counting = COUNTS_AS[location]
    kinds = counting.kinds | (counting.outdoors if place.is_open_air else frozenset())
    found = tuple(spot for spot in spots if spot.kind in kinds)
    is_none = any(kinds <= place.missed for kinds in counting.sought) or (place.is_open_air and bool(counting.kinds))
    return Alternative(location, found, is_void=counting.every and not found and is_none)
