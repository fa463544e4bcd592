"""Designs in the admin: every version of every design."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.contrib import admin
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from campaign.posters import design_views as views
from campaign.posters.header import AUDIENCES
from campaign.posters.models import Design, Review, Sheet
from portal.audit.admin import ReadOnlyAdmin, may
from portal.people.models import User

STATES = {Review.APPROVED: "success", Review.IN_REVIEW: "info", Review.DRAFT: "warning", Review.RETIRED: ""}


def shown_state(state: str) -> tuple[str, str]:
    """A state as a dot and a word."""
    return state, f"● {Review(state).label}"


def waiting_first() -> Case:
    """What waits for a person first, what is retired last."""
    ranks = [(Review.IN_REVIEW, 0), (Review.DRAFT, 1), (Review.APPROVED, 2), (Review.RETIRED, 3)]
    return Case(*(When(state=state, then=Value(rank)) for state, rank in ranks), output_field=IntegerField())


def signed_by(by_release: bool, person: User | None, outsider: str = "") -> str:
    """Who approved a version."""
    return str(person) if person else outsider or ("The release" if by_release else "Nobody yet")


@admin.register(Design)
class DesignAdmin(ReadOnlyAdmin):
    """Every version of every design, what waits for a person first. Their pages are drawn by ``design_views``."""

    list_display_links = ["name"]
    list_filter = [("state", ChoicesDropdownFilter), "audience"]
    list_filter_submit = True
    list_select_related = ["approved_by", "author"]
    list_per_page = 50
    search_fields = ["name", "slug", "description"]
    actions_list = ["add_design", "look_at_two"]

    has_draw_permission = may("campaign.draw_design")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        where = "<slug:sheet>/<str:language>"
        return [
            path("new/", wrap(views.new), name="campaign_design_new"),
            path("compare/", wrap(views.compare), name="campaign_design_compare"),
            path("<int:pk>/change/", wrap(views.page), name="campaign_design_change"),
            path("<int:pk>/edit/", wrap(views.edit), name="campaign_design_edit"),
            path("<int:pk>/standing/", wrap(views.standing), name="campaign_design_standing"),
            path("<int:pk>/do/<slug:verb>/", wrap(views.do), name="campaign_design_do"),
            path(f"<int:pk>/picture/{where}.png", wrap(views.picture, cacheable=True), name="campaign_design_picture"),
            path(f"<int:pk>/proof/{where}.pdf", wrap(views.proof), name="campaign_design_proof"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Design]:
        return Design.objects.defer("kit")

    def get_ordering(self, request: HttpRequest) -> Sequence[object]:
        return [waiting_first(), "name", "-version"]

    def get_list_display(self, request: HttpRequest) -> list[str | Callable[..., object]]:
        """The columns; sheets are read once for all rows."""
        sheets = list(Sheet.objects.active())

        @display(description="Suits")
        def sizes(design: Design) -> str:
            return ", ".join(sheet.name for sheet in views.suits(design, sheets)) or "–"

        return ["name", "version", "standing", "for_whom", sizes, "drawn_by", "approved"]

    @display(description="State", ordering="state", label=STATES)
    def standing(self, design: Design) -> tuple[str, str]:
        return shown_state(design.state)

    @display(description="For", ordering="audience")
    def for_whom(self, design: Design) -> str:
        return AUDIENCES.get(design.audience, design.audience)

    @display(description="Drawn by", ordering="author")
    def drawn_by(self, design: Design) -> str:
        return str(design.author or "The release")

    @display(description="Approved by")
    def approved(self, design: Design) -> str:
        return signed_by(design.approved_by_release, design.approved_by)

    @action(description="Add a design", url_path="add-design", permissions=["draw"])
    def add_design(self, request: HttpRequest) -> HttpResponse:
        """Leads to the upload."""
        return redirect("admin:campaign_design_new")

    @action(description="Compare two versions", url_path="compare-versions", permissions=["view"])
    def look_at_two(self, request: HttpRequest) -> HttpResponse:
        """Leads to the comparison."""
        return redirect("admin:campaign_design_compare")
