"""Areas in the admin: facts of the release, to look up and to choose from, never to edit."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from portal.areas.models import Area


@admin.register(Area)
class AreaAdmin(ModelAdmin):
    """The nation, its states, district and territories."""

    list_display = ["name", "code", "kind", "land_border"]
    list_filter = ["kind", "land_border"]
    search_fields = ["name", "code"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Area | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Area | None = None) -> bool:
        return False
