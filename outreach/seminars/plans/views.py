"""Pages of a plan: how far it is, what it says, changing it by hand, two beside each other, approving it.

Pages that show presenters and where they live are kept by no cache. Whatever changes something is a POST.
"""

import datetime as dt
from http import HTTPStatus
from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from outreach.seminars.models import PlanAssignment, PlanVersion
from outreach.seminars.plans import approving, calendar_page, curve, differences, editing, map_page, solving, words
from outreach.seminars.plans.editing import Conflicts, Opened
from outreach.seminars.refusals import NotPossible
from portal.audit.admin import actor_of
from portal.people.models import User
from portal.seasons.models import Season

VIEW: Final = "outreach.view_planversion"
PLAN: Final = "outreach.plan_seminars"
APPROVE: Final = "outreach.publish_seminar"
VIEWS: Final = ("table", "map", "calendar")
PAGE: Final = 100
MOST_DIGITS: Final = 18

State = PlanVersion.State


@never_cache
@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """A plan: while it is worked out how far it is, then as a table, a map or a calendar (``?view=``)."""
    by = _require(request, VIEW)
    plan = get_object_or_404(PlanVersion.objects.select_related("season", "job", "based_on"), pk=pk)
    context = _frame(request, plan, by)
    if plan.problem_id is None:
        return TemplateResponse(request, "admin/outreach/planversion/page.html", context)
    try:
        looked = editing.opened(pk)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return TemplateResponse(request, "admin/outreach/planversion/page.html", context)
    view = request.GET.get("view", "")
    context |= {"view": view if view in VIEWS else "table", "views": VIEWS} | _body(request, looked, view)
    return TemplateResponse(request, "admin/outreach/planversion/page.html", context)


def _body(request: HttpRequest, looked: Opened, view: str) -> dict[str, Any]:
    if view == "map":
        return {"drawing": map_page.draw(looked)}
    if view == "calendar":
        return {"calendar": calendar_page.calendar(looked, week=_day(request.GET.get("week", "")))}
    served = sorted((row for row in looked.rows if row.is_served), key=lambda row: str(row.starts_at))
    unserved = sorted((row for row in looked.rows if not row.is_served), key=lambda row: -row.priority)
    pages = Paginator(served, PAGE).get_page(request.GET.get("p"))
    others = Paginator(unserved, PAGE).get_page(request.GET.get("u"))
    return {
        "served": pages,
        "unserved": [(row, *_why(row, looked)) for row in others],
        "unserved_pages": others,
        "terms": differences.terms(looked),
        "loads": differences.loads(looked),
        "upset": differences.upset(looked),
    }


def _why(row: PlanAssignment, looked: Opened) -> tuple[str, str, list[str], str]:
    return (
        words.reason(row),
        words.funnel(row),
        words.holders(row, looked.names),
        words.change(row, looked.names),
    )


@never_cache
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a plan is; once it is there the page loads itself anew."""
    by = _require(request, VIEW)
    plan = get_object_or_404(PlanVersion.objects.select_related("season", "job"), pk=pk)
    context = _frame(request, plan, by)
    answer = TemplateResponse(request, "admin/outreach/planversion/_progress.html", context)
    if not context["moving"]:
        answer.headers["HX-Refresh"] = "true"
    return answer


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Optimises what is accepted, or plans again after changes (``replan``); ``base`` is a draft whose locks hold."""
    by = _require(request, PLAN)
    base = _number(request, "base")
    draft = PlanVersion.objects.filter(pk=base, state=State.DRAFT).first() if base else None
    try:
        plan = solving.start(
            season=Season.objects.current(), by=by, base=draft, replan=request.POST.get("replan") == "1"
        )
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:outreach_planversion_changelist")
    return redirect("admin:outreach_planversion_change", plan.pk)


@require_POST
def do(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Stops, copies or discards a plan."""
    by = _require(request, PLAN)
    get_object_or_404(PlanVersion, pk=pk)
    verbs = {"stop": solving.stop, "copy": editing.copy, "discard": editing.discard}
    if verb not in verbs:
        return HttpResponse("There is no such step.", status=HTTPStatus.NOT_FOUND)
    try:
        plan = verbs[verb](plan_id=pk, by=by)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:outreach_planversion_change", pk)
    said = {
        "stop": "It stops, and keeps the best that it has.",
        "copy": f"{plan} is a draft of its own: change it as you like.",
        "discard": f"{plan} is discarded.",
    }
    messages.success(request, said[verb])
    return redirect("admin:outreach_planversion_change", plan.pk)


@never_cache
@require_GET
def row(request: HttpRequest, pk: int, asked: int) -> HttpResponse:
    """One request of a plan: what it says of it now, who else could give it, what stands against each."""
    by = _require(request, VIEW)
    looked = _opened(pk)
    chosen = get_object_or_404(PlanAssignment.objects.filter(plan=pk), request=asked)
    chosen = looked.row(chosen.request_id)
    context = _frame(request, looked.plan, by) | {
        "row": chosen,
        "says": words.placed(chosen) if chosen.is_served else "",
        "why": None if chosen.is_served else _why(chosen, looked),
        "wishes": list(chosen.request.preferred_dates.all()),
        "choices": editing.choices(looked, chosen),
        "people": sorted(looked.names.presenters.values(), key=lambda presenter: presenter.name),
        "title": f"{chosen.request}: {looked.plan}",
    }
    return TemplateResponse(request, "admin/outreach/planversion/row.html", context)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives a request to somebody at a start, or on a day at the best start; by drag (JSON) and by form alike."""
    by = _require(request, PLAN)
    looked = _opened(pk)
    said = request.POST
    wants_json = request.headers.get("Accept", "") == "application/json"
    asked = _number(request, "request")
    try:
        presenter = _number(request, "presenter")
        chosen = looked.row(asked)
        start, mode = _start(looked, chosen, presenter, request)
        if said.get("try") == "1":
            found = editing.weigh(looked, chosen, presenter_id=presenter, start=start, mode=mode)
            if found.conflicts:
                raise Conflicts(words.conflicts(found.conflicts, looked.names))
            return JsonResponse({"says": f"{found.effect:+.0f} points", "start": start.isoformat()})
        plan = editing.move(
            plan_id=pk,
            request_id=asked,
            presenter_id=presenter,
            start=start,
            mode=mode,
            edition=_edition(request),
            by=by,
        )
    except NotPossible as refusal:
        sentences = refusal.sentences if isinstance(refusal, Conflicts) else (str(refusal),)
        if wants_json:
            return JsonResponse({"conflicts": sentences}, status=HTTPStatus.CONFLICT)
        for sentence in sentences:
            messages.error(request, sentence)
        return redirect("admin:outreach_planversion_row", pk, asked) if asked else redirect(_plan_page(pk))
    if wants_json:
        return JsonResponse({"edition": plan.edition})
    messages.success(request, f"{chosen.request} is moved. Nobody is told before the plan is approved.")
    return redirect("admin:outreach_planversion_row", pk, asked)


def _start(looked: Opened, chosen: PlanAssignment, presenter: int, request: HttpRequest) -> tuple[dt.datetime, str]:
    """Start and way as given, or the best of a day. Raises ``NotPossible``."""
    said = request.POST
    mode = said.get("mode", "")
    try:
        start = parse_datetime(said.get("start", ""))
    except ValueError:
        start = None
    day = _day(said.get("day", ""))
    clock = said.get("clock", "")
    if start is not None and start.tzinfo is not None:
        return start, mode
    if day is None:
        raise NotPossible("Choose a day.")
    return editing.best_start(looked, chosen, presenter_pk=presenter, day=day, mode=mode, clock=clock)


@require_POST
def change(request: HttpRequest, pk: int, asked: int, verb: str) -> HttpResponse:
    """Locks, unlocks or leaves out one request."""
    by = _require(request, PLAN)
    get_object_or_404(PlanAssignment, plan=pk, request=asked)
    keys: dict[str, Any] = {"plan_id": pk, "request_id": asked, "edition": _edition(request), "by": by}
    try:
        match verb:
            case "lock":
                editing.lock(**keys)
            case "unlock":
                editing.lock(**keys, locked=False)
            case "leave-out":
                editing.leave_out(**keys)
            case _:
                return HttpResponse("There is no such step.", status=HTTPStatus.NOT_FOUND)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:outreach_planversion_row", pk, asked)


@never_cache
@require_GET
def compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Two plans beside each other: what the second gains, loses and moves, and what their scores are made of."""
    by = _require(request, VIEW)
    first, second = _opened(pk), _opened(other)
    context = _frame(request, second.plan, by) | {
        "first": first.plan,
        "second": second.plan,
        "differences": differences.between(first.rows, second.rows),
        "terms": (differences.terms(first), differences.terms(second)),
        "title": f"{first.plan} and {second.plan}",
    }
    return TemplateResponse(request, "admin/outreach/planversion/compare.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows what approving would do; its one button, with the numbers, does it."""
    by = _require(request, APPROVE)
    get_object_or_404(PlanVersion, pk=pk)
    try:
        if request.method == "POST":
            done = approving.approve(plan_id=pk, edition=_edition(request), by=by)
            messages.success(
                request, f"Approved: {len(done.opens)} open, {len(done.held)} wait. Mails go out within a minute."
            )
            for refusal in done.refused[:5]:
                messages.warning(request, refusal.why)
            return redirect(_plan_page(pk))
        seen = approving.look(plan_id=pk)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect(_plan_page(pk))
    context = _frame(request, seen.plan, by) | {"seen": seen, "title": f"Approve {seen.plan}"}
    return TemplateResponse(request, "admin/outreach/planversion/approve.html", context)


def _frame(request: HttpRequest, plan: PlanVersion, by: User) -> dict[str, Any]:
    """What every page of a plan shows."""
    job = plan.job
    is_over = job is None or job.is_over
    siblings = PlanVersion.objects.filter(season=plan.season_id).exclude(problem=None).exclude(pk=plan.pk)
    return {
        **admin.site.each_context(request),
        "title": str(plan),
        "plan": plan,
        "job": job,
        "moving": plan.state == State.SOLVING and not is_over,
        "orphaned": plan.state == State.SOLVING and is_over,
        "curve": curve.draw(plan.curve),
        "others": siblings.order_by("-number")[:8],
        "opts": PlanVersion._meta,
        "may_plan": by.has_perm(PLAN),
        "may_approve": by.has_perm(APPROVE),
        "is_open": plan.state == State.DRAFT,
    }


def _opened(pk: int) -> Opened:
    get_object_or_404(PlanVersion.objects.exclude(problem=None), pk=pk)
    try:
        return editing.opened(pk)
    except NotPossible as refusal:
        raise Http404(str(refusal)) from refusal


def _day(text: str) -> dt.date | None:
    """A day that was sent; None for what is none."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _edition(request: HttpRequest) -> int:
    return _number(request, "edition")


def _number(request: HttpRequest, name: str) -> int:
    """A key that was sent; 0 for what is none."""
    said = request.POST.get(name, "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < MOST_DIGITS else 0


def _plan_page(pk: int) -> str:
    return reverse("admin:outreach_planversion_change", args=[pk])


def _require(request: HttpRequest, permission: str) -> User:
    by = actor_of(request)
    if by is None or not by.has_perm(permission):
        raise PermissionDenied
    return by
