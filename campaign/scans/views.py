"""``/Q/<code>`` and the page behind it: no query, no cookie, no error."""

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, get_language_from_request
from django.views.decorators.csrf import csrf_exempt

from campaign.links import codes
from campaign.scans import journal, pages, retired, words
from campaign.scans.visitors import is_counted
from portal.areas.register import BY_CODE, NATION
from portal.pages.addresses import takes_any_address
from portal.pages.headers import leaves_no_trace

#: How long a CDN may hold a help page (seconds); a changed number reaches everyone within it.
SHARED_SECONDS = 300


# Nothing is changed on anyone's behalf and no session stands behind it: whatever the method, help comes.
@csrf_exempt
@takes_any_address
@leaves_no_trace()
def code(request: HttpRequest, text: str = "") -> HttpResponse:
    """Counts a scan, drops the code and leads to the help page of its area in its language.

    A code that can't be read, or was retired, leads to the nation's page.
    """
    area, language = NATION.code, get_language_from_request(request)
    try:
        reading = codes.read(text.rstrip("/"))
    except codes.BadCode:
        pass
    else:
        language = reading.language
        if not retired.is_retired(reading.code):
            area = reading.area
        if is_counted(request):
            journal.of_this_process().append(reading.code)
    if language not in words.LANGUAGES:
        language = words.LANGUAGES[0]
    response = HttpResponseRedirect(f"/{language}/near/{area.lower()}/")
    response.status_code = 303 if request.method not in ("GET", "HEAD") else 302
    return response


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
