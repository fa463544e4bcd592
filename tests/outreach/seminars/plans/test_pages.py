"""The pages of a plan: what they show, what their buttons do, and how often they ask the database."""

import datetime as dt
import json
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from outreach.seminars.models import PlanVersion, Seminar
from outreach.seminars.plans import approving, editing, solving
from outreach.seminars.presenters import profile
from portal.people.models import User
from portal.seasons.models import Season
from tests.outreach import factories
from tests.outreach.seminars.plans import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, scheduler: User) -> Client:
    """The browser of somebody who may plan."""
    client.force_login(scheduler)
    return client


def at(name: str, *keys: object) -> str:
    """The address of a page of plans."""
    return reverse(f"admin:outreach_planversion_{name}", args=keys)


def text(answer: HttpResponseBase) -> str:
    """What a page says, without its mark-up's line breaks."""
    assert isinstance(answer, HttpResponse)
    return " ".join(answer.content.decode().split())


def told(answer: Any) -> list[str]:
    """The messages that a step left."""
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_page_says_why_nobody_gives_a_request_and_what_would_help(ahead: Season, desk: Client) -> None:
    rows.asked(ahead, language="es")
    rows.offers()
    plan = rows.planned(ahead)
    page = text(desk.get(at("change", plan.pk)))
    assert "None of our 1 presenters speaks Spanish." in page
    assert "0 speak Spanish" in page
    assert "One Spanish-speaking presenter within 40 miles of Pearl River High School, Jackson" in page
    assert "(educator or advocate)" in page


def test_page_while_it_is_worked_out_shows_how_far_it_is(ahead: Season, desk: Client) -> None:
    rows.asked(ahead)
    rows.offers()
    desk.post(at("begin"))
    plan = PlanVersion.objects.get()
    PlanVersion.objects.update(curve=[[0.1, 50.0, 90.0], [0.4, 80.0, 85.0]], score=80.0, bound=85.0)
    answer = desk.get(at("progress", plan.pk))
    assert "HX-Refresh" not in answer.headers
    assert "Stop and keep the best" in text(answer)
    assert "<polyline" in text(answer)
    PlanVersion.objects.update(state="draft")
    assert desk.get(at("progress", plan.pk)).headers["HX-Refresh"] == "true"


def test_page_of_a_plan_that_failed_says_why_and_what_can_be_done(ahead: Season, desk: Client) -> None:
    rows.asked(ahead)
    rows.offers()
    desk.post(at("begin"))
    failed = PlanVersion.objects.get()
    solving.fail(failed, "The optimiser was killed. Nothing was changed.")
    page = text(desk.get(at("change", failed.pk)))
    assert "The optimiser was killed." in page
    assert "Try again" in page
    desk.post(at("do", failed.pk, "discard"))
    failed.refresh_from_db()
    assert failed.state == "discarded"


def test_stop_asks_once_and_says_so(ahead: Season, desk: Client) -> None:
    rows.asked(ahead)
    rows.offers()
    desk.post(at("begin"))
    plan = PlanVersion.objects.get()
    desk.post(at("do", plan.pk, "stop"))
    plan.refresh_from_db()
    assert plan.stop_wanted_at is not None
    assert plan.state == "failed"  # no worker had begun


@pytest.mark.parametrize("view", ["table", "map", "calendar"])
def test_views_ask_as_often_for_three_seminars_as_for_one(ahead: Season, desk: Client, view: str) -> None:
    counts = []
    for _ in range(2):
        rows.asked(ahead)
        rows.offers()
        plan = rows.planned(ahead)
        desk.get(at("change", plan.pk), {"view": view})
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(at("change", plan.pk), {"view": view}).status_code == 200
        counts.append(len(queries))
        rows.asked(ahead)
    assert counts[0] == counts[1]


def test_map_draws_schools_homes_and_drives_by_itself(ahead: Season, desk: Client) -> None:
    rows.asked(ahead, school=factories.school(latitude=32.4, longitude=-90.0))
    rows.asked(ahead, latitude=None, longitude=None, mode="virtual")
    rows.offers()
    plan = rows.planned(ahead)
    page = text(desk.get(at("change", plan.pk), {"view": "map"}))
    assert page.count('class="map-school') == 1
    assert "1 without a position" in page
    assert 'class="map-home"' in page
    assert 'class="map-drive"' in page
    assert re.findall('class="map-state" [^>]*>([^<]*)<', page) == ["MS"]
    assert 'class="map-lines" d="M' in page
    assert "//" not in page[page.index("<svg viewBox") : page.index("</svg>", page.index("<svg viewBox"))]


@pytest.mark.parametrize(
    ("town", "clock"),
    [(1, "Mountain Standard Time"), (2, "Eastern Time"), (3, "Chamorro Time")],
)
def test_times_are_those_of_the_school(ahead: Season, desk: Client, town: int, clock: str) -> None:
    latitude, longitude, zone, state = rows.TOWNS[town]
    school = factories.school(latitude=latitude, longitude=longitude, time_zone=zone, state_id=state)
    rows.asked(ahead, school=school, area_id=state)
    rows.offers(latitude=latitude, longitude=longitude + 0.1, time_zone=zone)
    plan = rows.planned(ahead)
    row = plan.assignments.get()
    assert row.starts_at is not None
    local = row.starts_at.astimezone(ZoneInfo(zone))
    assert local.date() in rows.school_days(ahead)
    assert 9 <= local.hour < 16
    assert " ".join(row.when.split()) in text(desk.get(at("change", plan.pk)))
    assert clock in row.when


def test_guam_morning_by_video_is_the_evening_before_in_chicago(ahead: Season, desk: Client) -> None:
    latitude, longitude, zone, state = rows.TOWNS[3]
    school = factories.school(latitude=latitude, longitude=longitude, time_zone=zone, state_id=state)
    day = rows.school_days(ahead)[1]
    rows.asked(ahead, school=school, area_id=state, mode="virtual", days=[day])
    night = rows.offers()
    night.weekly_hours.update(start=dt.time(15), end=dt.time(21))
    plan = rows.planned(ahead)
    row = plan.assignments.get()
    assert row.starts_at is not None
    assert row.starts_at.astimezone(ZoneInfo(zone)).date() == day
    assert row.starts_at.astimezone(ZoneInfo("America/Chicago")).date() == day - dt.timedelta(days=1)
    page = text(desk.get(at("change", plan.pk), {"view": "calendar", "week": str(day)}))
    assert "Chamorro Time" in page
    assert "Central Time for Robin Hale" in page


@pytest.mark.parametrize("week", ["2027-02-31", "9999-12-31", "0001-01-01", "x", ""])
def test_calendar_of_a_week_that_is_none_shows_the_first_with_seminars(ahead: Season, desk: Client, week: str) -> None:
    rows.asked(ahead)
    rows.offers()
    plan = rows.planned(ahead)
    assert 'class="plan-chip"' in text(desk.get(at("change", plan.pk), {"view": "calendar", "week": week}))


def test_move_by_drag_tells_conflicts_at_once_and_changes_nothing(ahead: Season, desk: Client) -> None:
    day = rows.school_days(ahead)[0]
    asked = rows.asked(ahead, days=[day])
    rows.offers()
    police = rows.offers(kind="local_police")
    plan = rows.planned(ahead)
    before = plan.assignments.values().get()
    said = {"request": asked.pk, "presenter": police.pk, "day": str(day), "edition": plan.edition}
    for extra in ({"try": "1"}, {}):
        answer = desk.post(at("move", plan.pk), said | extra, headers={"accept": "application/json"})
        assert answer.status_code == 409
        (sentence,) = json.loads(answer.content)["conflicts"]
        assert "Local police" in sentence
        assert "lets present only: Educator or advocate" in sentence
    assert plan.assignments.values().get() == before


def test_move_by_drag_finds_the_best_start_of_the_day(ahead: Season, desk: Client) -> None:
    days = rows.school_days(ahead)
    asked, robin = rows.asked(ahead, days=days), rows.offers()
    plan = rows.planned(ahead)
    said = {"request": asked.pk, "presenter": robin.pk, "day": str(days[2]), "edition": plan.edition}
    tried = desk.post(at("move", plan.pk), said | {"try": "1"}, headers={"accept": "application/json"})
    assert "points" in json.loads(tried.content)["says"]
    moved = desk.post(at("move", plan.pk), said, headers={"accept": "application/json"})
    assert json.loads(moved.content) == {"edition": 2}
    row = plan.assignments.get()
    assert row.starts_at is not None
    assert (row.starts_at.astimezone(ZoneInfo("America/Chicago")).date(), row.by_hand, row.rank) == (days[2], True, 2)


def test_move_on_an_older_edition_is_refused(ahead: Season, desk: Client) -> None:
    asked, robin = rows.asked(ahead), rows.offers()
    plan = rows.planned(ahead)
    desk.post(at("alter", plan.pk, asked.pk, "lock"), {"edition": 1})
    said = {"request": asked.pk, "presenter": robin.pk, "day": str(rows.school_days(ahead)[1]), "edition": 1}
    answer = desk.post(at("move", plan.pk), said, headers={"accept": "application/json"})
    assert answer.status_code == 409
    assert "Somebody changed this plan" in json.loads(answer.content)["conflicts"][0]


def test_panel_lists_who_could_give_it_and_takes_a_choice(ahead: Season, desk: Client) -> None:
    asked = rows.asked(ahead)
    rows.offers(name="Robin Hale")
    rows.offers(name="Kim Vale", email="kim@lamp.example.org")
    plan = rows.planned(ahead)
    page = text(desk.get(at("row", plan.pk, asked.pk)))
    assert "As it stands" in page
    assert "Robin Hale" in page
    assert "Kim Vale" in page
    row = plan.assignments.get()
    other = next(name for name in ("Robin Hale", "Kim Vale") if row.presenter and name != row.presenter.name)
    from outreach.seminars.models import Presenter

    choice = {
        "request": asked.pk,
        "presenter": Presenter.objects.get(name=other).pk,
        "start": f"{rows.school_days(ahead)[0]}T11:00-06:00",
        "mode": "in_person",
        "edition": 1,
    }
    answer = desk.post(at("move", plan.pk), choice)
    assert told(answer)[0].endswith("Nobody is told before the plan is approved.")
    row.refresh_from_db()
    assert row.presenter is not None
    assert row.presenter.name == other


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"request": "x", "presenter": "y"},
        {"start": "2027-01-12T10:00", "day": ""},
        {"day": "2027-02-31"},
        {"start": "2027-99-12T10:00-06:00"},
        {"day": "2027-01-12", "clock": "25:99"},
        {"presenter": "99999999999999999999"},
    ],
)
def test_move_of_nonsense_is_answered_in_words(ahead: Season, desk: Client, said: dict[str, str]) -> None:
    asked, robin = rows.asked(ahead), rows.offers()
    plan = rows.planned(ahead)
    values = {"request": str(asked.pk), "presenter": str(robin.pk), "edition": "1"} | said
    answer = desk.post(at("move", plan.pk), values, headers={"accept": "application/json"})
    assert answer.status_code == 409
    assert json.loads(answer.content)["conflicts"]
    assert plan.assignments.get().by_hand is False


def test_compare_says_what_is_gained_lost_and_moved(ahead: Season, desk: Client) -> None:
    days = rows.school_days(ahead)
    asked, robin = rows.asked(ahead, days=days), rows.offers()
    first = rows.planned(ahead)
    desk.post(at("do", first.pk, "copy"))
    second = PlanVersion.objects.get(number=2)
    said = {"request": asked.pk, "presenter": robin.pk, "day": str(days[2]), "edition": 1}
    desk.post(at("move", second.pk), said)
    page = text(desk.get(at("compare", first.pk, second.pk)))
    assert "Moved: 1" in page
    assert "Nobody is lost." in page
    desk.post(at("alter", second.pk, asked.pk, "leave-out"), {"edition": 2})
    page = text(desk.get(at("compare", first.pk, second.pk)))
    assert "No longer served: 1" in page
    assert "taken out of the plan by hand" in page
    first.refresh_from_db()
    assert first.assignments.get().is_served


def test_approve_page_counts_first_and_acts_by_post_alone(ahead: Season, desk: Client) -> None:
    rows.asked(ahead, grades="adults")
    rows.asked(ahead)
    rows.offers(max_seminars=4)
    plan = rows.planned(ahead)
    page = text(desk.get(at("approve", plan.pk)))
    assert "Approve 1 seminar, hold 1" in page
    assert not Seminar.objects.exists()
    answer = desk.post(at("approve", plan.pk), {"edition": plan.edition})
    assert told(answer) == ["Approved: 1 open, 1 wait. Mails go out within a minute."]
    assert Seminar.objects.count() == 2


def test_approve_page_lists_once_what_moves_and_waits(ahead: Season, desk: Client, scheduler: User) -> None:
    days = rows.school_days(ahead)
    asked, robin = rows.asked(ahead, days=days, school_name="Lanier High School"), rows.offers(name="Robin Hale")
    first = rows.planned(ahead)
    approving.approve(plan_id=first.pk, edition=first.edition, by=scheduler)
    second = rows.planned(ahead)
    editing.move(
        plan_id=second.pk,
        request_id=asked.pk,
        presenter_id=robin.pk,
        start=dt.datetime.combine(days[2], dt.time(13), tzinfo=ZoneInfo("America/Chicago")),
        mode="in_person",
        edition=1,
        by=scheduler,
    )
    page = text(desk.get(at("approve", second.pk)))
    assert "Approve 0 seminars, hold 1" in page
    body = page[page.index("Look first.") :]
    assert body.count("<td>Lanier High School") == 1
    assert "1 move: their schools and presenters are told" in body
    line = body[body.index("<td>Lanier High School") :]
    assert f"Robin Hale, {Seminar.objects.get().short_day}" in line
    assert "1:00 p.m." in line
    assert "waits: " in line
    assert "private room" in line


def test_replanning_moves_only_what_must_and_says_why(ahead: Season, desk: Client, scheduler: User) -> None:
    for _ in range(4):
        rows.asked(ahead, grades="adults")
    robin = rows.offers(name="Robin Hale")
    rows.offers(name="Kim Vale", email="kim@lamp.example.org")
    plan = rows.planned(ahead)
    approving.approve(plan_id=plan.pk, edition=plan.edition, by=scheduler)
    theirs = Seminar.objects.filter(presenter=robin)
    sure = Seminar.objects.exclude(presenter=robin).order_by("pk").first()
    assert theirs.exists()
    assert sure is not None
    Seminar.objects.filter(pk=sure.pk).update(answer="confirmed")
    lost = {seminar.request_id for seminar in theirs if seminar.request_id}
    profile.fall_out(presenter_id=robin.pk, first=ahead.starts_on, last=ahead.ends_on, by=scheduler)
    again = rows.planned(ahead, scheduler, replan=True)
    after = {row.request_id: row for row in again.assignments.all()}
    before = {row.request_id: row for row in plan.assignments.all()}
    for key, row in after.items():
        if key not in lost:
            assert (row.presenter_id, row.starts_at) == (before[key].presenter_id, before[key].starts_at)
    assert after[sure.request_id or 0].locked
    assert all(after[key].presenter_id != robin.pk for key in lost)
    page = text(desk.get(at("change", again.pk)))
    assert "What it changes for schools that were told already" in page
    assert f"{len(lost)} that had lost" in page
    assert "Its presenter has gone." in page


def test_recruitment_adds_up_what_to_ask_for_without_naming_schools(ahead: Season, desk: Client) -> None:
    for _ in range(3):
        rows.asked(ahead, language="es")
    rows.offers(clearance_expires_on=timezone.localdate())
    rows.planned(ahead)
    page = text(desk.get(at("recruitment")))
    assert "Spanish, “Know the signs”, educator or advocate" in page
    letter = page[page.index("<textarea") : page.index("</textarea>")]
    assert "Pearl River" not in letter
    assert "3 seminars" in letter
    assert "Background checks that end before the season does" in page


def test_pages_that_show_homes_are_kept_by_no_cache(ahead: Season, desk: Client) -> None:
    asked = rows.asked(ahead)
    rows.offers()
    plan = rows.planned(ahead)
    for address in (at("change", plan.pk), at("row", plan.pk, asked.pk), at("approve", plan.pk), at("recruitment")):
        assert "no-store" in desk.get(address).headers["Cache-Control"]


def test_list_offers_to_optimise_what_is_accepted(ahead: Season, desk: Client) -> None:
    rows.asked(ahead)
    rows.asked(ahead)
    assert "Optimise 2 accepted requests" in text(desk.get(at("changelist")))
    answer = desk.post(at("begin"))
    assert told(answer) == ["There is nobody to plan with: add presenters first."]
