"""The poster of an event, for everyone who wants to put it up; its page's language is the poster's."""

import uuid
from math import ceil

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaign.posters import events
from campaign.posters.making import Busy
from outreach.seminars.models import Seminar
from portal.areas import clocks
from portal.pages.headers import leaves_no_trace
from portal.pages.limits import Limit
from portal.typesetting import TypesettingError

SHARED_SECONDS = 60
BUSY_SECONDS = 5

#: A poster takes 60 ms where it is not kept.
POSTERS = Limit(name="posters of events", per_minute=30, burst=20, ceiling_per_minute=300)


@require_safe
@leaves_no_trace(shared_seconds=SHARED_SECONDS)
def poster(request: HttpRequest, uid: uuid.UUID, paper: str) -> HttpResponse:
    """A PDF. In words where there is none: the event is over or called off (410), or it is not made yet (404, 503)."""
    sheet = events.PAPERS.get(paper)
    event = Seminar.objects.public().select_related("area", "host").filter(uid=uid).first()
    if sheet is None or event is None:
        raise Http404
    if seconds := POSTERS.allows(request):
        return _words(request, event, "busy", status=429, retry_after=seconds)
    language = get_language() or "en"
    try:
        document = events.deliver(event, language=language, paper=sheet, now=timezone.now())
    except events.NoPoster:
        return _words(request, event, "gone", status=410)
    except events.NotYet:
        return _words(request, event, "busy", status=404, retry_after=BUSY_SECONDS)
    except Busy:
        return _words(request, event, "busy", status=503, retry_after=BUSY_SECONDS)
    except TypesettingError:
        return _words(request, event, "too_long", status=409)
    day = clocks.local(event.starts_at, event.time_zone).date()
    name = f"poster-{day.isoformat()}-{sheet.slug}-{language}.pdf"
    return HttpResponse(
        document, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _words(request: HttpRequest, event: Seminar, why: str, *, status: int, retry_after: float = 0) -> HttpResponse:
    response = render(request, "campaign/posters/event_poster.html", {"event": event, "why": why}, status=status)
    if retry_after:
        response.headers["Retry-After"] = str(ceil(retry_after))
    return response
