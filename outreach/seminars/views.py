"""Public pages: asking for a seminar, the list of events, one event.

No page sets a cookie. The forms stand on no session, so there is nothing that a forged request
could ride on: they are exempt from the CSRF check, which would need a cookie and spoil caching.
What a private page may do follows from its unguessable address, and only by POST.
"""

import uuid

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from outreach.seminars import intake
from outreach.seminars.forms import RequestForm
from outreach.seminars.models import Request, Seminar
from portal.areas.models import Area
from portal.pages.headers import leaves_no_trace
from portal.seasons.models import Season

EVENTS_A_PAGE = 20
SEE_OTHER = 303


@require_safe
@leaves_no_trace(shared_seconds=60)
def events(request: HttpRequest) -> HttpResponse:
    """What is coming up for adults and communities, soonest first; ``?state=MS`` narrows it."""
    upcoming = Seminar.objects.listed().upcoming(timezone.now())
    states = list(Area.objects.filter(pk__in=upcoming.values("area")))
    chosen = next((area for area in states if area.pk == request.GET.get("state", "").upper()), None)
    if chosen:
        upcoming = upcoming.filter(area=chosen)
    paginator = Paginator(upcoming.select_related("area").order_by("starts_at", "pk"), EVENTS_A_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    return render(request, "outreach/seminars/events.html", {"page": page, "states": states, "chosen": chosen})


@require_safe
@leaves_no_trace(shared_seconds=60)
def event(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One public event. A draft and a seminar for students have no page."""
    seminar = get_object_or_404(Seminar.objects.public().select_related("area"), uid=uid)
    return render(request, "outreach/seminars/event.html", {"event": seminar})


@csrf_exempt  # no session stands behind it
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def ask(request: HttpRequest) -> HttpResponse:
    """The form for schools. What a machine sends is answered like anything else, and dropped."""
    season = Season.objects.current()
    today = timezone.localdate()
    if request.method != "POST":
        return _ask_page(request, RequestForm(season=season, today=today))
    form = RequestForm(request.POST, season=season, today=today)
    if form.is_from_a_machine:
        return _redirect("seminar-request-sent")
    if not form.is_valid():
        return _ask_page(request, form, status=422)
    intake.submit(
        asked=form.request(),
        windows=form.windows(),
        nonce=form.cleaned_data["nonce"],
        language=get_language() or "en",
    )
    return _redirect("seminar-request-sent")


def _ask_page(request: HttpRequest, form: RequestForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "season": form.season}
    return render(request, "outreach/seminars/ask.html", context, status=status)


@require_safe
@leaves_no_trace(shared_seconds=3600)
def sent(request: HttpRequest) -> HttpResponse:
    """Thanks, and what happens next; the same for everyone."""
    return render(request, "outreach/seminars/sent.html")


@csrf_exempt  # the unguessable address is the authority
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def request_page(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Where a request stands, for whoever holds its private link. Only a press of a button changes anything."""
    asked = get_object_or_404(Request.objects.select_related("area").prefetch_related("preferred_dates"), uid=uid)
    refused = False
    if request.method == "POST":
        step = request.POST.get("step")
        try:
            if step == "confirm":
                intake.confirm_address(request_id=asked.pk)
            elif step == "withdraw":
                intake.withdraw(request_id=asked.pk)
            else:
                raise Http404
        except intake.NotPossible:
            refused = True
        else:
            return _redirect("request-page", asked.uid)
    context = {"asked": asked, "refused": refused}
    response = render(request, "outreach/seminars/request.html", context, status=409 if refused else 200)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _redirect(name: str, *args: object) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=args), status=SEE_OTHER)
