"""The first page of partners, and what the public reads of their agency."""

import datetime as dt
import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.agencies.models import Contact
from outreach.partners import proposals, waiting, words
from outreach.partners.door import At, mine
from outreach.partners.forms import ContactForm, TextsForm
from outreach.partners.models import Proposal
from outreach.partners.pages import REFUSED, of_agency, show, signed_in, to
from outreach.seminars.refusals import NotPossible

SHOWN = dt.timedelta(days=30)
"""For so long a refusal is shown."""


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The account's agencies, and what waits there."""
    found = mine(request.user)
    if not found.own:
        return show(request, "nobody", status=HTTPStatus.FORBIDDEN)
    only = found.own[0] if len(found.own) == 1 else None
    context: dict[str, Any] = {"own": found.own, "beneath": found.beneath, "rows": waiting.rows(found.own)}
    return show(request, "home", only, **context)


@of_agency("GET", "HEAD", own=False)
def agency(request: HttpRequest, at: At) -> HttpResponse:
    """What is public of an agency; to its own people also what they asked to change."""
    asked = list(at.proposals().waiting()) if at.is_own else []  # type: ignore[attr-defined]
    refused = at.proposals().filter(state=Proposal.State.REFUSED, decided_at__gt=timezone.now() - SHOWN)
    by_contact = {each.contact_id: each for each in asked if each.contact_id}
    context: dict[str, Any] = {
        "kind": words.KINDS[at.agency.kind],
        "level": words.LEVELS[at.agency.level],
        "parts": words.parts(at.agency.parts),
        "areas": at.agency.jurisdictions.order_by("name"),
        "contacts": [(contact, by_contact.get(contact.pk)) for contact in at.contacts()],
        "texts": next((each for each in asked if each.what == Proposal.What.TEXTS), None),
        "new": [each for each in asked if each.what == Proposal.What.CONTACT and not each.contact_id],
        "refused": [each for each in refused if not any(_same(each, one) for one in asked)],
    }
    return show(request, "agency", at, **context)


@of_agency("GET", "HEAD", "POST", edits=True)
def texts(request: HttpRequest, at: At) -> HttpResponse:
    """Asks for another description or website."""
    earlier = at.proposals().filter(state=Proposal.State.WAITING, what=Proposal.What.TEXTS).first()
    form = TextsForm(request.POST if request.method == "POST" else None, agency=at.agency, waiting=earlier)
    if form.is_valid() and _propose(request, at, form, what=Proposal.What.TEXTS, fields=form.cleaned_data):
        return to("partner-agency", at)
    return _form(request, "texts", at, form)


@of_agency("GET", "HEAD", "POST", edits=True)
def new_contact(request: HttpRequest, at: At) -> HttpResponse:
    """Asks for one public contact more."""
    form = ContactForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _propose(request, at, form, what=Proposal.What.CONTACT, fields=form.cleaned_data):
        return to("partner-agency", at)
    return _form(request, "contact", at, form)


@of_agency("GET", "HEAD", "POST", edits=True)
def contact(request: HttpRequest, at: At, contact: uuid.UUID) -> HttpResponse:
    """Asks to change a public contact, or to take it away."""
    held: Contact = get_object_or_404(at.contacts(), uid=contact)
    earlier = at.proposals().filter(state=Proposal.State.WAITING, contact=held).first()
    removes = request.method == "POST" and request.POST.get("step") == "remove"
    sent = request.POST if request.method == "POST" and not removes else None
    form = ContactForm(sent, contact=held, waiting=earlier)
    what = Proposal.What.REMOVAL if removes else Proposal.What.CONTACT
    fields = form.cleaned_data if form.is_valid() else {}
    if (removes or fields) and _propose(request, at, form, what=what, fields=fields, contact=held):
        return to("partner-agency", at)
    return _form(request, "contact", at, form, held=held)


@of_agency("POST")
def withdraw(request: HttpRequest, at: At, proposal: uuid.UUID) -> HttpResponse:
    """Takes back what was asked."""
    held = get_object_or_404(at.proposals(), uid=proposal)
    try:
        proposals.withdraw(proposal_id=held.pk, by=at.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. All stays as it is."))
    return to("partner-agency", at)


def _propose(request: HttpRequest, at: At, form: Any, **asked: Any) -> bool:
    """Whether it was kept, or nothing is to change; a refusal is said in the form."""
    try:
        made = proposals.propose(agency=at.agency, by=at.user, **asked)
    except NotPossible as refusal:
        form.errors  # noqa: B018  # a form that was not sent has no errors to add to until it is asked
        form.add_error(None, str(refusal))
        return False
    said = _("Thank you. We look at it, then it is public.") if made else _("Nothing is to change: it says so already.")
    messages.success(request, said)
    return True


def _same(one: Proposal, other: Proposal) -> bool:
    return (one.what, one.contact_id) == (other.what, other.contact_id)


def _form(request: HttpRequest, name: str, at: At, form: Any, **context: Any) -> HttpResponse:
    status = REFUSED if form.is_bound and form.errors else HTTPStatus.OK
    return show(request, name, at, form=form, tab="agency", status=status, **context)
