"""Long work in the admin: what runs, what waits, what failed and why. Each kind is steered on a page of its own."""

from __future__ import annotations

from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from portal.audit.admin import ReadOnlyAdmin
from portal.jobs.models import Job


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Newest first."""

    list_display = ["kind", "stands", "progress", "message", "created_by", "created_at", "finished_at"]
    list_filter = [("state", ChoicesDropdownFilter), "kind"]
    list_filter_submit = True
    list_select_related = ["created_by"]
    list_per_page = 50
    search_fields = ["kind", "message", "error", "uid"]
    fields = [
        ("kind", "stands"),
        ("progress", "attempts"),
        "queue",
        "message",
        "error",
        ("created_by", "created_at"),
        ("started_at", "finished_at"),
    ]
    readonly_fields = ["stands", "progress"]

    @display(
        description="State",
        ordering="state",
        label={"Running": "info", "Paused": "warning", "Done": "success", "Failed": "danger"},
    )
    def stands(self, job: Job) -> str:
        return job.get_state_display()

    @display(description="Progress")
    def progress(self, job: Job) -> str:
        return f"{job.done:,} of {job.total:,} {job.unit}" if job.total else "–"
