"""The duties of stations, trains and placements: rows in, duties out, in a fixed number of queries.

A caller that has posters of its own (a batch not yet printed) takes ``at_stations(…)`` or ``at_trains(…)`` and
gives their duties to ``judging.judge``; ``standings`` does so with what is planned, printed and posted.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from django.utils import timezone

from campaign.places.gtfs import basic_type
from campaign.places.models import Operator, Placement, Spot, Station, Train, TrainStop
from campaign.rules import compiler
from campaign.rules.compiler import Duty
from campaign.rules.evidence import known_at
from campaign.rules.facts import PlaceFacts, PosterFacts, Premises, RuleFacts, SpotFacts, Stage, reaching
from campaign.rules.judging import Finding, Outcome, judge
from campaign.rules.models import CountyStation, Rule
from portal.areas.zones import american_zones
from portal.seasons.models import Season

Key = TypeVar("Key")

RAIL: frozenset[str] = frozenset({Premises.RAILROAD_STATION, Premises.INTERCITY_RAIL_STATION})
LIGHT_RAIL: frozenset[str] = frozenset({Premises.RAILROAD_STATION, Premises.LIGHT_RAIL_STATION})
PREMISES_OF_LINES: Mapping[int, frozenset[str]] = {
    0: LIGHT_RAIL,
    1: frozenset({Premises.RAILROAD_STATION}),
    2: RAIL,
    3: frozenset({Premises.BUS_STATION}),
    5: LIGHT_RAIL,
    7: LIGHT_RAIL,
    11: frozenset({Premises.BUS_STATION}),
    12: LIGHT_RAIL,
}
"""By GTFS's basic route type, what a station is at which such a line calls. GTFS doesn't tell intercity from
commuter trains: both count as intercity."""
BUSES = frozenset({3, 11})


@dataclass(frozen=True, slots=True)
class PlaceDuties:
    """One place: what is known of it, what it owes, and what is missing to tell."""

    place: PlaceFacts
    spots: tuple[SpotFacts, ...]
    duties: tuple[Duty, ...]
    gaps: tuple[str, ...]

    def at(self, spot: int) -> PlaceDuties:
        """Those duties alone that a poster at one of its spots counts towards, asked of that spot."""
        return replace(self, duties=tuple(here for duty in self.duties if (here := duty.at(spot))))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a duty stands: with what hangs, with what is printed too, with what is planned too."""

    posted: Finding
    printed: Finding
    planned: Finding

    @property
    def met_at(self) -> Stage | None:
        """The furthest stage whose posters meet it, if any do."""
        for stage, finding in (
            (Stage.POSTED, self.posted),
            (Stage.PRINTED, self.printed),
            (Stage.PLANNED, self.planned),
        ):
            if finding.outcome is Outcome.MET:
                return stage
        return None

    @property
    def finding(self) -> Finding:
        """The one to show: what meets it, or what is still wrong once everything planned hangs."""
        match self.met_at:
            case Stage.POSTED:
                return self.posted
            case Stage.PRINTED:
                return self.printed
        return self.planned


def reckoned_on(season: Season) -> dt.date:
    """The first day on which the season's posters hang from now on: its rules count."""
    return max(season.starts_on, timezone.localdate())


def at_stations(stations: Collection[Station], *, on: dt.date) -> dict[int, PlaceDuties]:
    """What each of these stations owes on a day, by its key."""
    keys = [station.pk for station in stations]
    lines = defaultdict(set)
    for key, route_type in (
        TrainStop.objects.filter(station__in=keys, train__retired_at=None)
        .values_list("station_id", "train__route_type")
        .distinct()
        .order_by()
    ):
        lines[key].add(basic_type(route_type))
    counties = dict(CountyStation.objects.filter(station__in=keys).values_list("station_id", "county__languages"))
    operators = _operators(stations)
    spots = _spots(Spot.objects.filter(station__in=keys), "station_id")
    rules = _rules(on)
    return {
        station.pk: _place_duties(
            PlaceFacts(
                name=str(station),
                kind=station.kind,
                premises=_premises(lines[station.pk]),
                areas=frozenset({station.state_id} if station.state_id else ()),
                operator=operators[station.operator_id],
                county_languages=tuple(counties[station.pk]) if station.pk in counties else None,
                missed=_missed(spots[station.pk]),
                is_american=bool(station.state_id) or station.time_zone in american_zones(),
                knows_lines=bool(lines[station.pk]),
            ),
            spots[station.pk],
            rules,
            on,
        )
        for station in stations
    }


def at_trains(trains: Collection[Train], *, on: dt.date) -> dict[int, PlaceDuties]:
    """What each of these trains owes on a day, by its key. A state's rule that speaks of trains counts where it calls."""
    keys = [train.pk for train in trains]
    calls = defaultdict(set)
    for key, state, zone in (
        TrainStop.objects.filter(train__in=keys)
        .values_list("train_id", "station__state_id", "station__time_zone")
        .distinct()
        .order_by()
    ):
        calls[key].add((state, zone))
    operators = _operators(trains)
    spots = _spots(Spot.objects.filter(train__in=keys), "train_id")
    rules = _rules(on)
    return {
        train.pk: _place_duties(
            PlaceFacts(
                name=str(train),
                kind="train",
                premises=frozenset(
                    {Premises.BUS if basic_type(train.route_type) in BUSES else Premises.PASSENGER_TRAIN}
                ),
                areas=frozenset(state for state, _ in calls[train.pk] if state),
                operator=operators[train.operator_id],
                missed=_missed(spots[train.pk]),
                is_american=not calls[train.pk]
                or any(state or zone in american_zones() for state, zone in calls[train.pk]),
            ),
            spots[train.pk],
            rules,
            on,
        )
        for train in trains
    }


def at_placement(placement: Placement, *, on: dt.date) -> PlaceDuties:
    """What the station or train of a placement owes on a day. Load ``spot__station`` and ``spot__train`` with it."""
    spot = placement.spot
    if spot.station is not None:
        return at_stations([spot.station], on=on)[spot.station.pk]
    assert spot.train is not None
    return at_trains([spot.train], on=on)[spot.train.pk]


def standings(places: Mapping[Key, PlaceDuties], *, season: Season) -> dict[Key, list[Standing]]:
    """How the duties of these places stand in a season, each place's in the order of its duties.

    The state's own notices that hang there count with our posters.
    """
    spots = {spot.key for each in places.values() for spot in each.spots}
    by_spot: dict[int, list[PosterFacts]] = defaultdict(list)
    for poster in known_at(spots, season=season):
        by_spot[poster.spot].append(poster)
    return {key: _standings(each, by_spot) for key, each in places.items()}


def _standings(each: PlaceDuties, by_spot: Mapping[int, list[PosterFacts]]) -> list[Standing]:
    posters = [poster for spot in each.spots for poster in by_spot.get(spot.key, ())]
    posted, printed, planned = (
        judge(each.duties, reaching(posters, stage)) for stage in (Stage.POSTED, Stage.PRINTED, Stage.PLANNED)
    )
    return [Standing(*findings) for findings in zip(posted, printed, planned, strict=True)]


def _place_duties(place: PlaceFacts, spots: Iterable[Spot], rules: list[RuleFacts], on: dt.date) -> PlaceDuties:
    there = tuple(
        SpotFacts(key=spot.pk, kind=spot.kind, name=str(spot), is_surveyed=spot.survey == Spot.Survey.SURVEYED)
        for spot in spots
        if spot.retired_at is None
    )
    return PlaceDuties(
        place=place,
        spots=there,
        duties=tuple(compiler.duties(place, there, rules, on)),
        gaps=tuple(compiler.gaps(place)),
    )


def _rules(on: dt.date) -> list[RuleFacts]:
    return [rule.facts() for rule in Rule.objects.in_force(on)]


def _operators(places: Collection[Station] | Collection[Train]) -> dict[int, str]:
    keys = {place.operator_id for place in places}
    return dict(Operator.objects.filter(pk__in=keys).values_list("pk", "key"))


def _premises(lines: set[int]) -> frozenset[str]:
    """A station of unknown lines is taken for one of rail: that is where trains stop."""
    called = frozenset[str]().union(*(PREMISES_OF_LINES.get(line, frozenset()) for line in lines)) if lines else RAIL
    return called | {Premises.PUBLIC_RESTROOM}


def _spots(spots: Iterable[Spot], owner: str) -> dict[int, list[Spot]]:
    """By station or train, in the order of their kinds; spots that are not there are among them."""
    by_place = defaultdict(list)
    for spot in spots:
        by_place[getattr(spot, owner)].append(spot)
    return by_place


def _missed(spots: Iterable[Spot]) -> frozenset[str]:
    return frozenset(spot.kind for spot in spots if spot.retired_at and spot.survey == Spot.Survey.SURVEYED)
