"""Rows for tests of schools, seminars and bookings. Everything lies in the future, whenever the tests run."""

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from outreach.agencies.models import Agency
from outreach.channels.models import Channel
from outreach.registration.models import Registration
from outreach.schools.models import School
from outreach.seminars.audiences import UNLISTED
from outreach.seminars.models import Presenter, PresenterKind, Request, Seminar
from portal.areas.models import Area
from portal.seasons import calendar
from portal.seasons.models import Season


def season_ahead() -> Season:
    """A season whose January has not begun, made the current one."""
    year = timezone.localdate().year + 1
    Season.objects.exclude(pk=year).update(is_current=False)
    return Season.objects.update_or_create(year=year, defaults={**dates_of(year), "is_current": True})[0]


def dates_of(year: int) -> dict[str, Any]:
    """The season's dates by field name."""
    dates = calendar.dates(year)
    return {name: getattr(dates, name) for name in type(dates).__dataclass_fields__}


def in_days(days: int, *, hour: int = 16) -> dt.datetime:
    """A full hour (UTC) so many days from now."""
    return (timezone.now() + dt.timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


def child_line(area: str = "MS") -> Channel:
    """The state's child protection: the seed has Mississippi's, others are made up."""
    fit = Channel.objects.filter(area=area, kind="voice", answered_by=Channel.AnsweredBy.CHILD_PROTECTION)
    return fit.first() or Channel.objects.create(
        slug=f"{area.lower()}-children-call",
        name=f"Child protection of {area}",
        kind=Channel.Kind.VOICE,
        value="1-800-555-0123",
        audience=Channel.Audience.MANDATED,
        answered_by=Channel.AnsweredBy.CHILD_PROTECTION,
        area_id=area,
        operator="The state",
        source="https://example.org/",
        confidence=Channel.Confidence.HIGH,
    )


def day_come() -> dt.date:
    """A day that has come in every state: in New York it is a new one hours earlier than on the clock of most schools."""
    return timezone.localdate(timezone=ZoneInfo("Pacific/Honolulu"))


def care(area: str = "MS") -> dict[str, Any]:
    """What must be there before students are met, as told and as recorded in that state."""
    return {
        "parents_told_on": day_come(),
        "parents_told_kind": PresenterKind.EDUCATOR,
        "opt_out": "The office, room 3",
        "counsellor_present": True,
        "private_room": "Room 14",
        "safeguarding_contact": "The counselor, room 12",
        "child_line": child_line(area),
    }


def make_ready(draft: Seminar, **fields: Any) -> Seminar:
    """Gives a draft a presenter, and all that must be there before it opens."""
    for name, value in (care(draft.area_id) | {"presenter": presenter()} | fields).items():
        setattr(draft, name, value)
    draft.save()
    return draft


def seminar(**fields: Any) -> Seminar:
    """An open event for the community in Jackson; one for students of any age comes with ``care``."""
    values: dict[str, Any] = {
        "season": Season.objects.first(),
        "title": "Know the signs",
        "audience": Seminar.Audience.COMMUNITY,
        "mode": "in_person",
        "starts_at": in_days(30),
        "time_zone": "America/Chicago",
        "venue": "Library",
        "city": "Jackson",
        "area": Area.objects.get(pk="MS"),
        "capacity": 10,
        "state": Seminar.State.OPEN,
    }
    if fields.get("audience") in UNLISTED and fields.get("state") != Seminar.State.DRAFT:
        values |= care()
    return Seminar.objects.create(**values | fields)


def booking(event: Seminar, **fields: Any) -> Registration:
    """A live booking of one seat; the event's counts follow. One that waits, or is offered seats, gets the next place."""
    values: dict[str, Any] = {"name": "Ana", "email": "ana@example.org", "seats": 1, "nonce": uuid.uuid4()}
    values |= fields
    if values.get("state") in {"waiting", "offered"}:
        values.setdefault("line", event.last_in_line + 1)
        event.last_in_line = max(event.last_in_line, values["line"])
    if values.get("state") == "offered":
        values.setdefault("offer_ends_at", timezone.now() + dt.timedelta(hours=24))
    if values.get("kind", "adult") == "adult":
        values.setdefault("adults", values["seats"])
    booked = Registration.objects.create(seminar=event, **values)
    if booked.holds_seats:
        event.seats_taken += booked.seats
        event.groups_taken += booked.kind == "class"
    event.waiting += booked.state == "waiting"
    event.save(update_fields=["seats_taken", "groups_taken", "waiting", "last_in_line"])
    return booked


def school(**fields: Any) -> School:
    """A high school in Jackson."""
    values: dict[str, Any] = {
        "source": School.Source.STAFF,
        "source_id": uuid.uuid4().hex[:12],
        "name": "Pearl River High School",
        "city": "Jackson",
        "state": Area.objects.get(pk="MS"),
        "time_zone": "America/Chicago",
        "level": School.Level.HIGH,
    }
    return School.objects.create(**values | fields)


def request(**fields: Any) -> Request:
    """A high school's request for an educator."""
    values: dict[str, Any] = {
        "season": Season.objects.first(),
        "school_name": "Pearl River High School",
        "city": "Jackson",
        "area": Area.objects.get(pk="MS"),
        "contact_name": "Dana Cole",
        "contact_email": "dana@school.example.org",
        "grades": "9-12",
        "headcount": 30,
        "presenter_kinds": [PresenterKind.EDUCATOR],
        "safeguarding_contact": "The counselor, room 12",
    }
    return Request.objects.create(**values | fields)


def presenter(**fields: Any) -> Presenter:
    """An educator in Jackson."""
    agency, _ = Agency.objects.get_or_create(
        name="Lamp Street Center", parent=None, defaults={"kind": Agency.Kind.NGO, "level": Agency.Level.PRIVATE}
    )
    values: dict[str, Any] = {
        "agency": agency,
        "name": "Robin Hale",
        "email": f"robin.{uuid.uuid4().hex[:8]}@lamp.example.org",
        "languages": ["en"],
        "topics": ["awareness"],
        "base_postal_code": "39201",
        "latitude": 32.3,
        "longitude": -90.18,
        "clearance_expires_on": timezone.localdate() + dt.timedelta(days=700),
        "time_zone": "America/Chicago",
    }
    return Presenter.objects.create(**values | fields)
