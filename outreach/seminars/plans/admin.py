"""Plans in the admin: the list of a season's plans, and the door to their pages."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from outreach.seminars.models import PlanVersion, Request
from outreach.seminars.plans import recruiting_views, views
from portal.audit.admin import ReadOnlyAdmin


@admin.register(PlanVersion)
class PlanVersionAdmin(ReadOnlyAdmin):
    """Newest first. Each is looked at and changed on pages of its own."""

    list_before_template = "admin/outreach/planversion/_begin.html"
    list_display = ["name", "stands", "score_told", "gap_shown", "counts", "created_by", "created_at"]
    list_filter = [("state", ChoicesDropdownFilter), "season"]
    list_filter_submit = True
    list_select_related = ["season", "created_by"]
    list_per_page = 50
    ordering = ["-season", "-number"]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("begin/", wrap(views.begin), name="outreach_planversion_begin"),
            path("recruitment/", wrap(recruiting_views.page), name="outreach_planversion_recruitment"),
            path("<int:pk>/change/", wrap(views.page), name="outreach_planversion_change"),
            path("<int:pk>/progress/", wrap(views.progress), name="outreach_planversion_progress"),
            path("<int:pk>/do/<slug:verb>/", wrap(views.do), name="outreach_planversion_do"),
            path("<int:pk>/request/<int:asked>/", wrap(views.row), name="outreach_planversion_row"),
            path("<int:pk>/request/<int:asked>/<slug:verb>/", wrap(views.change), name="outreach_planversion_alter"),
            path("<int:pk>/move/", wrap(views.move), name="outreach_planversion_move"),
            path("<int:pk>/compare/<int:other>/", wrap(views.compare), name="outreach_planversion_compare"),
            path("<int:pk>/approve/", wrap(views.approve), name="outreach_planversion_approve"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """The list; above it the button that optimises what is accepted."""
        accepted = Request.objects.filter(season__is_current=True, state=Request.State.ACCEPTED).count()
        planned = Request.objects.filter(season__is_current=True, state=Request.State.PLANNED).count()
        context = {
            "accepted": accepted,
            "planned": planned,
            "may_plan": request.user.has_perm(views.PLAN),
            "running": PlanVersion.objects.filter(season__is_current=True, state=PlanVersion.State.SOLVING).first(),
        }
        page: HttpResponse = super().changelist_view(request, {**(extra_context or {}), **context})
        return page

    @display(description="Plan", ordering="number")
    def name(self, plan: PlanVersion) -> str:
        return str(plan)

    @display(
        description="State",
        ordering="state",
        label={
            "Draft": "warning",
            "Being worked out": "info",
            "Approved": "success",
            "Failed": "danger",
        },
    )
    def stands(self, plan: PlanVersion) -> str:
        return plan.get_state_display()

    @display(description="Points", ordering="score")
    def score_told(self, plan: PlanVersion) -> str:
        return "–" if plan.score is None else f"{plan.score:,.0f}"

    @display(description="Gap to the best, at most")
    def gap_shown(self, plan: PlanVersion) -> str:
        return plan.gap_told or "–"

    @display(description="Served")
    def counts(self, plan: PlanVersion) -> str:
        return f"{plan.served:,} of {plan.served + plan.unserved:,}"
