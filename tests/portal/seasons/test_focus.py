"""Focus areas: counted against the plan, never invented, brought in as a table with a preview, undone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.areas.models import Area
from portal.audit.models import Entry
from portal.imports import undo
from portal.imports.models import TakenImport
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons import focus
from portal.seasons.models import FocusArea, Season

pytestmark = pytest.mark.django_db

MakeUser = Callable[..., User]
TABLE = "season,level,name,state\n2027,federal,El Paso,TX\n2027,State, Gulf coast ,ms\n"


@pytest.fixture
def desk(client: Client, user_with: MakeUser) -> Client:
    """A browser in which a coordinator is signed in."""
    client.force_login(user_with(Role.COORDINATOR))
    return client


def bring(client: Client, table: str) -> Any:
    """Sends a table; the preview."""
    file = SimpleUploadedFile("places.csv", table.encode(), content_type="text/csv")
    return client.post(reverse("admin:portal_focusarea_import"), {"format": "0", "import_file": file})


def take(client: Client, preview: Any) -> None:
    """Confirms what the preview shows."""
    form = preview.context["confirm_form"].initial
    client.post(reverse("admin:portal_focusarea_process_import"), {key: value or "" for key, value in form.items()})


def test_none_is_invented(season: Season, desk: Client) -> None:
    assert not FocusArea.objects.exists()
    page = desk.get(reverse("admin:portal_season_change", args=[season.pk])).content.decode()
    assert "Of 45 federal recorded 0 and of 10 state recorded 0, as the plan of 2026 counts them" in page


def test_recorded_places_are_counted_by_level_and_border(season: Season) -> None:
    FocusArea.objects.create(season=season, area=Area.objects.get(pk="TX"), name="El Paso", level="federal")
    FocusArea.objects.create(season=season, area=Area.objects.get(pk="MS"), name="Jackson", level="state")
    assert focus.recorded(season) == (
        "Of 45 federal recorded 1 and of 10 state recorded 1, as the plan of 2026 counts them; "
        "1 in a state with a land border."
    )


def test_a_season_before_any_plan_has_no_number_to_reach(season: Season) -> None:
    old = Season(pk=2020)
    assert focus.recorded(old) == "0 federal and 0 state recorded; 0 in a state with a land border."


def test_a_season_that_is_being_added_has_none_yet(season: Season, desk: Client) -> None:
    assert desk.get(reverse("admin:portal_season_add")).status_code == 200
    assert focus.recorded(Season()).startswith("None yet")


def test_a_table_is_looked_at_then_taken_and_undone(season: Season, desk: Client, user_with: MakeUser) -> None:
    preview = bring(desk, TABLE)
    assert "El Paso" in preview.content.decode()
    assert not FocusArea.objects.exists()
    take(desk, preview)
    assert sorted(FocusArea.objects.values_list("name", "level", "area")) == [
        ("El Paso", "federal", "TX"),
        ("Gulf coast", "state", "MS"),
    ]
    assert Entry.objects.filter(verb="imported", object_type="portal.focusarea").count() == 2
    again = bring(desk, TABLE)
    take(desk, again)
    assert FocusArea.objects.count() == 2
    undo.undo(taken=TakenImport.objects.get(), by=user_with(Role.COORDINATOR))
    assert not FocusArea.objects.exists()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2031,federal,El Paso,TX", "There is no January 2031"),
        ("2027,local,El Paso,TX", "The level is “federal” or “state”"),
        ("2027,federal,El Paso,Texas", "is no state"),
        ("2027,federal,El Paso,48141", "is no state"),
        ("2027,federal,El Paso,US", "is no state"),
        ("2027,federal,,TX", "name"),
        ("２０２７,federal,El Paso,TX", "There is no January"),
        ("2027,federal," + "x" * 200 + ",TX", "120"),
    ],
)
def test_a_bad_row_is_told_and_nothing_is_taken(season: Season, desk: Client, row: str, said: str) -> None:
    answer = bring(desk, f"{TABLE}{row}\n")
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert answer.context.get("confirm_form") is None
    assert not FocusArea.objects.exists()


def test_a_place_that_stands_twice_is_told_with_its_first_row(season: Season, desk: Client) -> None:
    answer = bring(desk, f"{TABLE}2027,federal,El  Paso,NM\n")
    assert "Row 1 speaks of the same record" in answer.content.decode()
    assert answer.context.get("confirm_form") is None


def test_out_and_in_again_changes_nothing(season: Season, desk: Client) -> None:
    take(desk, bring(desk, TABLE))
    before = list(FocusArea.objects.order_by("pk").values())
    data = {
        "format": "0",
        "resource": "0",
        **{f"focusarearesource_{name}": "on" for name in ("season", "level", "name", "state")},
    }
    table = desk.post(reverse("admin:portal_focusarea_export"), data).content.decode()
    assert table.splitlines()[0] == "season,level,name,state"
    take(desk, bring(desk, table))
    assert list(FocusArea.objects.order_by("pk").values()) == before


def test_who_may_not_change_focus_brings_nothing(season: Season, client: Client, user_with: MakeUser) -> None:
    client.force_login(user_with(Role.SCHEDULER))
    assert bring(client, TABLE).status_code == 403
    assert not FocusArea.objects.exists()


def test_the_list_asks_as_much_for_three_as_for_one(season: Season, desk: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(reverse("admin:portal_focusarea_changelist")).status_code == 200
        return len(queries)

    state = Area.objects.get(pk="TX")
    FocusArea.objects.create(season=season, area=state, name="El Paso", level="federal")
    count()
    one = count()
    for name in ("Laredo", "Brownsville"):
        FocusArea.objects.create(season=season, area=state, name=name, level="federal")
    assert count() == one
