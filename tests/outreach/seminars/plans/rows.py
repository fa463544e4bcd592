"""Rows that a plan is made of: schools round a town, presenters who live there, dates in the season ahead."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from outreach.agencies.models import Agency
from outreach.schools.models import School
from outreach.seminars.models import PlanVersion, PreferredDate, Presenter, Request, WeeklyHours
from outreach.seminars.plans import problem_files, solving, timetable
from outreach.seminars.plans import rows as plan_rows
from outreach.seminars.scheduling import plan_file, solve
from portal.jobs.models import Job
from portal.people.models import User
from portal.seasons.models import Season
from tests.outreach import factories

NINE, NOON, FOUR, SIX = dt.time(9), dt.time(12), dt.time(16), dt.time(18)
EIGHT = dt.time(8)
#: Latitude, longitude, zone and state of towns whose clocks are easily mistaken.
TOWNS = (
    (32.30, -90.18, "America/Chicago", "MS"),
    (33.45, -112.07, "America/Phoenix", "AZ"),
    (39.77, -86.16, "America/Indiana/Indianapolis", "IN"),
    (13.47, 144.75, "Pacific/Guam", "GU"),
    (27.95, -82.46, "America/New_York", "FL"),
)


def school_days(season: Season, count: int = 3) -> list[dt.date]:
    """The first Tuesdays, Wednesdays and Thursdays after the second week of the season, none of them a holiday."""
    day = season.starts_on + dt.timedelta(days=10)
    found: list[dt.date] = []
    while len(found) < count:
        if day.weekday() in {1, 2, 3}:
            found.append(day)
        day += dt.timedelta(days=1)
    return found


def asked(season: Season, *, days: list[dt.date] | None = None, **fields: Any) -> Request:
    """An accepted request of a school at a position of its own, for nine to four on some days."""
    place = {"latitude": 32.35, "longitude": -90.10, "time_zone": "America/Chicago"}
    request = factories.request(
        season=season, state=Request.State.ACCEPTED, **(place if "school" not in fields else {}) | fields
    )
    for rank, day in enumerate(days or school_days(season)):
        PreferredDate.objects.create(request=request, rank=rank, date=day, earliest=NINE, latest_end=FOUR)
    return request


def offers(**fields: Any) -> Presenter:
    """A presenter in Jackson who offers every weekday from eight to six."""
    fields.setdefault("email", f"robin{Presenter.objects.count()}@lamp.example.org")
    presenter = factories.presenter(**fields)
    WeeklyHours.objects.bulk_create(
        WeeklyHours(presenter=presenter, weekday=weekday, start=EIGHT, end=SIX) for weekday in range(5)
    )
    return presenter


def planned(season: Season, by: User | None = None, **options: Any) -> PlanVersion:
    """A plan worked out in this process, its job over; ``test_solving`` has the optimiser's own process."""
    plan = solving.start(season=season, by=by, **{"seconds": 5} | options)
    assert plan.job is not None
    loaded = timetable.problem_of(season=season, base=plan.based_on, name=f"{season}, plan {plan.number}")
    answer = plan_file.plan_as_json(solve(loaded.problem, seconds=plan.seconds, seed=plan.seed))
    file = problem_files.store(loaded.problem, name=f"plan-{plan.number}-problem.json.gz")
    plan_rows.save(plan_id=plan.pk, answer=answer, loaded=loaded, file=file)
    Job.objects.filter(pk=plan.job.pk).update(state=Job.State.DONE)
    plan.refresh_from_db()
    return plan


def many(season: Season, *, requests: int, presenters: int, seed: int = 1) -> None:
    """A whole season, written at once."""
    chance = random.Random(seed)
    agency = Agency.objects.create(name="Lamp Street Center", kind=Agency.Kind.NGO, level=Agency.Level.PRIVATE)
    days = school_days(season, 9)
    schools = School.objects.bulk_create(_schools(requests, chance))
    made = Request.objects.bulk_create(
        Request(
            season=season,
            school=school,
            school_name=school.name,
            city=school.city,
            area_id=school.state_id or "MS",
            contact_name="Dana Cole",
            contact_email="dana@school.example.org",
            grades="9-12",
            headcount=chance.randrange(20, 300),
            presenter_kinds=chance.choice([["educator"], ["educator", "local_police"], ["federal_agent"]]),
            topic=chance.choice(["awareness", "online"]),
            mode=chance.choice(["in_person", "in_person", "either", "virtual"]),
            state=Request.State.ACCEPTED,
        )
        for school in schools
    )
    PreferredDate.objects.bulk_create(
        PreferredDate(request=request, rank=rank, date=day, earliest=NINE, latest_end=FOUR)
        for request in made
        for rank, day in enumerate(sorted(chance.sample(days, 3)))
    )
    people = Presenter.objects.bulk_create(
        Presenter(
            agency=agency,
            name=f"Presenter {number}",
            email=f"p{number}@lamp.example.org",
            kind=chance.choice(["educator", "educator", "local_police", "federal_agent"]),
            languages=["en"],
            topics=["awareness", "online"],
            base_postal_code="39201",
            latitude=latitude + chance.uniform(-0.3, 0.3),
            longitude=longitude + chance.uniform(-0.3, 0.3),
            time_zone=zone,
            clearance_expires_on=season.ends_on + dt.timedelta(days=60),
        )
        for number in range(presenters)
        for latitude, longitude, zone, _ in [TOWNS[number % len(TOWNS)]]
    )
    WeeklyHours.objects.bulk_create(
        WeeklyHours(presenter=presenter, weekday=weekday, start=EIGHT, end=SIX)
        for presenter in people
        for weekday in chance.sample(range(5), 3)
    )


def _schools(count: int, chance: random.Random) -> Iterator[School]:
    for number in range(count):
        latitude, longitude, zone, state = TOWNS[number % len(TOWNS)]
        yield School(
            source=School.Source.STAFF,
            source_id=f"S{number:06}",
            name=f"School {number}",
            city="Springfield",
            state_id=state,
            latitude=latitude + chance.uniform(-0.4, 0.4),
            longitude=longitude + chance.uniform(-0.4, 0.4),
            time_zone=zone,
            level=School.Level.HIGH,
        )
