"""Seasons in the admin, with the step to the next January."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import TabularInline
from unfold.decorators import action, display

from portal.audit.admin import AuditedModelAdmin, actor_of, may
from portal.audit.choosing import ChoosesByKey
from portal.seasons import cloning, focus
from portal.seasons.calendar import dates
from portal.seasons.models import FocusArea, Season


class FocusAreaInline(ChoosesByKey, TabularInline):
    """The places that this season puts first."""

    model = FocusArea
    extra = 0
    autocomplete_fields = ["area"]
    fields = ["area", "name", "level", "border"]
    readonly_fields = ["border"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FocusArea]:
        rows: QuerySet[FocusArea] = super().get_queryset(request)
        return rows.select_related("area")

    @display(description="Land border", boolean=True)
    def border(self, focus: FocusArea) -> bool:
        return bool(focus.area_id and focus.area.land_border)


@admin.register(Season)
class SeasonAdmin(AuditedModelAdmin):
    """One row a January."""

    list_display = ["january", "work_on_it", "approve_by", "print_by", "ship_by", "hang_by", "theme"]
    ordering = ["-year"]
    search_fields = ["year", "theme"]
    inlines = [FocusAreaInline]
    readonly_fields = ["is_current", "focus_recorded"]
    actions_submit_line = ["start_next_january", "make_current"]
    fieldsets = [
        (None, {"fields": ["year", "theme", "goals", ("starts_on", "ends_on")]}),
        (
            "Deadlines",
            {
                "fields": [("approve_by", "print_by"), ("ship_by", "hang_by")],
                "description": (
                    "Counted back from 31 December, when posters hang: shipped 17 days before, at the print shop 27, "
                    "approved 41. What falls on a weekend or a federal holiday moves to the working day before it."
                ),
            },
        ),
        (
            "Focus areas",
            {
                "fields": ["focus_recorded"],
                "description": (
                    "The plan of 2026 named 45 federal and 10 state locations; the list is the partners’ own, so none "
                    "is filled in here: bring theirs in as a table under Focus areas. Requests from their states get points, and "
                    "posters are printed and packed there first, border states before others."
                ),
            },
        ),
        (None, {"fields": ["is_current"]}),
    ]

    _may_clone = may("portal.clone_season")

    def has_start_permission(self, request: HttpRequest, object_id: int | str | None = None) -> bool:
        """The next January is started once, from the last one."""
        last = Season.objects.order_by("year").last()
        return self._may_clone(request) and (object_id is None or _is(object_id, last))

    def has_move_permission(self, request: HttpRequest, object_id: int | str | None = None) -> bool:
        """Work moves to a season that isn't the current one."""
        current = Season.objects.filter(is_current=True).first()
        return self._may_clone(request) and (object_id is None or not _is(object_id, current))

    def has_delete_permission(self, request: HttpRequest, obj: Season | None = None) -> bool:
        """A January that was begun stays."""
        return False

    @display(description="Season", ordering="year")
    def january(self, season: Season) -> str:
        return str(season)

    @display(description="State", label={"Current": "success"})
    def work_on_it(self, season: Season) -> str:
        if season.is_current:
            return "Current"
        return "Over" if season.ends_on < timezone.localdate() else "Not current"

    @display(description="Recorded below")
    def focus_recorded(self, season: Season) -> str:
        return focus.recorded(season)

    def get_readonly_fields(self, request: HttpRequest, obj: Season | None = None) -> list[str]:
        return ["is_current", "focus_recorded", *(["year"] if obj else [])]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new season begins with the dates that follow from the rule."""
        last = Season.objects.order_by("year").last()
        year = last.year + 1 if last else timezone.localdate().year + 1
        counted = dates(year)
        return {
            "year": year,
            **{name: getattr(counted, name) for name in counted.__slots__},
            **super().get_changeform_initial_data(request),
        }

    @action(description="Start next January", permissions=["start"])
    def start_next_january(self, request: HttpRequest, season: Season) -> None:
        try:
            clone = cloning.start_next(season=season, by=actor_of(request))
        except cloning.AlreadyStarted as already:
            self.message_user(request, str(already), messages.ERROR)
        else:
            self.message_user(
                request,
                f"{clone} is ready: approve by {clone.approve_by:%-d %B}, print by {clone.print_by:%-d %B}, ship by "
                f"{clone.ship_by:%-d %B}, hang by {clone.hang_by:%-d %B %Y}. Today still shows {season}; "
                "press “Work on this January” in the new season to move over.",
                messages.SUCCESS,
            )

    @action(description="Work on this January", permissions=["move"])
    def make_current(self, request: HttpRequest, season: Season) -> None:
        cloning.make_current(season=season, by=actor_of(request))
        self.message_user(request, f"Everybody works on {season} now.", messages.SUCCESS)


def _is(object_id: int | str, season: Season | None) -> bool:
    """Whether the key in an address, which may be anything, is that of ``season``."""
    return season is not None and str(object_id) == str(season.pk)
