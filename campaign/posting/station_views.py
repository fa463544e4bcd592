"""A station's page, without an account: its papers, what hangs where, one answer: these hang.

The link's token is the authority; nothing is set in the browser, and no script is needed. Looking changes nothing,
since mail programs look too, and nobody learns of it. What is fetched and what is answered goes into the trail under
the link's number, without a person.
"""

from functools import partial
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from campaign.posters.words import name_of_language
from campaign.posting import station_links, station_words
from campaign.posting.station_links import Hanging, StationPacket, file_name
from campaign.posting.station_models import StationLink
from campaign.printing import drops, envelopes
from campaign.printing.models import Packet
from campaign.printing.scope import Refused
from portal.areas.clocks import spoken_day
from portal.audit import trail
from portal.pages.headers import leaves_no_trace
from portal.pages.limits import Limit
from portal.people import link_pages
from portal.people.links import LinkClosed, LinkState

#: An envelope's papers are set when they are asked for: 0.3 s each.
FILES = Limit(name="papers for stations", per_minute=30, burst=20, ceiling_per_minute=120)
ENVELOPE = "envelope-"
_closed = partial(link_pages.show_closed, template="campaign/posting/station_closed.html")


@csrf_exempt  # no session stands behind it: the unguessable address is the authority
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def packet(request: HttpRequest, token: str) -> HttpResponse:
    """Shows the station's packet, or takes the answer that posters hang."""
    opened = station_links.open_link(token)
    link = opened.invitation
    if opened.state is not LinkState.OPEN or link is None:
        return _closed(request, opened.state)
    if request.method != "POST":
        return _page(request, link, token, is_said=request.GET.get("said") == "yes")
    keys = {int(key) for key in request.POST.getlist("hangs") if key.isdecimal() and len(key) < 19}
    try:
        confirmed = station_links.say_posted(token=token, keys=keys)
    except LinkClosed as closed:
        return _closed(request, closed.state)
    if not confirmed.seen:
        return _page(request, link, token, is_empty=True, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(f"{reverse('station-packet', kwargs={'token': token})}?said=yes")


@require_GET
@leaves_no_trace()
def file(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """One file of the station's packet: posters as they were released, or the papers of their envelope."""
    opened = station_links.open_link(token)
    link = opened.invitation
    if opened.state is not LinkState.OPEN or link is None:
        return _closed(request, opened.state)
    found = station_links.packet_of(link).file(name.removeprefix(ENVELOPE))
    if found is None or found.file is None:
        raise Http404
    if wait := FILES.allows(request):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(int(wait) + 1)})
    answer = _envelope(found, name) if name.startswith(ENVELOPE) else _posters(found, name)
    trail.record(actor=None, verb="downloaded", target=link, label=f"{link}: {name}")
    return answer


def _posters(packet: Packet, name: str) -> HttpResponse:
    assert packet.file
    opened: Any = packet.file.open()
    return FileResponse(opened, as_attachment=True, filename=name, content_type="application/pdf")  # type: ignore[return-value]  # a response like any other


def _envelope(packet: Packet, name: str) -> HttpResponse:
    """Cover sheet, card and slip of this envelope alone: the batch's own papers hold its neighbours' too."""
    batch = packet.batch
    try:
        content = envelopes.papers([packet], batch=batch, of=batch.packets.count(), lines=drops.lines_of(batch))
    except Refused as refused:
        raise Http404 from refused
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return answer


def _page(
    request: HttpRequest,
    link: StationLink,
    token: str,
    *,
    is_said: bool = False,
    is_empty: bool = False,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    shown = station_links.packet_of(link)
    context = {
        "token": token,
        "station": link.station,
        "season": link.season,
        "until": spoken_day(link.expires_at, settings.TIME_ZONE),
        "files": _files(shown),
        "rows": [_row(each) for each in shown.hangings],
        "is_said": is_said,
        "is_empty": is_empty,
        "error": _("Tick at least one place where the posters hang."),
    }
    return link_pages.show(request, "campaign/posting/station.html", context, status=status)


def _files(shown: StationPacket) -> list[dict[str, object]]:
    return [
        {
            "name": file_name(packet),
            "envelope": ENVELOPE + file_name(packet),
            "posters": packet.pages,
            "size": packet.file.size if packet.file else 0,
        }
        for packet in shown.files
    ]


def _row(hanging: Hanging) -> dict[str, object]:
    return {
        "key": hanging.placement.pk,
        "name": station_words.called(hanging.spot),
        "guidance": station_words.guidance(hanging.spot),
        "posters": [(name_of_language(poster.language), poster.code) for poster in hanging.posters],
        "seen_on": hanging.seen_on,
    }
