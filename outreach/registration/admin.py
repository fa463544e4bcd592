"""Bookings in the admin."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from outreach.registration import booking, waitlist
from outreach.registration.imports import RegistrationResource
from outreach.registration.models import Registration
from portal.audit.admin import actor_of
from portal.imports.admin import ExchangeAdmin


@admin.register(Registration)
class RegistrationAdmin(ExchangeAdmin):
    """Who comes. Seats change only by booking and cancelling, so that they are always counted."""

    resource_classes = [RegistrationResource]
    list_display = ["name", "email", "people", "seminar", "day", "needs", "stands", "place"]
    list_filter = [
        ("state", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("seminar__audience", ChoicesDropdownFilter),
    ]
    list_filter_submit = True
    list_select_related = ["seminar"]
    list_per_page = 50
    search_fields = ["name", "email", "group_name", "seminar__title", "seminar__city"]
    fields = [
        ("name", "email"),
        ("seminar", "people"),
        ("group_name", "grades"),
        "needs",
        ("language", "reminders"),
        ("state", "ended", "place"),
        ("offered_at", "offer_ends_at"),
        ("created_at", "booked_at", "cancelled_at"),
        "mails",
    ]
    readonly_fields = [
        *("email", "seminar", "people", "group_name", "grades", "state", "ended", "place"),
        *("offered_at", "offer_ends_at", "created_at", "booked_at", "cancelled_at", "mails"),
    ]
    actions = ["cancel_bookings", "let_others_go_first"]

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

    @display(description="Who comes", ordering="seats")
    def people(self, booked: Registration) -> str:
        """``2``, or ``28 and 2 adults`` of a class."""
        if booked.kind == Registration.Kind.ADULT:
            return str(booked.seats)
        return f"{booked.seats - booked.adults} and {booked.adults} adult{'s' * (booked.adults != 1)}"

    @display(description="Place in line", ordering="line")
    def place(self, booked: Registration) -> str:
        """As it was given; those before it may have left."""
        return str(booked.line) if booked.state == Registration.State.WAITING else ""

    @display(
        description="State",
        ordering="state",
        label={
            "Booked": "success",
            "Waiting": "warning",
            "Offered seats": "info",
            "Let lapse": "danger",
            "Cancelled": "danger",
        },
    )
    def stands(self, booked: Registration) -> str:
        return booked.get_state_display()

    @display(description="Mails")
    def mails(self, booked: Registration) -> SafeString:
        page = reverse("admin:outreach_seminar_mails", args=[booked.seminar_id])
        link = (
            '<a class="underline" href="{}?booking={}">What this guest was told, and any mail as it would read now</a>'
        )
        return format_html(link, page, booked.pk)

    @action(description="Cancel, free the seats for those who wait, and tell each person", permissions=["change"])
    def cancel_bookings(self, request: HttpRequest, chosen: QuerySet[Registration]) -> None:
        self._each(request, chosen, booking.cancel, "cancelled")

    @action(description="Let those behind go first: to the end of the line", permissions=["change"])
    def let_others_go_first(self, request: HttpRequest, chosen: QuerySet[Registration]) -> None:
        self._each(request, chosen, waitlist.pass_by, "at the end of the line")

    def _each(
        self, request: HttpRequest, chosen: QuerySet[Registration], verb: Callable[..., object], done: str
    ) -> None:
        """Does it to each, in the order in which events are locked, and says of each what came of it."""
        for booked in chosen.order_by("seminar", "pk"):
            try:
                verb(uid=booked.uid, by=actor_of(request))
            except booking.SeminarClosed:
                self.message_user(request, f"{booked}: the seminar has begun.", messages.ERROR)
            except booking.Over:
                self.message_user(request, f"{booked}: it does not wait.", messages.ERROR)
            except booking.Busy:
                self.message_user(request, f"{booked}: many book at this moment. Do it once more.", messages.ERROR)
            except Registration.DoesNotExist:
                self.message_user(request, f"{booked}: deleted in the meantime.", messages.ERROR)
            else:
                self.message_user(request, f"{booked}: {done}.", messages.SUCCESS)
