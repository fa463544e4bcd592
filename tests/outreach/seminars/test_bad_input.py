"""What no school, presenter or clock should be: told in words, or planned around, never a crash."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from outreach.seminars import intake, windows
from outreach.seminars.forms import RequestForm
from outreach.seminars.models import Request
from outreach.seminars.plans import timetable
from outreach.seminars.refusals import NotPossible
from portal.areas.models import Area
from portal.people.models import User
from portal.seasons.models import Season
from tests.outreach import factories
from tests.outreach.seminars.asking import wish
from tests.outreach.seminars.plans import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def ahead(db: None) -> Season:
    """A season that has not begun."""
    return factories.season_ahead()


@pytest.mark.parametrize("latitude", [90.0, -90.0])
def test_a_request_at_a_pole_is_told_to_be_too_far(ahead: Season, latitude: float) -> None:
    rows.offers()
    rows.asked(ahead, latitude=latitude, longitude=0.0)

    plan = rows.planned(ahead)

    assert (plan.served, plan.unserved) == (0, 1)
    assert plan.assignments.get().reason_code


@pytest.mark.parametrize(("latitude", "longitude"), [(90.01, 0.0), (-91.0, 0.0), (0.0, 180.5)])
def test_no_request_stands_off_the_earth(ahead: Season, latitude: float, longitude: float) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.request(season=ahead, latitude=latitude, longitude=longitude)


def test_a_presenter_without_any_hours_leaves_the_request_with_a_reason(ahead: Season) -> None:
    factories.presenter()
    rows.asked(ahead)

    plan = rows.planned(ahead)

    assert (plan.served, plan.unserved) == (0, 1)
    assert plan.assignments.get().reason_code


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "America/Nowhere", "../etc/passwd", "\x00"])
def test_a_zone_that_is_none_is_refused_with_what_to_write(ahead: Season, zone: str) -> None:
    presenter = factories.presenter()
    presenter.time_zone = zone
    with pytest.raises(ValidationError) as refusal:
        presenter.full_clean()
    assert "time_zone" in refusal.value.message_dict
    asked = factories.request(season=ahead)
    asked.time_zone = zone
    if zone:
        with pytest.raises(ValidationError, match="America/Chicago"):
            asked.clean_fields(exclude=["nonce"])


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "America/Chicago"])
def test_a_state_of_several_clocks_is_planned_by_hand_on_one_of_them_alone(ahead: Season, zone: str) -> None:
    asked = factories.request(season=ahead, area=Area.objects.get(pk="IN"), state="accepted")
    staff = User.objects.create_user("staff")
    day = dt.date(ahead.year, 1, 12)
    if zone == "America/Chicago":
        made = intake.make_seminar(request_id=asked.pk, by=staff, date=day, start=dt.time(10), time_zone=zone)
        assert made.starts_at.astimezone(dt.UTC).hour == 16
        return
    with pytest.raises(NotPossible, match="has several time zones: choose"):
        intake.make_seminar(request_id=asked.pk, by=staff, date=day, start=dt.time(10), time_zone=zone)


@pytest.mark.parametrize("month", [2, 12])
def test_days_out_of_season_are_refused_by_the_form_and_by_hand(ahead: Season, month: int) -> None:
    day = dt.date(ahead.year, month, 20)
    sent = wish(ahead, date_1=day.isoformat())
    form = RequestForm(sent, season=ahead, today=dt.date(2020, 1, 1))
    assert "The campaign runs from" in form.errors["date_1"][0]
    asked = factories.request(season=ahead, state="accepted")
    with pytest.raises(NotPossible, match="lies outside"):
        intake.make_seminar(request_id=asked.pk, by=User.objects.create_user("staff"), date=day, start=dt.time(10))


def test_a_request_whose_days_are_all_closed_is_told_so_and_the_rest_is_planned(ahead: Season) -> None:
    rows.offers()
    days = rows.school_days(ahead)
    shut, open_one = (rows.asked(ahead, school_name=name, days=days) for name in ("Shut", "Open"))
    shut.blackouts.create(first=days[0], last=days[-1])

    loaded = timetable.problem_of(season=ahead)

    assert [out.request for out in loaded.left_out] == [shut]
    assert loaded.left_out[0].why
    assert rows.planned(ahead).assignments.filter(presenter__isnull=False).get().request == open_one


@pytest.mark.parametrize(
    ("day", "start", "said"),
    [
        (dt.date(2027, 3, 14), dt.time(2, 30), "2:30 a.m."),  # this half hour doesn't exist
        (dt.date(2027, 11, 7), dt.time(1, 30), "1:30 a.m."),  # this one exists twice
    ],
)
def test_windows_of_days_on_which_clocks_change_are_said_as_they_were_written(
    day: dt.date, start: dt.time, said: str
) -> None:
    words = windows.spoken(day, start, dt.time(4), zone="America/Chicago").replace("\xa0", " ")
    assert f"{said} to 4:00 a.m. (Central Time)" in words


@pytest.mark.parametrize("kinds", [[], ["clown"]])
def test_a_request_that_nobody_may_give_is_left_out_with_a_reason(ahead: Season, kinds: list[str]) -> None:
    rows.offers()
    asked = rows.asked(ahead, presenter_kinds=kinds)

    plan = rows.planned(ahead)

    assert plan.served == 0
    assert Request.objects.get().state == "accepted"
    assert plan.assignments.filter(request=asked, presenter=None).count() <= 1
