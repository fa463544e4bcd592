"""Pages of words. They are the same for everyone, so a CDN may keep them; browsers keep nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaign.welcome import leaflets
from portal.pages.headers import leaves_no_trace

#: How long a CDN may keep a page, in seconds: each says numbers, and a number may change.
SHARED_SECONDS = 300


@require_safe
@leaves_no_trace(shared_seconds=SHARED_SECONDS)
def home(request: HttpRequest) -> HttpResponse:
    """What the campaign is and where to go from here."""
    language = get_language() or "en"
    pages = [leaflets.in_language(slug, language) for slug in leaflets.SLUGS]
    return render(request, "campaign/welcome/home.html", {"leaflets": pages})


@require_safe
@leaves_no_trace(shared_seconds=SHARED_SECONDS)
def about(request: HttpRequest) -> HttpResponse:
    """Who is behind it, and where texts and figures come from."""
    return render(request, "campaign/welcome/about.html")


@require_safe
@leaves_no_trace(shared_seconds=SHARED_SECONDS)
def safety(request: HttpRequest) -> HttpResponse:
    """What stays on a phone, what an exit button cannot do, what this site keeps."""
    return render(request, "campaign/welcome/safety.html")


@require_safe
@leaves_no_trace(shared_seconds=SHARED_SECONDS)
def leaflet(request: HttpRequest, slug: str) -> HttpResponse:
    """Signs, jobs, calls or rights, with sources."""
    page = leaflets.in_language(slug, get_language() or "en")
    return render(request, "campaign/welcome/leaflet.html", {"leaflet": page})
