"""Filters of the places' lists: by state, by season, by whether a row is in use."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter

from campaign.places.models import Placement, Spot, Station
from portal.areas.models import Area
from portal.areas.register import NATION
from portal.seasons.models import Season

NOBODY_KNOWS = "unknown"

_STATION = {Station: "", Spot: "station__", Placement: "spot__station__"}


class StateFilter(DropdownFilter):
    """The state of the station; "unknown" is a choice like any other. Trains are in no state."""

    title = "state"
    parameter_name = "in_state"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        states = Area.objects.filter(parent=NATION.code).values_list("code", "name")
        return [(NOBODY_KNOWS, "Unknown"), *states]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        path = _STATION[queryset.model]
        if self.value() == NOBODY_KNOWS:
            known = {f"{path.removesuffix('__')}__isnull": False} if path else {}
            return queryset.filter(**known, **{f"{path}state": None})
        return queryset.filter(**{f"{path}state": self.value()}) if self.value() else queryset


class SeasonFilter(DropdownFilter):
    """The January; without a choice the current one, so that old plans don't get printed."""

    title = "January"
    parameter_name = "january"
    all_option = None

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [*((str(year), str(year)) for year in Season.objects.values_list("year", flat=True)), ("all", "All")]

    def value(self) -> str | None:
        chosen = super().value()
        if chosen is None:
            current = Season.objects.filter(is_current=True).first()
            return str(current.year) if current else "all"
        return str(chosen)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(season__year=value) if value and value.isdecimal() else queryset


class InUseFilter(DropdownFilter):
    """Rows in use, or retired ones."""

    title = "use"
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("yes", "In use"), ("no", "Retired")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "yes":
                return queryset.filter(retired_at=None)
            case "no":
                return queryset.exclude(retired_at=None)
        return queryset


class ProgressFilter(ChoicesDropdownFilter):
    """A placement's state under another name, since lists also filter by the state of the union."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "progress"


class FocusFilter(DropdownFilter):
    """Whether a placement hangs in a focus area of its season."""

    title = "focus"
    parameter_name = "focus"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("yes", "In the season’s focus areas"), ("no", "Elsewhere")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        focused = Placement.objects.in_focus().values("pk")
        match self.value():
            case "yes":
                return queryset.filter(pk__in=focused)
            case "no":
                return queryset.exclude(pk__in=focused)
        return queryset
