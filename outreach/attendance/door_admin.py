"""The doors of an event, for staff: links made, shown once, taken back; who is in by now; all tickets on paper."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextInputWidget

from outreach.attendance import attendance, links, ticket_paper
from outreach.attendance.models import CheckIn, DoorLink
from outreach.attendance.ticket_views import pdf
from outreach.seminars import event_pages
from outreach.seminars.event_pages import EventPage
from outreach.seminars.models import Seminar
from outreach.seminars.refusals import NotPossible
from outreach.seminars.step_admin import signed_in
from portal.audit import trail
from portal.people.links import LinkState
from portal.typesetting import TypesettingError, qr

NEWEST: Final = 50
STANDS: Final = {LinkState.OPEN: "Works", LinkState.OVER: "Taken back", LinkState.EXPIRED: "Its time is over"}


class DoorForm(forms.Form):
    """What a new door is called."""

    label = forms.CharField(
        label="Which door, or who stands there",
        max_length=40,
        widget=UnfoldAdminTextInputWidget({"placeholder": "Main door"}),
        help_text="Shown at the other doors, where two let the same people in.",
    )


def has_doors(seminar: Seminar) -> bool:
    """Open or done, until a day after it; a video meeting has none."""
    return (
        seminar.state in {Seminar.State.OPEN, Seminar.State.DONE}
        and not seminar.is_virtual
        and links.ends_at(seminar) > timezone.now()
    )


def door_page(page: ModelAdmin, request: HttpRequest, seminar: Seminar) -> HttpResponse:
    """The doors, and a form for a new one. A link is in the answer to the press of the button, and nowhere later."""
    form, made, token = DoorForm(), None, ""
    if request.method == "POST":
        step = request.POST.get("step")
        if step == "tickets":
            return _tickets(page, request, seminar)
        if step == "revoke":
            return _revoke(page, request, seminar)
        form = DoorForm(request.POST)
        if form.is_valid():
            try:
                made, token = links.make(seminar_id=seminar.pk, by=signed_in(request), **form.cleaned_data)
            except NotPossible as refusal:
                form.add_error(None, str(refusal))
            else:
                form = DoorForm()
    return TemplateResponse(
        request, "admin/outreach/attendance/door.html", _context(page, request, seminar, form, made, token)
    )


def _context(
    page: ModelAdmin, request: HttpRequest, seminar: Seminar, form: DoorForm, made: DoorLink | None, token: str
) -> dict[str, Any]:
    doors = DoorLink.objects.filter(seminar=seminar).select_related("seminar", "made_by")
    rows = CheckIn.objects.filter(seminar=seminar).select_related("door", "registration").order_by("-id")
    return {
        **page.admin_site.each_context(request),
        "title": f"Door: {seminar}",
        "opts": page.opts,
        "event": seminar,
        "form": form,
        "made": made,
        "address": links.address(token) if made else "",
        "code": _square(links.short_address(token)) if made else "",
        "doors": [(each, STANDS[links.state_of(each)]) for each in doors],
        "summary": attendance.summary(seminar),
        "rows": rows[:NEWEST],
        "count": rows.count(),
        "for_students": seminar.is_unlisted,
        "back": reverse("admin:outreach_seminar_change", args=[seminar.pk]),
    }


def _revoke(page: ModelAdmin, request: HttpRequest, seminar: Seminar) -> HttpResponse:
    key = request.POST.get("door", "")
    door = DoorLink.objects.filter(seminar=seminar, pk=key).first() if key.isdecimal() else None
    if door is not None:
        links.revoke(link_id=door.pk, by=signed_in(request))
        page.message_user(request, f"“{door.label}” is taken back. What its phone sent stays.", messages.SUCCESS)
    return HttpResponseRedirect(request.path)


def _tickets(page: ModelAdmin, request: HttpRequest, seminar: Seminar) -> HttpResponse:
    """All tickets as one file: names leave the house, so it is recorded."""
    bookings = ticket_paper.to_print(seminar)
    try:
        content = ticket_paper.papers(seminar, bookings, language="en")
    except (TypesettingError, ValueError) as refusal:
        page.message_user(request, str(refusal), messages.ERROR)
        return HttpResponseRedirect(request.path)
    trail.record(actor=signed_in(request), verb="printed tickets", target=seminar, after={"tickets": len(bookings)})
    return pdf(content, f"tickets {seminar.short_day}")


def _square(text: str) -> SafeString:
    return mark_safe(qr(text).to_svg())  # noqa: S308  # modules of a code, drawn by us


event_pages.PAGES.append(EventPage("door", "door", "Door", "outreach.run_event", door_page, has_doors))
