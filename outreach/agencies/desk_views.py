"""Pages of the agencies' desk: the timeline, what looks alike, the merge and its preview. Verbs by POST alone."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from outreach.agencies import desk, duplicates, merging
from outreach.agencies import timeline as happenings
from outreach.agencies.desk_models import MergeRecord, Task
from outreach.agencies.models import Agency, Part
from portal.audit.admin import actor_of

MERGE = "outreach.merge_agencies"
MOST_FOUND = 20


@require_GET
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened with an agency; notes and contacts only for who may see them."""
    _ask(request, "outreach.view_agency")
    agency = get_object_or_404(Agency.objects.select_related("parent", "merged_into"), pk=pk)
    reader = actor_of(request)
    assert reader is not None, "the admin lets nobody in who is not signed in"
    shown = happenings.of(agency, reader=reader)
    merges = MergeRecord.objects.filter(winner=agency, undone_at=None).select_related("loser")
    return _page(
        request,
        "timeline.html",
        title=f"{agency}: what happened",
        agency=agency,
        happenings=shown,
        merges=merges if request.user.has_perm(MERGE) else (),
    )


@require_GET
def look_alike(request: HttpRequest) -> HttpResponse:
    """Agencies that may be the same, side by side."""
    _ask(request, MERGE)
    found = duplicates.pairs()
    return _page(request, "duplicates.html", title="Agencies that look alike", pairs=found[:100], total=len(found))


@require_POST
def apart(request: HttpRequest) -> HttpResponse:
    """Two are not the same: they are not shown together again."""
    _ask(request, MERGE)
    keys = [value for name in ("first", "second") if (value := request.POST.get(name, "")).isdecimal()]
    both = Agency.objects.filter(pk__in=keys).order_by("pk")
    if len(both) == 2:
        first, second = both
        duplicates.tell_apart(first_id=first.pk, second_id=second.pk, by=actor_of(request))
        messages.success(request, f"Told apart: {first} and {second}.")
    else:
        messages.error(request, "One of the two is gone. This is how it stands now.")
    return redirect("admin:outreach_agency_duplicates")


def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Which record goes into this one; then what moves, as it will; then the merge."""
    _ask(request, MERGE)
    winner = get_object_or_404(Agency.objects.select_related("parent", "merged_into"), pk=pk)
    asked = request.POST if request.method == "POST" else request.GET
    text = asked.get("q", "").strip()
    context: dict[str, Any] = {"title": f"Merge into {winner}", "winner": winner, "q": text}
    other = asked.get("loser", "")
    loser = Agency.objects.select_related("parent").filter(pk=other).first() if other.isdecimal() else None
    if loser is None:
        alike = [pair for pair in duplicates.pairs() if winner.pk in {pair.first.pk, pair.second.pk}]
        found = Agency.objects.filter(merged_into=None).exclude(pk=winner.pk).select_related("parent__parent__parent")
        context |= {
            "alike": [(pair.second if pair.first.pk == winner.pk else pair.first, pair.why) for pair in alike],
            "found": found.filter(name__icontains=text)[:MOST_FOUND] if text else (),
        }
        return _page(request, "merge_choose.html", **context)
    choices = {name: value for name, value in asked.items() if ":" in name and isinstance(value, str)}
    try:
        if request.method == "POST" and "look" not in request.POST:
            merging.merge(
                winner_id=winner.pk,
                loser_id=loser.pk,
                fingerprint=request.POST.get("fingerprint", ""),
                choices=choices,
                by=actor_of(request),
            )
            messages.success(
                request, f"{loser} is merged into {winner}. Its record stays, and the merge can be undone."
            )
            return redirect("admin:outreach_agency_timeline", winner.pk)
    except merging.NotPossible as refusal:
        context["refusal"] = str(refusal)
    try:
        plan = merging.plan(winner=winner, loser=loser, choices=choices)
    except merging.NotPossible as refusal:
        return _page(request, "merge.html", **context | {"loser": loser, "refusal": str(refusal)})
    context |= {"loser": loser, "plan": plan, "parts": [Part(part).label for part in plan.parts if part in Part.values]}
    return _page(request, "merge.html", **context)


@require_POST
def undo_merge(request: HttpRequest, record: int) -> HttpResponse:
    """Gives back what a merge moved."""
    _ask(request, MERGE)
    merged = get_object_or_404(MergeRecord, pk=record)
    try:
        merging.undo(record_id=merged.pk, by=actor_of(request))
    except merging.NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Undone: {merged.loser} has back what moved.")
    return redirect("admin:outreach_agency_timeline", merged.winner_id)


@require_POST
def task_done(request: HttpRequest, task: int) -> HttpResponse:
    """Ticks off a task."""
    _ask(request, "outreach.change_task")
    kept = get_object_or_404(Task, pk=task)
    by = actor_of(request)
    assert by is not None, "the admin lets nobody in who is not signed in"
    desk.finish(task_id=kept.pk, by=by)
    messages.success(request, "Done. It stands in the timeline.")
    return HttpResponseRedirect(reverse("admin:outreach_agency_change", args=[kept.agency_id]))


def card(request: HttpRequest, agency: Agency) -> dict[str, Any]:
    """What stands above an agency's form: how it stands, what is to be done, what was noted last."""
    today = timezone.localdate()
    may = request.user.has_perm
    agreed = list(agency.agreements.all()) if may("outreach.view_agreement") else []
    return {
        "card": agency,
        "card_path": agency.path,
        "card_agreements": [(each, *each.standing(today)) for each in agreed[:4]],
        "card_tasks": agency.tasks.open().select_related("assigned_to")[:5] if may("outreach.view_task") else (),
        "card_notes": agency.notes.select_related("author")[:2] if may("outreach.view_note") else (),
        "card_season": agency.participations.select_related("season").filter(season__is_current=True).first()
        if may("outreach.view_participation")
        else None,
        "may_merge": may(MERGE) and agency.merged_into_id is None,
        "may_finish": may("outreach.change_task"),
        "may_agree": may("outreach.add_agreement") and agency.retired_at is None,
        "may_invite": may("outreach.add_membership") and agency.retired_at is None,
        "today": today,
    }


def _ask(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    context = {**admin.site.each_context(request), "opts": Agency._meta, **context}
    return TemplateResponse(request, f"admin/outreach/agency/{template}", context)
