"""Public pages: booking seats, and the private page of a booking.

No page sets a cookie, and the forms stand on no session: see outreach.seminars.views. A page by GET changes nothing,
so that a scanner of mails may open every link.
"""

import math
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from outreach.registration import booking, waitlist
from outreach.registration.forms import BookingForm, ChangeForm
from outreach.registration.models import Registration
from outreach.registration.private_page import PrivatePage
from outreach.seminars.models import Seminar, Waitlist
from portal.pages.headers import leaves_no_trace
from portal.pages.limits import Limit

BOOKS: Final = Limit(name="bookings", per_minute=60, burst=60, ceiling_per_minute=60_000)
"""A school or a hall is one client: a class of adults that books at once passes. The database is kept by its turns."""
UNREAD: Final = Limit(name="bookings by forms that nobody read", per_minute=10, burst=40, ceiling_per_minute=600)
"""Sent without a page of ours, or a moment after it: a machine, mostly; sometimes a quick person with a full purse."""
SOON: Final = "3"
"""Seconds after which whoever found all busy may send again."""


@csrf_exempt  # no session stands behind it
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def register(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The form, and what comes of it. Whether an address is known here nobody can tell from the answer."""
    if request.method != "POST":
        event = _event(uid)
        return _form_page(request, event, BookingForm.fresh(), status=HTTPStatus.OK)
    form = BookingForm(request.POST)
    if form.is_from_a_machine:
        return _done(uid)
    if wait := BOOKS.allows(request) or (0.0 if form.was_read else UNREAD.allows(request)):
        return _form_page(
            request, _event(uid), form, says="often", status=HTTPStatus.TOO_MANY_REQUESTS, retry=str(math.ceil(wait))
        )
    if not form.is_valid():
        return _form_page(request, _event(uid), form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        outcome = booking.take(
            seminar_uid=uid, wish=form.wish(), nonce=form.cleaned_data["nonce"], language=get_language() or "en"
        )
    except Seminar.DoesNotExist:
        return _form_page(request, _event(uid), form)
    except (booking.TooMany, booking.NoClasses) as refusal:
        form.refuse(refusal)
        return _form_page(request, _event(uid), form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except booking.SeminarFull as full:
        return _form_page(request, _event(uid), form, says="full", left=full.left)
    except booking.SeminarClosed:
        return _closed(request, _event(uid))
    except booking.Busy:
        return _form_page(request, _event(uid), form, says="busy", status=HTTPStatus.SERVICE_UNAVAILABLE, retry=SOON)
    return _waits(uid) if outcome.seems_to_wait else _done(uid)


def _event(uid: uuid.UUID) -> Seminar:
    """The public event of an address. Raises ``Http404``."""
    return get_object_or_404(Seminar.objects.public().select_related("area"), uid=uid)


def _form_page(
    request: HttpRequest,
    event: Seminar,
    form: BookingForm,
    *,
    says: str = "",
    left: int = 0,
    status: HTTPStatus = HTTPStatus.CONFLICT,
    retry: str = "",
) -> HttpResponse:
    """The form with what was typed and why nothing is booked yet; where it leads to nothing, why."""
    is_full = event.seats_left <= 0 or (says == "full" and not left)
    if _has_ended(event) or (is_full and event.waitlist == Waitlist.NONE):
        return _closed(request, event, status=status if request.method != "POST" else HTTPStatus.CONFLICT)
    context = {"event": event, "form": form, "says": says, "left": left, "can_wait": event.waitlist != Waitlist.NONE}
    page = render(request, "outreach/registration/register.html", context, status=status)
    if retry:
        page.headers["Retry-After"] = retry
    return page


def _closed(request: HttpRequest, event: Seminar, status: HTTPStatus = HTTPStatus.CONFLICT) -> HttpResponse:
    context = {"event": event, "why": _has_ended(event) or "full"}
    return render(request, "outreach/registration/closed.html", context, status=status)


def _has_ended(event: Seminar) -> str:
    """Why nobody can book any more, not even a place in line; empty as long as they can."""
    if event.state == Seminar.State.CANCELLED:
        return "cancelled"
    if event.state != Seminar.State.OPEN or event.has_begun:
        return "over"
    closes = event.booking_closes_at
    return "closed" if closes is not None and closes <= timezone.now() else ""


def _done(uid: uuid.UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("registration-done", args=[uid]), status=HTTPStatus.SEE_OTHER)


def _waits(uid: uuid.UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("registration-waiting", args=[uid]), status=HTTPStatus.SEE_OTHER)


@require_safe
@leaves_no_trace(shared_seconds=60)
def done(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Thanks, and that the mail tells the rest; the same for everyone."""
    return render(request, "outreach/registration/done.html", {"event": _event(uid)})


@require_safe
@leaves_no_trace(shared_seconds=60)
def waiting(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """In line, what happens next, and that the mail tells the rest; the same for everyone."""
    return render(request, "outreach/registration/waiting.html", {"event": _event(uid)})


@csrf_exempt  # the unguessable address is the authority
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def booking_page(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """A booking, for whoever holds its private link. Only a press of a button changes it."""
    step = STEPS.get(request.POST.get("step", "")) if request.method == "POST" else None
    try:
        answer = step(request, uid) if step else _show(request, uid)
    except Registration.DoesNotExist:
        answer = render(request, "outreach/registration/gone.html", status=HTTPStatus.GONE)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _show(
    request: HttpRequest,
    uid: uuid.UUID,
    *,
    form: ChangeForm | None = None,
    says: str = "",
    left: int = 0,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    booked = Registration.objects.select_related("seminar__area").get(uid=uid, forgotten_at=None)
    context = {
        "booking": booked,
        "event": booked.seminar,
        "page": PrivatePage(booked),
        "form": form or ChangeForm(booked=booked),
        "says": says,
        "left": left,
    }
    answer = render(request, "outreach/registration/booking.html", context, status=status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = SOON
    return answer


def _act(
    request: HttpRequest, uid: uuid.UUID, verb: Callable[..., Any], form: ChangeForm | None = None
) -> HttpResponse:
    """Does it and shows how things stand; where it could not be done, why, with what was typed."""
    try:
        verb(uid=uid)
    except booking.Busy:
        return _show(request, uid, form=form, says="busy", status=HTTPStatus.SERVICE_UNAVAILABLE)
    except booking.SeminarFull as full:
        return _show(request, uid, form=form, says="full", left=full.left, status=HTTPStatus.CONFLICT)
    except booking.TooMany as many:
        if form is not None:
            form.refuse(many)
        return _show(request, uid, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except booking.NoSeat:
        return _show(request, uid, form=form, says="late", status=HTTPStatus.CONFLICT)
    return HttpResponseRedirect(request.path, status=HTTPStatus.SEE_OTHER)


def _cancel(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    return _act(request, uid, booking.cancel)


def _accept(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    return _act(request, uid, waitlist.accept)


def _decline(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    return _act(request, uid, waitlist.decline)


def _change(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    booked = Registration.objects.select_related("seminar").get(uid=uid, forgotten_at=None)
    form = ChangeForm(request.POST, booked=booked)
    if not form.is_valid():
        return _show(request, uid, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _act(request, uid, lambda *, uid: booking.change(uid=uid, **form.changes()), form)


STEPS: Final[dict[str, Callable[[HttpRequest, uuid.UUID], HttpResponse]]] = {
    "cancel": _cancel,
    "accept": _accept,
    "decline": _decline,
    "change": _change,
}
