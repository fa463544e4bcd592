"""Pages of presenters, and of agencies that add them.

No page sets a cookie; what a page may do follows from its unguessable address, and only by POST. The page of an
agency and the claim stand behind links that work once, the others behind the presenter's own key.
"""

import datetime as dt
import uuid
from functools import partial
from http import HTTPStatus

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from outreach.seminars.models import Availability, Presenter, Seminar
from outreach.seminars.presenters import assignments, availability, claiming, month, profile
from outreach.seminars.presenters.feed import feed
from outreach.seminars.presenters.forms import DayForm, DeclineForm, OffersForm, PersonForm, WeekForm
from outreach.seminars.presenters.page import Page
from outreach.seminars.refusals import NotPossible
from portal.areas import clocks
from portal.areas.clocks import spoken_day
from portal.pages.headers import leaves_no_trace
from portal.people import link_pages
from portal.people.links import LinkClosed, LinkState
from portal.seasons.models import Season

SEE_OTHER = HTTPStatus.SEE_OTHER
REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY
_closed = partial(link_pages.show_closed, template="outreach/presenting/closed.html")


@csrf_exempt  # no session stands behind it: the unguessable address is the authority
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """Shows whose record it is; its button claims it, once, and leads to the private page."""
    opened = claiming.open_link(token)
    invitation = opened.invitation
    if opened.state is not LinkState.OPEN or invitation is None or invitation.presenter is None:
        return _closed(request, opened.state if invitation and invitation.presenter else LinkState.UNKNOWN)
    if request.method == "POST":
        try:
            presenter = claiming.claim(token=token)
        except LinkClosed as closed:
            return _closed(request, closed.state)
        return _to("presenter-page", presenter.key)
    until = spoken_day(invitation.expires_at, settings.TIME_ZONE)
    return link_pages.show(
        request, "outreach/presenting/claim.html", {"presenter": invitation.presenter, "until": until}
    )


@csrf_exempt  # no session stands behind it: the unguessable address is the authority
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def agency(request: HttpRequest, token: str) -> HttpResponse:
    """An agency adds its presenters, one after the other, until it says that these are all."""
    opened = claiming.open_link(token)
    invitation = opened.invitation
    if opened.state is not LinkState.OPEN or invitation is None or invitation.agency is None:
        return _closed(request, opened.state if invitation and invitation.agency else LinkState.UNKNOWN)
    form = PersonForm(request.POST if "name" in request.POST else None, agency=invitation.agency)
    try:
        if request.POST.get("step") == "finish":
            claiming.finish(token=token)
            return link_pages.show(request, "outreach/presenting/agency_done.html", {"agency": invitation.agency})
        if form.is_valid():
            claiming.add(token=token, added=form.presenter())
            return HttpResponseRedirect(request.path, status=SEE_OTHER)
    except LinkClosed as closed:
        return _closed(request, closed.state)
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
    added = list(invitation.added.order_by("pk"))
    context = {
        "agency": invitation.agency,
        "form": form,
        "added": added,
        "left": claiming.MOST - len(added),
        "until": spoken_day(invitation.expires_at, settings.TIME_ZONE),
    }
    return link_pages.show(
        request, "outreach/presenting/agency.html", context, status=REFUSED if form.errors else HTTPStatus.OK
    )


@csrf_exempt  # the unguessable address is the authority
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def presenter_page(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What comes next and what is to be answered; a yes, a no, and new links by POST alone."""
    presenter = _presenter(key)
    form, wrong = DeclineForm(), ""
    if request.method == "POST":
        if request.POST.get("step") == "new-links":
            return _to("presenter-page", claiming.new_links(presenter_id=presenter.pk, by=None).key)
        form = DeclineForm(request.POST)
        form.is_valid()
        try:
            _answer(request, key, form)
        except NotPossible as refusal:
            wrong = str(refusal)
        else:
            return HttpResponseRedirect(request.path, status=SEE_OTHER)
    now = timezone.now()
    page = Page(presenter, list(assignments.told_to(presenter, now=now)), now=now)
    calendar = settings.PUBLIC_ADDRESS + reverse("presenter-calendar", args=[presenter.calendar_key])
    context = {"presenter": presenter, "page": page, "form": form, "wrong": wrong, "calendar": calendar}
    return link_pages.show(
        request, "outreach/presenting/page.html", context, status=HTTPStatus.CONFLICT if wrong else HTTPStatus.OK
    )


def _answer(request: HttpRequest, key: uuid.UUID, form: DeclineForm) -> None:
    """Raises ``NotPossible``, also for an answer that no button of the page gives."""
    try:
        seminar, seen = uuid.UUID(request.POST.get("seminar", "")), int(request.POST.get("seen", ""))
        assignments.answer(
            presenter_key=key,
            seminar_uid=seminar,
            answer=request.POST.get("answer", ""),
            reason=form.cleaned_data.get("reason", ""),
            note=form.cleaned_data.get("note", ""),
            seen=seen,
        )
    except (ValueError, Seminar.DoesNotExist) as unknown:
        raise NotPossible(_("This seminar is no longer yours: nothing is left for you to do.")) from unknown


@csrf_exempt  # the unguessable address is the authority
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def presenter_details(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What a presenter gives, from where and how much."""
    presenter = _presenter(key)
    form = OffersForm(request.POST if request.method == "POST" else None, stored=presenter)
    if form.is_valid():
        try:
            profile.keep(presenter_id=presenter.pk, fields=form.offers())
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            return _to("presenter-page", key)
    context = {"presenter": presenter, "form": form, "clock": clocks.clock_name(presenter.time_zone)}
    return link_pages.show(
        request, "outreach/presenting/details.html", context, status=REFUSED if form.errors else HTTPStatus.OK
    )


@csrf_exempt  # the unguessable address is the authority
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def presenter_days(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The week, and a month with the dates on which it doesn't hold. ``?month=2027-01&day=2027-01-12`` opens a date."""
    presenter = _presenter(key)
    now = timezone.now()
    starts_on = Season.objects.current().starts_on
    first = month.opened_at(request.GET.get("month", ""), presenter, season_starts_on=starts_on, now=now)
    shown = month.month_of(presenter, first, now=now)
    opened = shown.cells.get(parse_date_or_none(request.GET.get("day", "")) or dt.date.min)
    opened = opened if opened and opened.is_open else None
    step = request.POST.get("step")
    if step == "month":
        return _tick(request, presenter, shown)
    week_form = WeekForm(
        request.POST if step == "week" else None,
        week={row.weekday: availability.Hours(row.start, row.end) for row in presenter.weekly_hours.all()},
        first_weekday=month.first_weekday(),
    )
    day_form = DayForm(request.POST if step == "day" else None, cell=opened)
    here = f"{request.path}?month={shown.name}"
    if week_form.is_valid():
        availability.set_week(presenter_id=presenter.pk, week=week_form.week())
        return HttpResponseRedirect(f"{here}#week", status=SEE_OTHER)
    if opened and day_form.is_valid():
        availability.set_day(presenter_id=presenter.pk, date=opened.date, hours=day_form.hours())
        return HttpResponseRedirect(f"{here}#on-{opened.date}", status=SEE_OTHER)
    context = {
        "presenter": presenter,
        "clock": clocks.clock_name(presenter.time_zone),
        "month": shown,
        "opened": opened,
        "week_form": week_form,
        "day_form": day_form,
    }
    is_wrong = week_form.errors or day_form.errors
    return link_pages.show(
        request, "outreach/presenting/availability.html", context, status=REFUSED if is_wrong else HTTPStatus.OK
    )


def _tick(request: HttpRequest, presenter: Presenter, shown: month.Month) -> HttpResponse:
    """Keeps which days are away; the script asks for one day at a time and is told what it offers then."""
    one = parse_date_or_none(request.POST.get("only", ""))
    asked = [cell.date for cell in shown.cells.values() if cell.is_open and one in {None, cell.date}]
    ticked = {day for text in request.POST.getlist("away") if (day := parse_date_or_none(text))}
    availability.set_away(presenter_id=presenter.pk, shown=asked, away=ticked)
    if not request.accepts("text/html"):
        now_shown = month.month_of(_presenter(presenter.key), shown.first, now=timezone.now())
        cells = [now_shown.cells[day] for day in asked]
        return JsonResponse({f"{cell.date}": {"label": cell.label, "short": cell.short} for cell in cells})
    return HttpResponseRedirect(f"{request.path}?month={shown.name}#month", status=SEE_OTHER)


@require_safe
@leaves_no_trace()
def presenter_calendar(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The calendar to subscribe to: behind a key of its own, which leads to no page."""
    presenter = get_object_or_404(Presenter, calendar_key=key, retired_at=None)
    return HttpResponse(
        feed(presenter, now=timezone.now()),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="seminars.ics"', "X-Robots-Tag": "noindex"},
    )


def parse_date_or_none(text: str) -> dt.date | None:
    """The date of ``2027-01-12``; None for anything else."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _presenter(key: uuid.UUID) -> Presenter:
    dates = Prefetch("availability", Availability.objects.order_by("date"))
    presenters = Presenter.objects.select_related("agency").prefetch_related("weekly_hours", dates)
    return get_object_or_404(presenters, key=key, retired_at=None)


def _to(page: str, key: uuid.UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse(page, kwargs={"key": key}), status=SEE_OTHER)
