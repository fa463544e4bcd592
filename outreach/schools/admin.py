"""Schools in the admin."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from outreach.schools.forms import SchoolForm
from outreach.schools.imports import SchoolResource
from outreach.schools.models import School
from portal.imports.admin import ExchangeAdmin


@admin.register(School)
class SchoolAdmin(ExchangeAdmin):
    """Schools and colleges of the national registers, and those that staff added."""

    form = SchoolForm
    resource_classes = [SchoolResource]
    list_display = ["name", "city", "state", "level", "grades", "zone", "closed"]
    list_filter = [
        ("state", RelatedDropdownFilter),
        ("level", ChoicesDropdownFilter),
        ("source", ChoicesDropdownFilter),
        ("retired_at", admin.EmptyFieldListFilter),
    ]
    list_filter_submit = True
    list_select_related = ["state"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["name", "city", "=source_id"]
    search_help_text = "Name, city, or the register's id"
    autocomplete_fields = ["state"]
    fieldsets = [
        (None, {"fields": ["name", ("level", "grades"), ("source", "source_id")]}),
        ("Where", {"fields": ["address", ("city", "state"), ("postal_code", "county")]}),
        ("Position", {"fields": [("latitude", "longitude"), "time_zone"]}),
        ("More", {"fields": [("website", "phone"), "enrolment", "retired_at"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: School | None = None) -> list[str]:
        return ["source", "source_id"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[School], search_term: str
    ) -> tuple[QuerySet[School], bool]:
        """Who looks for a school to link is shown only open ones."""
        found, has_doubles = super().get_search_results(request, queryset, search_term)
        if request.path.endswith("/autocomplete/"):
            found = found.filter(retired_at=None)
        return found, has_doubles

    @display(description="Time zone", ordering="time_zone")
    def zone(self, school: School) -> str:
        return school.time_zone or "Unknown"

    @display(description="", label={"Closed": "danger"})
    def closed(self, school: School) -> str | None:
        return "Closed" if school.retired_at else None
