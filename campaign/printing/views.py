"""Pages of the admin about a batch: watch it, stop it, release it, fetch its files."""

import datetime as dt
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaign.printing import batches, downloads, releases
from campaign.printing.models import Batch, Packet
from campaign.printing.pace import in_words, pace_of, silence_of
from campaign.printing.parts import part_of, parts_of
from campaign.printing.preflight import Report
from portal.audit import trail
from portal.audit.admin import actor_of
from portal.jobs import queue
from portal.jobs.models import Job

PRINT = "campaign.print_posters"
DOWNLOAD = "campaign.download_batch"
VIEW = "campaign.view_batch"
PACKETS_A_PAGE = 100
FAILED_SHOWN = 10
PATIENCE = dt.timedelta(minutes=1)
"""Only then the page asks whether any worker runs."""
ZIP = "posters.zip"
_ZIP_OF_PART = re.compile(r"posters-([A-Za-z]{2,6})\.zip")

_STOP = (("pause", "Pause", "default"), ("cancel", "Cancel the batch", "ghost"))
_RESUME = (("resume", "Go on printing", "primary"), ("cancel", "Cancel the batch", "ghost"))
_VERBS: dict[str, tuple[tuple[str, str, str], ...]] = {
    Job.State.QUEUED: _STOP,
    Job.State.RUNNING: _STOP,
    Job.State.PAUSED: _RESUME,
    Job.State.FAILED: _RESUME[:1],
}


@require_GET
def batch_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: how far it is, what a person can do, its files."""
    require(request, VIEW)
    batch = _batch(pk)
    may_download = request.user.has_perm(DOWNLOAD) and batch.may_leave
    has_files = may_download and batch.job.state == Job.State.DONE
    packets = Paginator(batch.packets.select_related("file", "station", "train").order_by("position"), PACKETS_A_PAGE)
    return page(
        request,
        "batch",
        title=str(batch),
        packets=packets.get_page(request.GET.get("p")),
        may_download=may_download,
        parts=parts_of(batch) if has_files else [],
        drop_papers=list(batch.papers.all()) if has_files else [],
        report=Report.read(batch.report),
        papers=[paper for paper in (batch.packing_csv, batch.manifest) if paper],
        waits=not batch.may_leave and batch.job.state == Job.State.DONE,
        may_release=request.user.has_perm(releases.RELEASE),
        **_progress(request, batch),
    )


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The moving part of a batch's page alone; tells the page to load anew once nothing moves any more."""
    require(request, VIEW)
    batch = _batch(pk)
    response = TemplateResponse(request, "admin/campaign/batch/_progress.html", _progress(request, batch))
    if batch.job.is_over:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def ask(request: HttpRequest, pk: int, wanted: str) -> HttpResponse:
    """Pauses, resumes or cancels."""
    require(request, PRINT)
    states = {"pause": Job.State.PAUSED, "cancel": Job.State.CANCELLED}
    batch = _batch(pk)
    if wanted == "resume":
        batches.resume(batch, by=actor_of(request))
    elif wanted in states:
        queue.ask(batch.job, states[wanted], by=actor_of(request))
    else:
        raise Http404
    return redirect("admin:campaign_batch_change", pk)


@require_POST
def retry(request: HttpRequest, pk: int, packet: int) -> HttpResponse:
    """Tries one failed packet again; the others stay as they are."""
    require(request, PRINT)
    batch = _batch(pk)
    batches.resume(batch, packet=get_object_or_404(batch.packets, pk=packet), by=actor_of(request))
    return redirect("admin:campaign_batch_change", pk)


@require_GET
def download(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """One file of a batch, or all or those of a state as a zip. Who fetched what is written to the trail.

    Before a second person released it: 403, and a page that says whom to ask.
    """
    require(request, DOWNLOAD)
    batch = _batch(pk)
    if not batch.may_leave:
        return release_page(request, batch, status=HTTPStatus.FORBIDDEN)
    response: HttpResponseBase
    if found := _zip(batch, name):
        pieces, called = found
        response = StreamingHttpResponse(pieces, content_type="application/zip")
        disposition = content_disposition_header(as_attachment=True, filename=called)
        response["Content-Disposition"] = disposition or "attachment"
    else:
        file = downloads.file_of(batch, name)
        if file is None:
            raise Http404
        response = FileResponse(file.open(), as_attachment=True, filename=name, content_type=file.content_type)
    trail.record(actor=actor_of(request), verb="downloaded", target=batch, label=f"{batch}: {name}")
    return response


@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """What a second person looks at before paper is made; by POST they let the files out."""
    require(request, VIEW)
    batch = _batch(pk)
    if request.method == "POST":
        require(request, releases.RELEASE)
        try:
            releases.release(batch_id=pk, by=actor_of(request))
        except releases.NotPossible as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Released: its files can be fetched, and stations see theirs.")
        return redirect("admin:campaign_batch_change", pk)
    return release_page(request, batch)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a release back, with the reason."""
    require(request, releases.HOLD)
    try:
        releases.withdraw(batch_id=pk, why=request.POST.get("why", ""), by=actor_of(request))
    except releases.NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Taken back: nobody fetches its files until it is released anew.")
    return redirect("admin:campaign_batch_release", pk)


def release_page(request: HttpRequest, batch: Batch, *, status: int = HTTPStatus.OK) -> HttpResponse:
    """The batch as a second person judges it: numbers, texts, design, findings; and who that can be."""
    by = actor_of(request)
    may_release = request.user.has_perm(releases.RELEASE)
    lines = batch.carried.order_by().values_list("channel__name", "value").annotate(areas=Count("area", distinct=True))
    shown = page(
        request,
        "release",
        title=f"Release: {batch}",
        batch=batch,
        texts=batch.texts.order_by("language"),
        may_see_texts=request.user.has_perm("campaign.view_textset"),
        lines=lines.order_by("channel__name", "value"),
        report=Report.read(batch.report),
        packet_count=batch.packets.count(),
        may_release=may_release,
        may_withdraw=request.user.has_perm(releases.HOLD),
        refusal=releases.cannot_release(batch, by),
        others=[person for person in releases.second_persons(batch) if person != by],
        may_invite=request.user.has_perm("portal.view_user"),
        longest_why=releases.LONGEST_WHY,
    )
    shown.status_code = status
    return shown


def _zip(batch: Batch, name: str) -> tuple[Iterator[bytes], str] | None:
    """What a zip that is asked for holds, and the name under which it is saved; none where it is another file."""
    if batch.job.state != Job.State.DONE:
        return None
    if name == ZIP:
        return downloads.zipped(batch), f"posters-{batch.pk}.zip"
    found = _ZIP_OF_PART.fullmatch(name)
    part = part_of(batch, found[1]) if found else None
    return (downloads.zipped_part(part), f"posters-{batch.pk}-{part.key}.zip") if part else None


def require(request: HttpRequest, permission: str) -> None:
    """Raises ``PermissionDenied`` for an account without it."""
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _batch(pk: int) -> Batch:
    related = (
        "job",
        "season",
        "design",
        "sheet",
        "imposed_on",
        "logo__agency",
        "created_by",
        "released_by",
        "manifest",
        "packing_csv",
    )
    return get_object_or_404(Batch.objects.select_related(*related), pk=pk)


def _progress(request: HttpRequest, batch: Batch) -> dict[str, Any]:
    job, pace = batch.job, pace_of(batch)
    silent = silence_of(job)
    failed = batch.packets.failed().order_by("position") if job.state != Job.State.CANCELLED else Packet.objects.none()
    count = failed.count()
    verbs = _VERBS.get(job.state, ()) if not job.wanted else ()
    if count and verbs:
        again = ("resume", f"Try the {count:,} failed packets again" if count > 1 else "Try it again", "primary")
        verbs = (again, *(verb for verb in verbs if verb[0] != "resume"))
    return {
        "batch": batch,
        "job": job,
        "pace": pace,
        "done_shown": f"{pace.done:,}",
        "total_shown": f"{pace.total:,}",
        "left_shown": in_words(pace.left),
        "silent": silent.seconds if silent else 0,
        "wanted_shown": Job.State(job.wanted).label.lower() if job.wanted else "",
        "moving": not job.is_over and job.state != Job.State.PAUSED,
        "failed": failed[:FAILED_SHOWN],
        "failed_shown": f"{count:,} packet{'s' if count > 1 else ''}",
        "failed_more": max(0, count - FAILED_SHOWN),
        "nobody_comes": job.state == Job.State.QUEUED
        and timezone.now() - (job.started_at or job.created_at) > PATIENCE,
        "may_print": request.user.has_perm(PRINT),
        "verbs": verbs,
    }


def page(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    """One of the pages about batches, within the admin."""
    each = admin.site.each_context(request)
    return TemplateResponse(request, f"admin/campaign/batch/{name}.html", {**each, "zip": ZIP, **context})
