"""What the optimiser is given: of which rows, by which clock, and what stays out."""

import datetime as dt
import time
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from outreach.seminars.models import PresenterKind, Request, SchoolBlackout, Seminar
from outreach.seminars.plans import timetable
from outreach.seminars.scheduling import rules
from outreach.seminars.scheduling.model import Assignment
from outreach.seminars.scheduling.model import Mode as Way
from portal.seasons.models import Season
from tests.outreach import factories
from tests.outreach.seminars.plans import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def ahead(season: Season) -> Season:
    """A season that has not begun."""
    return factories.season_ahead()


def at(day: dt.date, hour: int, zone: str = "America/Chicago") -> dt.datetime:
    """A full hour of a day by the clock of a zone."""
    return dt.datetime.combine(day, dt.time(hour), tzinfo=ZoneInfo(zone))


def agreed(request: Request, presenter: object, start: dt.datetime, **fields: object) -> Seminar:
    """A draft of a seminar of the request, which is planned from then on."""
    Request.objects.filter(pk=request.pk).update(state=Request.State.PLANNED)
    values = {"audience": "students", "state": "draft", "capacity": 30, "time_zone": "America/Chicago"}
    return factories.seminar(
        season=request.season, request=request, presenter=presenter, starts_at=start, **values | fields
    )


def test_problem_gives_kind_as_a_promise(ahead: Season) -> None:
    asked = rows.asked(ahead, presenter_kinds=[PresenterKind.EDUCATOR])
    police = rows.offers(kind=PresenterKind.LOCAL_POLICE)
    educator = rows.offers()
    problem = timetable.problem_of(season=ahead).problem
    (request,) = problem.requests
    start = at(rows.school_days(ahead)[0], 10)

    def breaks(presenter_id: int) -> list[str]:
        given = Assignment(f"R{asked.pk}", f"P{presenter_id}", start, Way.IN_PERSON)
        return [fault.rule for fault in rules.violations(problem, [given])]

    assert request.topic == "awareness|minors|educator"
    assert breaks(educator.pk) == []
    assert breaks(police.pk) == ["topic"]


@pytest.mark.parametrize(("expires_in", "may"), [(None, False), (-1, False), (700, True)])
def test_problem_keeps_whoever_is_not_cleared_from_students(ahead: Season, expires_in: int | None, may: bool) -> None:
    rows.asked(ahead)
    rows.asked(ahead, grades="adults")
    expires = None if expires_in is None else timezone.localdate() + dt.timedelta(days=expires_in)
    rows.offers(clearance_expires_on=expires)
    (presenter,) = timetable.problem_of(season=ahead).problem.presenters
    assert ("awareness|minors|educator" in presenter.topics) is may
    assert "awareness|adults|educator" in presenter.topics


def test_problem_leaves_the_days_after_a_clearance_lapses(ahead: Season) -> None:
    rows.asked(ahead)
    lapses = rows.school_days(ahead)[1]
    rows.offers(clearance_expires_on=lapses)
    (presenter,) = timetable.problem_of(season=ahead).problem.presenters
    assert max(day.date for day in presenter.availability) == lapses


def test_problem_drops_days_on_which_the_school_is_busy(ahead: Season) -> None:
    first, second, third = rows.school_days(ahead)
    school = factories.school(latitude=32.3, longitude=-90.2)
    one, other = rows.asked(ahead, school=school), rows.asked(ahead, school=school)
    SchoolBlackout.objects.create(request=one, first=first, last=second, why="exams")
    loaded = timetable.problem_of(season=ahead)
    assert {row.id: [wish.date for wish in row.preferences] for row in loaded.problem.requests} == {
        f"R{one.pk}": [third],
        f"R{other.pk}": [third],
    }


def test_problem_leaves_out_what_cannot_be_placed_and_says_why(ahead: Season) -> None:
    closed = dt.date(ahead.year, 1, 1)
    rows.asked(ahead, days=[closed])
    rows.asked(ahead, latitude=None, longitude=None)
    rows.asked(ahead, area_id="FL", time_zone="")
    rows.asked(ahead, presenter_kinds=[])
    rows.offers()
    loaded = timetable.problem_of(season=ahead)
    assert [row.code for row in loaded.left_out] == ["no_day", "no_position", "no_zone", "no_kind"]
    assert loaded.problem.requests == ()
    assert all(row.why.endswith(".") for row in loaded.left_out)


def test_problem_gives_a_school_without_position_seminars_by_video_alone(ahead: Season) -> None:
    rows.asked(ahead, latitude=None, longitude=None, mode="either")
    rows.offers()
    (request,) = timetable.problem_of(season=ahead).problem.requests
    assert request.mode == Way.VIRTUAL


def test_problem_keeps_confirmed_and_locked_seminars(ahead: Season) -> None:
    robin = rows.offers()
    days = rows.school_days(ahead)
    told, sure, fast = (rows.asked(ahead) for _ in range(3))
    agreed(told, robin, at(days[0], 9))
    agreed(sure, robin, at(days[1], 9), answer="confirmed")
    agreed(fast, robin, at(days[2], 9), locked=True)
    previous = {row.id: row.previous for row in timetable.problem_of(season=ahead).problem.requests}
    assert [previous[f"R{row.pk}"].confirmed for row in (told, sure, fast)] == [False, True, True]  # type: ignore[union-attr]
    assert previous[f"R{sure.pk}"].start == at(days[1], 9)  # type: ignore[union-attr]


def test_problem_leaves_an_impossible_agreement_and_its_day_alone(ahead: Season) -> None:
    robin = rows.offers()
    day = rows.school_days(ahead)[0]
    held = agreed(rows.asked(ahead), robin, at(day, 19), answer="confirmed")  # after hours: agreed by hand
    rows.asked(ahead)
    loaded = timetable.problem_of(season=ahead)
    assert [seminar.pk for seminar in loaded.stays] == [held.pk]
    assert len(loaded.problem.requests) == 1
    (presenter,) = loaded.problem.presenters
    assert day not in {offer.date for offer in presenter.availability}
    assert presenter.max_seminars == robin.max_seminars - 1


def test_problem_counts_an_hour_agreed_outside_the_wishes_as_the_last_wish(ahead: Season) -> None:
    robin = rows.offers()
    days = rows.school_days(ahead, 4)
    asked = rows.asked(ahead, days=days[:2])
    agreed(asked, robin, at(days[3], 10), locked=True)
    (request,) = timetable.problem_of(season=ahead).problem.requests
    assert [wish.date for wish in request.preferences] == [days[0], days[1], days[3]]


@pytest.mark.parametrize(("town", "offset"), [(1, "-07:00"), (2, "-05:00"), (3, "+10:00")])
def test_problem_goes_by_the_clock_of_the_place(ahead: Season, town: int, offset: str) -> None:
    latitude, longitude, zone, state = rows.TOWNS[town]
    school = factories.school(latitude=latitude, longitude=longitude, time_zone=zone, state_id=state)
    rows.asked(ahead, school=school, area_id=state)
    problem = timetable.problem_of(season=ahead).problem
    opens = problem.instants.windows[problem.requests[0].id][0].opens
    local = dt.datetime.fromisoformat(f"{rows.school_days(ahead)[0]}T09:00{offset}")
    assert opens * 60 == local.timestamp()


def test_problem_names_presenters_whose_home_is_unknown(ahead: Season) -> None:
    rows.asked(ahead)
    rows.offers(latitude=None, longitude=None)
    loaded = timetable.problem_of(season=ahead)
    assert loaded.problem.presenters == ()
    assert loaded.absent == ("Robin Hale has no position: give the ZIP code of the home base.",)


def test_problem_asks_as_often_for_three_requests_as_for_one(ahead: Season) -> None:
    counts = []
    for _ in range(2):
        agreed(rows.asked(ahead), rows.offers(), at(rows.school_days(ahead)[0], 9))
        rows.asked(ahead)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            timetable.problem_of(season=ahead)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 15


def test_problem_of_a_thousand_requests_is_quickly_there(ahead: Season) -> None:
    rows.many(ahead, requests=1000, presenters=120)
    with CaptureQueriesContext(connection) as asked:
        begun = time.process_time()
        loaded = timetable.problem_of(season=ahead)
        spent = time.process_time() - begun
    assert (len(loaded.problem.requests), len(loaded.problem.presenters)) == (1000, 120)
    assert len(asked) <= 15
    assert spent <= 2.0
