"""``/Q/<code>``: no query, no cookie, no error, and no page before the help page."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language_from_request
from django.views.decorators.csrf import csrf_exempt

from campaign.links import codes
from campaign.scans import journal, retired, words
from campaign.scans.visitors import is_counted
from portal.areas.register import NATION
from portal.pages.addresses import takes_any_address
from portal.pages.headers import leaves_no_trace


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
