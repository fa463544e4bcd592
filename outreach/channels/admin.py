"""Reporting channels in the admin: what we print, who answers, and who checked it when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from outreach.channels import checking, panels, queue_views, succession
from outreach.channels.check_models import ChannelCheck
from outreach.channels.fields import CodesField, LimitsField, ScheduleField
from outreach.channels.imports import ChannelResource
from outreach.channels.models import Channel
from portal.audit import trail
from portal.audit.admin import actor_of, may
from portal.imports.admin import ExchangeAdmin


class ChannelForm(forms.ModelForm):  # type: ignore[type-arg]
    """A channel; a value that stands on paper or on a page is not written over."""

    schedule = ScheduleField()
    limits = LimitsField()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        # The instance takes the values after this: what it would become is looked at on a copy.
        stored = Channel.objects.filter(pk=self.instance.pk).first()
        if stored is None or self.errors:
            return cleaned
        changed = Channel.objects.get(pk=stored.pk)
        for name, value in cleaned.items():
            setattr(changed, name, value)
        if not changed.differs(stored):
            return cleaned
        is_rewritten = changed.value_key != stored.value_key
        if is_rewritten and (told := panels.in_the_way(stored)):
            self.add_error("value", told)
            return cleaned
        try:
            succession.refuse_rewriting(stored, changed)
        except succession.NotPossible as refusal:
            self.add_error("value" if is_rewritten else None, str(refusal))
        return cleaned


class CheckFilter(DropdownFilter):
    """Whether a number that we print waits for a check."""

    title = "check"
    parameter_name = "check"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("due", "Due"), ("done", "Verified")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Channel]) -> QuerySet[Channel]:
        today = timezone.localdate()
        match self.value():
            case "due":
                return queryset.filter(pk__in=Channel.objects.due_for_check(today))
            case "done":
                return queryset.exclude(Q(verified_on=None) | Q(pk__in=Channel.objects.due_for_check(today)))
        return queryset


@admin.register(Channel)
class ChannelAdmin(ExchangeAdmin):
    """One row a number, short code, chat, form or address."""

    form = ChannelForm
    resource_classes = [ChannelResource]
    list_display = ["name", "value", "kind", "answered_by", "where", "prints_shown", "checked"]
    list_filter = [
        CheckFilter,
        ("audience", ChoicesDropdownFilter),
        ("answered_by", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("area", AutocompleteSelectFilter),
        ("confidence", ChoicesDropdownFilter),
        ("retired_at", admin.EmptyFieldListFilter),
    ]
    list_filter_submit = True
    list_per_page = 50
    search_fields = ["name", "value", "keyword", "operator", "slug"]
    autocomplete_fields = ["area"]
    prepopulated_fields = {"slug": ["name", "kind"]}
    readonly_fields = ["verified_on", "verified_by", "retired_at"]
    formfield_overrides = {models.JSONField: {"form_class": CodesField, "widget": UnfoldAdminTextInputWidget}}
    actions = panels.CHANNEL_ACTIONS
    actions_list = ["check_numbers"]
    change_form_after_template = "outreach/channels/_panels.html"
    fieldsets = [
        (None, {"fields": ["name", ("kind", "value"), ("keyword", "position"), "slug"]}),
        (
            "Who it is for, who answers",
            {"fields": [("audience", "answered_by"), ("area", "transit_operator"), "operator"]},
        ),
        (
            "What people must know",
            {
                "fields": [
                    ("always_open", "hours"),
                    ("schedule", "time_zone"),
                    ("languages", "interpreted"),
                    "interpreters",
                    "limits",
                    "what_happens",
                    "note",
                ]
            },
        ),
        (
            "How sure we are",
            {
                "fields": [
                    "source",
                    ("confidence", "may_print"),
                    "tested_by",
                    ("valid_from", "valid_to"),
                    ("verified_on", "verified_by"),
                ],
                "description": (
                    "Two people check a value under “Check numbers”; 911 and 988 are never test-called. Whoever typed "
                    "what stands here cannot check it. What it says, whom it serves or who answers changed: pages show it "
                    "once another person has seen it, and nothing is printed with it until two have."
                ),
            },
        ),
    ]

    has_verify_permission = may("outreach.verify_channel")
    has_recall_number_permission = may("campaign.recall_number")

    def has_delete_permission(self, request: HttpRequest, obj: Channel | None = None) -> bool:
        """A line that ended is retired: posters that carry it may still hang."""
        return False

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("queue/", wrap(queue_views.page), name="outreach_channel_queue"),
            path("queue/sheet/", wrap(queue_views.sheet), name="outreach_channel_sheet"),
            path("checks/<int:pk>/withdraw/", wrap(queue_views.withdraw), name="outreach_channel_withdraw"),
            path("links/<int:pk>/withdraw/", wrap(queue_views.uninvite), name="outreach_channel_uninvite"),
            path("<int:pk>/check/", wrap(queue_views.check), name="outreach_channel_check"),
            path("<int:pk>/take-back/", wrap(queue_views.take_back), name="outreach_channel_take_back"),
            path("<int:pk>/invite/", wrap(queue_views.invite), name="outreach_channel_invite"),
            *super().get_urls(),
        ]

    def save_model(self, request: HttpRequest, obj: Channel, form: Any, change: bool) -> None:  # type: ignore[override]
        if not change or obj.differs(Channel.objects.get(pk=obj.pk)):
            obj.entered(actor_of(request))
        super().save_model(request, obj, form, change)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        channel = self.get_object(request, object_id)
        shown = [panel(request, channel) for panel in panels.CHANNEL_PANELS] if channel else []
        extra_context = {**(extra_context or {}), "panels": [panel for panel in shown if panel]}
        page: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
        return page

    @display(description="Area", ordering="area")
    def where(self, channel: Channel) -> str:
        return channel.area_id

    @display(
        description="On posters",
        label={
            "With a warning": "warning",
            "Yes": "success",
            "Failed": "danger",
            "Past due": "danger",
            "Waits": "warning",
        },
    )
    def prints_shown(self, channel: Channel) -> str:
        if channel.retired_at:
            return "Retired"
        if channel.failed_on:
            return "Failed"
        if not channel.is_told:
            return "Waits"
        if not channel.prints:
            return "Never"
        if channel.has_lapsed(timezone.localdate()):
            return "Past due" if channel.first_verified_on else "Waits"
        return "With a warning" if channel.print_warning else "Yes"

    @display(description="Verified", ordering="verified_on")
    def checked(self, channel: Channel) -> str:
        return date_format(channel.verified_on) if channel.verified_on else "Not yet"

    @action(description="Check numbers", url_path="check-numbers", permissions=["view"])
    def check_numbers(self, request: HttpRequest) -> HttpResponse:
        """Leads to the queue of checks."""
        return redirect("admin:outreach_channel_queue")

    @action(description="I read the official page today: it is right", permissions=["verify"])
    def checked_today(self, request: HttpRequest, channels: QuerySet[Channel]) -> None:
        by = actor_of(request)
        assert by is not None
        done: set[str] = set()
        refused: list[str] = []
        for channel in channels:
            if channel.value_key in done:
                continue
            try:
                checking.record(channel=channel, by=by, how=ChannelCheck.How.READ, result=ChannelCheck.Result.REACHES)
            except checking.NotPossible as refusal:
                refused.append(str(refusal))
            else:
                done.add(channel.value_key)
        if done:
            told = "value is" if len(done) == 1 else "values are"
            self.message_user(request, f"{len(done)} {told} checked today by {by}.", messages.SUCCESS)
        for refusal_told in dict.fromkeys(refused):
            self.message_user(request, refusal_told, messages.WARNING)

    @action(description="Retire: it prints no more", permissions=["change"])
    def retire(self, request: HttpRequest, channels: QuerySet[Channel]) -> None:
        with transaction.atomic():
            rows = Channel.objects.select_for_update().filter(
                pk__in=[channel.pk for channel in channels], retired_at=None
            )
            chosen = list(rows.order_by("pk"))
            try:
                for told in filter(None, map(panels.in_the_way, chosen)):
                    raise succession.NotPossible(told)
                for channel in chosen:
                    succession.refuse_while_waiting(channel)
                succession.keep_a_call_line(without=chosen, on=timezone.localdate())
            except succession.NotPossible as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
                return
            for channel in chosen:
                before = trail.snapshot(channel)
                channel.retired_at = timezone.now()
                channel.save(update_fields=["retired_at"])
                trail.record(
                    actor=actor_of(request),
                    verb="retired",
                    target=channel,
                    before=before,
                    after=trail.snapshot(channel),
                )
        self.message_user(request, f"{len(chosen)} retired.", messages.SUCCESS)

    @action(description="Bring back from retirement", permissions=["change"])
    def bring_back(self, request: HttpRequest, channels: QuerySet[Channel]) -> None:
        done = 0
        for channel in channels.exclude(retired_at=None):
            try:
                succession.bring_back(channel=channel, by=actor_of(request))
            except succession.NotPossible as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            else:
                done += 1
        if done:
            self.message_user(
                request, f"{done} brought back. Pages show it once another person has seen it.", messages.SUCCESS
            )


def log_of_checks(request: HttpRequest, channel: Channel) -> panels.Panel | None:
    """Who checked the value of a record, how, and what they found, newest first."""
    checks = ChannelCheck.objects.filter(value_key=channel.value_key).select_related("by", "withdrawn_by")
    return panels.Panel("Checks of this value", "admin/outreach/channels/_log.html", {"checks": checks[:50]})


panels.CHANNEL_PANELS.insert(0, log_of_checks)
