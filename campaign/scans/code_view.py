"""``/Q/<code>``: no query, no cookie, no error, and no page before the help page."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt

from campaign.links import codes
from campaign.links.destinations import Destination
from campaign.scans import journal, retired, targets, words
from campaign.scans.visitors import is_counted
from portal.areas.register import NATION
from portal.pages.addresses import takes_any_address
from portal.pages.headers import leaves_no_trace
from portal.pages.languages import spoken

TO_THE_NATION = Destination(path=f"near/{NATION.code.lower()}/")


# Nothing is changed on anyone's behalf and no session stands behind it: whatever the method, help comes.
@csrf_exempt
@takes_any_address
@leaves_no_trace()
def code(request: HttpRequest, text: str = "") -> HttpResponse:
    """Counts a scan, drops the code and leads to the help page of its area in its language.

    A code that can't be read, or was retired, leads to the nation's page; one that is aimed
    elsewhere leads there. Where the code's language has no page, the phone's own is taken.
    """
    try:
        reading = codes.read(text.rstrip("/"))
    except codes.BadCode:
        return _lead(request, TO_THE_NATION, preferred(request))
    if is_counted(request):
        journal.of_this_process().count(reading.code)
    language = reading.language if reading.language in words.answered() else preferred(request)
    if retired.is_retired(reading.code):
        return _lead(request, TO_THE_NATION, language)
    destination = targets.of(reading.code) or Destination(path=f"near/{reading.area.lower()}/")
    return _lead(request, destination, language)


def preferred(request: HttpRequest) -> str:
    """The first of the phone's languages that help speaks, else English. No cookie is looked at."""
    spoken = words.linked()
    for tag, _ in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "").lower()):
        for language in (tag, tag.partition("-")[0]):
            if language in spoken:
                return language
    return spoken[0]


def _lead(request: HttpRequest, destination: Destination, language: str) -> HttpResponse:
    if destination.is_event:
        language = spoken(language)
    response = HttpResponseRedirect(destination.address or f"/{language}/{destination.path}")
    response.status_code = 303 if request.method not in ("GET", "HEAD") else 302
    return response
