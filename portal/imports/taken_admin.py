"""Imports that were taken, in the admin: what each changed, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from portal.audit.admin import AuditedModelAdmin, ReadOnlyAdmin, actor_of, may
from portal.imports.models import TakenImport
from portal.imports.undo import NotPossible, undo


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
            object_id is None or AuditedModelAdmin.is_among(object_id, TakenImport.objects.filter(undone_at=None))
        )

    @display(description="Rows")
    def size(self, taken: TakenImport) -> str:
        made = sum(row["before"] is None for row in taken.rows)
        return f"{made} new, {len(taken.rows) - made} changed"

    @display(description="State", label={"Taken": "success", "Undone": "warning"})
    def state(self, taken: TakenImport) -> str:
        return "Undone" if taken.undone_at else "Taken"

    @display(description="What it changed")
    def differences(self, taken: TakenImport) -> SafeString | str:
        return format_html_join("", "<p><b>{}</b>{}</p>", ((row["name"], _fields(row)) for row in taken.rows))

    @action(description="Undo this import", url_path="undo", permissions=["undo"])
    def undo(self, request: HttpRequest, object_id: str) -> HttpResponse:
        taken = get_object_or_404(TakenImport, pk=object_id)
        back = reverse("admin:portal_takenimport_change", args=[taken.pk])
        if request.method == "POST":
            try:
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
            "says": f"{self.size(taken)}. All of them go back to what they were, or none, if one was changed since.",
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
