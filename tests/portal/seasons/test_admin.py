"""Seasons in the admin."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.people.models import User
from portal.people.roles import Role
from portal.seasons import cloning
from portal.seasons.models import Season

pytestmark = pytest.mark.django_db
LIST = "admin:portal_season_changelist"


def posted(season: Season, **extra: str) -> dict[str, object]:
    """What the browser sends for a season's form."""
    return {
        **{
            name: getattr(season, name)
            for name in ("theme", "goals", "starts_on", "ends_on", "approve_by", "print_by", "ship_by", "hang_by")
        },
        "focus_areas-TOTAL_FORMS": 0,
        "focus_areas-INITIAL_FORMS": 0,
        **extra,
    }


def test_start_next_january_button_clones_the_season(
    client: Client, season: Season, user_with: Callable[..., User]
) -> None:
    client.force_login(user_with(Role.COORDINATOR))
    change = reverse("admin:portal_season_change", args=[season.pk])
    page = client.get(change).text
    assert "Start next January" in page
    assert "17 days before" in page

    answer = client.post(change, posted(season, portal_season_start_next_january="1"), follow=True)

    assert Season.objects.filter(year=2028, is_current=False).exists()
    assert "approve by 19 November" in answer.text


def test_next_january_is_started_once_and_work_moves_over(
    client: Client, season: Season, user_with: Callable[..., User]
) -> None:
    client.force_login(user_with(Role.COORDINATOR))
    clone = cloning.start_next(season=season, by=None)
    old, new = (reverse("admin:portal_season_change", args=[pk]) for pk in (season.pk, clone.pk))
    assert "portal_season_start_next_january" not in client.get(old).text
    assert "portal_season_make_current" not in client.get(old).text
    assert "portal_season_start_next_january" in client.get(new).text

    client.post(new, posted(clone, portal_season_make_current="1"))

    assert Season.objects.current() == clone


def test_start_next_january_button_is_not_for_viewers(
    client: Client, season: Season, user_with: Callable[..., User]
) -> None:
    client.force_login(user_with(Role.PRINT_MANAGER))
    change = reverse("admin:portal_season_change", args=[season.pk])
    assert "Start next January" not in client.get(change).text
    assert client.post(change, posted(season, portal_season_start_next_january="1")).status_code == 403
    assert not Season.objects.filter(year=2028).exists()


def test_season_list_asks_as_often_for_three_as_for_one(admin_client: Client, season: Season) -> None:
    admin_client.get(reverse(LIST))
    with CaptureQueriesContext(
        connection,
    ) as one:
        admin_client.get(reverse(LIST))
    for _ in range(2):
        season = cloning.start_next(season=season, by=None)
    with CaptureQueriesContext(connection) as three:
        answer = admin_client.get(reverse(LIST))
    assert len(three) == len(one)
    assert "January 2029" in answer.text


@pytest.mark.parametrize("year", ["1", "9999"])
def test_a_mistyped_year_begins_no_season(admin_client: Client, season: Season, year: str) -> None:
    """It could never be taken back, and the season after 9999 would fail every page that adds one."""
    answer = admin_client.post(reverse("admin:portal_season_add"), posted(season, year=year))
    assert "Write the year of the January" in answer.text
    assert Season.objects.count() == 1
