"""Who of an agency has an account here."""

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from outreach.partners import inviting, memberships
from outreach.partners.door import At
from outreach.partners.forms import ColleagueForm
from outreach.partners.pages import REFUSED, of_agency, show, to
from outreach.seminars.refusals import NotPossible
from portal.people import granting
from portal.people.models import AccountInvitation


@of_agency("GET", "HEAD")
def people(request: HttpRequest, at: At) -> HttpResponse:
    """Everybody who works here for the agency, and who is invited."""
    return show(request, "people", at, people=at.people(), invited=inviting.open_of(at.agency))


@of_agency("GET", "HEAD", "POST", edits=True)
def invite(request: HttpRequest, at: At) -> HttpResponse:
    """Mails a colleague a link to an account."""
    form = ColleagueForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            inviting.invite(agency=at.agency, by=at.user, **form.cleaned_data)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        except granting.NotPossible:
            # It speaks to staff, in English, and may tell of other accounts: colleagues are told what to do.
            told = _("This address cannot be invited now. An invitation may be open already; else please write to us.")
            form.add_error(None, told)
        else:
            messages.success(request, _("A link is on its way to %(email)s.") % {"email": form.cleaned_data["email"]})
            return to("partner-people", at)
    return show(request, "colleague", at, form=form, tab="people", status=REFUSED if form.errors else HTTPStatus.OK)


@of_agency("POST")
def withdraw(request: HttpRequest, at: At, invitation: uuid.UUID) -> HttpResponse:
    """Ends the link of an invitation that nobody accepted."""
    try:
        ended = inviting.withdraw(agency=at.agency, invitation=invitation, by=at.user)
    except AccountInvitation.DoesNotExist as another:
        raise Http404 from another
    if ended:
        messages.success(request, _("Taken back. The link does nothing any more."))
    else:
        messages.warning(request, _("This invitation had ended before."))
    return to("partner-people", at)


@of_agency("POST", lookers=True)
def end(request: HttpRequest, at: At, person: uuid.UUID) -> HttpResponse:
    """Lets a colleague in no more; whoever may only look ends nobody's membership but their own."""
    held = get_object_or_404(at.people(), uid=person)
    leaves = held.user_id == at.user.pk
    if not leaves and not at.may_edit:
        return show(request, "refused", at, status=HTTPStatus.FORBIDDEN)
    try:
        memberships.end_by_partner(membership_id=held.pk, by=at.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return to("partner-people", at)
    messages.success(request, _("You left.") if leaves else _("%(name)s is let in no more.") % {"name": held.user})
    return redirect("partner-home") if leaves else to("partner-people", at)
