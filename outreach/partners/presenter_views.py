"""Pages of an agency's presenters."""

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.partners import presenting
from outreach.partners.door import At
from outreach.partners.forms import PresenterForm
from outreach.partners.pages import REFUSED, of_agency, show, to
from outreach.seminars.presenters.forms import PersonForm
from outreach.seminars.presenters.page import clearance_of
from outreach.seminars.refusals import NotPossible


@of_agency("GET", "HEAD")
def presenters(request: HttpRequest, at: At) -> HttpResponse:
    """Who of an agency gives seminars."""
    today = timezone.localdate()
    people = [(presenter, clearance_of(presenter, today).value) for presenter in at.presenters()]
    return show(request, "presenters", at, presenters=people)


@of_agency("GET", "HEAD", "POST", edits=True)
def new_presenter(request: HttpRequest, at: At) -> HttpResponse:
    """Adds somebody, who gets a link to a page of their own."""
    form = PersonForm(request.POST if request.method == "POST" else None, agency=at.agency)
    if form.is_valid():
        try:
            added = presenting.add(agency=at.agency, presenter=form.presenter(), by=at.user)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Added. A link is on its way to %(email)s.") % {"email": added.email})
            return to("partner-presenters", at)
    status = REFUSED if form.errors else HTTPStatus.OK
    return show(request, "presenter", at, form=form, tab="presenters", status=status)


@of_agency("GET", "HEAD", "POST", edits=True)
def presenter(request: HttpRequest, at: At, presenter: uuid.UUID) -> HttpResponse:
    """Changes what an agency says of somebody."""
    held = get_object_or_404(at.presenters(), uid=presenter)
    form = PresenterForm(request.POST if request.method == "POST" else None, stored=held)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("name", "email")}
        try:
            presenting.change(presenter_id=held.pk, offers=form.offers(), by=at.user, **said)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept."))
            return to("partner-presenters", at)
    status = REFUSED if form.errors else HTTPStatus.OK
    return show(request, "presenter", at, form=form, held=held, tab="presenters", status=status)


@of_agency("POST")
def remind(request: HttpRequest, at: At, presenter: uuid.UUID) -> HttpResponse:
    """Mails the link to claim the page once more."""
    held = get_object_or_404(at.presenters(), uid=presenter)
    try:
        presenting.remind(presenter_id=held.pk, by=at.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("A new link is on its way to %(email)s.") % {"email": held.email})
    return to("partner-presenters", at)


@of_agency("POST")
def retire(request: HttpRequest, at: At, presenter: uuid.UUID) -> HttpResponse:
    """Nobody asks this presenter any more."""
    held = get_object_or_404(at.presenters(), uid=presenter)
    try:
        presenting.retire(presenter_id=held.pk, by=at.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("We ask this person no more."))
    return to("partner-presenters", at)
