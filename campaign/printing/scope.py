"""What a batch covers: the placements of a state, a station, a train, or of everything planned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Q

from campaign.places import priorities
from campaign.places.models import Placement, PlacementQuerySet, Spot, Station, Train
from campaign.places.priorities import Order
from campaign.places.routes import Call, calls
from campaign.printing import recall
from outreach.channels.models import Channel
from portal.areas.models import Area
from portal.areas.register import NATION
from portal.seasons.models import Season

Place = TypeVar("Place", Station, Train)

_SPOT_ORDER = {kind: place for place, kind in enumerate(Spot.Kind)}


class Refused(Exception):
    """Cannot be printed as asked. ``problems`` holds one sentence each: what, where, how to mend it."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Scope:
    """Placements of one season and what they are called together. Retired placements are never among them.

    Nor are the demo's, unless there is nothing else: nobody hangs a poster of the demo.
    """

    season: Season
    title: str
    asked: PlacementQuerySet

    def placements(self) -> list[Placement]:
        """In the order of packing: stations by state and along the feed's routes, then trains; within a place by spot.

        States of the season's focus come before the others, border states first among them.
        """
        rows = (
            self.asked.in_season(self.season)
            .active()
            .select_related("spot__station__state", "spot__station__operator", "spot__train__operator")
        )
        real = [placement for placement in rows if not _is_demo(placement)]
        found = real or list(rows)
        on_the_way = calls({placement.spot.station for placement in found if placement.spot.station})
        first = priorities.order_of(self.season)
        return sorted(found, key=lambda placement: _order(placement, on_the_way, first))


def of_state(season: Season, code: str) -> Scope:
    """The stations of a state; trains run through many and are printed by name. Raises ``Refused``."""
    state = Area.objects.filter(code=code.upper(), parent=NATION.code).first()
    if state is None:
        raise Refused(f"There is no state {code}. Use the postal code, such as MS.")
    return Scope(season, state.name, Placement.objects.filter(spot__station__state=state))


def of_station(season: Season, code: str, *, operator: str = "") -> Scope:
    """One station by its code or the feed's id. Raises ``Refused`` where none or several have it."""
    called = Station.objects.active().select_related("operator")
    if operator:
        called = called.filter(operator__key__iexact=operator)
    stations = list(called.filter(code__iexact=code)) or list(called.filter(stop_id__iexact=code))
    station = _only(_real(stations), f"station {code}", "The codes stand in the admin under Stations.")
    return Scope(season, str(station), Placement.objects.filter(spot__station=station))


def of_train(season: Season, name: str, *, operator: str = "") -> Scope:
    """One train by its name: the posters aboard. Raises ``Refused`` where none or several have it."""
    called = Train.objects.active().select_related("operator").filter(name__iexact=name)
    if operator:
        called = called.filter(operator__key__iexact=operator)
    train = _only(_real(list(called)), f"train {name}", "The names stand in the admin under Trains.")
    return Scope(season, str(train), Placement.objects.filter(spot__train=train))


def of_unknown_state(season: Season) -> Scope:
    """The stations whose state nobody knows: their posters carry national lines only."""
    return Scope(
        season, "Stations of unknown state", Placement.objects.filter(spot__train=None, spot__station__state=None)
    )


def of_all_trains(season: Season) -> Scope:
    """The posters aboard all trains."""
    return Scope(season, "All trains", Placement.objects.filter(spot__train__isnull=False))


def everything(season: Season) -> Scope:
    """All that is planned in a season."""
    return Scope(season, "All stations and trains", Placement.objects.all())


def chosen(season: Season, keys: Sequence[int]) -> Scope:
    """Placements picked by hand, by primary key."""
    asked = Placement.objects.filter(pk__in=keys)
    return Scope(season, f"{len(keys):,} chosen placements" if len(keys) != 1 else "One chosen placement", asked)


def recalled(season: Season, key: int) -> Scope:
    """Where the newest poster carries a line that changed, by the channel's primary key. Raises ``Refused``."""
    channel = Channel.objects.filter(pk=key).first()
    if channel is None:
        raise Refused("There is no such line. Begin at Partners, Reporting channels.")
    asked = recall.placements_carrying(channel)
    if not asked.in_season(season).exists():
        raise Refused(f"No newest poster of {season} carries {channel.value}: nothing is left to reprint.")
    return Scope(season, f"Reprint without {channel.value}", asked)


def unplanned_reason(scope: Scope) -> str:
    """Why a scope without placements has none, and how to mend it."""
    if scope.asked.filter(~Q(season=scope.season)).exists():
        return f"{scope.title}: nothing is planned for {scope.season}, only for other seasons. Plan placements first."
    return f"{scope.title}: nothing is planned for {scope.season}. Plan placements first (plan_placements)."


def _real(found: Sequence[Place]) -> Sequence[Place]:
    """Real places go before the demo's of the same name, so that the demo is never in the way."""
    return [place for place in found if not place.is_demo] or found


def _is_demo(placement: Placement) -> bool:
    place = placement.spot.station or placement.spot.train
    assert place is not None
    return place.is_demo


def _only(found: Sequence[Place], what: str, where: str) -> Place:
    if not found:
        raise Refused(f"There is no {what}. {where}")
    if len(found) > 1:
        each = "; ".join(f"{place} of {place.operator.key}" for place in found)
        raise Refused(f"Several operators have a {what}: {each}. Name one with --operator.")
    return found[0]


def _order(placement: Placement, on_the_way: Mapping[int, Call], first: Order) -> tuple[object, ...]:
    spot = placement.spot
    within = (_SPOT_ORDER[Spot.Kind(spot.kind)], spot.label, spot.pk)
    if spot.station:
        state = spot.station.state
        name, call = state.name if state else "", on_the_way[spot.station.pk]
        rank = first.rank(spot.station.state_id)
        return (0, state is None, rank, name, call, spot.station.name, spot.station.pk, *within)
    train = spot.train
    assert train is not None
    return (1, False, 0, "", train.name, train.pk, *within)
