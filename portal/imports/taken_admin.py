"""Imports that were taken, in the admin: what each changed, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from portal.audit.admin import AuditedModelAdmin, ReadOnlyAdmin, actor_of, may
from portal.imports import bulk_views, uploads
from portal.imports.models import TakenImport
from portal.imports.pages import Kind
from portal.imports.sources import SOURCES
from portal.imports.undo import NotPossible, undo

State = TakenImport.State


@admin.register(TakenImport)
class TakenImportAdmin(ReadOnlyAdmin):
    """One row a sheet, newest first."""

    list_display = ["taken_at", "file_name", "by", "size", "state"]
    list_display_links = ["taken_at", "file_name"]
    list_select_related = ["by"]
    fields = [("file_name", "taken_at"), ("by", "state"), "differences"]
    readonly_fields = ["state", "differences"]
    actions_detail = ["undo"]

    _may_undo = may("portal.undo_import")

    def has_undo_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whoever may undo imports, of one that was not undone yet."""
        return self._may_undo(request) and (
            object_id is None
            or AuditedModelAdmin.is_among(
                object_id, TakenImport.objects.filter(undone_at=None, state__in=[State.TAKEN, State.UNDOING])
            )
        )

    def get_urls(self) -> list[URLPattern]:
        return [*bulk_views.urls(), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TakenImport]:
        """With the job, which tells how an import stands."""
        rows: QuerySet[TakenImport] = super().get_queryset(request)
        return rows.select_related("job")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A register's file has a page of its own, for those who may import it."""
        taken = self.get_object(request, object_id)
        if taken and taken.kind in SOURCES and request.user.has_perm(SOURCES[taken.kind].permission):
            return redirect("admin:portal_takenimport_preview", taken.pk)
        response: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
        return response

    @display(description="Rows")
    def size(self, taken: TakenImport) -> str:
        if taken.kind:
            told = [f"{taken.counts[kind]:,} {kind}" for kind in Kind if taken.counts.get(kind)]
            return ", ".join(told) or "None"
        made = sum(row["before"] is None for row in taken.rows)
        return f"{made} new, {len(taken.rows) - made} changed"

    @display(
        description="State",
        label={
            State.TAKEN.label: "success",
            State.UNDONE.label: "warning",
            State.REFUSED.label: "danger",
            State.READ.label: "info",
        },
    )
    def state(self, taken: TakenImport) -> str:
        return str(taken.standing.label)

    @display(description="What it changed")
    def differences(self, taken: TakenImport) -> SafeString | str:
        return format_html_join("", "<p><b>{}</b>{}</p>", ((row["name"], _fields(row)) for row in taken.rows))

    @action(description="Undo this import", url_path="undo", permissions=["undo"])
    def undo(self, request: HttpRequest, object_id: str) -> HttpResponse:
        taken = get_object_or_404(TakenImport, pk=object_id)
        back = reverse("admin:portal_takenimport_change", args=[taken.pk])
        if request.method == "POST":
            try:
                if taken.kind:
                    uploads.undo(taken_id=taken.pk, by=actor_of(request))
                    return redirect("admin:portal_takenimport_preview", taken.pk)
                done = undo(taken=taken, by=actor_of(request))
            except NotPossible as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            else:
                told = f"{done.restored} rows are as they were, {done.removed} new ones are out of service."
                self.message_user(request, told, messages.SUCCESS)
            return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Undo {taken}",
            "says": f"{self.size(taken)}. All of them go back to what they were, or none, if one was changed since. "
            "New ones to which something refers by now are taken out of service instead.",
            "differences": self.differences(taken),
            "back": back,
        }
        return TemplateResponse(request, "admin/portal/undo_import.html", context)


def _fields(row: dict[str, Any]) -> SafeString:
    if row["before"] is None:
        return format_html(": {}", "new")
    return format_html_join(
        "",
        "<br>{}: {} → {}",
        ((name, _shown(row["before"].get(name)), _shown(new)) for name, new in row["after"].items()),
    )


def _shown(value: object) -> str:
    return "nothing" if value in (None, "", []) else str(value)
