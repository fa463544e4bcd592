"""Whether the counts of an event are those of its bookings: asked after every round of the tests, and every night."""

from typing import Any, Final

from django.db.models import Count, F, Max, Q, Sum
from django.db.models.functions import Coalesce

from outreach.registration.models import Registration
from outreach.seminars.models import Seminar, SeminarQuerySet

State, Kind = Registration.State, Registration.Kind

HOLDING: Final = (State.BOOKED, State.OFFERED)
_HOLDS: Final = Q(registrations__state__in=HOLDING)


_TRUE: Final[dict[str, Any]] = {
    "true_seats": Coalesce(Sum("registrations__seats", filter=_HOLDS), 0),
    "true_groups": Count("registrations", filter=_HOLDS & Q(registrations__kind=Kind.CLASS)),
    "true_waiting": Count("registrations", filter=Q(registrations__state=State.WAITING)),
    "true_last": Coalesce(Max("registrations__line"), 0),
}


def faulty() -> SeminarQuerySet:
    """Events whose counts disagree with their bookings: none, if all is well."""
    agree: dict[str, Any] = {
        "true_seats": F("seats_taken"),
        "true_groups": F("groups_taken"),
        "true_waiting": F("waiting"),
        "true_last__lte": F("last_in_line"),
    }
    return Seminar.objects.annotate(**_TRUE).exclude(**agree)


def faults(seminar: Seminar) -> list[str]:
    """What is wrong with the counts of one event, a sentence each; one statement. Nothing, if all is well."""
    found = (
        Seminar.objects.filter(pk=seminar.pk)
        .annotate(**_TRUE)
        .values(
            *("seats_taken", "groups_taken", "waiting", "last_in_line", "capacity", "groups"),
            *("true_seats", "true_groups", "true_waiting", "true_last"),
        )[0]
    )
    said = []
    for counter, true, what in (
        ("seats_taken", "true_seats", "seats"),
        ("groups_taken", "true_groups", "classes"),
        ("waiting", "true_waiting", "waiting"),
    ):
        if found[counter] != found[true]:
            said.append(f"{what}: counted {found[counter]}, bookings say {found[true]}.")
    if found["true_seats"] > found["capacity"]:
        said.append(f"oversold: {found['true_seats']} seats of {found['capacity']}.")
    if found["groups"] is not None and found["true_groups"] > found["groups"]:
        said.append(f"too many classes: {found['true_groups']} of {found['groups']}.")
    if found["true_last"] > found["last_in_line"]:
        said.append(f"place {found['true_last']} in line was given, only {found['last_in_line']} counted.")
    return said
