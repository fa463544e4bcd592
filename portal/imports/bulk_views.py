"""Pages of registers' files: upload, preview, take or drop, what was refused and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from portal.audit import trail
from portal.audit.admin import actor_of
from portal.imports import pages, uploads
from portal.imports.bulk import BulkResource
from portal.imports.models import TakenImport
from portal.imports.pages import Kind, Row, Shown
from portal.imports.records import RecordSource
from portal.imports.sources import SOURCES, Source
from portal.imports.undo import NotPossible
from portal.imports.upload_forms import TableForm, UploadForm

ROWS_A_PAGE: Final = 50
UNDO: Final = "portal.undo_import"

State = TakenImport.State
_LEFT_BEHIND: Final = {
    State.READING: "The file was not read to its end, and nothing was stored.",
    State.TAKING: "Taking it did not come to its end, and nothing was stored.",
    State.UNDOING: "Undoing it did not come to its end, and nothing was changed: all its rows are still there.",
}


def urls() -> list[URLPattern]:
    """Of the admin of imports."""
    wrap = admin.site.admin_view
    return [
        path("<int:pk>/preview/", wrap(preview), name="portal_takenimport_preview"),
        path("<int:pk>/progress/", wrap(progress), name="portal_takenimport_progress"),
        path("<int:pk>/again/", wrap(again), name="portal_takenimport_again"),
        path("<int:pk>/take/", wrap(take), name="portal_takenimport_take"),
        path("<int:pk>/drop/", wrap(drop), name="portal_takenimport_drop"),
        path("<int:pk>/refused.csv", wrap(refused), name="portal_takenimport_refused"),
        path("<int:pk>/reasons.csv", wrap(reasons), name="portal_takenimport_reasons"),
    ]


def upload_page(
    request: HttpRequest, *, layouts: dict[str, type[BulkResource]], title: str, says: str, edition_in: Any, back: str
) -> HttpResponse:
    """Asks for a file of one of these registers, and has a job read it. ``edition_in`` reads a file's name."""
    form = UploadForm(request.POST or None, request.FILES or None, layouts=layouts)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        taken = uploads.begin(
            resource=form.cleaned_data["resource"],
            file=file,
            file_name=file.name,
            edition=form.cleaned_data["edition"] or edition_in(file.name),
            by=actor_of(request),
        )
        return redirect("admin:portal_takenimport_preview", taken.pk)
    context = {
        **admin.site.each_context(request),
        "title": title,
        "says": says,
        "form": form,
        "back": back,
        "lately": TakenImport.objects.filter(kind__in=[layout.kind for layout in layouts.values()])[:5],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return TemplateResponse(request, "admin/portal/imports/upload.html", context, status=status)


def table_page(request: HttpRequest, *, source: type[RecordSource], title: str, says: str, back: str) -> HttpResponse:
    """Asks for a table that people keep, and has a job read it."""
    form = TableForm(request.POST or None, request.FILES or None, source=source)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        taken = uploads.begin(resource=source, file=file, file_name=file.name, edition=None, by=actor_of(request))
        return redirect("admin:portal_takenimport_preview", taken.pk)
    context = {
        **admin.site.each_context(request),
        "title": title,
        "says": says,
        "form": form,
        "back": back,
        "lately": TakenImport.objects.filter(kind=source.kind)[:5],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return TemplateResponse(request, "admin/portal/imports/upload.html", context, status=status)


@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What a file would do, or did: by kind (``?kind=closed``), some rows a page."""
    taken, resource = _import(request, pk)
    kind = _kind(request.GET.get("kind", ""), taken)
    shown = Shown((), [], [], 0)
    paginator = Paginator(range(taken.counts.get(kind, 0) if kind else 0), ROWS_A_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    if kind and page.object_list:
        shown = pages.show(taken, kind, first=page.start_index() - 1, count=ROWS_A_PAGE)
    context = {
        **admin.site.each_context(request),
        **_standing(request, taken, resource),
        "title": f"{resource.title}: {taken.file_name}",
        "kind": kind,
        "kinds": [(one, one.value.capitalize(), f"{taken.counts.get(one, 0):,}") for one in Kind],
        "rows": list(_told(shown, resource)),
        "noun": resource.noun,
        "mend": resource.mend,
        "problems": shown.problems,
        "page": page,
        "back": reverse("admin:portal_takenimport_changelist"),
    }
    return TemplateResponse(request, "admin/portal/imports/preview.html", context)


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The moving part alone; tells the page to load anew once nothing moves any more."""
    taken, resource = _import(request, pk)
    context = _standing(request, taken, resource)
    response = TemplateResponse(request, "admin/portal/imports/_standing.html", context)
    if not context["moving"]:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Has a job read a file once more whose reading was cut off."""
    taken, _resource = _import(request, pk)
    try:
        uploads.again(taken_id=taken.pk, by=actor_of(request))
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:portal_takenimport_preview", pk)


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Has a job store what was read."""
    taken, _resource = _import(request, pk)
    try:
        uploads.take(taken_id=taken.pk, by=actor_of(request))
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:portal_takenimport_preview", pk)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Forgets what was read."""
    taken, _resource = _import(request, pk)
    try:
        uploads.drop(taken_id=taken.pk, by=actor_of(request))
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{taken.file_name} is dropped. Nothing was changed.")
    return redirect("admin:portal_takenimport_preview", pk)


@require_GET
def refused(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The refused rows as the file wrote them: mend them here, and upload this file."""
    taken, resource = _import(request, pk)
    name, kind, content = resource.refused_file(taken)
    return _file(request, taken, content, name, kind)


@require_GET
def reasons(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Why each line was refused."""
    taken, _resource = _import(request, pk)
    return _file(request, taken, pages.reasons(taken), f"reasons-{taken.file_name}")


def _import(request: HttpRequest, pk: int) -> tuple[TakenImport, Source]:
    """A register's import, for whoever may import that register."""
    if not any(request.user.has_perm(resource.permission) for resource in SOURCES.values()):
        raise PermissionDenied
    taken = get_object_or_404(TakenImport.objects.select_related("job", "by").defer("rows"), pk=pk)
    if taken.kind not in SOURCES:
        raise Http404
    resource = SOURCES[taken.kind]()
    if not request.user.has_perm(resource.permission):
        raise PermissionDenied
    return taken, resource


def _standing(request: HttpRequest, taken: TakenImport, resource: Source) -> dict[str, Any]:
    standing = taken.standing
    job = taken.job
    changes = sum(taken.counts.get(kind, 0) for kind in Kind if kind != Kind.REFUSED)
    may_undo = standing == State.TAKEN and changes and request.user.has_perm(UNDO)
    is_kept = may_undo and taken.pages.exists()
    return {
        "taken": taken,
        "register": resource.title,
        "state": standing,
        "state_shown": standing.label,
        "moving": standing in {State.READING, State.TAKING, State.UNDOING},
        "percent": round(100 * job.done / job.total) if job and job.total else 0,
        "is_waiting": job is not None and job.state == job.State.QUEUED,
        "is_paused": job is not None and job.state == job.State.PAUSED,
        "failure": taken.failure or (_cut_off(taken) if standing != taken.state else ""),
        "can_read_again": standing == State.REFUSED and taken.state == State.READING and taken.draft,
        "upload": reverse(resource.upload_page),
        "changes": changes,
        "changes_shown": f"{changes:,}",
        "counts": [
            (word, f"{taken.counts[word]:,}") for word in (*map(str, Kind), "unchanged") if word in taken.counts
        ],
        "undo": reverse("admin:portal_takenimport_undo", args=[taken.pk]) if is_kept else "",
        "is_past_undoing": may_undo and not is_kept,
    }


def _cut_off(taken: TakenImport) -> str:
    """What a job left behind that ended without a word."""
    error = taken.job.error if taken.job else ""
    return f"{_LEFT_BEHIND[State(taken.state)]} {error or 'Its job was called off.'}"


def _kind(asked: str, taken: TakenImport) -> Kind | None:
    """The kind that was asked for, else the first of which there are rows."""
    if asked in set(Kind):
        return Kind(asked)
    return next((kind for kind in Kind if taken.counts.get(kind)), None)


@dataclass(frozen=True, slots=True)
class _Told:
    line: int
    key: str
    name: str
    fields: list[tuple[str, str, str]]
    more: list[tuple[str, str, str]]
    """Of a new row, what a person rarely looks for."""
    note: str


def _told(shown: Shown, resource: Source) -> Iterator[_Told]:
    """Rows in words: of a new one what the file says, of another what changes."""
    name = shown.columns.index("name") if "name" in shown.columns else None
    for row in shown.rows:
        fields = {
            shown.columns[place]: (
                resource.label(shown.columns[place]),
                _said(resource, shown.columns[place], before),
                _said(resource, shown.columns[place], after),
            )
            for place, before, after in _changes(row)
            if shown.columns[place] not in resource.untold and place != (name if row.before is None else None)
        }
        first = [column for column in resource.told_first if column in fields] if row.before is None else list(fields)
        yield _Told(
            row.line,
            row.key,
            str(row.after[name]) if name is not None else "",
            [fields[column] for column in first],
            [told for column, told in fields.items() if column not in first],
            row.note,
        )


def _changes(row: Row) -> Iterable[tuple[int, object, object]]:
    for place, after in enumerate(row.after):
        before = row.before[place] if row.before is not None else None
        if (after is not None and after not in ("", [], False)) if row.before is None else before != after:
            yield place, before, after


def _said(resource: Source, name: str, value: object) -> str:
    return "nothing" if value is None or value in ("", []) else resource.said(name, value)


def _file(
    request: HttpRequest, taken: TakenImport, content: Iterator[bytes], name: str, kind: str = "text/csv"
) -> StreamingHttpResponse:
    trail.record(actor=actor_of(request), verb="downloaded", target=taken, label=f"{taken}: {name}")
    response = StreamingHttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response
