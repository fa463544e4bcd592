"""The door's page without scripts: plain forms, the same verbs. Its answers name people, so they are answers to POST."""

import uuid
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from outreach.attendance import attendance, door, door_views, links
from outreach.attendance.door import Answer, Item
from outreach.attendance.door_forms import FindForm, LetInForm, UndoForm
from outreach.attendance.models import CheckIn, DoorLink
from outreach.registration.models import Registration
from outreach.registration.tickets import read_ticket
from outreach.seminars.models import Seminar
from portal.pages.headers import leaves_no_trace
from portal.people.links import LinkState

MOST_FOUND: Final = 20
MOST_COUNTS: Final = 10


@csrf_exempt  # no session stands behind it: the unguessable address is the authority
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def door_paper(request: HttpRequest, token: str) -> HttpResponse:
    """Finds, lets in, counts, takes back: each a button that is pressed."""
    opened = links.open_link(token)
    link = opened.invitation
    if link is None or opened.state is not LinkState.OPEN:
        return door_views.closed(request, opened.state, link)
    find = FindForm(request.POST if request.method == "POST" else None)
    device = _device(find) or uuid.uuid4()
    more: dict[str, Any] = {"find": FindForm(initial={"device": device}), "device": device, "cards": []}
    step = request.POST.get("step", "") if request.method == "POST" else ""
    status = HTTPStatus.OK
    if request.method == "POST" and links.opens_at(link.seminar) <= timezone.now():
        if step == "let-in":
            status = _let_in(request, link, more)
        elif step == "undo":
            status = _undo(request, link, more)
        elif find.is_valid():
            more |= {"find": find, "looked_for": find.cleaned_data["find"]}
            more["cards"] = _cards(link.seminar, find.cleaned_data["find"], device)
    more.setdefault("everyone", LetInForm.blank(device=device))
    more["summary"] = attendance.summary(link.seminar)
    more["counts"] = [(row, uuid.uuid4()) for row in door.without_booking(link.seminar)[:MOST_COUNTS]]
    return door_views.page(request, link, token, "door_paper", status=status, **more)


def _device(form: forms.Form) -> uuid.UUID | None:
    return form.cleaned_data.get("device") if form.is_valid() else None


def _let_in(request: HttpRequest, link: DoorLink, more: dict[str, Any]) -> HTTPStatus:
    ticket = read_ticket(request.POST.get("ticket", "")) or ""
    form = LetInForm(request.POST, auto_id=f"%s-{ticket or 'everyone'}")
    booking = Registration.objects.filter(seminar=link.seminar, ticket=ticket).first() if ticket else None
    if not form.is_valid():
        if booking is None:
            more["everyone"] = form
        else:
            more["cards"] = [{"booking": booking, "form": form, "rows": []}]
        return HTTPStatus.UNPROCESSABLE_ENTITY
    said = form.cleaned_data
    is_a_count = booking is None or booking.kind == Registration.Kind.CLASS
    item = Item(
        uid=said["uid"],
        kind=CheckIn.Kind.COUNTED if is_a_count else CheckIn.Kind.ARRIVED,
        people=said["people"],
        ticket=ticket,
        at=timezone.now(),
    )
    answer = door.record(door=link, device=said["device"], items=[item])[item.uid]
    stands = door.present(link.seminar, [booking]).get(booking.pk, []) if booking else []
    more |= {
        "answer": answer.value,
        "done": booking,
        "people": said["people"],
        "rows": stands,
        "undo": item.uid if answer in {Answer.COUNTS, Answer.CONFLICT} else None,
        "new_uid": uuid.uuid4(),
        "device": said["device"],
    }
    return HTTPStatus.OK


def _undo(request: HttpRequest, link: DoorLink, more: dict[str, Any]) -> HTTPStatus:
    form = UndoForm(request.POST)
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    said = form.cleaned_data
    item = Item(uid=said["uid"], kind=CheckIn.Kind.UNDONE, undoes=said["undoes"], at=timezone.now())
    answer = door.record(door=link, device=said["device"], items=[item])[item.uid]
    more |= {"answer": answer.value, "device": said["device"]}
    return HTTPStatus.OK


def _cards(seminar: Seminar, text: str, device: uuid.UUID) -> list[dict[str, Any]]:
    """Those whom the words may mean, each with their button and what stands of them."""
    found = list(_found(seminar, text)[:MOST_FOUND])
    stands = door.present(seminar, found)
    return [
        {
            "booking": booking,
            "rows": stands.get(booking.pk, []),
            "form": LetInForm.blank(device=device, ticket=booking.ticket, people=booking.seats),
            "new_uid": uuid.uuid4(),
        }
        for booking in found
    ]


def _found(seminar: Seminar, text: str) -> QuerySet[Registration]:
    booked = Registration.objects.filter(seminar=seminar, state=Registration.State.BOOKED, forgotten_at=None)
    if ticket := read_ticket(text):
        return booked.filter(ticket=ticket)
    for word in text.split():
        booked = booked.filter(Q(name__icontains=word) | Q(group_name__icontains=word))
    return booked.order_by("name", "pk")
