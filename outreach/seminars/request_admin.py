"""Requests in the admin: triage and planning by hand."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import action, display

from outreach.seminars import intake
from outreach.seminars.models import PreferredDate, Request
from outreach.seminars.staff_forms import (
    PlanForm,
    ReasonForm,
    RequestAdminForm,
)
from outreach.seminars.step_admin import OWN_CLOCK, StepsAdmin, signed_in
from outreach.seminars.verb_pages import verb_page
from portal.audit.admin import may


class PreferredDateInline(TabularInline):
    """The school's days, best first."""

    model = PreferredDate
    extra = 0
    ordering = ["rank"]
    fields = ["rank", "date", "earliest", "latest_end"]
    formfield_overrides = OWN_CLOCK


@admin.register(Request)
class RequestAdmin(StepsAdmin):
    """What schools ask for. Those that wait come first."""

    form = RequestAdminForm
    formfield_overrides = OWN_CLOCK
    inlines = [PreferredDateInline]
    list_display = ["school_name", "city", "area", "grades", "headcount", "first_day", "confirmed", "stands"]
    list_filter = [
        ("state", ChoicesDropdownFilter),
        ("area", RelatedDropdownFilter),
        ("mode", ChoicesDropdownFilter),
        ("language", ChoicesDropdownFilter),
        "season",
    ]
    list_filter_submit = True
    list_select_related = ["area"]
    list_per_page = 50
    search_fields = ["school_name", "city", "contact_name", "contact_email"]
    ordering = ["created_at"]
    autocomplete_fields = ["school", "area"]
    readonly_fields = ["state", "reason", "confirmed_at", "created_at"]
    actions_detail = ["plan", "ask_back", "decline"]
    actions_submit_line = ["accept"]
    actions = ["accept_all"]
    fieldsets = [
        (None, {"fields": [("state", "reason"), ("created_at", "confirmed_at"), "season"]}),
        ("School", {"fields": ["school_name", ("city", "area"), "school"]}),
        ("Group", {"fields": [("grades", "headcount"), ("topic", "language"), ("mode", "minutes")]}),
        ("Who and what", {"fields": ["presenter_kinds", "needs", ("safeguarding_contact", "parents_told_on")]}),
        (
            "Contact",
            {
                "fields": [
                    ("contact_name", "contact_role"),
                    ("contact_email", "contact_phone"),
                    "contact_language",
                    "note",
                ]
            },
        ),
    ]

    _may_triage = may("outreach.triage_request")

    def has_triage_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Triage, of a request that is not over."""
        return self._may_triage(request) and (
            object_id is None or self.is_among(object_id, Request.objects.filter(state__in=intake.OPEN_STATES))
        )

    def has_accept_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """A request that waits."""
        return self._may_triage(request) and (
            object_id is None or self.is_among(object_id, Request.objects.filter(state__in=intake.WAITING))
        )

    def has_plan_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Only an accepted request becomes a seminar."""
        return self._may_triage(request) and (
            object_id is None or self.is_among(object_id, Request.objects.filter(state=Request.State.ACCEPTED))
        )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("preferred_dates")

    @display(description="First day")
    def first_day(self, asked: Request) -> str:
        days = list(asked.preferred_dates.all())
        return f"{days[0].date:%-d %b}" if days else "–"

    @display(description="E-mail", boolean=True)
    def confirmed(self, asked: Request) -> bool:
        return asked.confirmed_at is not None

    @display(
        description="State",
        ordering="state",
        label={"New": "warning", "Asked back": "info", "Accepted": "success", "Declined": "danger"},
    )
    def stands(self, asked: Request) -> str:
        return asked.get_state_display()

    @action(description="Accept", permissions=["accept"])
    def accept(self, request: HttpRequest, asked: Request) -> None:
        self.take(request, intake.accept, "Accepted. The school has been told.", request_id=asked.pk)

    @action(description="Accept, and tell each school", permissions=["triage"])
    def accept_all(self, request: HttpRequest, chosen: Any) -> None:
        for asked in chosen:
            self.take(request, intake.accept, f"{asked}: accepted. The school has been told.", request_id=asked.pk)

    @action(description="Ask back", url_path="ask-back", permissions=["triage"])
    def ask_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        asked = get_object_or_404(Request, pk=object_id)
        return verb_page(
            self,
            request,
            asked,
            title="Ask back",
            says=f"Your question goes to {asked.contact_name} by mail. The request waits for the answer.",
            form=ReasonForm(request.POST or None),
            act=partial(intake.ask_back, request_id=asked.pk, by=signed_in(request)),
            done="Asked. The request waits for the answer.",
        )

    @action(description="Decline", url_path="decline", permissions=["triage"])
    def decline(self, request: HttpRequest, object_id: str) -> HttpResponse:
        asked = get_object_or_404(Request, pk=object_id)
        return verb_page(
            self,
            request,
            asked,
            title="Decline",
            says=f"The reason goes to {asked.contact_name} by mail. This is final.",
            form=ReasonForm(request.POST or None),
            act=partial(intake.decline, request_id=asked.pk, by=signed_in(request)),
            done="Declined. The school has been told.",
        )

    @action(description="Make a seminar", url_path="plan", permissions=["plan"])
    def plan(self, request: HttpRequest, object_id: str) -> HttpResponse:
        asked = get_object_or_404(Request.objects.select_related("area", "school"), pk=object_id)
        whom = (
            "adults: it gets a public page once it is opened" if asked.is_for_adults else "students: it stays unlisted"
        )
        return verb_page(
            self,
            request,
            asked,
            title="Make a seminar",
            says=f"Makes a draft for {whom}. The school chose: {', '.join(asked.may_be_given_by)}.",
            form=PlanForm(request.POST or None, asked=asked),
            act=partial(intake.make_seminar, request_id=asked.pk, by=signed_in(request)),
            done="The draft stands. Look through it, then open it.",
        )
