"""Requests, presenters and seminars in the admin: triage, plan, open, cancel."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import action, display

from outreach.seminars import intake, publishing
from outreach.seminars.models import Availability, PreferredDate, Presenter, Request, Seminar
from outreach.seminars.staff_forms import (
    ClockInput,
    DayInput,
    PlanForm,
    PresenterForm,
    ReasonForm,
    RequestAdminForm,
    SeminarForm,
)
from outreach.seminars.verb_pages import verb_page
from portal.audit.admin import AuditedModelAdmin, actor_of, may
from portal.people.models import User

# What calendars show: a change of it makes their entry older than ours.
IN_CALENDARS = frozenset({"day", "start", "time_zone", "minutes", "venue", "address", "city", "title", "join_url"})

OWN_CLOCK: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    models.DateField: {"widget": DayInput},
    models.TimeField: {"widget": ClockInput},
}


class StepsAdmin(AuditedModelAdmin):
    """Records that move by steps and are never deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def take(self, request: HttpRequest, step: Callable[..., models.Model], done: str, **keys: int) -> None:
        """One step from a button, told in a message."""
        try:
            step(by=signed_in(request), **keys)
        except intake.NotPossible as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)


def signed_in(request: HttpRequest) -> User:
    """The account behind a request to the admin."""
    user = actor_of(request)
    assert user is not None, "the admin lets nobody in who is not signed in"
    return user


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


@admin.register(Seminar)
class SeminarAdmin(StepsAdmin):
    """Seminars and events, from draft to done."""

    form = SeminarForm
    list_display = ["title", "when_there", "place_short", "audience", "booked", "stands"]
    list_filter = [
        ("state", ChoicesDropdownFilter),
        ("audience", ChoicesDropdownFilter),
        ("area", RelatedDropdownFilter),
        ("mode", ChoicesDropdownFilter),
        "season",
    ]
    list_filter_submit = True
    list_select_related = ["area"]
    list_per_page = 50
    search_fields = ["title", "city", "venue", "school__name"]
    autocomplete_fields = ["request", "school", "presenter", "area"]
    readonly_fields = ["state", "reason", "seats_taken", "public_page"]
    actions_detail = ["call_off"]
    actions_submit_line = ["open_it", "mark_done"]
    fieldsets = [
        (None, {"fields": ["title", ("audience", "topic"), ("state", "reason"), "public_page"]}),
        ("When", {"fields": [("day", "start"), ("time_zone", "minutes")]}),
        ("Where", {"fields": [("mode", "language"), ("venue", "address"), ("city", "area"), "join_url"]}),
        ("What visitors read", {"fields": ["summary", "access"]}),
        ("Seats", {"fields": [("capacity", "seats_taken")]}),
        ("Belongs to", {"fields": [("season", "request"), ("school", "presenter")]}),
    ]

    _may_publish = may("outreach.publish_seminar")

    def has_open_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Only a draft is opened."""
        return self._in_state(request, object_id, Seminar.State.DRAFT)

    def has_end_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Only an open seminar ends."""
        return self._in_state(request, object_id, Seminar.State.OPEN)

    def has_call_off_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """What is cancelled or done is not called off."""
        return self._in_state(request, object_id, Seminar.State.DRAFT, Seminar.State.OPEN)

    def _in_state(self, request: HttpRequest, object_id: str | None, *states: Seminar.State) -> bool:
        return self._may_publish(request) and (
            object_id is None or self.is_among(object_id, Seminar.objects.filter(state__in=states))
        )

    def save_model(self, request: HttpRequest, obj: Seminar, form: Any, change: bool) -> None:  # type: ignore[override]
        moved = change and bool(IN_CALENDARS.intersection(form.changed_data))
        if moved:
            obj.sequence += 1
        super().save_model(request, obj, form, change)
        if moved:
            publishing.tell_of_change(seminar=obj)

    @display(description="When, on its own clock", ordering="starts_at")
    def when_there(self, seminar: Seminar) -> str:
        return f"{seminar.short_day}, {seminar.start_time} {seminar.clock}"

    @display(description="Place", ordering="city")
    def place_short(self, seminar: Seminar) -> str:
        return f"{seminar.place} (by video)" if seminar.is_virtual else seminar.place

    @display(description="Booked")
    def booked(self, seminar: Seminar) -> str:
        return f"{seminar.seats_taken} of {seminar.capacity}"

    @display(
        description="State",
        ordering="state",
        label={"Draft": "warning", "Open": "success", "Cancelled": "danger", "Done": "info"},
    )
    def stands(self, seminar: Seminar) -> str:
        return seminar.get_state_display()

    @display(description="Public page")
    def public_page(self, seminar: Seminar) -> SafeString | str:
        if not seminar.pk or not seminar.is_public:
            return "None: a draft, or for students."
        return format_html('<a class="underline" href="{}">Look at it</a>', reverse("event", args=[seminar.uid]))

    @action(description="Open it", permissions=["open"])
    def open_it(self, request: HttpRequest, seminar: Seminar) -> None:
        self.take(request, publishing.publish, "It is open.", seminar_id=seminar.pk)

    @action(description="It took place", permissions=["end"])
    def mark_done(self, request: HttpRequest, seminar: Seminar) -> None:
        self.take(request, publishing.finish, "Marked as done.", seminar_id=seminar.pk)

    @action(description="Cancel it", url_path="call-off", permissions=["call_off"])
    def call_off(self, request: HttpRequest, object_id: str) -> HttpResponse:
        seminar = get_object_or_404(Seminar, pk=object_id)
        return verb_page(
            self,
            request,
            seminar,
            title="Cancel it",
            says=f"Everyone who booked ({seminar.seats_taken} seats) gets a mail with this reason. This is final.",
            form=ReasonForm(request.POST or None),
            act=partial(publishing.cancel, seminar_id=seminar.pk, by=signed_in(request)),
            done="Cancelled. Everyone who booked has been told.",
        )
