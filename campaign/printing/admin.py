"""Batches in the admin: made by "Print", watched, never edited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import action, display

from campaign.places import panels
from campaign.places.models import Placement
from campaign.places.panels import Line, Panel
from campaign.posters import sheet_admin
from campaign.posters.languages import name_of
from campaign.posters.models import Sheet
from campaign.printing import code_views, order_views, recall_views, views
from campaign.printing.forms import OrderForm
from campaign.printing.models import Batch, Packet, Print
from portal.audit.admin import ReadOnlyAdmin, may
from portal.jobs.models import Job
from portal.seasons.models import Season


class ReleaseFilter(DropdownFilter):
    """Whether a second person let the files out."""

    title = "release"
    parameter_name = "release"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("waiting", "Finished, waits for a second person"), ("released", "Released"), ("sample", "Sample")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Batch]) -> QuerySet[Batch]:
        match self.value():
            case "waiting":
                return queryset.filter(pk__in=Batch.objects.to_release().values("pk"))
            case "released":
                return queryset.filter(pk__in=Batch.objects.released().values("pk"))
            case "sample":
                return queryset.filter(is_sample=True)
        return queryset


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    """What was printed, newest first."""

    list_display = ["title", "state", "pages_done", "let_out", "season", "created_by", "created_at"]
    list_display_links = ["title"]
    list_filter = [ReleaseFilter, "job__state", "season", "is_sample"]
    list_select_related = ["job", "season", "created_by", "released_by"]
    search_fields = ["title", "uid"]
    list_per_page = 50
    actions_list = ["order"]

    has_print_posters_permission = may("campaign.print_posters")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Batch]:
        """With the pages that are delivered: a job that was killed or paused may not have heard of the last ones."""
        delivered = Packet.objects.delivered().filter(batch=OuterRef("pk")).order_by().values("batch")
        rows: QuerySet[Batch] = super().get_queryset(request)
        return rows.annotate(delivered=Subquery(delivered.values(total=Sum("pages"))))

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("new/", wrap(order_views.order), name="campaign_batch_new"),
            path("codes/", wrap(code_views.new_codes), name="campaign_batch_codes"),
            path("recall/<int:pk>/", wrap(recall_views.recall_page), name="campaign_batch_recall"),
            path("recall/<int:pk>/make/", wrap(recall_views.make_papers), name="campaign_batch_recall_make"),
            path("recall/<int:pk>/papers/", wrap(recall_views.papers_progress), name="campaign_batch_recall_papers"),
            path("recall/<int:pk>/<str:name>", wrap(recall_views.recall_file), name="campaign_batch_recall_file"),
            path("<int:pk>/change/", wrap(views.batch_page), name="campaign_batch_change"),
            path("<int:pk>/progress/", wrap(views.progress), name="campaign_batch_progress"),
            path("<int:pk>/ask/<slug:wanted>/", wrap(views.ask), name="campaign_batch_ask"),
            path("<int:pk>/retry/<int:packet>/", wrap(views.retry), name="campaign_batch_retry"),
            path("<int:pk>/files/<str:name>", wrap(views.download), name="campaign_batch_download"),
            path("<int:pk>/release/", wrap(views.release), name="campaign_batch_release"),
            path("<int:pk>/withdraw/", wrap(views.withdraw), name="campaign_batch_withdraw"),
            *super().get_urls(),
        ]

    @action(description="Print posters", url_path="order", permissions=["print_posters"])
    def order(self, request: HttpRequest) -> HttpResponse:
        """Leads to the page where a batch is ordered."""
        return redirect("admin:campaign_batch_new")

    @display(
        description="State",
        ordering="job__state",
        label={
            Job.State.DONE.label: "success",
            Job.State.RUNNING.label: "info",
            Job.State.FAILED.label: "danger",
            Job.State.PAUSED.label: "warning",
        },
    )
    def state(self, batch: Batch) -> str:
        return batch.job.get_state_display()

    @display(description="Posters")
    def pages_done(self, batch: Batch) -> str:
        if batch.job.state == Job.State.DONE:
            return f"{batch.pages:,}"
        return f"{getattr(batch, 'delivered', None) or 0:,} of {batch.pages:,}"

    @display(description="Release", label={"sample": "warning", "released": "success", "waits": "info"})
    def let_out(self, batch: Batch) -> tuple[str, str]:
        if batch.is_sample:
            return "sample", "Sample"
        if batch.released_by:
            return "released", f"Released by {batch.released_by}"
        return "waits", "Waits for a second person"


@action(description="Print posters", permissions=["print_posters"])
def print_posters(modeladmin: Any, request: HttpRequest, placements: QuerySet[Placement]) -> HttpResponse | None:
    """Shows what printing the chosen placements means."""
    rows = list(placements.values_list("season", "pk"))
    seasons = {season for season, _ in rows}
    if len(seasons) != 1:
        modeladmin.message_user(request, "Choose placements of one January, then print.", messages.ERROR)
        return None
    keys = ",".join(str(key) for _, key in rows)
    season = Season.objects.get(pk=seasons.pop())
    return order_views.confirm(request, OrderForm.of(season=season, what=f"placements:{keys}"))


@action(description="Give a new code", permissions=["change"])
def new_code(modeladmin: Any, request: HttpRequest, placements: QuerySet[Placement]) -> HttpResponse:
    """Leads to the page where the codes of the chosen placements are retired; nothing changes before that."""
    keys = ",".join(str(key) for key in placements.values_list("pk", flat=True)[: code_views.MOST])
    return redirect(f"{reverse('admin:campaign_batch_codes')}?placements={keys}")


def prints_of_placement(request: HttpRequest, placement: Placement) -> Panel:
    """The codes of a placement, and the pages on which they were delivered."""
    prints = (
        Print.objects.filter(placement=placement)
        .exclude(decoded="")
        .select_related("packet__batch", "link")
        .order_by("-packet__batch", "page")
    )
    return Panel(
        "Printed posters",
        {
            "lines": [
                Line(
                    f"{row.link}, {name_of(row.language)}",
                    reverse("admin:campaign_batch_change", args=[row.packet.batch_id])
                    if request.user.has_perm(views.VIEW)
                    else "",
                    f"{row.packet.batch}: {row.packet}, page {row.page}",
                )
                for row in prints
            ],
            "empty": "No poster of this placement was printed yet.",
        },
    )


def is_ordered_on(sheet: Sheet) -> bool:
    """Whether a batch names it: packets still to come must have the size of those that are there."""
    return Batch.objects.filter(Q(sheet=sheet) | Q(imposed_on=sheet)).exists()


sheet_admin.HOLDERS.append(is_ordered_on)
panels.PLACEMENT_ACTIONS.extend([print_posters, new_code])
panels.PLACEMENT_PANELS.append(prints_of_placement)
