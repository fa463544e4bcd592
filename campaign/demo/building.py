"""Builds the demo: the coming January on real stations, with invented people and schools.

Everything hangs on rows marked ``is_demo`` or on an operator of its own, so that it can be told
from real work and removed (``removing``). It writes rows, never mail.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from campaign.demo import events, partners, people, places
from campaign.demo.events import address
from campaign.demo.mark import LABEL, OPERATOR_KEY, is_there
from campaign.links.models import Link
from campaign.places.models import Operator, Placement, Spot, Station, Train, TrainStop
from campaign.places.planning import plan_placements
from campaign.posting.confirming import confirm
from campaign.printing import batches, scope
from campaign.printing import tasks as printing
from campaign.printing.models import Batch
from campaign.scans.models import DailyCount
from outreach.agencies.models import Agency
from outreach.schools.models import School
from outreach.seminars import conditions, occupancy
from outreach.seminars.models import (
    Availability,
    PreferredDate,
    Presenter,
    PresenterKind,
    Request,
    SchoolBlackout,
    Seminar,
    WeeklyHours,
)
from portal.areas.models import Area
from portal.areas.register import BY_CODE
from portal.areas.zones import zone_at
from portal.audit import trail
from portal.seasons.calendar import is_working_day
from portal.seasons.models import Season

LANGUAGES = ("en", "es")
SCAN_DAYS = 17
"""Scans of the printed posters lie on so many days before today."""
SURVEYED_DAYS_AGO = 12


def build(*, season: Season) -> bool:
    """Builds what of the demo is not there yet; returns whether anything was built.

    One transaction for the rows; then the posters of one station are printed, in this process.
    Raises ``Refused`` where posters cannot be printed; the rows stand then.
    """
    # Both, always: a demo that was killed before it printed is completed.
    is_new, is_printed = _rows(season), _print(season)
    return is_new or is_printed


def _rows(season: Season) -> bool:
    with transaction.atomic():
        # The season is the lock: two who build at once build once.
        Season.objects.select_for_update().get(pk=season.pk)
        if is_there():
            return False
        operator = Operator.objects.create(key=OPERATOR_KEY, name="Demo railway", agency_id="demo")
        stations = _stations(operator)
        trains = _trains(operator, stations)
        _survey(stations)
        plan_placements(season=season, stations=[*stations.values()], trains=trains)
        spots = Spot.objects.filter(station__operator=operator) | Spot.objects.filter(train__operator=operator)
        Placement.objects.filter(spot__in=spots).update(is_demo=True)
        spots.update(is_demo=True)
        schools = _schools()
        agencies = _agencies()
        partners.fill(agencies, season)
        presenters = _presenters(agencies, season)
        _seminars(season, schools, agencies, presenters, _requests(season, schools))
        trail.record(actor=None, verb="built", target=None, label=LABEL)
    return True


def _stations(operator: Operator) -> dict[str, Station]:
    rows = Station.objects.bulk_create(
        Station(
            operator=operator,
            stop_id=fact.code,
            code=fact.code,
            name=f"{fact.city}, {fact.state}",
            city=fact.city,
            state_id=fact.state,
            latitude=fact.latitude,
            longitude=fact.longitude,
            time_zone=fact.zone or BY_CODE[fact.state].time_zones[0],
            kind=fact.kind,
            described_by=Station.Source.STAFF,
            is_demo=True,
        )
        for fact in places.STATIONS
    )
    return {station.code: station for station in rows}


def _trains(operator: Operator, stations: dict[str, Station]) -> list[Train]:
    trains = Train.objects.bulk_create(
        Train(operator=operator, name=fact.name, numbers=list(fact.numbers), is_demo=True) for fact in places.TRAINS
    )
    TrainStop.objects.bulk_create(
        TrainStop(train=train, station=stations[code], order=order)
        for train, fact in zip(trains, places.TRAINS, strict=True)
        for order, code in enumerate(fact.stops)
    )
    return trains


def _survey(stations: dict[str, Station]) -> None:
    on = timezone.localdate() - dt.timedelta(days=SURVEYED_DAYS_AGO)
    Spot.objects.bulk_create(
        Spot(station=stations[code], kind=kind, survey=Spot.Survey.SURVEYED, surveyed_on=on, is_demo=True)
        for code, kinds in places.SURVEYED.items()
        for kind in kinds
    )


def _agencies() -> list[Agency]:
    agencies = Agency.objects.bulk_create(
        Agency(name=fact.name, kind=fact.kind, level=fact.level, description=fact.description, is_demo=True)
        for fact in people.AGENCIES
    )
    for agency, fact in zip(agencies, people.AGENCIES, strict=True):
        agency.jurisdictions.set(Area.objects.filter(code__in=fact.areas))
    return agencies


def _schools() -> list[School]:
    return School.objects.bulk_create(
        School(
            source=School.Source.STAFF,
            source_id=f"DEMO-{place:02}",
            name=fact.name,
            level=fact.level,
            grades=fact.grades,
            city=fact.city,
            state_id=fact.state,
            postal_code=fact.postal_code,
            latitude=fact.latitude,
            longitude=fact.longitude,
            time_zone=zone_at(fact.latitude, fact.longitude),
            enrolment=fact.enrolment,
            is_demo=True,
        )
        for place, fact in enumerate(people.SCHOOLS, start=1)
    )


def _presenters(agencies: list[Agency], season: Season) -> list[Presenter]:
    presenters = Presenter.objects.bulk_create(
        Presenter(
            agency=agencies[fact.agency],
            name=fact.name,
            email=address(fact.name),
            kind=fact.kind,
            languages=list(fact.languages),
            topics=list(fact.topics),
            base_postal_code=fact.base,
            latitude=fact.latitude,
            longitude=fact.longitude,
            time_zone=fact.time_zone,
            clearance_expires_on=dt.date(season.year, fact.cleared + 1, 15),
            claimed_at=timezone.now(),
            is_demo=True,
        )
        for fact in people.PRESENTERS
    )
    WeeklyHours.objects.bulk_create(
        WeeklyHours(presenter=presenter, weekday=weekday, start=dt.time(8), end=dt.time(17))
        for presenter, fact in zip(presenters, people.PRESENTERS, strict=True)
        for weekday in fact.week
    )
    Availability.objects.bulk_create(
        Availability(presenter=presenter, date=_working_day(season, 5 + 3 * place), is_away=True)
        for place, presenter in enumerate(presenters)
    )
    return presenters


def _requests(season: Season, schools: list[School]) -> list[Request]:
    now = timezone.now()
    requests = []
    for fact in people.REQUESTS:
        school = schools[fact.school]
        assert school.state_id
        requests.append(
            Request(
                season=season,
                school=school,
                school_name=school.name,
                city=school.city,
                area_id=school.state_id,
                contact_name=fact.contact,
                contact_role=fact.role,
                contact_email=address(fact.contact),
                contact_language=fact.language,
                grades=fact.grades,
                headcount=fact.headcount,
                topic=fact.topic,
                mode=fact.mode,
                language=fact.language,
                presenter_kinds=list(fact.kinds),
                needs=fact.needs,
                equipment=["projector", "internet"],
                safeguarding_contact="The school's counselor",
                counsellor_present=True if fact.room else None,
                private_room=fact.room,
                opt_out="A note to the school's office" if fact.room else "",
                parents_told_on=(now - dt.timedelta(days=fact.days_ago - 1)).date() if fact.room else None,
                parents_told_how="letter" if fact.room else "",
                state=fact.state,
                reason=fact.reason,
                confirmed_at=now - dt.timedelta(days=fact.days_ago),
                is_demo=True,
            )
        )
    Request.objects.bulk_create(requests)
    for request, fact in zip(requests, people.REQUESTS, strict=True):
        request.created_at = now - dt.timedelta(days=fact.days_ago)
    Request.objects.bulk_update(requests, ["created_at"])
    PreferredDate.objects.bulk_create(
        PreferredDate(
            request=request,
            rank=rank,
            date=_working_day(season, 5 + 3 * place % 14 + 5 * rank),
            earliest=dt.time(9),
            latest_end=dt.time(14),
        )
        for place, request in enumerate(requests)
        for rank in range(2)
    )
    SchoolBlackout.objects.bulk_create(
        SchoolBlackout(
            request=request,
            first=season.starts_on + dt.timedelta(days=fact.closed[0] - 1),
            last=season.starts_on + dt.timedelta(days=fact.closed[1] - 1),
            why=SchoolBlackout.Why.EXAMS,
        )
        for request, fact in zip(requests, people.REQUESTS, strict=True)
        if fact.closed
    )
    return requests


def _seminars(
    season: Season,
    schools: list[School],
    agencies: list[Agency],
    presenters: list[Presenter],
    requests: list[Request],
) -> None:
    by_name = {school.name: school for school in schools}
    now = timezone.now()
    for fact in people.SEMINARS:
        request = None if fact.request is None else requests[fact.request]
        seminar = Seminar.objects.create(
            season=season,
            request=request,
            school=request.school if request else by_name.get(fact.venue),
            presenter=None if fact.presenter is None else presenters[fact.presenter],
            title=fact.title,
            summary=fact.summary,
            audience=fact.audience,
            topic=fact.topic,
            mode=fact.mode,
            language=fact.language,
            starts_at=_start(season, fact),
            time_zone=fact.time_zone,
            venue=fact.venue,
            city=fact.city,
            area_id=fact.area,
            access=fact.access,
            capacity=fact.capacity,
            takes_classes=fact.group is not None,
            expect=fact.expect,
            content_note=fact.content_note,
            host=None if fact.host is None else agencies[fact.host],
            state=fact.state,
            reason=fact.reason,
            answer=fact.answer,
            answered_at=now if fact.answer in {"confirmed", "declined"} else None,
            approved_at=now if fact.is_approved else None,
            is_demo=True,
            **_care(fact, season),
        )
        events.fill(seminar, fact)
    occupancy.book(presenter_ids=[presenter.pk for presenter in presenters])


def _care(fact: people.SeminarFact, season: Season) -> dict[str, Any]:
    """What must be there before students are met."""
    if fact.audience != Seminar.Audience.STUDENTS:
        return {}
    return {
        "parents_told_on": season.starts_on - dt.timedelta(days=40),
        "parents_told_kind": PresenterKind.EDUCATOR,
        "opt_out": "A note to the school's office",
        "counsellor_present": True,
        "private_room": fact.room,
        "safeguarding_contact": "The school's counselor",
        "child_line": conditions.child_line_for(fact.area, season.starts_on),
    }


def _print(season: Season) -> bool:
    """Prints one station as staff would, then lets somebody have seen some of it, and scans come in."""
    if Batch.objects.filter(is_demo=True).exists():
        return False
    station = scope.of_station(season, places.PRINTED, operator=OPERATOR_KEY)
    batch = batches.create(station, languages=LANGUAGES, announce=False)
    Batch.objects.filter(pk=batch.pk).update(is_demo=True)
    printing.run_here(batch)
    today = timezone.localdate()
    hanging = Placement.objects.filter(prints__packet__batch=batch).distinct().order_by("pk")
    confirm(placements=hanging[:2], by=None, on=today - dt.timedelta(days=1))
    _count_scans(Link.objects.filter(placement_link__placement__in=hanging).order_by("pk"), today)
    return True


def _count_scans(links: Iterable[Link], today: dt.date) -> None:
    """Made-up counts, the same in every demo."""
    DailyCount.objects.bulk_create(
        DailyCount(link=link, day=today - dt.timedelta(days=back), count=(3 * place + 5 * back) % 7)
        for place, link in enumerate(links)
        for back in range(1, SCAN_DAYS)
        if (3 * place + 5 * back) % 7
    )


def _start(season: Season, fact: people.SeminarFact) -> dt.datetime:
    """The seminar's start: in January, or so many days before today for one that is over."""
    ago = dt.timedelta(days=-fact.day)
    day = _working_day(season, fact.day) if fact.day > 0 else timezone.localdate() - ago
    return dt.datetime.combine(day, dt.time(fact.hour), tzinfo=ZoneInfo(fact.time_zone))


def _working_day(season: Season, day: int) -> dt.date:
    """That day of January, or the next on which schools are open."""
    found = season.starts_on + dt.timedelta(days=day - 1)
    while not is_working_day(found):
        found += dt.timedelta(days=1)
    return found


def _days(season: Season) -> list[dt.date]:
    return [season.starts_on + dt.timedelta(days=day) for day in range((season.ends_on - season.starts_on).days + 1)]
