"""The page behind a code: no query, no cookie, no error."""

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt

from campaign.scans import journal, pages, words
from portal.areas.register import BY_CODE, NATION
from portal.pages.addresses import takes_any_address
from portal.pages.headers import leaves_no_trace

#: How long a CDN may hold a help page (seconds); a changed number reaches everyone within it.
SHARED_SECONDS = 300


@csrf_exempt
@takes_any_address
@csp_replace(pages.content_security_policy())
@leaves_no_trace(shared_seconds=SHARED_SECONDS)
def help_page(request: HttpRequest, area: str, sheet: pages.Sheet = pages.Sheet.HELP) -> HttpResponse:
    """The page of an area in the path's language; an area that doesn't exist leads to the nation's."""
    fact = BY_CODE.get(area.upper())
    name = "help" if sheet is pages.Sheet.HELP else "duty"
    if fact is None or area != area.lower():
        return HttpResponseRedirect(reverse(name, args=[(fact or NATION).code.lower()]))
    page = pages.page(sheet, area=fact, language=get_language() or words.LANGUAGES[0], on=journal.today())
    response = HttpResponse(page.html)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(page.gzipped, headers={"Content-Encoding": "gzip"})
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@csrf_exempt
@takes_any_address
@leaves_no_trace()
def nation(request: HttpRequest) -> HttpResponse:
    """An address without an area leads to the nation's page."""
    return HttpResponseRedirect(reverse("help", args=[NATION.code.lower()]))
