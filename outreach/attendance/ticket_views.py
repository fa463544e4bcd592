"""A ticket to print, by the private link of its booking."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from outreach.attendance import ticket_paper
from outreach.registration.models import Registration
from outreach.seminars.models import Seminar
from portal.pages.headers import leaves_no_trace
from portal.pages.limits import Limit

PAPERS = Limit(name="tickets", per_minute=30, burst=20, ceiling_per_minute=300)


@require_safe
@leaves_no_trace()
def ticket(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The PDF of a booking that holds; nothing of it is kept here."""
    booking = get_object_or_404(Registration.objects.select_related("seminar__area"), uid=uid, forgotten_at=None)
    if booking.state != Registration.State.BOOKED or booking.seminar.state != Seminar.State.OPEN:
        raise Http404
    if wait := PAPERS.allows(request):
        return HttpResponse(
            gettext("Too many papers at once. Please wait a minute."),
            status=429,
            content_type="text/plain; charset=utf-8",
            headers={"Retry-After": str(int(wait) + 1)},
        )
    return pdf(ticket_paper.paper(booking, language=get_language() or "en"), f"ticket {booking.seminar.short_day}")


def pdf(content: bytes, name: str) -> HttpResponse:
    """A download that no search engine lists."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{slugify(name)}.pdf"',
            "X-Robots-Tag": "noindex",
        },
    )
