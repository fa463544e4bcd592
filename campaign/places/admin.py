"""Stations, trains, spots and placements in the admin. What nobody knows is shown as unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import action, display

from campaign.links import aiming
from campaign.places import panels
from campaign.places.filters import InUseFilter, ProgressFilter, SeasonFilter, StateFilter
from campaign.places.forms import OperatorForm, SpotForm, StationForm, StationSpotForm, TrainSpotForm
from campaign.places.imports import StationResource
from campaign.places.models import Operator, Placement, Spot, Station, Train
from campaign.places.panels import Line, Panel
from campaign.places.planning import plan_placements
from campaign.places.surveying import decline, readmit, record_survey
from portal.audit.admin import AuditedModelAdmin, actor_of, may
from portal.imports.admin import ExchangeAdmin
from portal.seasons.models import Season

UNKNOWN = "Unknown"


class SpotInline(TabularInline):
    """The spots of one place, to be surveyed in passing. Spots that a plan gave up are left out."""

    model = Spot
    extra = 0
    can_delete = False
    show_change_link = True
    hide_title = True
    fields = ["kind", "label", "survey", "surveyed_on", "not_there"]
    verbose_name_plural = "spots: where a poster can hang"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Spot]:
        spots: QuerySet[Spot] = super().get_queryset(request)
        return spots.filter(Q(retired_at=None) | Q(survey=Spot.Survey.SURVEYED)).select_related("station", "train")


class StationSpotInline(SpotInline):
    """The spots of a station."""

    form = StationSpotForm


class TrainSpotInline(SpotInline):
    """The spots of a train."""

    form = TrainSpotForm


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


@admin.register(Operator)
class OperatorAdmin(PlacesAdmin):
    """Who runs the trains; feeds bring them. Only the address of its help page is ours to choose."""

    form = OperatorForm
    list_display = ["name", "key", "url", "help_slug"]
    search_fields = ["name", "key"]
    fields = ["name", "key", "url", "help_slug"]
    readonly_fields = ["name", "key", "url"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Station)
class StationAdmin(PlacesAdmin, ExchangeAdmin):
    """Stations, from feeds and registers."""

    form = StationForm
    resource_classes = [StationResource]
    inlines = [StationSpotInline]
    list_display = ["name", "code", "city_or_unknown", "state_or_unknown", "kind_shown", "surveyed", "in_use"]
    list_filter = [
        StateFilter,
        ("kind", ChoicesDropdownFilter),
        ("described_by", ChoicesDropdownFilter),
        ("operator", AutocompleteSelectFilter),
        InUseFilter,
        "is_demo",
    ]
    list_select_related = ["state"]
    search_fields = ["name", "code", "stop_id", "city", "state__name", "=state__code"]
    autocomplete_fields = ["operator"]
    readonly_fields = ["time_zone", "described_by", "retired_at"]
    actions = panels.STATION_ACTIONS
    panels = panels.STATION_PANELS
    fieldsets = [
        (None, {"fields": [("name", "code"), ("operator", "stop_id")]}),
        (
            "Where and what",
            {
                "fields": [("address", "city"), ("state", "postal_code"), ("kind", "described_by")],
                "description": "Nothing here is guessed: leave empty what you don't know. "
                "What you fill in stays when a feed is imported again.",
            },
        ),
        ("Position", {"fields": [("latitude", "longitude"), ("time_zone", "retired_at")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Station]:
        there = Q(spots__retired_at=None)
        stations: QuerySet[Station] = super().get_queryset(request)
        return stations.annotate(
            spot_count=Count("spots", filter=there),
            surveyed_count=Count("spots", filter=there & Q(spots__survey=Spot.Survey.SURVEYED)),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Station | None = None) -> list[str]:
        return [*self.readonly_fields, *(["operator", "stop_id"] if obj else [])]

    @display(description="City", ordering="city")
    def city_or_unknown(self, station: Station) -> str:
        return station.city or UNKNOWN

    @display(description="State", ordering="state__name")
    def state_or_unknown(self, station: Station) -> str:
        return station.state.name if station.state else UNKNOWN

    @display(description="Kind", ordering="kind")
    def kind_shown(self, station: Station) -> str:
        return station.get_kind_display()

    @display(description="Spots surveyed")
    def surveyed(self, station: Any) -> str:
        if not station.spot_count:
            return "None planned"
        return f"{station.surveyed_count} of {station.spot_count}"

    @display(description="In use", ordering="retired_at")
    def in_use(self, station: Station) -> str:
        return in_use(station)


@admin.register(Train)
class TrainAdmin(PlacesAdmin):
    """Named routes, from feeds."""

    inlines = [TrainSpotInline]
    list_display = ["name", "operator", "number_list", "station_count", "in_use"]
    list_filter = [("operator", AutocompleteSelectFilter), InUseFilter, "is_demo"]
    list_select_related = ["operator"]
    search_fields = ["name", "operator__name"]
    autocomplete_fields = ["operator"]
    readonly_fields = ["all_numbers", "retired_at"]
    fields = [("name", "operator"), ("all_numbers", "route_type"), "retired_at"]
    actions = panels.TRAIN_ACTIONS
    panels = panels.TRAIN_PANELS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Train]:
        trains: QuerySet[Train] = super().get_queryset(request)
        return trains.annotate(called=Count("stops"))

    def get_readonly_fields(self, request: HttpRequest, obj: Train | None = None) -> list[str]:
        return [*self.readonly_fields, *(["name", "operator", "route_type"] if obj else [])]

    @display(description="Numbers")
    def all_numbers(self, train: Train) -> str:
        return ", ".join(train.numbers) or UNKNOWN

    @display(description="Numbers")
    def number_list(self, train: Train) -> str:
        return ", ".join(train.numbers[:6]) + (" …" if len(train.numbers) > 6 else "") or UNKNOWN

    @display(description="Stations", ordering="called")
    def station_count(self, train: Any) -> int:
        count: int = train.called
        return count

    @display(description="In use", ordering="retired_at")
    def in_use(self, train: Train) -> str:
        return in_use(train)


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

    list_display = ["place", "spot_shown", "state_of_union", "survey_shown", "progress"]
    list_filter = [
        SeasonFilter,
        StateFilter,
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

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Plans make placements."""
        return False

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


def in_use(place: Station | Train) -> str:
    """In words: a retired place is in no newer feed."""
    return "Retired" if place.retired_at else "Yes"


def state_of(spot: Spot) -> str:
    """The state of a spot's station; trains run through many."""
    if spot.station is None:
        return "National"
    return spot.station.state.name if spot.station.state else UNKNOWN


@action(description="Plan placements of the current January", permissions=["plan_placements"])
def plan_stations(modeladmin: StationAdmin, request: HttpRequest, stations: QuerySet[Station]) -> None:
    """Plan the chosen stations."""
    _plan(modeladmin, request, stations=list(stations))


@action(description="Plan placements of the current January", permissions=["plan_placements"])
def plan_trains(modeladmin: TrainAdmin, request: HttpRequest, trains: QuerySet[Train]) -> None:
    """Plan the chosen trains."""
    _plan(modeladmin, request, trains=list(trains))


def _plan(
    modeladmin: PlacesAdmin, request: HttpRequest, *, stations: Sequence[Station] = (), trains: Sequence[Train] = ()
) -> None:
    season = Season.objects.current()
    planned = plan_placements(season=season, stations=stations, trains=trains, actor=actor_of(request))
    modeladmin.message_user(
        request,
        f"{season}: {planned.created:,} placements planned, {planned.unchanged:,} stand as they were, "
        f"{planned.retired:,} retired.",
        messages.SUCCESS,
    )


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


def trains_of_station(request: HttpRequest, station: Station) -> Panel:
    """The trains that call at a station."""
    trains = Train.objects.active().filter(stops__station=station)
    return Panel(
        "Trains that call here",
        {
            "lines": [Line(train.name, reverse("admin:campaign_train_change", args=[train.pk])) for train in trains],
            "empty": "No train of an imported feed calls here.",
        },
    )


def stations_of_train(request: HttpRequest, train: Train) -> Panel:
    """A train's stations along its line."""
    stops = train.stops.select_related("station__state").order_by("order")
    return Panel(
        "Stations along the line",
        {
            "lines": [
                Line(
                    str(stop.station),
                    reverse("admin:campaign_station_change", args=[stop.station_id]),
                    stop.station.state.name if stop.station.state else "State unknown",
                )
                for stop in stops
            ],
            "empty": "The feed names no station of this train.",
        },
    )


def pages_of_operators() -> dict[str, str]:
    """The help pages of operators, as targets of links."""
    rows = Operator.objects.exclude(help_slug="").order_by("name").values_list("help_slug", "name")
    return {f"on:{slug}": name for slug, name in rows}


aiming.MORE_PAGES.append(pages_of_operators)
panels.STATION_ACTIONS.append(plan_stations)
panels.TRAIN_ACTIONS.append(plan_trains)
panels.SPOT_ACTIONS.extend([found, missed])
panels.PLACEMENT_ACTIONS.extend([leave_out, let_in])
panels.STATION_PANELS.append(trains_of_station)
panels.TRAIN_PANELS.append(stations_of_train)
