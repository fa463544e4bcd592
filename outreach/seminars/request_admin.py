"""Requests in the admin: triage and planning by hand."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import action, display

from outreach.seminars import intake, priorities, triage_views
from outreach.seminars.models import PreferredDate, Request, SchoolBlackout
from outreach.seminars.request_admin_form import PreferredDatesForm, RequestAdminForm
from outreach.seminars.staff_forms import PlanForm, ReasonForm
from outreach.seminars.step_admin import OWN_CLOCK, StepsAdmin, signed_in
from outreach.seminars.verb_pages import verb_page
from portal.audit.admin import may

NEW_LINK = "The private link that the address of before had leads nowhere any more. A new one is on its way to the new address."


class PreferredDateInline(TabularInline):
    """The school's days, best first."""

    model = PreferredDate
    formset = PreferredDatesForm
    extra = 0
    ordering = ["rank"]
    fields = ["rank", "date", "earliest", "latest_end"]
    formfield_overrides = OWN_CLOCK


class SchoolBlackoutInline(TabularInline):
    """Days on which the school is closed or busy."""

    model = SchoolBlackout
    extra = 0
    fields = ["first", "last", "why"]
    formfield_overrides = OWN_CLOCK


@admin.register(Request)
class RequestAdmin(StepsAdmin):
    """What schools ask for. Those that wait come first."""

    form = RequestAdminForm
    formfield_overrides = OWN_CLOCK
    inlines = [PreferredDateInline, SchoolBlackoutInline]
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
    readonly_fields = ["state", "reason", "answer", "confirmed_at", "created_at", "points"]
    actions_list = ["go_to_queue"]
    actions_detail = ["plan", "ask_back", "decline"]
    actions_submit_line = ["accept"]
    actions = ["accept_all"]
    fieldsets = [
        (None, {"fields": [("state", "reason"), "answer", ("created_at", "confirmed_at"), "season"]}),
        ("School", {"fields": ["school_name", ("city", "area"), "school", ("postal_code", "time_zone")]}),
        ("Group", {"fields": [("grades", "headcount"), ("topic", "language"), ("mode", "minutes")]}),
        ("Who and where", {"fields": ["presenter_kinds", "needs", "room", "equipment"]}),
        (
            "Keeping students safe",
            {
                "fields": [
                    ("parents_told_on", "parents_told_how"),
                    "opt_out",
                    ("safeguarding_contact", "private_room"),
                    "counsellor_present",
                ]
            },
        ),
        ("Priority", {"fields": ["points", ("priority_shift", "priority_why")]}),
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

    def save_model(self, request: HttpRequest, obj: Request, form: Any, change: bool) -> None:  # type: ignore[override]
        """The link went to the address of before, perhaps a stranger's by a slip of the keys: it ends with it."""
        is_moved = change and intake.has_other_mailbox(obj, former=form.initial["contact_email"])
        if is_moved:
            intake.renew_link(obj)
        super().save_model(request, obj, form, change)
        if is_moved:
            intake.write_to_school(obj, "request_link_anew")
            self.message_user(request, NEW_LINK, messages.WARNING)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("preferred_dates")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("queue/", wrap(triage_views.page), name="outreach_request_queue"),
            path("queue/accept/", wrap(triage_views.accept_shown), name="outreach_request_accept_shown"),
            path("<int:pk>/triage/", wrap(triage_views.answer), name="outreach_request_triage"),
            path("<int:pk>/school/", wrap(triage_views.school), name="outreach_request_school"),
            *super().get_urls(),
        ]

    @display(description="Points")
    def points(self, asked: Request) -> str:
        """By the rules, line by line."""
        if asked._state.adding:
            return "Known once it is saved."
        weight = priorities.priority(priorities.facts_of([asked])[asked.pk])
        return f"{weight.points} = " + "; ".join(f"{line.points:+} {line.why}" for line in weight.lines)

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

    @action(description="Triage one by one", permissions=["triage"], url_path="to-queue")
    def go_to_queue(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:outreach_request_queue")

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
        whom = "students: it stays unlisted" if asked.audience.is_unlisted else "adults: it gets a public page"
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
