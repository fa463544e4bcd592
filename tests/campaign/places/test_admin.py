"""The places in the admin: lists, filters, surveys in passing, spreadsheets out and in."""

import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tablib import Dataset

from campaign.places import panels
from campaign.places.forms import OperatorForm
from campaign.places.imports import StationResource
from campaign.places.models import Operator, Placement, Spot, Station, Train
from campaign.places.panels import Line, Panel
from campaign.places.planning import plan_placements
from portal.audit.models import Entry
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests.campaign.places.conftest import MakeStation, MakeTrain

LISTS = ["operator", "station", "train", "spot", "placement"]


@pytest.fixture
def staff(client: Client, user_with: Callable[..., User]) -> Client:
    """A coordinator, signed in."""
    client.force_login(user_with(Role.COORDINATOR))
    return client


def changelist(model: str) -> str:
    return reverse(f"admin:campaign_{model}_changelist")


@pytest.mark.parametrize("model", LISTS)
def test_list_takes_as_many_queries_for_three_as_for_one(
    model: str, staff: Client, season: Season, make_station: MakeStation, make_train: MakeTrain
) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert staff.get(changelist(model)).status_code == 200
        return len(queries)

    make_train(make_station())
    plan_placements(season=season)
    count()
    one = count()
    for number in (2, 3):
        operator = Operator.objects.create(key=f"{number}@example.org", name=f"Operator {number}")
        make_train(make_station(operator=operator, state_id="TN"), make_station("platform"), operator=operator)
    plan_placements(season=season)

    assert count() == one


def shown(client: Client, model: str, **query: str) -> set[int]:
    page = client.get(changelist(model), query)
    return {row.pk for row in page.context["cl"].result_list}


def test_unknown_is_shown_and_can_be_filtered(staff: Client, make_station: MakeStation) -> None:
    known = make_station()
    unknown = make_station("unknown", state_id=None, city="")

    page = staff.get(changelist("station")).content.decode()

    assert page.count("Unknown") >= 3
    assert shown(staff, "station", in_state="unknown") == {unknown.pk}
    assert shown(staff, "station", in_state="MS") == {known.pk}
    assert shown(staff, "station", kind__exact="unknown") == {unknown.pk}


def test_search_finds_by_name_code_and_city(staff: Client, make_station: MakeStation) -> None:
    one = make_station(name="Union Station", code="JAN", city="Jackson")
    make_station(name="Depot", code="MEM", city="Memphis", state_id="TN")

    for text in ("union", "jan", "jackson", "mississippi"):
        assert shown(staff, "station", q=text) == {one.pk}


def test_placements_are_picked_by_state_station_train_survey_and_season(
    staff: Client, season: Season, make_station: MakeStation, make_train: MakeTrain
) -> None:
    station, other = make_station("platform"), make_station("platform", state_id="TN")
    train = make_train(station)
    plan_placements(season=season)
    old = Season.objects.create(
        year=2026,
        starts_on="2026-01-01",
        ends_on="2026-01-31",
        approve_by="2025-11-20",
        print_by="2025-12-04",
        ship_by="2025-12-14",
        hang_by="2025-12-31",
    )
    past = Placement.objects.create(season=old, spot=station.spots.get())
    here = Placement.objects.get(season=season, spot__station=station)
    there = Placement.objects.get(season=season, spot__station=other)
    aboard = set(Placement.objects.filter(spot__train=train).values_list("pk", flat=True))
    Placement.objects.filter(pk=there.pk).update(retired_at=timezone.now())

    assert shown(staff, "placement") == {here.pk, there.pk, *aboard}
    assert shown(staff, "placement", in_state="MS") == {here.pk}
    assert shown(staff, "placement", spot__station__id__exact=str(station.pk)) == {here.pk}
    assert shown(staff, "placement", spot__train__id__exact=str(train.pk)) == aboard
    assert shown(staff, "placement", use="no") == {there.pk}
    assert shown(staff, "placement", january="2026") == {past.pk}
    assert shown(staff, "placement", january="all", in_state="MS") == {here.pk, past.pk}


def act(client: Client, model: str, action: str, *rows: int) -> str:
    page = client.post(changelist(model), {"action": action, "_selected_action": rows}, follow=True)
    return page.content.decode()


def test_staff_plan_survey_and_leave_out(staff: Client, season: Season, make_station: MakeStation) -> None:
    station = make_station()

    assert "3 placements planned, 0 stand as they were" in act(staff, "station", "plan_stations", station.pk)
    women, men = Spot.objects.get(kind="restroom_women"), Spot.objects.get(kind="restroom_men")
    act(staff, "spot", "found", women.pk)
    act(staff, "spot", "missed", men.pk)
    waiting = Placement.objects.get(spot__kind="waiting_room")
    act(staff, "placement", "leave_out", waiting.pk)
    assert "0 placements planned, 1 stand as they were, 1 retired" in act(staff, "station", "plan_stations", station.pk)

    women.refresh_from_db()
    assert (women.survey, women.surveyed_on) == ("surveyed", timezone.localdate())
    assert list(Placement.objects.active()) == [Placement.objects.get(spot=women)]
    assert set(Entry.objects.exclude(actor=None).values_list("verb", flat=True)) >= {
        "found",
        "missed",
        "declined",
        "planned placements",
    }


def test_viewer_is_offered_no_action(client: Client, user_with: Callable[..., User], make_station: MakeStation) -> None:
    station = make_station()
    client.force_login(user_with(Role.ANALYST))

    act(client, "station", "plan_stations", station.pk)

    assert "plan_stations" not in client.get(changelist("station")).content.decode()
    assert not Spot.objects.exists()


def form_of(client: Client, url: str) -> dict[str, str]:
    """What a browser would send back unchanged."""
    page = client.get(url)
    admin_form = page.context["adminform"].form
    forms = [admin_form]
    data: dict[str, str] = {}
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = "on" if value is True else str(value)
    return data


def test_spots_are_surveyed_on_the_stations_page(staff: Client, season: Season, make_station: MakeStation) -> None:
    station = make_station()
    plan_placements(season=season)
    url = reverse("admin:campaign_station_change", args=[station.pk])
    data = form_of(staff, url)
    names = {spot.kind: f"spots-{row}" for row, spot in enumerate(station.spots.order_by("kind", "label"))}
    data[f"{names['restroom_women']}-survey"] = "surveyed"
    data[f"{names['restroom_men']}-not_there"] = "on"
    total = int(data["spots-TOTAL_FORMS"])
    data |= {
        "spots-TOTAL_FORMS": str(total + 1),
        f"spots-{total}-station": str(station.pk),
        f"spots-{total}-kind": "restroom_family",
        f"spots-{total}-survey": "surveyed",
    }

    page = staff.post(url, data)

    assert page.status_code == 302, page.context["errors"]
    found = {spot.kind: spot for spot in station.spots.all()}
    assert (found["restroom_women"].survey, found["restroom_women"].retired_at) == ("surveyed", None)
    assert found["restroom_women"].surveyed_on == timezone.localdate()
    assert found["restroom_men"].survey == "surveyed"
    assert found["restroom_men"].retired_at is not None
    assert found["restroom_family"].survey == "surveyed"
    assert (found["waiting_room"].survey, found["waiting_room"].surveyed_on) == ("assumed", None)


def test_what_staff_describe_is_marked_as_theirs(staff: Client, make_station: MakeStation) -> None:
    station = make_station("unknown", state_id=None, time_zone="")
    url = reverse("admin:campaign_station_change", args=[station.pk])
    data = form_of(staff, url)

    page = staff.post(url, data | {"state": "MS", "kind": "shelter"})

    assert page.status_code == 302, page.context["errors"]
    station.refresh_from_db()
    assert (station.state_id, station.kind, station.described_by) == ("MS", "shelter", "staff")
    assert station.time_zone == "America/Chicago"
    page = staff.post(url, data | {"longitude": "-50"})
    assert "This position lies on the open sea" in page.content.decode()


def test_higher_rooms_add_panels_and_actions(staff: Client, make_station: MakeStation, make_train: MakeTrain) -> None:
    station = make_station()
    train = make_train(station, name="Crescent")

    def duties(request: HttpRequest, record: Station) -> Panel:
        return Panel("Duties", {"lines": [Line(f"Notice at {record.code}")]})

    panels.STATION_PANELS.append(duties)
    try:
        page = staff.get(reverse("admin:campaign_station_change", args=[station.pk])).content.decode()
    finally:
        panels.STATION_PANELS.remove(duties)

    assert "Duties" in page
    assert f"Notice at {station.code}" in page
    assert reverse("admin:campaign_train_change", args=[train.pk]) in page
    line = staff.get(reverse("admin:campaign_train_change", args=[train.pk])).content.decode()
    assert str(station) in line
    assert "Mississippi" in line


def values(station: Station) -> dict[str, object]:
    return dict(Station.objects.filter(pk=station.pk).values().get())


@pytest.mark.parametrize("format", ["csv", "json"])
def test_export_and_import_lose_nothing(format: str, make_station: MakeStation) -> None:
    stations = [
        make_station(latitude=32.30081234567, name="=Jackson, «Union»", postal_code="00501"),
        make_station("unknown", state_id=None, city="", retired_at=timezone.now()),
    ]
    before = [values(station) for station in stations]
    exported = getattr(StationResource().export(), format)
    for station in stations:
        Station.objects.filter(pk=station.pk).update(
            name="x", city="x", state=None, kind="shelter", latitude=1, longitude=2, postal_code="", retired_at=None
        )
    data = Dataset().load(exported, format=format)

    result = StationResource().import_data(data, raise_errors=True)

    assert result.totals["update"] == 2
    again = [values(station) for station in stations]
    for row in (*before, *again):
        del row["described_by"]
    assert again == before
    assert StationResource().import_data(data, raise_errors=True).totals["skip"] == 2


def test_import_of_a_spreadsheet_creates_by_natural_key(operator: Operator) -> None:
    row = {
        "operator": operator.key,
        "stop_id": "JAN",
        "name": "Jackson",
        "latitude": "32.3008",
        "longitude": "-90.1909",
        "state": "MS",
        "kind": "building",
    }
    data = Dataset().load(json.dumps([row]), format="json")

    StationResource().import_data(data, raise_errors=True)
    StationResource().import_data(data, raise_errors=True)

    station = Station.objects.get()
    assert (station.stop_id, station.state_id, station.time_zone) == ("JAN", "MS", "America/Chicago")
    assert station.described_by == "staff"


def test_nothing_is_deleted(staff: Client, make_station: MakeStation) -> None:
    station = make_station()

    assert staff.post(reverse("admin:campaign_station_delete", args=[station.pk]), {"post": "yes"}).status_code == 403

    assert Station.objects.filter(pk=station.pk).exists()
    assert not Train.objects.exists()


@pytest.mark.parametrize(
    ("slug", "error"),
    [
        ("amtrak", ""),
        ("", ""),
        ("Taken", "is the page of"),
        ("get-help", "stays in the history"),
    ],
)
def test_address_of_an_operators_page_is_its_own_and_tells_nothing(operator: Operator, slug: str, error: str) -> None:
    Operator.objects.create(key="8@example.org", name="Another", help_slug="taken")
    form = OperatorForm({"help_slug": slug}, instance=operator)
    assert form.is_valid() is (not error)
    assert error in str(form.errors)


def test_label_that_another_spot_of_the_kind_has_is_refused_in_words(staff: Client, make_station: MakeStation) -> None:
    station = make_station()
    first, second = (station.spots.create(kind=Spot.Kind.PLATFORM, label=label) for label in ("track 1", "track 2"))
    page = reverse("admin:campaign_spot_change", args=[second.pk])
    answer = staff.post(page, {"label": "track 1", "survey": "surveyed", "surveyed_on": ""})
    assert "Another spot of this kind has that label here" in answer.text
    assert staff.post(page, {"label": "track 3", "survey": "surveyed", "surveyed_on": ""}).status_code == 302
    assert set(station.spots.filter(kind=first.kind).values_list("label", flat=True)) >= {"track 1", "track 3"}
