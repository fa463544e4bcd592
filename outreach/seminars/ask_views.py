"""Asking for a seminar: one form in short steps, which finds the school, is saved at each step, and is sent.

Each button of the form posts all of it (see ``ask_steps``) with a ``step``, what to do, and ``at``, where one is, so that
nothing is lost without scripts either: what it does not send comes back as it was typed. A page by GET keeps nothing. No cookie is set, and the forms stand on no session, so
that there is nothing that a forged request could ride on: they are exempt from the CSRF check.
"""

import math
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from outreach.schools.finding import SHORTEST, find
from outreach.schools.models import School
from outreach.seminars import ask_steps, drafts, intake
from outreach.seminars.form_parts import Section
from outreach.seminars.forms import RequestForm
from outreach.seminars.models import RequestDraft
from portal.pages.headers import leaves_no_trace
from portal.pages.limits import Limit
from portal.seasons.models import Season

FOUND_AT_ONCE: Final = 20
OFFERED: Final = 8
"""Schools that are offered while somebody types."""
FINDS = Limit(name="schools looked for", per_minute=240, burst=60, ceiling_per_minute=1_200)
KEEPS = Limit(name="drafts kept", per_minute=120, burst=60, ceiling_per_minute=1_200)


class StepForm(forms.Form):
    """What a page says beside the request's own fields: what to do, and which edition of the draft it shows."""

    step = forms.CharField(required=False)
    pick = forms.CharField(required=False)
    at = forms.CharField(required=False)
    edition = forms.IntegerField(required=False, min_value=0)


@dataclass(slots=True)
class AskPage:
    """The form's page as it is shown: what stands in it, and what has to be said about it."""

    form: RequestForm
    at: str = ask_steps.ORDER[0]
    """The step that is shown."""
    draft: RequestDraft | None = None
    status: int = HTTPStatus.OK
    says: str = ""
    is_wrong: bool = False
    found: list[School] | None = None
    """Schools to choose from; None unless somebody looked."""
    differences: list[tuple[str, str]] = field(default_factory=list)
    """Label and other value of what differs in the draft as it is kept."""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Of the step, from 1."""
        return ask_steps.number(self.at)

    @property
    def title(self) -> str:
        """Of the step."""
        return str(ask_steps.NAMES[self.at])

    @property
    def is_last(self) -> bool:
        """Whether all is read once more here, and sent."""
        return self.at == ask_steps.LAST

    @property
    def before(self) -> str:
        """The step before; "" on the first."""
        return ask_steps.ORDER[self.number - 2] if self.number > 1 else ""

    @property
    def progress(self) -> list[ask_steps.Progress]:
        """All steps, and where one is."""
        return ask_steps.progress(self.at, reached=str(self.form["reached"].value() or ""))

    @property
    def sections(self) -> list[Section]:
        """What stands here."""
        return ask_steps.sections(self.form, self.at)

    @property
    def carried(self) -> Iterable[tuple[str, str]]:
        """What stands elsewhere, for hidden fields."""
        return sorted(ask_steps.carried(self.form, self.at))

    @property
    def answers(self) -> Iterable[ask_steps.Answers]:
        """All that was written, for reading."""
        return ask_steps.review(self.form)


@require_safe
@leaves_no_trace(shared_seconds=3600)
def schools(request: HttpRequest) -> HttpResponse:
    """Schools of the register for what was typed so far (``q``, ``state``), as JSON for the list below the field."""
    if wait := FINDS.allows(request):
        return JsonResponse({"schools": []}, status=429, headers=_retry_after(wait))
    area = request.GET.get("state", "").upper()
    found = find(text=request.GET.get("q", ""), area=area[:2], limit=OFFERED)
    return JsonResponse({"schools": [_offer(school) for school in found]})


@csrf_exempt  # no session stands behind it; the authority over a draft is its unguessable address
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def ask(request: HttpRequest, uid: uuid.UUID | None = None) -> HttpResponse:
    """The form for schools, empty or with a draft in it. What a machine sends is answered like anything else, and dropped."""
    season = Season.objects.current()
    if request.method == "POST":
        if request.POST.get("website"):
            return _redirect("seminar-request-sent")
        said = StepForm(request.POST)
        said.is_valid()
        step = said.cleaned_data.get("step", "")
        take = STEPS.get("pick" if said.cleaned_data.get("pick") else step, _send)
        return take(request, season, _seen(uid, said))
    draft = RequestDraft.objects.filter(uid=uid, season=season).first() if uid else None
    if uid and draft is None:
        return render(request, "outreach/seminars/ask_gone.html", status=HTTPStatus.GONE)
    form = _continued(draft.data, season) if draft else _blank(request, season)
    reached = ask_steps.known(str(form["reached"].value() or ""))
    page = AskPage(form, ask_steps.known(request.GET.get("at", ""), otherwise=reached), draft=draft)
    if draft and "mailed" in request.GET:
        page.says = _("We have mailed you the link.")
    return _show(request, page)


def _send(request: HttpRequest, season: Season, seen: drafts.Seen | None) -> HttpResponse:
    form = RequestForm(request.POST, season=season, today=timezone.localdate())
    if not form.is_valid():
        return _wrong(request, form, ask_steps.first_wrong(form), seen)
    try:
        intake.submit(
            asked=form.request(),
            windows=form.windows(),
            closed=form.closed(),
            nonce=form.cleaned_data["nonce"],
            language=get_language() or "en",
            draft=seen,
        )
    except drafts.Conflict as conflict:
        return _conflict(request, season, conflict)
    return _redirect("seminar-request-sent")


def _next(request: HttpRequest, season: Season, seen: drafts.Seen | None) -> HttpResponse:
    """Keeps what was typed, whatever it is, and goes on once nothing is wrong with this step."""
    at = _at(request)
    following = ask_steps.after(at, reached=request.POST.get("reached", ""))
    form = RequestForm(request.POST, season=season, today=timezone.localdate())
    is_wrong = bool(form.errors.keys() & ask_steps.fields(form, at))
    reached = ask_steps.further(at if is_wrong else following, request.POST.get("reached", ""))
    outcome = _kept(request, season, seen, reached=reached)
    if isinstance(outcome, HttpResponse):
        return outcome
    if is_wrong:
        return _wrong(request, form, at, drafts.Seen(outcome.uid, outcome.edition))
    return HttpResponseRedirect(_address(outcome.uid, following), status=HTTPStatus.SEE_OTHER)


def _wrong(request: HttpRequest, form: RequestForm, at: str, seen: drafts.Seen | None) -> HttpResponse:
    """The step with what is wrong in it; other steps have their turn."""
    ask_steps.tell_only(form, ask_steps.fields(form, at))
    return _show(request, AskPage(form, at, draft=_draft(seen), status=HTTPStatus.UNPROCESSABLE_ENTITY))


def _find(request: HttpRequest, season: Season, seen: drafts.Seen | None) -> HttpResponse:
    """The schools that may be meant, each a button."""
    page = AskPage(_continued(_typed(request, season), season), _at(request), draft=_draft(seen))
    if wait := FINDS.allows(request):
        return _too_often(request, page, wait)
    text = request.POST.get("school_name", "")
    page.found = find(text=text, area=request.POST.get("area", "")[:2], limit=FOUND_AT_ONCE)
    if len(text.strip()) < SHORTEST:
        page.says, page.is_wrong = _("Write at least three letters of the name, the city or the number."), True
    return _show(request, page)


def _pick(request: HttpRequest, season: Season, seen: drafts.Seen | None) -> HttpResponse:
    typed = _with_school(_typed(request, season), request.POST["pick"])
    return _show(request, AskPage(_continued(typed, season), _at(request), draft=_draft(seen)))


def _save(request: HttpRequest, season: Season, seen: drafts.Seen | None) -> HttpResponse:
    """Keeps what was typed and leads to its private page; a script is told the address instead."""
    outcome = _kept(request, season, seen)
    if isinstance(outcome, HttpResponse):
        return outcome
    if _is_script(request):
        address = reverse("seminar-draft", args=[outcome.uid])
        return JsonResponse({"address": address, "edition": outcome.edition})
    at = request.POST.get("at", "")
    return HttpResponseRedirect(_address(outcome.uid, at if at in ask_steps.NAMES else ""), status=HTTPStatus.SEE_OTHER)


def _mail(request: HttpRequest, season: Season, seen: drafts.Seen | None) -> HttpResponse:
    """Keeps what was typed, and mails the private link to the address that stands in the form."""
    outcome = _kept(request, season, seen)
    if isinstance(outcome, HttpResponse):
        return outcome
    try:
        drafts.send_link(uid=outcome.uid, email=request.POST.get("contact_email", "").strip())
    except (drafts.NotMailed, drafts.Gone):
        says = _(
            "It is saved, but we could not mail the link. Write your work e-mail above first; "
            "one address gets three mails an hour at most. You can also keep this page’s address."
        )
        page = AskPage(_continued(outcome.data, season), _at(request), draft=outcome, says=says, is_wrong=True)
        page.status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _show(request, page)
    return HttpResponseRedirect(f"{_address(outcome.uid, _at(request))}&mailed", status=HTTPStatus.SEE_OTHER)


def _delete(request: HttpRequest, season: Season, seen: drafts.Seen | None) -> HttpResponse:
    if seen is not None:
        drafts.delete(uid=seen.uid)
    return _redirect("seminar-request")


STEPS: Final[dict[str, Callable[[HttpRequest, Season, drafts.Seen | None], HttpResponse]]] = {
    "send": _send,
    "next": _next,
    "find": _find,
    "pick": _pick,
    "save": _save,
    "mail": _mail,
    "delete": _delete,
}


def _kept(
    request: HttpRequest, season: Season, seen: drafts.Seen | None, *, reached: str = ""
) -> RequestDraft | HttpResponse:
    """The draft as it is kept now, or the page that says why it is not. A draft that is gone begins anew."""
    typed, language = _typed(request, season), get_language() or "en"
    if reached:
        typed["reached"] = [reached]
    page = AskPage(_continued(typed, season), _at(request), draft=_draft(seen), is_wrong=True)
    if wait := KEEPS.allows(request):
        return _too_often(request, page, wait)
    try:
        if seen is None:
            return drafts.begin(typed=typed, language=language)
        try:
            return drafts.keep(seen=seen, typed=typed, language=language)
        except drafts.Gone:
            return drafts.begin(typed=typed, language=language)
    except drafts.TooLong:
        page.says = _("This is more text than we can save. Please write less under “Anything else”.")
        page.status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return _show(request, page)
    except drafts.Conflict as conflict:
        return _conflict(request, season, conflict)


def _conflict(request: HttpRequest, season: Season, conflict: drafts.Conflict) -> HttpResponse:
    """Both versions: what was typed stays in the fields, what the other page saved stands above."""
    typed, current = _typed(request, season), conflict.current
    form = _continued(typed, season)
    page = AskPage(form, _at(request), draft=current, status=HTTPStatus.CONFLICT, is_wrong=True)
    page.says = _(
        "Somebody saved this request on another page meanwhile. Nothing is lost: what you wrote is below, "
        "and what differs in the other version stands here. Press a button below again to keep yours."
    )
    page.differences = [
        (str(form[name].label), ask_steps.spoken(form, name, current.data.get(name, ())))
        for name in form.fields
        if name not in ask_steps.UNSEEN and list(typed.get(name, ())) != current.data.get(name, [])
    ]
    return _show(request, page)


def _too_often(request: HttpRequest, page: AskPage, wait: float) -> HttpResponse:
    page.says, page.is_wrong = _("That was very often. Nothing is lost: please press again in a minute."), True
    page.status, page.headers = HTTPStatus.TOO_MANY_REQUESTS, _retry_after(wait)
    return _show(request, page)


def _show(request: HttpRequest, page: AskPage) -> HttpResponse:
    """The page; a script that saves gets only what it has to say."""
    response: HttpResponse
    if _is_script(request):
        response = JsonResponse({"says": page.says}, status=page.status)
    else:
        context = {"page": page, "form": page.form, "season": page.form.season}
        response = render(request, "outreach/seminars/ask.html", context, status=page.status)
    for name, value in page.headers.items():
        response.headers[name] = value
    if page.draft:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _typed(request: HttpRequest, season: Season) -> dict[str, list[str]]:
    data: MultiValueDict[str, str] = request.POST
    return RequestForm.typed(data, season=season)


def _continued(typed: drafts.Typed, season: Season) -> RequestForm:
    return RequestForm.continued(typed, season=season, today=timezone.localdate())


def _blank(request: HttpRequest, season: Season) -> RequestForm:
    """The empty form; ``?school=`` fills a school of the register in."""
    known = _with_school({}, request.GET.get("school", ""))
    initial = {name: values[0] for name, values in known.items()}
    return RequestForm(initial=initial, season=season, today=timezone.localdate())


def _with_school(typed: dict[str, list[str]], uid: str) -> dict[str, list[str]]:
    """The same with a school of the register in its first fields; unchanged if there is no such school."""
    try:
        school = School.objects.open().filter(uid=uuid.UUID(uid)).first()
    except ValueError:
        school = None
    if school is None:
        return typed
    of_register = {
        "school": str(school.uid),
        "school_name": school.name,
        "city": school.city,
        "area": school.state_id or "",
        "postal_code": school.postal_code[:5],
    }
    return typed | {name: [text] for name, text in of_register.items() if text}


def _offer(school: School) -> dict[str, str]:
    return {
        "school": str(school.uid),
        "school_name": school.name,
        "city": school.city,
        "area": school.state_id or "",
        "postal_code": school.postal_code[:5],
        "where": ", ".join(part for part in (school.address, school.city, str(school.state or "")) if part),
    }


def _seen(uid: uuid.UUID | None, said: StepForm) -> drafts.Seen | None:
    return drafts.Seen(uid, said.cleaned_data.get("edition") or 0) if uid else None


def _draft(seen: drafts.Seen | None) -> RequestDraft | None:
    """The draft as the sender saw it: a page that did not save keeps its edition."""
    draft = RequestDraft.objects.filter(uid=seen.uid).first() if seen else None
    if draft and seen:
        draft.edition = seen.edition
    return draft


def _at(request: HttpRequest) -> str:
    """The step of the page that was sent."""
    return ask_steps.known(request.POST.get("at", ""))


def _address(uid: uuid.UUID, at: str) -> str:
    """Of a draft, at one of its steps."""
    return f"{reverse('seminar-draft', args=[uid])}{f'?at={at}' if at else ''}"


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _retry_after(wait: float) -> dict[str, str]:
    return {"Retry-After": str(math.ceil(wait))}


def _redirect(name: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(name), status=HTTPStatus.SEE_OTHER)
