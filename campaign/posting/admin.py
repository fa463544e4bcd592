"""Confirming in the admin: choose placements, say that their posters hang."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter
from unfold.decorators import action, display

from campaign.places import panels
from campaign.places.models import Placement
from campaign.places.panels import Line, Panel
from campaign.places.spot_admin import PlacementAdmin
from campaign.posting.confirming import confirm
from campaign.posting.evidence import printed_posters
from campaign.posting.models import Confirmation
from campaign.rules import evidence
from portal.audit.admin import ReadOnlyAdmin, actor_of


@admin.register(Confirmation)
class ConfirmationAdmin(ReadOnlyAdmin):
    """Who saw which poster on which day; made from the placements."""

    list_display = ["place", "spot", "on", "who"]
    list_filter = [("on", RangeDateFilter), ("placement__spot__station", AutocompleteSelectFilter)]
    list_filter_submit = True
    list_select_related = ["placement__spot__station", "placement__spot__train", "by"]
    search_fields = ["placement__spot__station__name", "placement__spot__station__code", "placement__spot__train__name"]

    @display(description="Station or train", ordering="placement__spot__station__name")
    def place(self, confirmation: Confirmation) -> str:
        spot = confirmation.placement.spot
        return str(spot.station or spot.train)

    @display(description="Spot", ordering="placement__spot__kind")
    def spot(self, confirmation: Confirmation) -> str:
        return str(confirmation.placement.spot)

    @display(description="By", ordering="by")
    def who(self, confirmation: Confirmation) -> str:
        return _who(confirmation)


@action(description="Confirm as posted: seen today", permissions=["confirm_posted"])
def confirm_as_posted(modeladmin: PlacementAdmin, request: HttpRequest, placements: QuerySet[Placement]) -> None:
    """Somebody saw the posters of the chosen placements hanging."""
    confirmed = confirm(placements=placements, by=actor_of(request), on=timezone.localdate())
    if confirmed.seen:
        modeladmin.message_user(
            request,
            f"{confirmed.seen:,} confirmed as posted, seen {date_format(timezone.localdate())}.",
            messages.SUCCESS,
        )
    if confirmed.without_poster:
        modeladmin.message_user(
            request,
            f"{confirmed.without_poster:,} left as they are: never printed, or retired. Print them first.",
            messages.WARNING,
        )


def seen(request: HttpRequest, placement: Placement) -> Panel:
    """The days on which somebody saw the poster."""
    rows = placement.confirmations.select_related("by")
    return Panel(
        "Seen hanging",
        {
            "lines": [Line(date_format(row.on), note=_who(row)) for row in rows],
            "empty": "Nobody has said so yet.",
        },
    )


def _who(row: Confirmation) -> str:
    """Who said so: somebody at the desk, or the station by its link, which names nobody."""
    return "The station, by its link" if row.link_id else str(row.by or "")


panels.PLACEMENT_ACTIONS.append(confirm_as_posted)
panels.PLACEMENT_PANELS.append(seen)
evidence.SOURCES.append(printed_posters)
