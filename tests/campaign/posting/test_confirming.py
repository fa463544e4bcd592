"""Are the posters up?"""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaign.places.models import Operator, Placement, Spot, Station
from campaign.posting import confirming
from campaign.posting.models import Confirmation
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season

pytestmark = pytest.mark.django_db
State = Placement.State


@pytest.fixture
def station() -> Station:
    """A station with a building."""
    operator = Operator.objects.create(key="test@example.org", name="Test Rail")
    return Station.objects.create(
        operator=operator, stop_id="AAA", code="AAA", name="Alder", latitude=32, longitude=-90, kind="building"
    )


@pytest.fixture
def placed(season: Season, station: Station) -> Callable[..., Placement]:
    """Makes placements at the station."""

    def make(state: State = State.PRINTED, **fields: object) -> Placement:
        spot = Spot.objects.create(station=station, kind="waiting_room", label=f"hall {station.spots.count()}")
        return Placement.objects.create(season=season, spot=spot, state=state, **fields)

    return make


def test_confirm_posts_printed_placements_with_a_trail(
    placed: Callable[..., Placement], user_with: Callable[..., User]
) -> None:
    by, today = user_with(Role.COORDINATOR), timezone.localdate()
    one, other = placed(), placed()

    confirmed = confirming.confirm(placements=[one], by=by, on=today)

    assert confirmed == confirming.Confirmed(seen=1, without_poster=0)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, other.state) == (State.POSTED, State.PRINTED)
    assert list(Confirmation.objects.values_list("placement", "on", "by")) == [(one.pk, today, by.pk)]
    entry = Entry.objects.get(verb="confirmed")
    assert (entry.actor, entry.before["state"], entry.after["state"]) == (by, "printed", "posted")


def test_confirm_twice_on_a_day_is_once_and_again_later_is_twice(placed: Callable[..., Placement]) -> None:
    placement, today = placed(), timezone.localdate()
    for on in (today - dt.timedelta(days=1), today, today):
        confirming.confirm(placements=[placement], by=None, on=on)
    assert placement.confirmations.count() == 2


def test_confirm_leaves_what_has_no_poster(placed: Callable[..., Placement]) -> None:
    placements = [placed(State.PLANNED), placed(retired_at=timezone.now())]
    confirmed = confirming.confirm(placements=placements, by=None, on=timezone.localdate())
    assert confirmed == confirming.Confirmed(seen=0, without_poster=2)
    assert not Confirmation.objects.exists()


def test_confirm_refuses_a_day_that_lies_ahead(placed: Callable[..., Placement]) -> None:
    with pytest.raises(confirming.NotYet, match="lies ahead"):
        confirming.confirm(placements=[placed()], by=None, on=timezone.localdate() + dt.timedelta(days=1))


def test_confirm_action_posts_the_chosen_and_names_the_rest(
    client: Client, placed: Callable[..., Placement], user_with: Callable[..., User]
) -> None:
    client.force_login(user_with(Role.PRINT_MANAGER))
    printed, planned = placed(), placed(State.PLANNED)
    answer = client.post(
        reverse("admin:campaign_placement_changelist"),
        {"action": "confirm_as_posted", "_selected_action": [printed.pk, planned.pk]},
        follow=True,
    )
    printed.refresh_from_db()
    assert printed.state == State.POSTED
    assert "1 confirmed as posted" in answer.text
    assert "1 left as they are: never printed" in answer.text


def test_confirm_action_is_not_for_analysts(
    client: Client, placed: Callable[..., Placement], user_with: Callable[..., User]
) -> None:
    client.force_login(user_with(Role.ANALYST))
    placement = placed()
    page = reverse("admin:campaign_placement_changelist")
    assert "Confirm as posted" not in client.get(page).text
    client.post(page, {"action": "confirm_as_posted", "_selected_action": [placement.pk]})
    assert not Confirmation.objects.exists()


def test_confirmation_list_asks_as_often_for_three_as_for_one(
    admin_client: Client, placed: Callable[..., Placement]
) -> None:
    page, today = reverse("admin:campaign_confirmation_changelist"), timezone.localdate()
    confirming.confirm(placements=[placed()], by=None, on=today)
    admin_client.get(page)
    with CaptureQueriesContext(connection) as one:
        admin_client.get(page)
    confirming.confirm(placements=[placed(), placed()], by=None, on=today)
    with CaptureQueriesContext(connection) as three:
        answer = admin_client.get(page)
    assert answer.context["cl"].result_count == 3
    assert len(three) == len(one)
