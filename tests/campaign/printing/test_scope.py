"""What a batch covers, and in which order."""

import pytest
from django.utils import timezone

from campaign.places.models import Operator, Placement, Train
from campaign.printing import scope
from campaign.printing.scope import Refused, Scope
from portal.seasons.models import Season
from tests.campaign.printing.network import Network, place, station

pytestmark = pytest.mark.django_db


def names(chosen: Scope) -> list[str]:
    return [str(placement) for placement in chosen.placements()]


def test_a_state_is_its_stations_without_trains(network: Network) -> None:
    assert names(scope.of_state(network.season, "ms")) == [
        "Jackson (JAN), Women's restroom",
        "Jackson (JAN), Men's restroom",
        "Jackson (JAN), Waiting room",
        "Marks (MKS), Platform",
    ]


def test_everything_comes_by_state_then_unknown_states_then_trains(network: Network) -> None:
    places = list(dict.fromkeys(name.rpartition(", ")[0] for name in names(scope.everything(network.season))))
    assert places == ["Jackson (JAN)", "Marks (MKS)", "Memphis (MEM)", "Somewhere (N W/1)", "City of New Orleans"]


def test_spots_of_a_kind_come_by_label(network: Network) -> None:
    place(network.marks, "south", "north", season=network.season)
    labels = [each.spot.label for each in scope.of_station(network.season, "MKS").placements()]
    assert labels == ["", "north", "south"]


def test_a_retired_placement_is_left_out(network: Network) -> None:
    Placement.objects.filter(spot__station=network.marks).update(retired_at=timezone.now())
    assert names(scope.of_station(network.season, "MKS")) == []
    assert len(names(scope.of_state(network.season, "MS"))) == 3


def test_another_season_is_left_out(network: Network) -> None:
    days = {"approve_by", "print_by", "ship_by", "hang_by", "starts_on", "ends_on"}
    other = Season.objects.create(year=2031, **{day: getattr(network.season, day).replace(year=2031) for day in days})
    Placement.objects.filter(spot__station=network.marks).update(season=other)
    assert len(names(scope.of_state(network.season, "MS"))) == 3
    assert "only for other seasons" in scope.unplanned_reason(scope.of_station(network.season, "MKS"))


def test_a_station_is_found_by_its_code_or_the_feeds_id_in_any_case(network: Network) -> None:
    assert scope.of_station(network.season, "jan").title == "Jackson (JAN)"
    network.jackson.code = ""
    network.jackson.save(update_fields=["code"])
    assert scope.of_station(network.season, "JAN").title == "Jackson"


def test_a_code_that_several_operators_use_is_refused_with_their_names(network: Network) -> None:
    other = Operator.objects.create(key="NJT@njtransit.com", agency_id="NJT", name="NJ Transit")
    station(other, "JAN", "Jackson Avenue", state="NJ")
    with pytest.raises(Refused) as refused:
        scope.of_station(network.season, "JAN")
    assert "Jackson (JAN) of 51@amtrak.com; Jackson Avenue (JAN) of NJT@njtransit.com" in str(refused.value)
    assert scope.of_station(network.season, "JAN", operator="njt@njtransit.com").title == "Jackson Avenue (JAN)"


def test_a_train_is_found_by_name_and_retired_ones_are_not(network: Network) -> None:
    assert names(scope.of_train(network.season, "city of new orleans")) == [
        "City of New Orleans, Car restroom",
        "City of New Orleans, Vestibule",
    ]
    Train.objects.update(retired_at=timezone.now())
    with pytest.raises(Refused, match="There is no train City of New Orleans"):
        scope.of_train(network.season, "City of New Orleans")


@pytest.mark.parametrize("code", ["US", "XX", ""])
def test_what_is_no_state_is_refused(network: Network, code: str) -> None:
    with pytest.raises(Refused, match="Use the postal code"):
        scope.of_state(network.season, code)
