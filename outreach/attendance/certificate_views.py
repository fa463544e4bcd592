"""Public pages of certificates. Only buttons do anything; nothing typed stands in an address or a log."""

import uuid
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from outreach.attendance import certificate_paper, certificates
from outreach.attendance.certificate_forms import CheckForm
from outreach.attendance.ticket_views import pdf
from outreach.registration.models import Registration
from outreach.seminars.refusals import NotPossible
from portal.pages.headers import leaves_no_trace
from portal.pages.limits import Limit
from portal.typesetting import TypesettingError

CHECKS = Limit(name="certificates", per_minute=10, burst=10, ceiling_per_minute=120)
PAPERS = Limit(name="own certificates", per_minute=10, burst=6, ceiling_per_minute=120)
LANGUAGES = {"en": "English", "es": "Español"}


@csrf_exempt  # no session stands behind it
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def check(request: HttpRequest) -> HttpResponse:
    """Whether code and name of a paper belong together."""
    form = CheckForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _check_page(request, form)
    if not form.is_valid():
        return _check_page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if wait := CHECKS.allows(request):
        response = _check_page(request, form, status=HTTPStatus.TOO_MANY_REQUESTS, is_busy=True)
        response.headers["Retry-After"] = str(int(wait) + 1)
        return response
    found = certificates.check(code=form.cleaned_data["code"], name=form.cleaned_data["name"])
    return _check_page(request, form, found=found)


def _check_page(request: HttpRequest, form: CheckForm, *, status: int = HTTPStatus.OK, **more: object) -> HttpResponse:
    context = {"form": form, "answers": certificates.Answer.__members__, **more}
    return render(request, "outreach/attendance/certificate_check.html", context, status=status)


@csrf_exempt  # the unguessable address is the authority
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def own(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The certificate of a booking, for whoever holds its private link. Only the button makes it."""
    booking = get_object_or_404(Registration.objects.select_related("seminar__area"), uid=uid, forgotten_at=None)
    context = {
        "booking": booking,
        "event": booking.seminar,
        "languages": LANGUAGES,
        "refusal": certificates.why_not(booking),
    }
    status = HTTPStatus.OK
    if request.method == "POST" and not context["refusal"]:
        try:
            if not PAPERS.allows(request):
                return _paper(uid, request.POST.get("language", ""))
            status, context["refusal"] = (
                HTTPStatus.TOO_MANY_REQUESTS,
                gettext("Too many papers at once. Please wait a minute."),
            )
        except NotPossible as refusal:
            status, context["refusal"] = HTTPStatus.CONFLICT, str(refusal)
        except TypesettingError:
            status = HTTPStatus.CONFLICT
            context["refusal"] = gettext("We have no letters to print this name with. Write to us: we will find a way.")
    elif request.method == "POST":
        status = HTTPStatus.CONFLICT
    response = render(request, "outreach/attendance/certificate.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _paper(uid: uuid.UUID, wanted: str) -> HttpResponse:
    language = wanted if wanted in LANGUAGES else get_language() or "en"
    certificate = certificates.issue(uid=uid)
    assert certificate.registration is not None, "issue() makes it of a booking"
    content = certificate_paper.paper([(certificate, certificate.registration.name)], language=language)
    return pdf(content, f"certificate {certificate.seminar.short_day}")
