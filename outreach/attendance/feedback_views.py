"""Feedback: by the private link of a booking, and by the door's adult for a class of students."""

import uuid
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from outreach.attendance import door_views, feedback, links
from outreach.attendance.feedback_forms import FeedbackForm, HandsForm
from outreach.attendance.models import FeedbackTally
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from portal.pages.headers import leaves_no_trace
from portal.people.links import LinkState

MOST_HANDS = 500


@csrf_exempt  # no session stands behind it: the unguessable address is the authority
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def feedback_page(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Three questions, or in words why there are none now."""
    booking = get_object_or_404(Registration.objects.select_related("seminar__area"), uid=uid)
    form = FeedbackForm(request.POST if request.method == "POST" else None, booking=booking)
    why, status = feedback.closed(booking, now=timezone.now()), HTTPStatus.OK
    if request.method == "POST" and not why:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                seminar = feedback.give(uid=uid, answers=form.answers, hands=form.hands, now=timezone.now())
            except feedback.NotNow as refused:
                why, status = refused.why, HTTPStatus.OK
            else:
                return HttpResponseRedirect(reverse("feedback-thanks", args=[seminar.uid]), status=HTTPStatus.SEE_OTHER)
    context = {"booking": booking, "event": booking.seminar, "form": form, "why": why}
    response = render(request, "outreach/attendance/feedback.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@leaves_no_trace(shared_seconds=60)
def thanks(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The same for everyone."""
    event = get_object_or_404(Seminar.objects.public().select_related("area"), uid=uid)
    return render(request, "outreach/attendance/thanks.html", {"event": event})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def door_hands(request: HttpRequest, token: str) -> HttpResponse:
    """The class is asked once, by raised hands; the adult at the door counts. For seminars with students alone."""
    opened = links.open_link(token)
    link = opened.invitation
    if link is None or opened.state is not LinkState.OPEN:
        return door_views.closed(request, opened.state, link)
    for_students = link.seminar.is_unlisted
    before = FeedbackTally.objects.filter(seminar=link.seminar, question=feedback.CLASS)
    initial = {f"hands_{tally.answer}": tally.count for tally in before} if for_students else {}
    form = HandsForm(
        request.POST if request.method == "POST" and for_students else None,
        most=link.seminar.attended or MOST_HANDS,
        initial=initial,
    )
    done = form.is_valid()
    if done:
        feedback.raise_hands(door=link, hands=form.hands)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return door_views.page(request, link, token, "hands", status=status, form=form, done=done)
