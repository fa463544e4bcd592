"""The page of a line's operator: one value, one question, one answer.

The link's token is the authority; nothing is set in the browser. Looking changes nothing, since mail programs look
too; only the form answers, once. The page names no line but its value, and no campaign.
"""

from functools import partial
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from outreach.channels import invitations
from outreach.channels.check_models import ChannelCheck
from outreach.channels.checking import NotPossible
from portal.areas.clocks import spoken_day
from portal.pages.headers import leaves_no_trace
from portal.people import link_pages
from portal.people.links import LinkClosed, LinkState

ANSWERS = [
    (ChannelCheck.Result.REACHES, gettext_lazy("Yes, it reaches us")),
    (ChannelCheck.Result.CHANGED, gettext_lazy("We have another one now")),
    (ChannelCheck.Result.DEAD, gettext_lazy("It is out of service")),
    (ChannelCheck.Result.WRONG, gettext_lazy("It is not ours")),
]
_closed = partial(link_pages.show_closed, template="outreach/channels/check_closed.html")


class AnswerForm(forms.Form):
    """What the operator says."""

    result = forms.ChoiceField(
        label=gettext_lazy("Does it reach you?"),
        choices=ANSWERS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the answers.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Is there anything we should change?"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("The new number, your hours, the languages you speak."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""


@csrf_exempt  # no session stands behind it: the unguessable address is the authority
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def channel_check(request: HttpRequest, token: str) -> HttpResponse:
    """Shows the value, or takes the answer."""
    opened = invitations.open_link(token)
    if opened.state is not LinkState.OPEN or opened.invitation is None:
        return _closed(request, opened.state)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            invitations.answer(token=token, **form.cleaned_data)
        except LinkClosed as closed:
            return _closed(request, closed.state)
        except NotPossible:
            return _closed(request, LinkState.OVER)
        return link_pages.show(request, "outreach/channels/check_thanks.html", {})
    context = {
        "form": form,
        "line": opened.invitation.channel,
        "name": opened.invitation.name,
        "until": spoken_day(opened.invitation.expires_at, settings.TIME_ZONE),
    }
    return link_pages.show(
        request,
        "outreach/channels/check.html",
        context,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
    )
