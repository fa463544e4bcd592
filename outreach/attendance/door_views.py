"""The page at an event's door, for a phone that may lose its network.

The token in the address is the authority; no cookie is set. Looking changes nothing and names nobody, since mail
programs look too: names come by POST alone, once somebody pressed “Begin”.
"""

import json
import uuid
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.request import RawPostDataException
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from outreach.attendance import door, links
from outreach.attendance.door_forms import BatchForm, ItemForm, of_clock
from outreach.attendance.door_words import words
from outreach.attendance.models import DoorLink
from outreach.registration.tickets import read_ticket
from portal.areas import clocks
from portal.pages.headers import keeps_a_door, leaves_no_trace
from portal.pages.limits import Limit
from portal.people.links import LinkState

# A school's phones share one address: every door of it syncs every 15 seconds, and after each ticket.
SYNCS = Limit(name="door syncs", per_minute=600, burst=200, ceiling_per_minute=6000)
PICTURES = Limit(name="door pictures", per_minute=60, burst=20, ceiling_per_minute=300)
MOST_PICTURE: Final = 5 * 1024**2
"""Bytes of a picture."""


@require_safe
@leaves_no_trace()
def door_page(request: HttpRequest, token: str) -> HttpResponse:
    """The event, and a button to begin."""
    opened = links.open_link(token)
    if opened.invitation is None or opened.state is not LinkState.OPEN:
        return closed(request, opened.state, opened.invitation)
    return _begin(request, opened.invitation, token)


@keeps_a_door
def _begin(request: HttpRequest, link: DoorLink, token: str) -> HttpResponse:
    return page(request, link, token, "door")


def page(
    request: HttpRequest, link: DoorLink, token: str, name: str, *, status: int = HTTPStatus.OK, **more: Any
) -> HttpResponse:
    """A page of an open door."""
    event = link.seminar
    opens = links.opens_at(event)
    context = {
        "door": link,
        "event": event,
        "token": token,
        "for_students": event.is_unlisted,
        "opens": f"{clocks.spoken_day(opens, event.time_zone)}, {clocks.spoken_time(opens, event.time_zone)}",
        "is_early": opens > timezone.now(),
        "until": int(max(link.expires_at, links.ends_at(event)).timestamp() * 1000),
        "words": words(),
        **more,
    }
    return _unlisted(render(request, f"outreach/attendance/{name}.html", context, status=status))


def closed(request: HttpRequest, state: LinkState, link: DoorLink | None) -> HttpResponse:
    """What became of the link; a phone that still holds records of the event says so, and keeps them."""
    status = HTTPStatus.NOT_FOUND if state is LinkState.UNKNOWN else HTTPStatus.GONE
    context = {"state": state.value, "event": link.seminar if link else None, "words": words()}
    return _unlisted(render(request, "outreach/attendance/door_closed.html", context, status=status))


@csrf_exempt  # no session stands behind it: the unguessable address is the authority
@require_POST
@leaves_no_trace()
def door_sync(request: HttpRequest, token: str) -> HttpResponse:
    """Takes what a phone recorded, and tells it what stands: who is in, and (``wants_list``) who booked."""
    if wait := SYNCS.allows(request):
        return _later(wait)
    link = _open(token)
    if isinstance(link, HttpResponse):
        return link
    if links.opens_at(link.seminar) > timezone.now():
        return JsonResponse({"closed": "early"}, status=HTTPStatus.CONFLICT)
    form = BatchForm(_body(request))
    if not form.is_valid():
        return JsonResponse({"broken": form.errors.get_json_data()}, status=HTTPStatus.BAD_REQUEST)
    said, now = form.cleaned_data, timezone.now()
    answers, items = {}, []
    for each in said["items"]:
        record = ItemForm(each)
        if record.is_valid():
            items.append(record.item(device_now=of_clock(said["now"]), now=now, earliest=link.created_at))
        else:
            answers[str(each.get("uid", ""))[:36]] = "broken"
    done = door.record(door=link, device=said["device"], items=items)
    answers |= {str(uid): answer.value for uid, answer in done.items()}
    newest, rows = door.changes(link.seminar, since=said["since"], device=said["device"])
    told: dict[str, Any] = {
        "now": int(now.timestamp() * 1000),
        "since": newest,
        "answers": answers,
        "rows": rows,
    }
    if said["wants_list"]:
        told["list"] = door.roster(link.seminar)
    return JsonResponse(told)


@csrf_exempt
@require_POST
@leaves_no_trace()
def door_read(request: HttpRequest, token: str) -> HttpResponse:
    """The ticket on a picture, for phones whose browser reads no codes. The picture is looked at and not kept."""
    from portal.typesetting import TypesettingError, decode_picture

    if wait := PICTURES.allows(request):
        return _later(wait)
    link = _open(token)
    if isinstance(link, HttpResponse):
        return link
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_PICTURE:
        return JsonResponse({"said": _("This picture is too large.")}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        texts = decode_picture(request.body)
    except (TypesettingError, RawPostDataException):
        return JsonResponse({"said": _("This is no picture that we can read.")}, status=HTTPStatus.BAD_REQUEST)
    ticket = next(filter(None, map(read_ticket, texts)), "")
    return JsonResponse({"ticket": ticket})


@require_safe
@leaves_no_trace()
def door_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the page for a phone without a network. Its place is its scope: doors, and nothing else."""
    found = finders.find("js/door-worker.js")
    assert isinstance(found, str), "static/js/door-worker.js is part of the code"
    return HttpResponse(Path(found).read_bytes(), content_type="text/javascript; charset=utf-8")


@require_safe
@leaves_no_trace()
def door_short(request: HttpRequest, token: str) -> HttpResponse:
    """From the code on a screen to the page, in English; the page leads on to Spanish."""
    with override("en"):
        return HttpResponseRedirect(reverse("door", args=[token]))


def _open(token: str) -> DoorLink | HttpResponse:
    """The door, or the answer to a phone whose link is over: it keeps its records, and wipes its names."""
    opened = links.open_link(token)
    if opened.invitation is not None and opened.state is LinkState.OPEN:
        return opened.invitation
    return JsonResponse({"closed": opened.state.value}, status=HTTPStatus.GONE)


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        said = json.loads(request.body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _later(wait: float) -> HttpResponse:
    return JsonResponse(
        {"closed": "busy"}, status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(int(wait) + 1)}
    )


def _unlisted(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def device_of(link: DoorLink) -> uuid.UUID:
    """A device for a page that has none: the link's own."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"door {link.pk} {link.token_sha256}")
