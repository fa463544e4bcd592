"""Public pages of events, the same for everyone: no cookie, nothing kept by a browser, all of it by a CDN."""

import hashlib
import uuid

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from outreach.agencies.logos import Logo, Scope
from outreach.events import calendars, page, pictures, rendered, standing, words
from outreach.events.listing import Events, Filters
from outreach.registration.forms import BookingForm
from outreach.seminars.models import Seminar
from portal.areas.register import BY_CODE, NATION
from portal.pages.headers import leaves_no_trace
from portal.pages.kept import kept_a_moment
from portal.pages.languages import spoken

EVENTS_A_PAGE = 20
#: How long a CDN may hold what it was given, in seconds.
SHARED_SECONDS = 60
FEED_SECONDS = 900
PICTURE = "public, max-age=31536000, immutable"


@require_safe
@kept_a_moment
@leaves_no_trace(shared_seconds=SHARED_SECONDS)
def events(request: HttpRequest) -> HttpResponse:
    """What is coming up for adults and communities, soonest first; an address that says it otherwise leads here."""
    now = timezone.now()
    asked = {name: request.GET[name] for name in request.GET}
    filters = Filters.read(asked, today=timezone.localdate(now))
    found = Events(now)
    paginator = Paginator(found.find(filters), EVENTS_A_PAGE)
    here = paginator.get_page(request.GET.get("page"))
    clean = filters.query(page=here.number)
    if clean != (f"?{query}" if (query := request.META.get("QUERY_STRING", "")) else ""):
        return HttpResponsePermanentRedirect(f"{request.path}{clean}")
    of_page = Seminar.objects.listed().filter(pk__in=here.object_list).select_related("area")
    shown = sorted(of_page, key=lambda event: (event.starts_at, event.pk))
    context = {
        "page": here,
        "months": words.by_month(shown, now),
        "filters": filters,
        "fields": words.fields(found, filters),
        "when": words.months(found, filters),
        "said": words.said(filters),
        "instead": [
            {"address": f"{request.path}{wider.query()}", "words": words.value(name, getattr(filters, name)), "count": count}
            for name, wider, count in found.instead(filters)
        ] if not shown else [],
        "feed": (feed_path := _feed_address(filters.state)),
        "feed_address": f"{settings.PUBLIC_ADDRESS}{feed_path}",
        "state": BY_CODE[filters.state].name if filters.state else "",
    }  # fmt: skip
    return render(request, "outreach/events/events.html", context)


@require_safe
@kept_a_moment
@leaves_no_trace(shared_seconds=SHARED_SECONDS)
def event(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One public event with the form to book. A draft and a seminar for students have no page."""
    content = page.content(_found(uid), timezone.now())
    if request.META.get("QUERY_STRING"):
        # What others hang onto an address says nothing here, and a CDN would keep a page for each.
        return HttpResponsePermanentRedirect(request.path)
    stands = content["standing"]
    assert isinstance(stands, standing.Standing)
    more = {"form": BookingForm()} if stands.takes_wishes else {}
    return HttpResponse(rendered.page("outreach/events/event.html", content, request=request, more=more))


@require_safe
@leaves_no_trace(shared_seconds=SHARED_SECONDS)
def calendar_file(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The event for anyone's calendar."""
    content = calendars.file(_found(uid), language=get_language() or "en")
    return _calendar(request, content, name="event.ics")


@require_safe
@kept_a_moment
@leaves_no_trace(shared_seconds=FEED_SECONDS)
def feed(request: HttpRequest, state: str = "") -> HttpResponse:
    """The events to subscribe to, all or those of a state; ``?lang=es`` says in which language their pages are."""
    area = BY_CODE.get(state.upper()) if state else None
    if state and (area is None or area is NATION or state != state.lower()):
        raise Http404
    language = spoken(request.GET.get("lang", ""))
    if request.META.get("QUERY_STRING", "") != (clean := "" if language == "en" else f"lang={language}"):
        return HttpResponsePermanentRedirect(f"{request.path}?{clean}" if clean else request.path)
    content = calendars.feed(timezone.now(), language=language, area=area)
    return _calendar(request, content, name="events.ics")


@require_safe
@leaves_no_trace()
def picture(request: HttpRequest, uid: str, digest: str) -> HttpResponse:
    """What a link to the event shows; an older picture's address leads to that of now."""
    try:
        event = _found(uuid.UUID(uid))
    except ValueError:
        raise Http404 from None
    said = page.words_of_picture(event, standing.of(event, timezone.now()))
    if said.digest != digest:
        return HttpResponseRedirect(reverse("event-picture", args=[event.uid, said.digest]))
    return HttpResponse(pictures.draw(said), content_type="image/png", headers={"Cache-Control": PICTURE})


@require_safe
@leaves_no_trace(shared_seconds=SHARED_SECONDS)
def logo(request: HttpRequest, digest: str) -> HttpResponse:
    """A partner's logo as long as it may stand on pages of events, asked for at every request."""
    found = Logo.objects.permitted(Scope.EVENTS, timezone.localdate()).filter(preview__sha256__startswith=digest)
    shown = found.select_related("preview").order_by("pk").first()
    if shown is None:
        raise Http404
    return HttpResponse(shown.preview_content(), content_type="image/png")


def _found(uid: uuid.UUID) -> Seminar:
    try:
        return page.found(uid)
    except Seminar.DoesNotExist:
        raise Http404 from None


def _feed_address(state: str) -> str:
    path = reverse("event-feed-of-state", args=[state.lower()]) if state else reverse("event-feed")
    language = get_language() or "en"
    return path if language == "en" else f"{path}?lang={language}"


def _calendar(request: HttpRequest, content: bytes, *, name: str) -> HttpResponse:
    """A calendar; nothing but "not modified" for whoever has it."""
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "ETag": etag},
    )
    return get_conditional_response(request, etag=etag, response=response) or response
