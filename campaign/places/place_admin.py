"""What the admin pages of places share. What nobody knows is shown as unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from campaign.places.models import Spot
from campaign.places.panels import Panel
from portal.audit.admin import AuditedModelAdmin, may

UNKNOWN = "Unknown"


class PlacesAdmin(AuditedModelAdmin):
    """What the pages here share: nothing is deleted, and higher rooms add panels."""

    list_filter_submit = True
    list_per_page = 50
    change_form_after_template = "campaign/places/_panels.html"
    panels: Sequence[Callable[[HttpRequest, Any], Panel | None]] = ()

    has_plan_placements_permission = may("campaign.plan_placements")
    has_print_posters_permission = may("campaign.print_posters")
    has_confirm_posted_permission = may("campaign.confirm_posted")

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        record = self.get_object(request, object_id)
        shown = [panel(request, record) for panel in self.panels] if record else []
        extra_context = {**(extra_context or {}), "panels": [panel for panel in shown if panel]}
        page: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
        return page


def state_of(spot: Spot) -> str:
    """The state of a spot's station; trains run through many."""
    if spot.station is None:
        return "National"
    return spot.station.state.name if spot.station.state else UNKNOWN
