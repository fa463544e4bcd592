"""Presenters in the admin."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from outreach.seminars.models import Availability, Presenter
from outreach.seminars.staff_forms import (
    PresenterForm,
)
from outreach.seminars.step_admin import OWN_CLOCK
from portal.audit.admin import AuditedModelAdmin


class AvailabilityInline(TabularInline):
    """The days that a presenter offers, on the presenter's own clock."""

    model = Availability
    extra = 0
    fields = ["date", "start", "end"]
    formfield_overrides = OWN_CLOCK


@admin.register(Presenter)
class PresenterAdmin(AuditedModelAdmin):
    """Who gives seminars. Never named in public."""

    form = PresenterForm
    inlines = [AvailabilityInline]
    list_display = ["name", "agency", "kind", "speaks", "base_postal_code", "gives_virtual"]
    list_filter = [("kind", ChoicesDropdownFilter), ("agency", RelatedDropdownFilter), "gives_virtual"]
    list_filter_submit = True
    list_select_related = ["agency"]
    search_fields = ["name", "email", "agency__name", "agency__acronym"]
    autocomplete_fields = ["agency"]
    fieldsets = [
        (None, {"fields": [("name", "email"), ("agency", "kind")]}),
        ("Gives", {"fields": ["languages", "topics", "gives_virtual"]}),
        (
            "From where, how far",
            {"fields": [("base_postal_code", "time_zone"), ("latitude", "longitude"), ("radius_miles", "max_travel_minutes")]},
        ),
        ("How much", {"fields": [("max_per_day", "max_seminars"), "retired_at"]}),
    ]  # fmt: skip

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @display(description="Languages")
    def speaks(self, presenter: Presenter) -> str:
        return ", ".join(presenter.languages)
