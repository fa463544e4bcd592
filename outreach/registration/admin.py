"""Bookings in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from outreach.registration import booking
from outreach.registration.imports import RegistrationResource
from outreach.registration.models import Registration
from portal.audit.admin import actor_of
from portal.imports.admin import ExchangeAdmin


@admin.register(Registration)
class RegistrationAdmin(ExchangeAdmin):
    """Who comes. Seats change only by booking and cancelling, so that they are always counted."""

    resource_classes = [RegistrationResource]
    list_display = ["name", "email", "seats", "seminar", "day", "needs", "stands"]
    list_filter = [("state", ChoicesDropdownFilter), ("seminar__audience", ChoicesDropdownFilter)]
    list_filter_submit = True
    list_select_related = ["seminar"]
    list_per_page = 50
    search_fields = ["name", "email", "seminar__title", "seminar__city"]
    fields = [("name", "email"), ("seminar", "seats"), "needs", ("language", "state"), ("created_at", "cancelled_at")]
    readonly_fields = ["email", "seminar", "seats", "state", "created_at", "cancelled_at"]
    actions = ["cancel_bookings"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Whoever may change bookings may bring in a list from paper."""
        return bool(self.has_change_permission(request))

    @display(description="Day", ordering="seminar__starts_at")
    def day(self, booked: Registration) -> str:
        return booked.seminar.short_day

    @display(description="State", ordering="state", label={"Booked": "success", "Cancelled": "danger"})
    def stands(self, booked: Registration) -> str:
        return booked.get_state_display()

    @action(description="Cancel, free the seats, and tell each person", permissions=["change"])
    def cancel_bookings(self, request: HttpRequest, chosen: Any) -> None:
        for booked in chosen:
            try:
                booking.cancel(uid=booked.uid, by=actor_of(request))
            except booking.SeminarClosed:
                self.message_user(request, f"{booked}: the seminar has begun.", messages.ERROR)
            else:
                self.message_user(request, f"{booked}: cancelled.", messages.SUCCESS)
