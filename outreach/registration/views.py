"""Public pages: booking seats, the private page of a booking.

No page sets a cookie, and the forms stand on no session: see outreach.seminars.views.
"""

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from outreach.registration import booking
from outreach.registration.forms import BookingForm
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from portal.pages.headers import leaves_no_trace

SEE_OTHER = 303
CONFLICT = 409


@csrf_exempt  # no session stands behind it
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def register(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The form, and what comes of it. Whether an address is known here nobody can tell from the answer."""
    event = get_object_or_404(Seminar.objects.public().select_related("area"), uid=uid)
    if request.method != "POST":
        if not event.takes_bookings:
            return _closed(request, event, status=200)
        return _form_page(request, event, BookingForm())
    form = BookingForm(request.POST)
    if form.is_from_a_machine:
        return _done(event)
    if not form.is_valid():
        return _form_page(request, event, form, status=422)
    try:
        booking.take(
            seminar_uid=event.uid,
            wish=booking.Wish(
                name=form.cleaned_data["name"],
                email=form.cleaned_data["email"],
                seats=form.cleaned_data["seats"],
                needs=form.cleaned_data["needs"],
            ),
            nonce=form.cleaned_data["nonce"],
            language=get_language() or "en",
        )
    except booking.SeminarFull as full:
        if full.left:
            return _form_page(request, full.seminar, form, too_many=True, status=CONFLICT)
        return _closed(request, full.seminar)
    except booking.SeminarClosed as closed:
        return _closed(request, closed.seminar)
    return _done(event)


def _form_page(
    request: HttpRequest, event: Seminar, form: BookingForm, *, too_many: bool = False, status: int = 200
) -> HttpResponse:
    context = {"event": event, "form": form, "too_many": too_many}
    return render(request, "outreach/registration/register.html", context, status=status)


def _closed(request: HttpRequest, event: Seminar, status: int = CONFLICT) -> HttpResponse:
    return render(request, "outreach/registration/closed.html", {"event": event}, status=status)


def _done(event: Seminar) -> HttpResponse:
    return HttpResponseRedirect(reverse("registration-done", args=[event.uid]), status=SEE_OTHER)


@require_safe
@leaves_no_trace(shared_seconds=60)
def done(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Thanks, and that the mail tells the rest; the same for everyone."""
    event = get_object_or_404(Seminar.objects.public().select_related("area"), uid=uid)
    return render(request, "outreach/registration/done.html", {"event": event})


@csrf_exempt  # the unguessable address is the authority
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def booking_page(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """A booking, for whoever holds its private link. Only a press of the button cancels it."""
    status = 200
    if request.method == "POST":
        try:
            booking.cancel(uid=uid)
        except Registration.DoesNotExist:
            pass
        except booking.SeminarClosed:
            status = CONFLICT
        else:
            return HttpResponseRedirect(request.path, status=SEE_OTHER)
    booked = get_object_or_404(Registration.objects.select_related("seminar__area"), uid=uid)
    context = {"booking": booked, "event": booked.seminar}
    response = render(request, "outreach/registration/booking.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
