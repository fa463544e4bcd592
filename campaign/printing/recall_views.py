"""Pages of the admin for a number that changed: what carries it, the change itself, and what follows from it."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaign.posters.models import TextSet
from campaign.printing import recall, recall_papers
from campaign.printing.checks.context import first_day
from campaign.printing.models import RecallPaper
from campaign.printing.recall import Recall, Reprint
from campaign.printing.recall_forms import ChangeForm
from campaign.printing.recall_tasks import ALL, ask_for_papers, papers_job
from outreach.channels.models import Channel
from outreach.channels.succession import NotPossible, in_place_of, is_built_in
from portal.audit import trail
from portal.audit.admin import actor_of
from portal.jobs.models import Job

RECALL: Final = "campaign.recall_number"
PRINT: Final = "campaign.print_posters"
CHANGE: Final = ("outreach.change_channel", "outreach.add_channel")
UNKNOWN_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Offer:
    """A reprint as it is offered: where its order begins, or why it must wait."""

    reprint: Reprint
    href: str
    waits: str


@require_http_methods(["GET", "POST"])
def recall_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What carries a number; below that the change, or once it is made, what to do about the posters."""
    _require(request, RECALL)
    channel = _channel(pk)
    may_change = request.user.has_perms(CHANGE)
    is_gone = channel.replaced_by_id is not None or channel.retired_at is not None
    is_over = is_gone or channel.valid_to is not None
    form = ChangeForm(request.POST or None, channel=channel)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        if form.is_valid():
            try:
                outcome = form.save(by=actor_of(request))
            except NotPossible as refusal:
                form.add_error(None, str(refusal))
            else:
                is_end = outcome.pk == channel.pk
                told = "has ended" if is_end else f"becomes {outcome.value}"
                follows = (
                    "The help pages follow within a minute."
                    if is_end
                    else "The help pages follow once another person has seen it under “Check numbers”."
                )
                if recall.pages_carrying(channel).exists():
                    ask_for_papers(channel=channel, by=actor_of(request))
                messages.success(request, f"{channel.value} {told}. {follows}")
                return redirect("admin:campaign_batch_recall", pk)
    found = recall.carrying(channel)
    instead = in_place_of(channel) if is_over else None
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": f"{channel.name}: {channel.value}",
        "channel": channel,
        "found": found,
        "other_values": [value for value in found.values if value != channel.value],
        "form": form,
        "fields": [form["value"], form["on"], form["source"]],
        "may_change": may_change,
        "is_gone": is_gone,
        "is_over": is_over,
        "is_built_in": is_built_in(channel),
        "instead": instead,
        "unchecked": next((line.print_warning for line in (channel.replaced_by, instead) if line), "")
        if is_over
        else "",
        "unknown": list(recall.unknown_batches()[:UNKNOWN_SHOWN]) if found.unknown_batches else [],
        "offers": _offers(channel, found) if is_over and request.user.has_perm(PRINT) else [],
        "stickers": recall_papers.sticker_counts(found),
        **_papers(channel),
    }
    return TemplateResponse(request, "admin/campaign/recall/page.html", context)


@require_POST
def make_papers(request: HttpRequest, pk: int) -> HttpResponse:
    """Has lists and stickers made, or made anew, by a job."""
    _require(request, RECALL)
    ask_for_papers(channel=_channel(pk), by=actor_of(request))
    return redirect("admin:campaign_batch_recall", pk)


@require_GET
def papers_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of a recall's page that moves while its papers are made."""
    _require(request, RECALL)
    channel = _channel(pk)
    return TemplateResponse(
        request, "admin/campaign/recall/_papers.html", {"channel": channel, "asks": True, **_papers(channel)}
    )


@require_GET
def recall_file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A list, the stickers, or all as a zip. Who fetched what is written to the trail."""
    _require(request, RECALL)
    channel = _channel(pk)
    job = papers_job(channel)
    paper = RecallPaper.objects.filter(job=job, name=name).select_related("file").first() if job else None
    if paper is None:
        raise Http404
    trail.record(actor=actor_of(request), verb="downloaded", target=channel, label=f"{channel}: {name}")
    return FileResponse(
        paper.file.open(),
        as_attachment=True,
        filename=f"{channel.slug}-{name}",
        content_type=paper.file.content_type,
    )


def _papers(channel: Channel) -> dict[str, Any]:
    """The job that makes a recall's papers, how far it is, and what it made."""
    job = papers_job(channel)
    done = job is not None and job.state == Job.State.DONE
    names = list(RecallPaper.objects.filter(job=job).values_list("name", flat=True)) if done else []
    return {
        "papers_job": job,
        "papers_move": job is not None and not job.is_over and job.state != Job.State.PAUSED,
        "papers_percent": job.done * 100 // job.total if job and job.total else 0,
        "papers_done": done,
        "papers": [name for name in names if name != ALL],
        "all_papers": ALL,
    }


def _require(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _channel(pk: int) -> Channel:
    return get_object_or_404(Channel.objects.select_related("area", "replaced_by"), pk=pk)


def _offers(channel: Channel, found: Recall) -> list[Offer]:
    """A reprint for each January that is not over, in the languages that hang and are printable."""
    printable = set(TextSet.objects.printable().values_list("language", flat=True))
    languages = [code for code, _ in found.languages if code in printable]
    offers = []
    for reprint in found.reprints:
        if reprint.is_over:
            continue
        serves_until = None if channel.retired_at else channel.valid_to
        waits = (
            f"Posters ordered today would still carry {channel.value}, which is in service until {serves_until}. "
            "Order them from the day after."
            if serves_until and first_day(reprint.season) <= serves_until
            else ""
        )
        asked = {"season": reprint.season.year, "what": f"recall:{channel.pk}", "languages": languages}
        offers.append(Offer(reprint, f"{reverse('admin:campaign_batch_new')}?{urlencode(asked, doseq=True)}", waits))
    return offers
