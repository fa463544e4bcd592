"""Who came: read from what the doors recorded, counted once, and kept as a number when the names are gone."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, QuerySet, Sum

from outreach.attendance.models import CheckIn
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar

Kind, Standing = CheckIn.Kind, CheckIn.Standing
PRESENT: Final = (Kind.ARRIVED, Kind.COUNTED)


@dataclass(frozen=True, slots=True)
class Summary:
    """People of an event, as its doors counted them. What is in conflict is counted once; what was undone, never."""

    people: int
    """Everyone who came."""
    booked: int
    """Seats that were booked when it began, or are now."""
    of_bookings: int
    """Of ``people``, those who came with a booking."""
    without_booking: int
    """Of ``people``, those who were counted without one; everyone, where students are met."""
    bookings: int
    """Bookings of which somebody came."""
    classes: int
    """Of ``bookings``, those of classes."""
    class_people: int
    """Of ``of_bookings``, those who came with a class."""
    stayed_away: int
    """Bookings of which nobody came; 0 as long as no door recorded anything."""
    conflicts: int
    """Bookings that two phones let in, which nobody has settled yet."""
    was_recorded: bool
    """Whether any door recorded anything."""


def counted(seminar: Seminar) -> QuerySet[CheckIn]:
    """The rows whose people are in the room."""
    return CheckIn.objects.filter(seminar=seminar, kind__in=PRESENT, standing=Standing.COUNTS)


def arrived(registration: Registration) -> bool:
    """Whether somebody of this booking came."""
    return CheckIn.objects.filter(
        registration=registration, kind__in=PRESENT, standing=Standing.COUNTS, people__gt=0
    ).exists()


def summary(seminar: Seminar) -> Summary:
    """What the doors of an event recorded. Three queries."""
    with_booking = Q(registration__isnull=False)
    of_a_class = Q(registration__kind=Registration.Kind.CLASS)
    found = counted(seminar).aggregate(
        everyone=Sum("people", default=0),
        of_bookings=Sum("people", filter=with_booking, default=0),
        bookings=Count("registration", filter=Q(people__gt=0), distinct=True),
        classes=Count("registration", filter=of_a_class & Q(people__gt=0), distinct=True),
        class_people=Sum("people", filter=of_a_class, default=0),
    )
    rows = CheckIn.objects.filter(seminar=seminar).aggregate(
        rows=Count("id"),
        conflicts=Count("registration", filter=Q(standing=Standing.CONFLICT), distinct=True),
    )
    held = Registration.objects.filter(seminar=seminar, state=Registration.State.BOOKED).aggregate(
        bookings=Count("id"), seats=Sum("seats", default=0)
    )
    return Summary(
        people=found["everyone"],
        booked=held["seats"],
        of_bookings=found["of_bookings"],
        without_booking=found["everyone"] - found["of_bookings"],
        bookings=found["bookings"],
        classes=found["classes"],
        class_people=found["class_people"],
        stayed_away=max(held["bookings"] - found["bookings"], 0) if rows["rows"] else 0,
        conflicts=rows["conflicts"],
        was_recorded=bool(rows["rows"]),
    )


def settle(seminar: Seminar) -> int:
    """Writes the number that outlives the names, in the caller's transaction, which holds the seminar."""
    people: int = counted(seminar).aggregate(everyone=Sum("people", default=0))["everyone"]
    Seminar.objects.filter(pk=seminar.pk).update(attended=people)
    return people
