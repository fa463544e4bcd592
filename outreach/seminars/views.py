"""Public pages: where a request stands.

No page sets a cookie. The forms stand on no session, so there is nothing that a forged request
could ride on: they are exempt from the CSRF check, which would need a cookie and spoil caching.
What a private page may do follows from its unguessable address, and only by POST.
"""

import uuid

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from outreach.seminars import intake
from outreach.seminars.models import Request
from outreach.seminars.pack_views import school_section
from portal.pages.headers import leaves_no_trace

SEE_OTHER = 303


@require_safe
@leaves_no_trace(shared_seconds=3600)
def sent(request: HttpRequest) -> HttpResponse:
    """Thanks, and what happens next; the same for everyone."""
    return render(request, "outreach/seminars/sent.html")


class AnswerForm(forms.Form):
    """What a school answers when staff asked back."""

    answer = forms.CharField(
        max_length=1_000,
        label=gettext_lazy("Your answer"),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write your answer here.")},
    )


@csrf_exempt  # the unguessable address is the authority
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def request_page(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Where a request stands, for whoever holds its private link. Only a press of a button changes anything."""
    asked = get_object_or_404(
        Request.objects.select_related("area").prefetch_related("preferred_dates", "blackouts"), uid=uid
    )
    step = request.POST.get("step") if request.method == "POST" else None
    form = AnswerForm(request.POST if step == "answer" else None)
    status = 200
    if step is not None:
        try:
            if step == "confirm":
                intake.confirm_address(uid=uid)
            elif step == "withdraw":
                intake.withdraw(uid=uid)
            elif step == "answer":
                if form.is_valid():
                    intake.answer(uid=uid, text=form.cleaned_data["answer"])
                else:
                    status = 422
            else:
                raise Http404
        except Request.DoesNotExist as ended:
            raise Http404 from ended
        except intake.NotPossible:
            status = 409
        else:
            if status == 200:
                return _redirect("request-page", asked.uid)
    context = {"asked": asked, "refused": status == 409, "form": form, **school_section(asked)}
    response = render(request, "outreach/seminars/request.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _redirect(name: str, *args: object) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=args), status=SEE_OTHER)
