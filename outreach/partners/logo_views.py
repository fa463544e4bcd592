"""Pages of an agency's logos."""

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.partners import marks, words
from outreach.partners.door import At
from outreach.partners.forms import LogoForm
from outreach.partners.pages import REFUSED, of_agency, show, to
from outreach.seminars.refusals import NotPossible


@of_agency("GET", "HEAD", own=False)
def logos(request: HttpRequest, at: At) -> HttpResponse:
    """The logos of an agency, and whether each may be used."""
    today = timezone.localdate()
    return show(request, "logos", at, logos=[(logo, *words.logo_stands(logo, today)) for logo in at.logos()])


@of_agency("GET", "HEAD", "POST", edits=True)
def new_logo(request: HttpRequest, at: At) -> HttpResponse:
    """Takes in a logo; nothing prints it until the campaign recorded a permission."""
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = LogoForm(*sent)
    if form.is_valid():
        fields = form.cleaned_data
        try:
            marks.add(
                agency=at.agency, name=fields["name"], alt_text=fields["alt_text"], drawn=fields["upload"], by=at.user
            )
        except NotPossible as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("Your logo is here. Now send us the written permission to use it."))
            return to("partner-logos", at)
    return show(request, "logo", at, form=form, tab="logos", status=REFUSED if form.errors else HTTPStatus.OK)


@of_agency("GET", "HEAD", own=False)
def picture(request: HttpRequest, at: At, logo: uuid.UUID) -> HttpResponse:
    """The picture of a logo: a PNG of ours, never the uploaded drawing."""
    held = get_object_or_404(at.logos(), uid=logo)
    return HttpResponse(held.preview_content(), content_type="image/png")


@of_agency("POST")
def retire(request: HttpRequest, at: At, logo: uuid.UUID) -> HttpResponse:
    """Takes a logo out of use."""
    held = get_object_or_404(at.logos(), uid=logo)
    marks.retire(logo_id=held.pk, by=at.user)
    messages.success(request, _("Out of use. Posters that hang stay as they are."))
    return to("partner-logos", at)
