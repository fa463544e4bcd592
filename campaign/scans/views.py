"""The page behind a code: no query, no cookie, no error."""

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt

from campaign.scans import journal, operators, pages, words
from portal.areas.register import BY_CODE, NATION, AreaFact
from portal.pages.addresses import takes_any_address
from portal.pages.headers import leaves_no_trace

#: How long a CDN may hold a help page (seconds); a changed number reaches everyone within it.
SHARED_SECONDS = 60
#: How long it may show what it has while no web host of ours answers: old numbers are better than none.
STALE_SECONDS = 24 * 3600


@csrf_exempt
@takes_any_address
@csp_replace(pages.content_security_policy())
@leaves_no_trace(shared_seconds=SHARED_SECONDS, stale_seconds=STALE_SECONDS)
def help_page(
    request: HttpRequest, area: str, sheet: pages.Sheet = pages.Sheet.HELP, language: str = ""
) -> HttpResponse:
    """The page of an area in the path's language; an area that doesn't exist leads to the nation's."""
    spoken = _spoken(language)
    fact = BY_CODE.get(area.upper())
    if fact is None or area != area.lower() or (language and language != spoken):
        return _lead_to(spoken, fact or NATION, sheet)
    return _answer(request, pages.page(sheet, area=fact, language=spoken, on=journal.today()), spoken)


@csrf_exempt
@takes_any_address
@csp_replace(pages.content_security_policy())
@leaves_no_trace(shared_seconds=SHARED_SECONDS, stale_seconds=STALE_SECONDS)
def operator_page(request: HttpRequest, slug: str, language: str = "") -> HttpResponse:
    """The page of an operator: the nation's lines with its own; one that has none leads to the nation's."""
    spoken = _spoken(language)
    operator = operators.of(slug)
    if operator is None or (language and language != spoken):
        return _lead_to(spoken, NATION)
    page = pages.page(pages.Sheet.HELP, area=NATION, operator=operator, language=spoken, on=journal.today())
    return _answer(request, page, spoken)


@csrf_exempt
@takes_any_address
@leaves_no_trace()
def nation(request: HttpRequest, language: str = "") -> HttpResponse:
    """An address without an area leads to the nation's page."""
    return _lead_to(_spoken(language), NATION)


def _spoken(language: str) -> str:
    """The path's language if its page is answered, else the site's: English where it speaks no other."""
    for code in (language, get_language()):
        if code and code in words.answered():
            return code
    return words.LANGUAGES[0]


def _lead_to(language: str, area: AreaFact, sheet: pages.Sheet = pages.Sheet.HELP) -> HttpResponse:
    duty = "duty/" if sheet is pages.Sheet.DUTY else ""
    return HttpResponseRedirect(f"/{language}/near/{area.code.lower()}/{duty}")


def _answer(request: HttpRequest, page: pages.Page, language: str) -> HttpResponse:
    if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        response = HttpResponse(page.gzipped, headers={"Content-Encoding": "gzip"})
    else:
        response = HttpResponse(page.html)
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Encoding"
    return response
