"""Public pages: what is kept, why and how long; and one person's own data, by a link that their mailbox got.

No page sets a cookie. Opening a link changes nothing: only buttons do.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from portal.keeping import links, person, register
from portal.keeping.forms import AddressForm
from portal.pages.headers import leaves_no_trace
from portal.pages.limits import Limit

ASKED = Limit(name="own data", per_minute=6, burst=6, ceiling_per_minute=60)


@require_safe
@leaves_no_trace(shared_seconds=300)
def keeping(request: HttpRequest) -> HttpResponse:
    """The register, as people read it."""
    return render(request, "portal/keeping/keeping.html", {"categories": register.categories()})


@csrf_exempt  # no session stands behind it
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def ask(request: HttpRequest) -> HttpResponse:
    """Mails a link to an address. Whether anything is kept of it nobody can tell from the answer."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return render(request, "portal/keeping/ask.html", {"form": form})
    if not form.is_valid():
        return render(request, "portal/keeping/ask.html", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if wait := ASKED.allows(request):
        response = render(
            request, "portal/keeping/ask.html", {"form": form, "is_busy": True}, status=HTTPStatus.TOO_MANY_REQUESTS
        )
        response.headers["Retry-After"] = str(int(wait) + 1)
        return response
    links.send(address=form.cleaned_data["email"], language=get_language() or "en")
    return HttpResponseRedirect(reverse("your-data-sent"), status=HTTPStatus.SEE_OTHER)


@require_safe
@leaves_no_trace(shared_seconds=300)
def sent(request: HttpRequest) -> HttpResponse:
    """The same for everyone."""
    return render(request, "portal/keeping/sent.html")


@csrf_exempt  # the unguessable address is the authority
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def own(request: HttpRequest, token: str) -> HttpResponse:
    """What is kept of whoever has the link, as counts; buttons hand it out or erase it, the latter asked twice."""
    link = links.opened(token)
    if link is None:
        return _private(render(request, "portal/keeping/closed.html", status=HTTPStatus.NOT_FOUND))
    step = request.POST.get("step", "")
    if step == "download":
        content = person.export(address=link.email, by=None)
        name = person.file_name(timezone.localdate())
        return _private(
            HttpResponse(
                content,
                content_type="application/json; charset=utf-8",
                headers={"Content-Disposition": f'attachment; filename="{name}"'},
            )
        )
    if step == "erase":
        return _private(render(request, "portal/keeping/sure.html"))
    if step == "erase for good":
        # The link goes with all else, so this page is the last that it opens.
        person.erase(address=link.email, by=None)
        return _private(render(request, "portal/keeping/erased.html"))
    return _private(render(request, "portal/keeping/own.html", {"found": person.found(link.email), "link": link}))


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex"
    return response
