"""Spots and placements in the admin: the inventory, and one January's plan of it."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import action, display

from campaign.places import panels, priorities
from campaign.places.filters import FocusFilter, InUseFilter, ProgressFilter, SeasonFilter, StateFilter
from campaign.places.forms import SpotForm
from campaign.places.models import Placement, Spot
from campaign.places.panels import Line, Panel
from campaign.places.place_admin import PlacesAdmin, state_of
from campaign.places.surveying import decline, readmit, record_survey
from portal.audit.admin import actor_of


@admin.register(Spot)
class SpotAdmin(PlacesAdmin):
    """The inventory: every place where a poster can hang, and how sure we are of it."""

    form = SpotForm
    list_display = ["place", "kind_shown", "label", "state_or_unknown", "survey_shown", "surveyed_on"]
    list_filter = [
        ("survey", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        StateFilter,
        ("station", AutocompleteSelectFilter),
        ("train", AutocompleteSelectFilter),
        InUseFilter,
    ]
    list_select_related = ["station__state", "train"]
    search_fields = ["station__name", "station__code", "train__name", "label"]
    fields = [("station", "train"), ("kind", "label"), ("survey", "surveyed_on"), "not_there"]
    readonly_fields = ["station", "train", "kind"]
    actions = panels.SPOT_ACTIONS

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Spots are added on the page of their station or train."""
        return False

    @display(description="Station or train", ordering="station__name")
    def place(self, spot: Spot) -> str:
        return str(spot.station or spot.train)

    @display(description="Spot", ordering="kind")
    def kind_shown(self, spot: Spot) -> str:
        return spot.get_kind_display()

    @display(description="State", ordering="station__state__name")
    def state_or_unknown(self, spot: Spot) -> str:
        return state_of(spot)

    @display(description="Survey", ordering="survey", label={"Surveyed": "success", "Not there": "warning"})
    def survey_shown(self, spot: Spot) -> str:
        if not spot.retired_at:
            return spot.get_survey_display()
        return "Not there" if spot.survey == Spot.Survey.SURVEYED else "Given up"


@admin.register(Placement)
class PlacementAdmin(PlacesAdmin):
    """One poster's place in one January."""

    list_display = ["place", "spot_shown", "state_of_union", "first", "survey_shown", "progress"]
    list_filter = [
        SeasonFilter,
        StateFilter,
        FocusFilter,
        ("spot__station", AutocompleteSelectFilter),
        ("spot__train", AutocompleteSelectFilter),
        ("spot__kind", ChoicesDropdownFilter),
        ("spot__survey", ChoicesDropdownFilter),
        ("state", ProgressFilter),
        InUseFilter,
    ]
    list_select_related = ["spot__station__state", "spot__train"]
    search_fields = ["spot__station__name", "spot__station__code", "spot__station__city", "spot__train__name"]
    ordering = ["spot__station__name", "spot__train__name", "spot__kind"]
    fields = [("season", "spot"), ("state", "declined"), "retired_at"]
    readonly_fields = ["season", "spot", "state", "declined", "retired_at"]
    actions = panels.PLACEMENT_ACTIONS
    panels = panels.PLACEMENT_PANELS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Placement]:
        rows: QuerySet[Placement] = super().get_queryset(request)
        focus = Placement.objects.in_focus().filter(pk=OuterRef("pk"))
        return rows.annotate(is_focus=Exists(focus))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Plans make placements."""
        return False

    @display(description="Comes first", label={"Focus": "info", "Focus, border": "info"})
    def first(self, placement: Placement) -> str:
        if not getattr(placement, "is_focus", False):
            return "–"
        state = placement.spot.station.state if placement.spot.station else None
        return "Focus, border" if state and state.land_border else "Focus"

    @display(description="Station or train", ordering="spot__station__name")
    def place(self, placement: Placement) -> str:
        return str(placement.spot.station or placement.spot.train)

    @display(description="Spot", ordering="spot__kind")
    def spot_shown(self, placement: Placement) -> str:
        return str(placement.spot)

    @display(description="State", ordering="spot__station__state__name")
    def state_of_union(self, placement: Placement) -> str:
        return state_of(placement.spot)

    @display(description="Survey", ordering="spot__survey")
    def survey_shown(self, placement: Placement) -> str:
        return placement.spot.get_survey_display()

    @display(
        description="Progress",
        ordering="state",
        label={"Confirmed as posted": "success", "Printed": "info", "Retired": "warning", "Left out": "warning"},
    )
    def progress(self, placement: Placement) -> str:
        if placement.declined:
            return "Left out"
        return "Retired" if placement.retired_at else placement.get_state_display()


@action(description="Surveyed today: it is there", permissions=["change"])
def found(modeladmin: SpotAdmin, request: HttpRequest, spots: QuerySet[Spot]) -> None:
    """Somebody looked, and the spots are there."""
    count = record_survey(spots=spots, there=True, on=timezone.localdate(), actor=actor_of(request))
    modeladmin.message_user(request, f"{count:,} spots are surveyed.", messages.SUCCESS)


@action(description="Surveyed today: it is not there", permissions=["change"])
def missed(modeladmin: SpotAdmin, request: HttpRequest, spots: QuerySet[Spot]) -> None:
    """Somebody looked in vain."""
    count = record_survey(spots=spots, there=False, on=timezone.localdate(), actor=actor_of(request))
    modeladmin.message_user(
        request, f"{count:,} spots are not there. Plan again to retire their placements.", messages.SUCCESS
    )


@action(description="Leave out of the plan", permissions=["change"])
def leave_out(modeladmin: PlacementAdmin, request: HttpRequest, placements: QuerySet[Placement]) -> None:
    """No poster hangs there this January."""
    count = decline(placements=placements, actor=actor_of(request))
    modeladmin.message_user(request, f"{count:,} placements are left out.", messages.SUCCESS)


@action(description="Let the next plan decide again", permissions=["change"])
def let_in(modeladmin: PlacementAdmin, request: HttpRequest, placements: QuerySet[Placement]) -> None:
    """Undo what was left out."""
    count = readmit(placements=placements, actor=actor_of(request))
    modeladmin.message_user(
        request, f"{count:,} placements come back with the next plan, where their spots stand.", messages.SUCCESS
    )


def comes_first(request: HttpRequest, placement: Placement) -> Panel | None:
    """Why a placement is printed and packed before others."""
    found = priorities.of_placement(placement)
    return Panel("Comes first", {"lines": [Line(f"+{found.points} points", note=found.why)]}) if found.names else None


panels.SPOT_ACTIONS.extend([found, missed])
panels.PLACEMENT_ACTIONS.extend([leave_out, let_in])
panels.PLACEMENT_PANELS.append(comes_first)
