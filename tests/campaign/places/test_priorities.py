"""What comes first: the season's focus, border states before others, and why."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaign.dashboard import figures
from campaign.places import priorities
from campaign.places.models import Placement, Station
from campaign.places.planning import plan_placements
from campaign.printing import batches, itinerary, scope
from outreach.seminars import priorities as of_seminars
from portal.areas.models import Area
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons import focus
from portal.seasons.models import FocusArea, Season
from tests.campaign.printing.network import Network, build, station

pytestmark = pytest.mark.django_db


@pytest.fixture
def network(season: Season) -> Network:
    """The small railway, and El Paso in Texas, which has a land border."""
    found = build(season)
    station(found.operator, "ELP", "El Paso", state="TX")
    plan_placements(season=season)
    return found


def put_first(season: Season, state: str, *names: str, level: str = "federal") -> None:
    for name in names:
        FocusArea.objects.create(season=season, area=Area.objects.get(pk=state), name=name, level=level)


def states(season: Season) -> list[str | None]:
    """In the order of packing."""
    placed = scope.everything(season).placements()
    return list(dict.fromkeys(row.spot.station.state_id if row.spot.station else "train" for row in placed))


def test_without_focus_states_come_by_name(network: Network) -> None:
    assert states(network.season) == ["MS", "TN", "TX", None, "train"]


def test_focus_comes_first_and_border_states_before_other_focus(network: Network) -> None:
    put_first(network.season, "TN", "Memphis")
    assert states(network.season) == ["TN", "MS", "TX", None, "train"]
    put_first(network.season, "TX", "El Paso")
    assert states(network.season) == ["TX", "TN", "MS", None, "train"]


def test_packets_and_drops_follow(network: Network) -> None:
    put_first(network.season, "TX", "El Paso")
    batch = batches.create(scope.everything(network.season), languages=["en"], announce=False)
    assert batch.packets.order_by("position")[0].name.startswith("TX-")
    assert [drop.key for drop in itinerary.drops_of(batch)] == ["TX", "MS", "TN", "US", "trains"]


def test_another_januarys_focus_does_not_count(network: Network) -> None:
    other = Season.objects.get(pk=network.season.pk)
    other.pk, other.is_current = network.season.pk - 1, False
    other.save(force_insert=True)
    put_first(other, "TX", "El Paso")
    assert states(network.season)[0] == "MS"


def test_the_rule_is_one_for_posters_and_seminars(season: Season) -> None:
    put_first(season, "TX", "Laredo", "El Paso")
    put_first(season, "TX", "El Paso", level="state")
    found = priorities.order_of(season).of("TX")
    assert found.names == ("El Paso", "Laredo")
    assert (found.points, found.why) == (40, "the season’s focus: El Paso, Laredo; border state")
    assert of_seminars.FOCUS == focus.POINTS == 30
    assert priorities.order_of(season).of("MS").points == priorities.order_of(season).of(None).points == 0


def test_staff_see_why(network: Network, client: Client, user_with: Callable[..., User]) -> None:
    put_first(network.season, "TX", "El Paso")
    client.force_login(user_with(Role.COORDINATOR))
    why = "the season’s focus: El Paso; border state"
    chosen = client.get(reverse("admin:campaign_batch_new")).context["rows"]
    assert [(row["name"], row["why"]) for row in chosen][:2] == [("Texas", why), ("Mississippi", "")]
    one = Placement.objects.filter(spot__station__state="TX")[0]
    page = client.get(reverse("admin:campaign_placement_change", args=[one.pk])).content.decode()
    assert why in page
    listed = client.get(reverse("admin:campaign_placement_changelist")).content.decode()
    assert "Focus, border" in listed
    first = figures.to_print(network.season)[0]
    assert (first.code, first.why) == ("TX", why)
    assert why in client.get(reverse("admin:index")).content.decode()


def test_as_many_queries_for_three_as_for_one(network: Network) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            scope.everything(network.season).placements()
        return len(queries)

    put_first(network.season, "TX", "El Paso")
    one = count()
    put_first(network.season, "TN", "Memphis", "Nashville")
    Station.objects.filter(code="MKS").update(state="TX")
    assert count() == one
