"""Pages of the queue of checks: cards with one click each, a sheet for many at once, invitations of operators."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from outreach.channels import checking, invitations, queue, succession
from outreach.channels.check_models import ChannelCheck, CheckInvitation
from outreach.channels.checking import NotPossible, Result
from outreach.channels.models import BY_LAW, Channel
from outreach.channels.queue import Card
from outreach.channels.queue_forms import InviteForm
from portal.audit.admin import actor_of
from portal.pages.asking import asked_once
from portal.people.models import User

VIEW: Final = "outreach.view_channel"
VERIFY: Final = "outreach.verify_channel"
CHANGE: Final = "outreach.change_channel"
FAILURES: Final = tuple(result for result in Result if result != Result.REACHES)


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The cards: those that need somebody, or all (``?all``). ``?next=KEY`` begins at a card."""
    by = _require(request, VIEW)
    cards = queue.cards(reader=by, today=timezone.localdate())
    urgent = [card for card in cards if card.need.is_urgent]
    shown = cards if "all" in request.GET else urgent
    following = request.GET.get("next", "")
    context = {
        **admin.site.each_context(request),
        "title": "Check numbers",
        "cards": shown,
        "total": len(cards),
        "urgent": len(urgent),
        "is_all": "all" in request.GET,
        "open_at": following if any(card.key == following for card in shown) else "",
        "by_law": ", ".join(sorted({key.partition(":")[2] for key in BY_LAW})),
        "failures": FAILURES,
        "may_check": by.has_perm(VERIFY),
        "may_change": by.has_perm(CHANGE),
    }
    return TemplateResponse(request, "admin/outreach/channels/queue.html", context)


@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Records what somebody found, and leads to the card after it."""
    by = _require(request, VERIFY)
    line = get_object_or_404(Channel, pk=pk)
    said = request.POST
    try:
        done = checking.record(
            channel=line,
            by=by,
            how=said.get("how", ""),
            result=said.get("result", ""),
            note=said.get("note", "")[:300],
            seen_as=said.get("seen_as", ""),
        )
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return _to_queue(line.value_key, request)
    line.refresh_from_db()
    messages.success(request, f"{line.value}: {_outcome(line, done)}")
    return _to_queue(said.get("next", ""), request)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a check back that was a mistake."""
    by = _require(request, VERIFY)
    row = get_object_or_404(ChannelCheck.objects.select_related("channel"), pk=pk)
    try:
        checking.withdraw(check=row, by=by)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{row.channel.value}: the check is withdrawn.")
    return _to_queue(row.value_key, request)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """A new value was a mistake: the old one goes on."""
    by = _require(request, CHANGE)
    line = get_object_or_404(Channel, pk=pk)
    try:
        old = succession.take_back(channel=line, by=by)
    except succession.NotPossible as refusal:
        messages.error(request, str(refusal))
        return _to_queue(line.value_key, request)
    messages.success(request, f"{line.value} is taken back: {old.value} goes on.")
    return _to_queue(old.value_key, request)


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks whoever runs the line to look, by a link that answers once."""
    by = _require(request, VERIFY)
    line = get_object_or_404(Channel, pk=pk)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitations.invite(channel=line, by=by, address=request.build_absolute_uri("/"), **form.cleaned_data)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{form.cleaned_data['name']} gets a link for {line.value}, which answers once.")
            return _to_queue(line.value_key, request)
    return asked_once(
        request,
        title=f"Ask the operator of {line.value}",
        says=f"Whoever runs {line.name} can say whether {line.value} reaches them: that counts as one of the two "
        "persons. The mail has a link that answers once, within two weeks.",
        button="Send the link",
        form=form,
        back=reverse("admin:outreach_channel_queue"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
    )


@require_POST
def uninvite(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends a link that has not answered."""
    by = _require(request, VERIFY)
    row = get_object_or_404(CheckInvitation, pk=pk)
    invitations.withdraw(invitation=row, by=by)
    messages.success(request, f"The link of {row.name} answers no more.")
    return _to_queue(row.value_key, request)


@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest) -> HttpResponse:
    """All values that need somebody on one sheet: to print and take to the phone, or to fill in here at once."""
    by = _require(request, VERIFY)
    today = timezone.localdate()
    cards = [card for card in queue.cards(reader=by, today=today) if "all" in request.GET or card.need.is_urgent]
    refused: dict[str, str] = {}
    if request.method == "POST":
        done, refused = _record_all(request, cards, by)
        if done:
            messages.success(request, f"{done} {'check is' if done == 1 else 'checks are'} recorded.")
        if not refused:
            return redirect("admin:outreach_channel_queue")
        messages.error(request, f"{len(refused)} could not be recorded: see the sheet. The others stand.")
        cards = [card for card in queue.cards(reader=by, today=today) if card.key in refused]
    context = {
        **admin.site.each_context(request),
        "title": "Sheet of checks",
        "rows": [(card, refused.get(card.key, "")) for card in cards],
        "today": today,
        "results": Result,
    }
    return TemplateResponse(request, "admin/outreach/channels/sheet.html", context)


def _record_all(request: HttpRequest, cards: Sequence[Card], by: User) -> tuple[int, dict[str, str]]:
    """How many of a sheet's rows were recorded, and why others were not. Each row stands by itself."""
    done, refused = 0, {}
    for card in cards:
        result = request.POST.get(f"result-{card.line.pk}", "")
        if not result:
            continue
        try:
            checking.record(
                channel=card.line,
                by=by,
                how=request.POST.get(f"how-{card.line.pk}", ""),
                result=result,
                seen_as=request.POST.get(f"seen-{card.line.pk}", ""),
            )
        except NotPossible as refusal:
            refused[card.key] = str(refusal)
        else:
            done += 1
    return done, refused


def _outcome(line: Channel, done: ChannelCheck) -> str:
    """What follows from a check, in a sentence."""
    if line.failed_on:
        return "two people found that it fails. Pages show it no more. Say which number follows it."
    if done.result != Result.REACHES:
        return "recorded. Nothing is printed with it; a second person looks before it leaves the pages."
    if line.verified_on and line.next_due:
        return f"verified by two people, until {line.next_due:%-d %B %Y}."
    return "recorded. One more person, and it is verified."


def _to_queue(key: str, request: HttpRequest) -> HttpResponse:
    """Back to the cards, at one of them."""
    asked = {"next": key} if key else {}
    if request.POST.get("all"):
        asked["all"] = "1"
    return redirect(f"{reverse('admin:outreach_channel_queue')}{'?' if asked else ''}{urlencode(asked)}")


def _require(request: HttpRequest, permission: str) -> User:
    by: Any = actor_of(request)
    if by is None or not by.has_perm(permission):
        raise PermissionDenied
    user: User = by
    return user
