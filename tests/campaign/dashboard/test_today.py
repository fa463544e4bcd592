"""Today: what needs me first, and the numbers of the season."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaign.dashboard import figures, publishing, today
from campaign.dashboard.navigation import SECTIONS
from campaign.demo import building
from campaign.links.models import Link
from campaign.places.models import Operator, Placement, Spot, Station
from campaign.posters.models import Review, TextSet
from campaign.scans.models import DailyCount
from campaign.scans.weeks import WEEK, monday_of
from outreach.channels.models import CHECK_DAYS, Channel
from outreach.registration.models import Registration
from outreach.seminars import notices
from outreach.seminars.models import PlanVersion, Request, Seminar
from portal.jobs.models import Job
from portal.people.models import User
from portal.people.roles import DESK, Role
from portal.seasons.models import Season
from tests.outreach import factories

pytestmark = pytest.mark.django_db
State = Placement.State


@pytest.fixture
def world(season: Season) -> Callable[[], None]:
    """Adds one of everything that Today counts, each call in another place."""
    operator = Operator.objects.create(key="test@example.org", name="Test Rail")
    states = iter(("MS", "TX", "LA", "AL"))

    def add() -> None:
        state = next(states)
        station = Station.objects.create(
            operator=operator, stop_id=state, name=f"Alder, {state}", state_id=state, latitude=32, longitude=-90,
            kind="building",
        )  # fmt: skip
        for kind, survey, progress in (
            ("restroom_women", "assumed", State.PLANNED),
            ("restroom_men", "surveyed", State.PRINTED),
            ("waiting_room", "surveyed", State.POSTED),
        ):
            spot = Spot.objects.create(station=station, kind=kind, survey=survey)
            Placement.objects.create(season=season, spot=spot, state=progress)
        request = Request.objects.create(
            season=season, school_name="School", city="Alder", area_id=state, contact_name="Ann", headcount=9,
            contact_email="ann@example.org", grades="9-12",
        )  # fmt: skip
        for seminar_state in ("draft", "open"):
            seminar = Seminar.objects.create(
                season=season, title="Seminar", audience="adults", mode="virtual", area_id=state, capacity=10,
                starts_at=timezone.now() + dt.timedelta(days=30), time_zone="America/Chicago", state=seminar_state,
                request=request if seminar_state == "draft" else None, seats_taken=2,
            )  # fmt: skip
            Registration.objects.create(seminar=seminar, name="Bo", email="bo@example.org", seats=2, nonce=uuid.uuid4())
        Job.objects.create(kind="test.work", total=9)
        Job.objects.create(kind="test.work", state=Job.State.FAILED, finished_at=timezone.now())
        (link,) = Link.objects.issue([(state, "en")])
        DailyCount.objects.create(link=link, day=timezone.localdate() - dt.timedelta(days=7), count=12)

    return add


def test_today_asks_as_often_for_three_as_for_one(admin_client: Client, world: Callable[[], None]) -> None:
    world()
    admin_client.get("/admin/")
    with CaptureQueriesContext(connection) as one:
        admin_client.get("/admin/")
    world()
    world()
    with CaptureQueriesContext(connection) as three:
        answer = admin_client.get("/admin/")
    assert answer.context["placements"].planned == 9
    assert len(three) == len(one)
    assert len(one) < 40


def test_today_shows_at_most_seven_rows_each_with_a_verb(admin_client: Client, world: Callable[[], None]) -> None:
    for _ in range(3):
        world()
    answer = admin_client.get("/admin/")
    rows = answer.context["rows"]
    verbs = [row.verb for row in rows]
    assert len(rows) == 7
    assert verbs[0] == "Look at 3 failed jobs"
    assert verbs[1] == "Triage 3 requests"
    assert any(verb.startswith("Check ") for verb in verbs)
    assert "Open 3 draft seminars" in verbs
    for row in rows:
        assert row.verb in answer.text
        assert admin_client.get(row.url).status_code == 200, row


def test_today_counts_placements(admin_client: Client, world: Callable[[], None], season: Season) -> None:
    world()
    counted = figures.placements(season)
    assert counted == figures.Placements(planned=3, printed=2, confirmed=1, unknown=1)
    assert (counted.unprinted, counted.unconfirmed) == (1, 1)
    assert figures.to_print(season) == [figures.StateCount("MS", "Mississippi", 1)]
    assert figures.to_survey(season) == 1


def test_to_print_leaves_the_demo_out_where_there_is_real_work(season: Season) -> None:
    building.build(season=season)
    of_the_demo = {state.code: state.count for state in figures.to_print(season)}
    assert of_the_demo["TN"] > 1
    operator = Operator.objects.create(key="51@amtrak.com", name="Amtrak")
    memphis = Station.objects.create(
        operator=operator, stop_id="MEM", name="Memphis", state_id="TN", latitude=35.1, longitude=-90.1
    )
    hall = Spot.objects.create(station=memphis, kind=Spot.Kind.WAITING_ROOM)
    placement = Placement.objects.create(season=season, spot=hall)
    counted = {state.code: state.count for state in figures.to_print(season)}
    assert counted == {**of_the_demo, "TN": 1}
    Placement.objects.filter(pk=placement.pk).update(state=Placement.State.PRINTED)
    assert "TN" not in {state.code for state in figures.to_print(season)}


def test_a_state_is_two_clicks_from_being_printed(admin_client: Client, world: Callable[[], None]) -> None:
    world()
    rows = admin_client.get("/admin/").context["rows"]
    row = next(row for row in rows if row.verb == "Print posters for Mississippi")
    page = admin_client.get(row.url)
    assert page.status_code == 200
    assert "Mississippi" in page.text


def test_today_shows_only_what_the_role_may_do(
    client: Client, world: Callable[[], None], user_with: Callable[..., User]
) -> None:
    world()
    client.force_login(user_with(Role.SCHEDULER))
    answer = client.get("/admin/")
    verbs = " ".join(row.verb for row in answer.context["rows"])
    assert "Triage" in verbs
    assert "Print" not in verbs
    assert "Check" not in verbs
    assert answer.context["placements"] is None


@pytest.mark.parametrize("role", sorted(DESK))
def test_sidebar_has_the_sections_of_the_role(client: Client, user_with: Callable[..., User], role: Role) -> None:
    client.force_login(user_with(role))
    answer = client.get("/admin/")
    for group in answer.context["sidebar_navigation"]:
        assert group["title"] in SECTIONS
        for item in group["items"]:
            assert client.get(item["link"]).status_code == 200, item


@pytest.mark.parametrize(("role", "seen"), [(Role.APPROVER, True), (Role.TRANSLATOR, True), (Role.SCHEDULER, False)])
def test_what_waits_for_a_second_person_stands_on_today(
    client: Client, season: Season, user_with: Callable[..., User], role: Role, seen: bool
) -> None:
    TextSet.objects.filter(language="vi").update(state=Review.IN_REVIEW)
    TextSet.objects.filter(language="es").update(english_sha256="0" * 64)
    client.force_login(user_with(role))
    text = client.get("/admin/").text
    assert ("1 text waits for a second person." in text) == seen
    assert ("1 reviewed text translates an older English, and nothing is printed in it." in text) == seen


def test_sidebar_of_a_superuser_has_exactly_five_sections(admin_client: Client) -> None:
    groups = admin_client.get("/admin/").context["sidebar_navigation"]
    assert [group["title"] for group in groups] == ["Today", "Numbers", "Paper", "Schools", "Partners"]
    assert all(1 <= len(group["items"]) <= 7 for group in groups)


def test_today_without_a_current_season_says_what_to_do(admin_client: Client, season: Season) -> None:
    season.is_current = False
    season.save()
    assert "Choose a season" in admin_client.get("/admin/").text


@pytest.mark.parametrize(("count", "seen"), [(0, "0"), (None, "not shown"), (11, "11"), (2148, "2,148")])
def test_withheld_counts_of_scans_say_so(count: int | None, seen: str) -> None:
    assert figures.shown(count) == seen


def test_today_shows_published_weeks_and_moves_with_no_scan(
    client: Client, season: Season, user_with: Callable[..., User]
) -> None:
    """Two looks on two days would else tell one day's scans by subtraction, however few they are."""
    client.force_login(user_with(Role.DESIGNER))
    assert "No week is published yet" in client.get("/admin/").text
    monday = monday_of(timezone.localdate()) - 2 * WEEK
    (link,) = Link.objects.issue([("MS", "en")])
    DailyCount.objects.create(link=link, day=monday, count=1234)
    # The Thursday of this week: on a Monday the last week is not published yet.
    publishing.publish(now=timezone.now() + dt.timedelta(days=3 - timezone.localdate().weekday()))
    assert figures.scans() == figures.Scans(monday + WEEK, 0, 1234, has_before=True)
    before = client.get("/admin/").text
    assert "1,234" in before
    for back in range(20):
        day = timezone.localdate() - dt.timedelta(days=back)
        DailyCount.objects.update_or_create(link=link, day=day, defaults={"count": 5678})
    after = client.get("/admin/").context["figures"]
    assert [figure.value for figure in after if figure.label.startswith("Scans")] == ["0"]


def test_deadlines_say_how_far_they_are(season: Season) -> None:
    dates = figures.deadlines(season, dt.date(2026, 12, 4))
    assert [(deadline.name, deadline.distance) for deadline in dates] == [
        ("Approve", "14 days ago"),
        ("Print", "today"),
        ("Ship", "in 10 days"),
        ("Hang", "in 27 days"),
        ("Begins", "in 28 days"),
        ("Ends", "in 58 days"),
    ]
    assert [deadline.name for deadline in dates if deadline.is_next] == ["Print"]


def test_numbers_are_due_until_they_are_verified(season: Season) -> None:
    day = timezone.localdate()
    due = figures.to_verify(day)
    channel = Channel.objects.due_for_check(day).first()
    assert due
    assert channel
    channel.verified_on, channel.next_due = day, day + dt.timedelta(days=CHECK_DAYS)
    channel.save()
    assert figures.to_verify(day) == due - 1
    assert figures.to_verify(day + dt.timedelta(days=CHECK_DAYS + 1)) == due
    assert today.MOST_ROWS == 7


def test_today_names_seminars_that_wait_and_promises_that_broke(admin_client: Client, season: Season) -> None:
    asked = [factories.request(season=season, state="planned") for _ in range(3)]
    common = {"season": season, "audience": "students", "approved_at": timezone.now()}
    ready = factories.seminar(**common, request=asked[0], state="draft")
    factories.make_ready(ready)
    factories.seminar(**common, request=asked[1], state="draft", presenter=factories.presenter())
    factories.seminar(**common, request=asked[2], state="draft", answer="declined")
    factories.seminar(
        season=season, audience="students", request=factories.request(season=season),
        presenter=factories.presenter(kind="federal_agent"),
    )  # fmt: skip
    factories.request(season=season, state="accepted")
    rows = {row.verb: row for row in admin_client.get("/admin/").context["rows"]}
    for verb in ("Mend 1 promise", "Find somebody for 1 seminar", "Open 1 seminar", "Optimise 1 request"):
        assert admin_client.get(rows[verb].url).status_code == 200, verb
    assert rows["Mend 1 promise"].is_late
    counted = figures.waiting(season)
    assert (counted.lost, counted.held, counted.ready, counted.drafts, counted.broken) == (1, 1, 1, 0, 1)

    PlanVersion.objects.create(season=season, number=3, state=PlanVersion.State.DRAFT, served=4, unserved=1)
    rows = {row.verb: row for row in admin_client.get("/admin/").context["rows"]}
    assert "it serves 4 of 5 requests" in rows["Look at plan 3"].why


@pytest.mark.parametrize(
    ("fields", "lost"),
    [
        ({"answer": "declined"}, 1),
        ({"request": {}}, 1),
        ({}, 0),
        ({"answer": "declined", "state": "cancelled"}, 0),
        ({"answer": "declined", "starts_at": timezone.now() - dt.timedelta(days=1)}, 0),
    ],
    ids=["said no", "taken off by hand", "never had one", "called off", "over"],
)
def test_today_names_open_seminars_for_adults_that_nobody_gives(
    admin_client: Client, season: Season, fields: dict[str, Any], lost: int
) -> None:
    if "request" in fields:
        fields = fields | {"request": factories.request(season=season, state="planned", grades="adults")}
    event = factories.seminar(season=season, audience="adults", title="An evening", **fields)
    rows = {row.verb: row for row in admin_client.get("/admin/").context["rows"]}

    assert figures.waiting(season).lost == lost
    assert ("Find somebody for 1 seminar" in rows) == bool(lost)
    if lost:
        shown = admin_client.get(rows["Find somebody for 1 seminar"].url).context["cl"].result_list
        assert list(shown) == [event]


def test_an_event_that_somebody_gave_and_left_is_named_without_any_request(season: Season) -> None:
    event = factories.seminar(season=season, audience="community")
    assert figures.waiting(season).lost == 0
    notices.note(event, template=notices.ASSIGNED, presenter=factories.presenter())
    assert figures.waiting(season).lost == 1
