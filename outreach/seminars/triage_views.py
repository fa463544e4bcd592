"""Pages of the queue of requests: a card each with its buttons, one button for all that are shown, the school's link."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.core.validators import validate_comma_separated_integer_list
from django.db.models import BigIntegerField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from outreach.schools.finding import find
from outreach.schools.models import School
from outreach.seminars import intake, triage
from outreach.seminars.models import Request
from portal.audit.admin import actor_of
from portal.people.models import User
from portal.seasons.models import Season

TRIAGE: Final = "outreach.triage_request"
CARDS_A_PAGE: Final = 25
STATES: Final = (Request.State.NEW, Request.State.ASKED, Request.State.ACCEPTED)


class AnswerForm(forms.Form):
    """One answer of a card: which step, its sentence if it needs one, and the card after it."""

    step = forms.ChoiceField(choices=[(step, step) for step in ("accept", "ask", "decline")])
    reason = forms.CharField(required=False, max_length=300)
    next = forms.IntegerField(required=False, max_value=BigIntegerField.MAX_BIGINT)


class ShownForm(forms.Form):
    """The requests of a page, all of which are accepted."""

    shown = forms.CharField(required=False, validators=[validate_comma_separated_integer_list], max_length=400)

    def keys(self) -> list[int]:
        """Those of a valid form."""
        keys = (int(key) for key in self.cleaned_data["shown"].split(",") if key)
        return [key for key in keys if key <= BigIntegerField.MAX_BIGINT]


class LinkForm(forms.Form):
    """Which school of the register asked; empty for none of them."""

    school = forms.ModelChoiceField(School.objects.open(), required=False)


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The cards of one state, most points first. ``?at=`` gives a request's card the focus."""
    _require(request)
    season = Season.objects.current()
    state = next((state for state in STATES if state == request.GET.get("state")), Request.State.NEW)
    cards = triage.cards(season=season, state=state)
    shown = Paginator(cards, CARDS_A_PAGE).get_page(request.GET.get("page"))
    at = request.GET.get("at", "")
    context = {
        **admin.site.each_context(request),
        "title": "Triage requests",
        "page": shown,
        "total": len(cards),
        "state": state,
        "tabs": [(each, each.label) for each in STATES],
        "at": next((card.asked.pk for card in shown if str(card.asked.pk) == at), None),
        "today": timezone.localdate(),
        "accepted": Request.objects.filter(season=season, state=Request.State.ACCEPTED).count(),
        "may_plan": request.user.has_perm("outreach.plan_seminars"),
    }
    return TemplateResponse(request, "admin/outreach/request/queue.html", context)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One answer, told in a message; leads to the card after it."""
    by = _require(request)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, "That could not be done: choose a button, and write 300 letters at most.")
        return _to_queue(pk)
    asked = get_object_or_404(Request, pk=pk)
    verbs: dict[str, tuple[Callable[..., Request], str]] = {
        "accept": (intake.accept, "accepted. The school has been told."),
        "ask": (intake.ask_back, "asked. It waits for the school’s answer."),
        "decline": (intake.decline, "declined. The school has been told."),
    }
    verb, done = verbs[form.cleaned_data["step"]]
    more = {} if verb is intake.accept else {"reason": form.cleaned_data["reason"]}
    try:
        verb(request_id=pk, by=by, **more)
    except intake.NotPossible as refusal:
        messages.error(request, f"{asked}: {refusal}")
        return _to_queue(pk)
    messages.success(request, f"{asked}: {done}")
    return _to_queue(form.cleaned_data["next"])


@require_POST
def accept_shown(request: HttpRequest) -> HttpResponse:
    """Accepts all new requests of a page, each by itself: what cannot be accepted any more is said."""
    by = _require(request)
    form = ShownForm(request.POST)
    wanted = form.keys() if form.is_valid() else []
    done = 0
    for asked in Request.objects.filter(pk__in=wanted, state=Request.State.NEW):
        try:
            intake.accept(request_id=asked.pk, by=by)
        except intake.NotPossible as refusal:
            messages.error(request, f"{asked}: {refusal}")
        else:
            done += 1
    if done:
        accepted = "1 request is" if done == 1 else f"{done} requests are"
        messages.success(request, f"{accepted} accepted. Each school has been told.")
    if left := len(wanted) - done:
        messages.warning(request, f"{left} of that page waited no more when you pressed the button.")
    return _to_queue(None)


@require_http_methods(["GET", "POST"])
def school(request: HttpRequest, pk: int) -> HttpResponse:
    """Links a request to a school of the register; ``?q=`` looks for another name than the one that was written."""
    by = _require(request)
    asked = get_object_or_404(Request.objects.select_related("area", "school"), pk=pk)
    refusal = ""
    if request.method == "POST":
        form = LinkForm(request.POST)
        if form.is_valid():
            chosen: School | None = form.cleaned_data["school"]
            try:
                intake.link_school(request_id=pk, school_id=chosen.pk if chosen else None, by=by)
            except intake.NotPossible as no:
                refusal = str(no)
            else:
                messages.success(request, f"{asked}: {f'it is {chosen}' if chosen else 'linked to no school'}.")
                return _to_queue(pk)
        else:
            refusal = "That school is not in the register any more: look again."
    text = request.GET.get("q", asked.school_name)
    context = {
        **admin.site.each_context(request),
        "title": f"Which school asked? {asked}",
        "asked": asked,
        "text": text,
        "found": find(text=text, area="" if "q" in request.GET else asked.area_id),
        "refusal": refusal,
    }
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return TemplateResponse(request, "admin/outreach/request/school.html", context, status=status)


def _to_queue(pk: int | None) -> HttpResponse:
    address = reverse("admin:outreach_request_queue")
    if pk:
        state = Request.objects.filter(pk=pk).values_list("state", flat=True).first() or ""
        address = f"{address}?state={state}&at={pk}#r{pk}" if state in STATES else address
    return redirect(address)


def _require(request: HttpRequest) -> User:
    """Whoever is signed in and may triage."""
    user = actor_of(request)
    if user is None or not user.has_perm(TRIAGE):
        raise PermissionDenied
    return user
