"""Focus areas as a table: out, and in again with a preview, so that partners' lists need no typing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget, Widget
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import display

from portal.areas.models import Area
from portal.areas.register import AreaKind
from portal.imports import undo
from portal.imports.admin import ExchangeAdmin
from portal.imports.resources import PortalResource
from portal.seasons.models import FocusArea, Season

_YEAR = re.compile(r"[0-9]{4}")
STATES = (AreaKind.STATE, AreaKind.DISTRICT, AreaKind.TERRITORY)


class SeasonWidget(ForeignKeyWidget):
    """The year of a January that is there."""

    def clean(self, value: object, row: Any = None, **kwargs: Any) -> Season:
        text = str(value or "").strip()
        season = Season.objects.filter(year=int(text)).first() if _YEAR.fullmatch(text) else None
        if season is None:
            raise ValueError(f"There is no January {text or '(empty)'} here. Write the year of a season, such as 2027.")
        return season


class StateWidget(ForeignKeyWidget):
    """A state by its postal code: what comes first is told by state, the place itself stands in the name."""

    def clean(self, value: object, row: Any = None, **kwargs: Any) -> Area:
        text = str(value or "").strip().upper()
        area = Area.objects.filter(code=text, kind__in=[kind.value for kind in STATES]).first()
        if area is None:
            raise ValueError(f"“{text}” is no state. Write its postal code, such as TX; the place stands in the name.")
        return area


class LevelWidget(Widget):
    """Federal or state, however it is written."""

    def clean(self, value: object, row: Any = None, **kwargs: Any) -> str:
        text = str(value or "").strip().lower()
        if text not in FocusArea.Level.values:
            raise ValueError("The level is “federal” or “state”: who names the place.")
        return text


class FocusAreaResource(PortalResource):
    """One row a place: the January, who names it, what it is called, its state."""

    season = Field("season", "season", SeasonWidget(Season, "year"))
    level = Field("level", "level", LevelWidget())
    state = Field("area", "state", StateWidget(Area, "code"))

    class Meta(PortalResource.Meta):
        model = FocusArea
        import_id_fields = ("season", "level", "name")  # type: ignore[assignment]
        fields = ("season", "level", "name", "state")
        export_order = fields

    def before_import_row(self, row: dict[str, object], **kwargs: Any) -> None:
        """Spaces around a name are none of it, so that a place is found again."""
        super().before_import_row(row, **kwargs)
        row["name"] = " ".join(str(row.get("name") or "").split())


@admin.register(FocusArea)
class FocusAreaAdmin(ExchangeAdmin):
    """The places that a season puts first."""

    resource_classes = [FocusAreaResource]
    list_display = ["name", "level", "area", "border", "season"]
    list_filter = ["season", ("level", ChoicesDropdownFilter), ("area", AutocompleteSelectFilter), "area__land_border"]
    list_filter_submit = True
    list_select_related = ["area", "season"]
    search_fields = ["name", "area__name", "=area__code"]
    autocomplete_fields = ["area", "season"]
    fields = [("season", "level"), ("name", "area")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FocusArea]:
        rows: QuerySet[FocusArea] = super().get_queryset(request)
        return rows.select_related("area", "season")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new one is of the January that is worked on."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        return {"season": Season.objects.filter(is_current=True).values_list("pk", flat=True).first(), **initial}

    @display(description="Land border", boolean=True, ordering="area__land_border")
    def border(self, focus: FocusArea) -> bool:
        return focus.area.land_border


def _refuse(row: Model, before: undo.Fields) -> str:
    """Nothing hangs on a focus area: it may always go back."""
    return ""


def _remove(rows: Sequence[Model]) -> None:
    """What an import made goes; the rows in hand keep their keys for the trail."""
    FocusArea.objects.filter(pk__in=[row.pk for row in rows]).delete()


undo.WAYS[FocusArea._meta.label_lower] = undo.Way(refuse=_refuse, remove=_remove)
