"""Operators, stations and trains in the admin; and the door to the room's other pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import action, display

from campaign.links import aiming
from campaign.places import panels, spot_admin
from campaign.places.filters import InUseFilter, StateFilter
from campaign.places.forms import OperatorForm, StationForm, StationSpotForm, TrainSpotForm
from campaign.places.imports import StationResource
from campaign.places.models import Operator, Spot, Station, Train
from campaign.places.panels import Line, Panel
from campaign.places.place_admin import UNKNOWN, PlacesAdmin
from campaign.places.planning import plan_placements
from portal.audit.admin import actor_of
from portal.imports.admin import ExchangeAdmin
from portal.seasons.models import Season

__all__ = ["OperatorAdmin", "StationAdmin", "TrainAdmin", "spot_admin"]


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
    # Said here too: with what is counted beside them, the rows would have no order.
    ordering = ["name", "pk"]
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


def in_use(place: Station | Train) -> str:
    """In words: a retired place is in no newer feed."""
    return "Retired" if place.retired_at else "Yes"


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
panels.STATION_PANELS.append(trains_of_station)
panels.TRAIN_PANELS.append(stations_of_train)
