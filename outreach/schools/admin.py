"""Schools in the admin."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import action, display

from outreach.schools.forms import SchoolForm
from outreach.schools.imports import SchoolResource
from outreach.schools.models import School
from outreach.schools.registers import LAYOUTS, edition_in
from portal.audit.admin import may
from portal.imports import bulk_views
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

    actions_list = ["register"]

    has_register_permission = may("outreach.import_schools")

    @action(description="Import a register", url_path="register", permissions=["register"])
    def register(self, request: HttpRequest) -> HttpResponse:
        """Asks for a national file."""
        return bulk_views.upload_page(
            request,
            layouts=LAYOUTS,
            title="Import a register of schools",
            says=(
                "Public schools (Common Core of Data, or HIFLD with positions), private schools (PSS or HIFLD) or colleges "
                "(IPEDS), the whole nation or one state. First you see what would change; nothing is stored before "
                "you take it, and all of it can be undone."
            ),
            edition_in=edition_in,
            back=reverse("admin:outreach_school_changelist"),
        )

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
