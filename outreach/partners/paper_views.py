"""Pages of an agency's agreements and of the Januaries to which it is invited."""

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from outreach.agencies.agreement_models import Agreement
from outreach.partners import answers, words
from outreach.partners.door import At
from outreach.partners.forms import AnswerForm
from outreach.partners.pages import REFUSED, of_agency, show, to
from outreach.seminars.refusals import NotPossible
from portal.audit import trail


@of_agency("GET", "HEAD")
def agreements(request: HttpRequest, at: At) -> HttpResponse:
    """What was agreed, how it stands, and what the agency said of it."""
    return _agreements(request, at)


@of_agency("GET", "HEAD")
def paper(request: HttpRequest, at: At, agreement: uuid.UUID) -> HttpResponse:
    """An agreement's paper, as a download. Who fetched it is written to the trail."""
    held: Agreement = get_object_or_404(at.agreements(), uid=agreement)
    content = held.content()
    trail.record(actor=at.user, verb="downloaded", target=held)
    response = HttpResponse(content, content_type=held.document.content_type)
    disposition = content_disposition_header(as_attachment=True, filename=held.document.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@of_agency("POST")
def answer(request: HttpRequest, at: At, agreement: uuid.UUID) -> HttpResponse:
    """Keeps what the agency says of an agreement on record."""
    held = get_object_or_404(at.agreements(), uid=agreement)
    form = AnswerForm(request.POST, prefix=str(held.uid))
    if form.is_valid():
        try:
            answers.answer_agreement(agreement_id=held.pk, by=at.user, **form.cleaned_data)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. Your answer is kept."))
            return to("partner-agreements", at)
    return _agreements(request, at, answered=held, form=form)


@of_agency("GET", "HEAD", own=False)
def season(request: HttpRequest, at: At) -> HttpResponse:
    """The Januaries of an agency; a button says yes or no to those that wait."""
    today = timezone.localdate()
    rows = [
        (row, words.PARTICIPATIONS[row.state], words.parts(row.parts), row.state == "invited" and row.season.ends_on >= today)
        for row in at.participations()
    ]  # fmt: skip
    return show(request, "season", at, rows=rows)


@of_agency("POST")
def answer_season(request: HttpRequest, at: At, year: int) -> HttpResponse:
    """Says yes or no to one January."""
    row = get_object_or_404(at.participations(), season=year)
    try:
        answers.answer_invitation(participation_id=row.pk, state=request.POST.get("answer", ""), by=at.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you. Your answer is kept."))
    return to("partner-season", at)


def _agreements(
    request: HttpRequest, at: At, *, answered: Agreement | None = None, form: AnswerForm | None = None
) -> HttpResponse:
    today = timezone.localdate()
    rows = []
    for held in at.agreements():
        said = next(iter(held.answers.all()), None)
        is_over = bool(held.last_day and held.last_day < today)
        initial = {"says": said.says, "note": said.note} if said else None
        asks = form if held == answered else AnswerForm(prefix=str(held.uid), initial=initial)
        stands = words.agreement_stands(held, today)
        rows.append((held, words.AGREEMENTS[held.kind], *stands, said, None if is_over or not at.may_edit else asks))
    status = REFUSED if form else HTTPStatus.OK
    return show(request, "agreements", at, rows=rows, wrong=form, status=status)
