"""Pages behind a link that nobody guesses: whose rows their holder sees there, and no others."""

from collections.abc import Callable, Mapping
from typing import Any

from outreach.registration.models import Registration
from outreach.seminars.models import Presenter, Request, Seminar
from tests.confidential.planting import Canary
from tests.test_roles_by_url import booking, class_of_students

Rows = Callable[[], set[Any]]


def _booked() -> set[Any]:
    return {booking().pk}


def _booked_event() -> set[Any]:
    return {booking().seminar_id}


def _asked() -> set[Any]:
    return {class_of_students()[1].pk, Request.objects.order_by("pk")[0].pk}


def _class() -> set[Any]:
    return set(Seminar.objects.filter(request__in=_asked()).values_list("pk", flat=True))


def _presenter() -> set[Any]:
    return {Presenter.objects.order_by("pk")[0].pk, class_of_students()[2].pk}


def _given() -> set[Any]:
    """The seminars of the presenter."""
    return set(Seminar.objects.filter(presenter__in=_presenter()).values_list("pk", flat=True))


def _asked_for_given() -> set[Any]:
    """The schools where the presenter goes."""
    return set(Seminar.objects.filter(pk__in=_given()).values_list("request_id", flat=True))


def _at_the_door() -> set[Any]:
    """The bookings of the event whose door it is."""
    return set(Registration.objects.filter(seminar=booking().seminar_id).values_list("pk", flat=True))


BOOKING: Mapping[str, Rows] = {"outreach.registration": _booked, "outreach.seminar": _booked_event}
SCHOOL: Mapping[str, Rows] = {"outreach.request": _asked, "outreach.seminar": _class}
PRESENTER: Mapping[str, Rows] = {
    "outreach.presenter": _presenter, "outreach.seminar": _given, "outreach.request": _asked_for_given,
}  # fmt: skip
DOOR: Mapping[str, Rows] = {"outreach.registration": _at_the_door, "outreach.doorlink": lambda: set(range(10**4))}

HOLDERS: Mapping[str, Mapping[str, Rows]] = {
    **dict.fromkeys(("booking", "booking-ticket", "booking-certificate", "booking-feedback"), BOOKING),
    **dict.fromkeys(("request-page", "request-conditions", "request-paper"), SCHOOL),
    **dict.fromkeys(
        ("presenter-page", "presenter-days", "presenter-details", "presenter-brief", "presenter-calendar"), PRESENTER
    ),
    **dict.fromkeys(("door", "door-plain", "door-hands"), DOOR),
}


def holder_may_see(name: str, canary: Canary) -> bool:
    """Whether a canary is of a row that the holder of the page's link is meant to see."""
    rows = HOLDERS.get(name, {}).get(canary.label)
    return rows is not None and canary.pk in rows()
