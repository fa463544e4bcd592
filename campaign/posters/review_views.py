"""The page of a reviewer without an account: English beside the translation, a proof, one answer.

The link's token is the authority; nothing is set in the browser. Looking changes nothing, since mail programs
look too; only the form answers, once.
"""

from functools import partial
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from campaign.posters import checks, invitations, proof_answers, proofs, review, writing
from campaign.posters.languages import LANGUAGES
from campaign.posters.models import Invitation
from campaign.posters.refusals import NotAllowed
from campaign.posters.words import name_of_language
from portal.areas.clocks import spoken_day
from portal.pages.headers import leaves_no_trace
from portal.pages.limits import Limit
from portal.people import link_pages
from portal.people.links import LinkClosed, LinkState

#: Proofs cost 50 ms each.
PROOFS = Limit(name="proofs for reviewers", per_minute=30, burst=20, ceiling_per_minute=120)
_closed = partial(link_pages.show_closed, template="campaign/posters/review_closed.html")


class AnswerForm(forms.Form):
    """What the reviewer says."""

    comments = forms.CharField(
        label=gettext_lazy("Comments"),
        required=False,
        max_length=review.MOST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("If you send it back: which text, and what would be right."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""


@csrf_exempt  # no session stands behind it: the unguessable address is the authority
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def texts(request: HttpRequest, token: str) -> HttpResponse:
    """Shows the text, or takes the answer."""
    opened = invitations.open_link(token)
    if opened.state is not LinkState.OPEN or opened.invitation is None:
        return _closed(request, opened.state)
    if request.method != "POST":
        return _page(request, opened.invitation, token, AnswerForm())
    form = AnswerForm(request.POST)
    is_right = request.POST.get("answer") == "right"
    if form.is_valid():
        comments = form.cleaned_data["comments"]
        if not is_right and not comments.strip():
            form.add_error("comments", _("Say what should change. Then send it back."))
        else:
            try:
                invitations.answer(token=token, is_right=is_right, comments=comments)
            except LinkClosed as closed:
                return _closed(request, closed.state)
            except NotAllowed as refusal:
                form.add_error(None, str(refusal))
            else:
                return link_pages.show(request, "campaign/posters/review_thanks.html", {"is_right": is_right})
    return _page(request, opened.invitation, token, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_safe
def proof(request: HttpRequest, token: str) -> HttpResponseBase:
    """A picture of the poster with the text, stamped as a proof."""
    opened = invitations.open_link(token)
    design = proofs.usual_design()
    sheet = proofs.usual_sheet(design) if design else None
    if opened.state is not LinkState.OPEN or opened.invitation is None or design is None or sheet is None:
        raise Http404
    if wait := PROOFS.allows(request):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(int(wait) + 1)})
    answer = proof_answers.picture(
        request, design=design, sheet=sheet, texts=opened.invitation.texts, side=proofs.SIDES["large"]
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(
    request: HttpRequest, invitation: Invitation, token: str, form: AnswerForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    text = invitation.texts
    english = writing.compared_with(text)
    spoken = LANGUAGES[text.language]
    context = {
        "form": form,
        "token": token,
        "invitation": invitation,
        "until": spoken_day(invitation.expires_at, settings.TIME_ZONE),
        "texts": text,
        "language": name_of_language(text.language),
        "direction": spoken.direction,
        "rows": [
            {
                "name": checks.called(key),
                "english": checks.strings(block),
                "translated": checks.strings(text.blocks.get(key, "")),
            }
            for key, block in english.blocks.items()
        ],
        "vouch": _(review.VOUCH),
    }
    return link_pages.show(request, "campaign/posters/review.html", context, status=status)
