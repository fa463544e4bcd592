"""Papers of the school pack for schools and presenters, and the page on which a school says what must be there.

Private pages: their unguessable address is the authority. Papers are set on demand, never kept, and opening one is
recorded nowhere.
"""

import uuid
from dataclasses import dataclass
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from outreach.seminars import conditions, pack
from outreach.seminars.condition_forms import ConditionsForm
from outreach.seminars.models import Presenter, Request, Seminar
from outreach.seminars.pack import Part
from outreach.seminars.presenters import assignments
from outreach.seminars.refusals import NotPossible
from portal.pages.headers import leaves_no_trace
from portal.pages.limits import Limit

PAPERS = Limit(name="papers", per_minute=20, burst=12, ceiling_per_minute=240)
NEEDED = ("area", "request__area", "presenter__agency", "child_line", "school")
LANGUAGE_NAMES = {"en": "English", "es": "Español"}


@dataclass(frozen=True, slots=True)
class PaperLink:
    """One paper in each language that it speaks: ``[(code, its name, address), …]``."""

    name: str
    links: list[tuple[str, str, str]]


def told(asked: Request) -> Seminar | None:
    """The seminar that the school was told of: open, done, or approved and waiting for something."""
    seminars = asked.seminars.exclude(state=Seminar.State.CANCELLED).exclude(
        state=Seminar.State.DRAFT, approved_at=None
    )
    return seminars.select_related(*NEEDED).first()


def school_section(asked: Request) -> dict[str, object]:
    """What ``_conditions.html`` shows on a school's page: what the seminar waits for, and its papers."""
    seminar = told(asked)
    if seminar is None or not seminar.is_unlisted or seminar.state == Seminar.State.DONE:
        return {"seminar": seminar}
    packs = list(seminar.packs.all()[:2])
    return {
        "seminar": seminar,
        "waits": conditions.missing(seminar),
        "papers": [] if seminar.presenter is None else _links(asked, seminar),
        "papers_changed_on": packs[0].offered_at if len(packs) == 2 else None,
    }


def _links(asked: Request, seminar: Seminar) -> list[PaperLink]:
    names = pack.names()
    parts = [part for part in pack.for_school(seminar) if part != Part.CARD or seminar.child_line]
    return [
        PaperLink(
            names[part],
            [
                (code, LANGUAGE_NAMES[code], reverse("request-paper", args=[asked.uid, part, code]))
                for code in pack.LANGUAGES
            ],
        )
        for part in parts
    ]


@csrf_exempt  # no session stands behind it: the unguessable address is the authority
@require_http_methods(["GET", "HEAD", "POST"])
@leaves_no_trace()
def school_conditions(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """A school says what is there by now. Only its button keeps anything."""
    asked = get_object_or_404(Request.objects.select_related("area"), uid=uid)
    seminar = told(asked)
    if seminar is None or not seminar.is_unlisted or seminar.has_begun:
        raise Http404
    form = ConditionsForm(request.POST if request.method == "POST" else None, seminar=seminar)
    status = HTTPStatus.OK
    if form.is_bound:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                conditions.provide(seminar_id=seminar.pk, fields=form.cleaned_data, by=None)
            except NotPossible as refusal:
                form.add_error(None, str(refusal))
            else:
                return HttpResponseRedirect(reverse("request-page", args=[asked.uid]), status=HTTPStatus.SEE_OTHER)
    context = {"asked": asked, "seminar": seminar, "form": form, "waits": conditions.missing(seminar)}
    response = render(request, "outreach/seminars/conditions.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@leaves_no_trace()
def paper(request: HttpRequest, uid: uuid.UUID, part: str, language: str) -> HttpResponse:
    """One paper for the school: never the presenter's brief."""
    if part not in pack.FOR_SCHOOL:
        raise Http404
    seminar = told(get_object_or_404(Request, uid=uid))
    if seminar is None:
        raise Http404
    return _limited(request, seminar, Part(part), language)


@require_safe
@leaves_no_trace()
def brief(request: HttpRequest, key: uuid.UUID, seminar: uuid.UUID, language: str) -> HttpResponse:
    """The brief for whoever said yes to a seminar, from the presenter's own page: it says whom to meet."""
    presenter = get_object_or_404(Presenter, key=key, retired_at=None)
    theirs = assignments.told_to(presenter, now=timezone.now()).filter(
        state__in=[*conditions.LIVE], answer=Seminar.Answer.CONFIRMED
    )
    found = get_object_or_404(theirs.select_related(*NEEDED), uid=seminar)
    return _limited(request, found, Part.BRIEF, language)


def file(seminar: Seminar, part: Part, language: str) -> HttpResponse:
    """The paper as a download. Raises ``Http404``: no such language; a refusal is said in words."""
    if language not in pack.LANGUAGES:
        raise Http404
    try:
        content = pack.render(seminar, part=part, language=language)
    except NotPossible as refusal:
        return HttpResponse(str(refusal), status=HTTPStatus.CONFLICT, content_type="text/plain; charset=utf-8")
    response = HttpResponse(content, content_type="application/pdf")
    name = slugify(f"{part} {seminar.short_day} {language}")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _limited(request: HttpRequest, seminar: Seminar, part: Part, language: str) -> HttpResponse:
    if wait := PAPERS.allows(request):
        return HttpResponse(
            _("Too many papers at once. Please wait a minute."),
            status=HTTPStatus.TOO_MANY_REQUESTS,
            content_type="text/plain; charset=utf-8",
            headers={"Retry-After": str(int(wait) + 1)},
        )
    return file(seminar, part, language)
