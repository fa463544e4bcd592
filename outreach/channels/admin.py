"""Reporting channels in the admin: what we print, who answers, and who checked it when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from outreach.channels import panels, succession
from outreach.channels.imports import ChannelResource
from outreach.channels.models import Channel
from outreach.channels.verification import verify
from portal.audit import trail
from portal.audit.admin import actor_of, may
from portal.imports.admin import ExchangeAdmin


class CodesField(forms.CharField):
    """Language codes with commas between them: ``en, es``."""

    widget = UnfoldAdminTextInputWidget

    def __init__(self, *, encoder: Any = None, decoder: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [code.strip() for code in (super().to_python(value) or "").split(",") if code.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class ChannelForm(forms.ModelForm):  # type: ignore[type-arg]
    """A channel; a value that stands on paper is not written over."""

    def clean_value(self) -> str:
        value: str = self.cleaned_data["value"]
        stored = Channel.objects.filter(pk=self.instance.pk).first()
        if stored and stored.value != value and (told := panels.in_the_way(stored)):
            raise forms.ValidationError(told)
        return value


class CheckFilter(DropdownFilter):
    """Whether a number that we print waits for a check."""

    title = "check"
    parameter_name = "check"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("due", "Due"), ("done", "Checked")]

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
    change_form_after_template = "outreach/channels/_panels.html"
    fieldsets = [
        (None, {"fields": ["name", ("kind", "value"), ("keyword", "position"), "slug"]}),
        (
            "Who it is for, who answers",
            {"fields": [("audience", "answered_by"), ("area", "transit_operator"), "operator"]},
        ),
        ("What people must know", {"fields": [("hours", "languages"), "interpreters", "note"]}),
        (
            "How sure we are",
            {
                "fields": [
                    "source",
                    ("confidence", "may_print"),
                    ("valid_from", "valid_to"),
                    ("verified_on", "verified_by"),
                ],
                "description": (
                    "One call a period checks a number for all posters; 911 and 988 are never test-called. Say: “This is "
                    "a number check, not an emergency. Is this the …? Thank you, goodbye.” A changed value counts as "
                    "unchecked, and whoever typed it cannot check it: ask a second person."
                ),
            },
        ),
    ]

    has_verify_permission = may("outreach.verify_channel")
    has_recall_number_permission = may("campaign.recall_number")

    def has_delete_permission(self, request: HttpRequest, obj: Channel | None = None) -> bool:
        """A line that ended is retired: posters that carry it may still hang."""
        return False

    def save_model(self, request: HttpRequest, obj: Channel, form: Any, change: bool) -> None:  # type: ignore[override]
        if not change or "value" in form.changed_data:
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

    @display(description="On posters", label={"With a warning": "warning", "Yes": "success"})
    def prints_shown(self, channel: Channel) -> str:
        if channel.retired_at:
            return "Retired"
        if not channel.prints:
            return "Never"
        return "With a warning" if channel.print_warning else "Yes"

    @display(description="Checked", ordering="verified_on")
    def checked(self, channel: Channel) -> str:
        return date_format(channel.verified_on) if channel.verified_on else "Not yet"

    @action(description="Checked today: it reaches its operator", permissions=["verify"])
    def verified_today(self, request: HttpRequest, channels: QuerySet[Channel]) -> None:
        by = actor_of(request)
        assert by is not None
        done = verify(channels=channels, by=by)
        if done.count:
            self.message_user(request, f"{done.count} checked today by {by}.", messages.SUCCESS)
        if done.own:
            self.message_user(
                request,
                f"{done.own} left as they are: you typed the value yourself. Ask a second person to check it.",
                messages.WARNING,
            )

    @action(description="Retire: it prints no more", permissions=["change"])
    def retire(self, request: HttpRequest, channels: QuerySet[Channel]) -> None:
        self._move(request, channels.filter(retired_at=None), retire=True)

    @action(description="Bring back from retirement", permissions=["change"])
    def bring_back(self, request: HttpRequest, channels: QuerySet[Channel]) -> None:
        self._move(request, channels.exclude(retired_at=None), retire=False)

    def _move(self, request: HttpRequest, channels: QuerySet[Channel], *, retire: bool) -> None:
        with transaction.atomic():
            chosen = list(Channel.objects.select_for_update().filter(pk__in=[channel.pk for channel in channels]))
            try:
                if retire:
                    for told in filter(None, map(panels.in_the_way, chosen)):
                        raise succession.NotPossible(told)
                    succession.keep_a_call_line(without=chosen, on=timezone.localdate())
            except succession.NotPossible as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
                return
            for channel in chosen:
                before = trail.snapshot(channel)
                channel.retired_at = timezone.now() if retire else None
                channel.save(update_fields=["retired_at"])
                verb = "retired" if retire else "brought back"
                trail.record(
                    actor=actor_of(request), verb=verb, target=channel, before=before, after=trail.snapshot(channel)
                )
        self.message_user(request, f"{len(chosen)} {'retired' if retire else 'brought back'}.", messages.SUCCESS)
