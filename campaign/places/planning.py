"""Plans where posters hang: spots assumed by a station's type, and a season's placements at them.

**What is assumed.** A building with a waiting room: a women's and a men's restroom and the waiting
room. A platform, with or without shelter: the platform, never a restroom. A rail station of unknown
type: its platform, marked unknown. A curbside stop, or an unknown place where only buses call:
nothing. An intercity or commuter train: a restroom in a car and a vestibule; a subway or tram: the
vestibule alone. A café car is planned only where a survey found one.

**What a survey overrides.** A surveyed spot takes the place of the assumed ones of its kind, and a
surveyed all-gender restroom that of the assumed women's and men's. A spot that is retired and
surveyed is one that somebody looked for in vain: it is not assumed again.

**Where.** Only in the United States: in a known state, or in an American time zone. A state's plan
leaves trains alone, for they run through many.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from campaign.places import gtfs
from campaign.places.models import Placement, Spot, Station, Train
from portal.areas.models import Area
from portal.audit import trail
from portal.people.models import User
from portal.seasons.models import Season

BATCH = 500
RAIL_TYPES = frozenset({0, 1, 2, 5, 7, 12})
"""GTFS route types that stop at platforms: tram, subway, rail, cable tram, funicular, monorail."""
RESTROOM_TYPES = frozenset({2})

Assumption = tuple[Spot.Kind, Spot.Survey]

BUILDING: tuple[Assumption, ...] = (
    (Spot.Kind.RESTROOM_WOMEN, Spot.Survey.ASSUMED),
    (Spot.Kind.RESTROOM_MEN, Spot.Survey.ASSUMED),
    (Spot.Kind.WAITING_ROOM, Spot.Survey.ASSUMED),
)
PLATFORM: tuple[Assumption, ...] = ((Spot.Kind.PLATFORM, Spot.Survey.ASSUMED),)
MAYBE_PLATFORM: tuple[Assumption, ...] = ((Spot.Kind.PLATFORM, Spot.Survey.UNKNOWN),)
RAIL_CAR: tuple[Assumption, ...] = (
    (Spot.Kind.CAR_RESTROOM, Spot.Survey.ASSUMED),
    (Spot.Kind.VESTIBULE, Spot.Survey.ASSUMED),
)
CITY_CAR: tuple[Assumption, ...] = ((Spot.Kind.VESTIBULE, Spot.Survey.ASSUMED),)

REPLACED_BY: Mapping[str, tuple[str, ...]] = {
    Spot.Kind.RESTROOM_WOMEN: (Spot.Kind.RESTROOM_WOMEN, Spot.Kind.RESTROOM_ALL),
    Spot.Kind.RESTROOM_MEN: (Spot.Kind.RESTROOM_MEN, Spot.Kind.RESTROOM_ALL),
}
"""The surveyed kinds that take an assumed spot's place; a kind not listed is replaced by its own."""


@dataclass(frozen=True, slots=True)
class Planned:
    """How many of a season's placements a plan made, left as they were, and retired."""

    created: int
    unchanged: int
    retired: int

    def as_json(self) -> dict[str, int]:
        """The shape that `--json` promises."""
        return {"created": self.created, "unchanged": self.unchanged, "retired": self.retired}


def plan_placements(
    *,
    season: Season,
    state: Area | None = None,
    stations: Sequence[Station] = (),
    trains: Sequence[Train] = (),
    actor: User | None = None,
) -> Planned:
    """Bring assumed spots and a season's placements in line with what is known. Idempotent.

    Of `state` the stations there; of `stations` and `trains` only these; with none the whole country.
    A placement that is planned again after it was retired counts as created.
    """
    with transaction.atomic():
        Season.objects.select_for_update().get(pk=season.pk)
        now = timezone.now()
        chosen_stations, chosen_trains = Station.objects.all(), Train.objects.all()
        if state or stations or trains:
            of_state = Q(state=state) if state else Q(pk__in=[])
            chosen_stations = Station.objects.filter(of_state | Q(pk__in=[station.pk for station in stations]))
            chosen_trains = Train.objects.filter(pk__in=[train.pk for train in trains])
        spots = Spot.objects.filter(Q(station__in=chosen_stations) | Q(train__in=chosen_trains))
        ground = _Ground.survey()
        # Locked, so that no survey and no decision that comes meanwhile is written over.
        _assume_spots([*chosen_stations, *chosen_trains], spots.select_for_update().order_by("pk"), ground, now)
        placements = Placement.objects.in_season(season).filter(spot__in=spots).select_for_update().order_by("pk")
        planned = _place(
            season,
            spots.select_related("station", "train"),  # a fresh query: it sees what was just assumed
            {placement.spot_id: placement for placement in placements},
            ground,
            now,
        )
        if planned.created or planned.retired:
            trail.record(
                actor=actor,
                verb="planned placements",
                target=season,
                after=planned.as_json()
                | {
                    "state": state.code if state else None,
                    "stations": [str(station) for station in stations],
                    "trains": [str(train) for train in trains],
                },
            )
    return planned


PLANNED_KINDS = frozenset(
    kind for assumptions in (BUILDING, PLATFORM, RAIL_CAR, CITY_CAR) for kind, _survey in assumptions
)
"""Spots of these kinds without a label that nobody surveyed belong to the plan, which makes and retires them."""

INDOORS = frozenset(
    {
        Spot.Kind.RESTROOM_WOMEN,
        Spot.Kind.RESTROOM_MEN,
        Spot.Kind.RESTROOM_ALL,
        Spot.Kind.RESTROOM_FAMILY,
        Spot.Kind.WAITING_ROOM,
        Spot.Kind.TICKET_COUNTER,
        Spot.Kind.CONCOURSE,
    }
)
"""Kinds that need a building, unless somebody saw them without one."""


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the plan must know beside the rows: who is American, and where trains stop."""

    american_stations: frozenset[int]
    rail_stations: frozenset[int]
    foreign_trains: frozenset[int]

    @classmethod
    def survey(cls) -> "_Ground":
        american = Station.objects.in_united_states()
        called = Train.objects.active().filter(stations__isnull=False)
        return cls(
            frozenset(american.values_list("pk", flat=True)),
            frozenset(
                Station.objects.filter(
                    stops__train__retired_at=None, stops__train__route_type__in=RAIL_TYPES
                ).values_list("pk", flat=True)
            ),
            frozenset(called.exclude(stations__in=american).values_list("pk", flat=True)),
        )

    def holds(self, place: Station | Train) -> bool:
        """Whether posters hang there at all: in use, and in the United States."""
        if place.retired_at is not None:
            return False
        if isinstance(place, Station):
            return place.pk in self.american_stations
        return place.pk not in self.foreign_trains

    def assumptions(self, place: Station | Train) -> tuple[Assumption, ...]:
        if not self.holds(place):
            return ()
        if isinstance(place, Train):
            basic = gtfs.basic_type(place.route_type)
            return RAIL_CAR if basic in RESTROOM_TYPES else CITY_CAR if basic in RAIL_TYPES else ()
        match place.kind:
            case Station.Kind.BUILDING:
                return BUILDING
            case Station.Kind.SHELTER | Station.Kind.PLATFORM:
                return PLATFORM
            case Station.Kind.UNKNOWN if place.pk in self.rail_stations:
                return MAYBE_PLATFORM
        return ()

    def takes(self, spot: Spot) -> bool:
        """Whether a spot gets a placement."""
        place = spot.station or spot.train
        if spot.retired_at is not None or place is None or not self.holds(place):
            return False
        if spot.survey == Spot.Survey.SURVEYED or spot.kind not in INDOORS:
            return True
        return isinstance(place, Station) and place.kind == Station.Kind.BUILDING


def _assume_spots(places: Iterable[Station | Train], spots: Iterable[Spot], ground: _Ground, now: datetime) -> None:
    by_place: dict[tuple[int | None, int | None], list[Spot]] = {}
    for spot in spots:
        by_place.setdefault((spot.station_id, spot.train_id), []).append(spot)
    created: list[Spot] = []
    changed: list[Spot] = []
    for place in places:
        key = (place.pk, None) if isinstance(place, Station) else (None, place.pk)
        present = by_place.get(key, [])
        wanted = _still_assumed(ground.assumptions(place), present)
        for spot in present:
            if spot.survey == Spot.Survey.SURVEYED or spot.label or spot.kind not in PLANNED_KINDS:
                continue
            survey = wanted.pop(spot.kind, None)
            if survey and (spot.retired_at or spot.survey != survey):
                spot.retired_at, spot.survey = None, survey
                changed.append(spot)
            elif not survey and not spot.retired_at:
                spot.retired_at = now
                changed.append(spot)
        created += [
            Spot(station_id=key[0], train_id=key[1], kind=kind, survey=survey) for kind, survey in wanted.items()
        ]
    Spot.objects.bulk_create(created, batch_size=BATCH)
    Spot.objects.bulk_update(changed, ["retired_at", "survey"], batch_size=BATCH)


def _still_assumed(assumptions: Iterable[Assumption], present: Iterable[Spot]) -> dict[str, Spot.Survey]:
    surveyed = [spot for spot in present if spot.survey == Spot.Survey.SURVEYED]
    found = {spot.kind for spot in surveyed if not spot.retired_at}
    missed = {spot.kind for spot in surveyed if spot.retired_at}
    return {
        kind: survey
        for kind, survey in assumptions
        if kind not in missed and found.isdisjoint(REPLACED_BY.get(kind, (kind,)))
    }


def _place(
    season: Season, spots: Iterable[Spot], placements: Mapping[int, Placement], ground: _Ground, now: datetime
) -> Planned:
    new: list[Placement] = []
    revived: list[int] = []
    retired: list[int] = []
    unchanged = 0
    for spot in spots:
        placement = placements.get(spot.pk)
        wanted = ground.takes(spot)
        if placement is None:
            if wanted:
                new.append(Placement(season=season, spot=spot))
        elif wanted and placement.retired_at and not placement.declined:
            revived.append(placement.pk)
        elif wanted and not placement.retired_at:
            unchanged += 1
        elif not wanted and not placement.retired_at:
            retired.append(placement.pk)
    Placement.objects.bulk_create(new, batch_size=BATCH)
    for keys, moment in ((revived, None), (retired, now)):
        for start in range(0, len(keys), BATCH):
            Placement.objects.filter(pk__in=keys[start : start + BATCH]).update(retired_at=moment)
    return Planned(len(new) + len(revived), unchanged, len(retired))
