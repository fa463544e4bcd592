"""Partners' logos in the admin: uploaded once, permitted in writing, shown as a picture only."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import StackedInline, TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import action, display

from outreach.agencies import logo_rights, logo_views
from outreach.agencies.logo_forms import LogoForm, NewLogoForm, PermissionForm, RevokeForm
from outreach.agencies.logos import Logo, LogoPermission, in_words
from portal.audit import showing, trail
from portal.audit.admin import AuditedModelAdmin, actor_of

SOON = dt.timedelta(days=30)
STANDINGS = {"valid": "success", "ending": "warning", "expired": "danger", "waits": "info", "none": "", "retired": ""}
APPROVE = "outreach.approve_logo_permission"
COMMAND = "A command"
LAW = (
    "The seal of DHS and the logos of agencies may be used only with written permission (18 USC 506 and 701; DHS MD "
    "0030): nothing prints a logo that has none on record."
)


def standing_of(logo: Any) -> tuple[str, str]:
    """A key of ``STANDINGS`` and the words for it; ``logo`` comes from ``with_standing``."""
    if logo.retired_at:
        return "retired", "Retired"
    if logo.valid_until:
        soon = logo.valid_until <= timezone.localdate() + SOON
        return "ending" if soon else "valid", f"Valid until {in_words(logo.valid_until)}"
    if logo.ended_on:
        return "expired", f"Expired on {in_words(logo.ended_on)}"
    return ("waits", "Waits for a second person") if logo.waits else ("none", "None recorded")


def picture_of(logo: Logo, height: int) -> SafeString:
    """The preview as an image element, on squares that show where it is see-through; nothing of a new logo."""
    if not logo.pk:
        return SafeString("")
    return format_html(
        '<img class="logo-preview" src="{}" alt="{}" height="{}" width="{}" loading="lazy">',
        reverse("admin:outreach_logo_preview", args=[logo.pk]),
        logo.alt_text,
        height,
        round(height * logo.ratio),
    )


class StandingFilter(DropdownFilter):
    """How the permissions of a logo stand today."""

    title = "permission"
    parameter_name = "permission"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("valid", "Valid"),
            ("ending", "Ending within 30 days"),
            ("waiting", "Waits for a second person"),
            ("none", "None that is valid"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "valid":
                return queryset.filter(valid_until__isnull=False)
            case "ending":
                return queryset.filter(valid_until__lte=timezone.localdate() + SOON)
            case "waiting":
                return queryset.filter(waits=True)
            case "none":
                return queryset.filter(valid_until=None)
        return queryset


class LookedAtInline(TabularInline):
    """Rows that are shown beneath a record and never edited there."""

    extra = 0
    max_num = 0
    can_delete = False
    hide_title = True

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class RecordedInline(LookedAtInline):
    """What was allowed so far."""

    model = LogoPermission
    verbose_name_plural = "permissions on record"
    fields = ["stands", "allows", "granted_by", "granted_on", "paper", "seen_by_two", "revoking"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[LogoPermission]:
        recorded: QuerySet[LogoPermission] = super().get_queryset(request)
        self.may_revoke = request.user.has_perm("outreach.change_logopermission")
        self.may_approve = request.user.has_perm(APPROVE)
        self.reader = actor_of(request)
        return recorded.select_related("document", "recorded_by", "approved_by", "revoked_by")

    @display(description="Seen by two")
    def seen_by_two(self, permission: LogoPermission) -> SafeString | str:
        if permission.approved_at:
            return (
                f"Approved by {permission.approved_by}" if permission.approved_by else "Recorded before that was asked"
            )
        said = f"{showing.called(permission.recorded_by, reader=self.reader, nobody=COMMAND)} recorded it."
        if permission.revoked_at or not self.may_approve:
            return said
        address = reverse("admin:outreach_logo_approve", args=[permission.logo_id, permission.pk])
        return format_html('{} <a class="underline" href="{}">Look, then approve it</a>', said, address)

    @display(description="Stands")
    def stands(self, permission: LogoPermission) -> str:
        return permission.standing(timezone.localdate())

    @display(description="Allows")
    def allows(self, permission: LogoPermission) -> str:
        return "; ".join(permission.scope_labels)

    @display(description="Written permission")
    def paper(self, permission: LogoPermission) -> SafeString:
        address = reverse("admin:outreach_logo_document", args=[permission.logo_id, permission.pk])
        kind = logo_rights.ENDS[permission.document.content_type].upper()
        return format_html('<a class="underline" href="{}">Download the {}</a>', address, kind)

    @display(description="Revoke")
    def revoking(self, permission: LogoPermission) -> SafeString | str:
        if permission.revoked_at:
            by = showing.called(permission.revoked_by, reader=self.reader, nobody=COMMAND)
            return f"{by}: {permission.revoked_why}"
        if not self.may_revoke:
            return "–"
        address = reverse("admin:outreach_logo_revoke", args=[permission.logo_id, permission.pk])
        return format_html('<a class="underline" href="{}">Revoke it</a>', address)


class NewPermissionInline(StackedInline):
    """One permission more."""

    model = LogoPermission
    form = PermissionForm
    verbose_name = "new permission"
    verbose_name_plural = "new permissions"
    extra = 1
    max_num = 1
    can_delete = False
    fields = ["scopes", "granted_by", ("granted_on", "expires_on"), "paper"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LogoPermission]:
        recorded: QuerySet[LogoPermission] = super().get_queryset(request)
        return recorded.none()

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(self.has_add_permission(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class LogoInline(LookedAtInline):
    """On an agency's page: its logos."""

    model = Logo
    fields = ["seen", "called", "stands"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Logo]:
        logos: QuerySet[Any] = super().get_queryset(request)
        return logos.with_standing(timezone.localdate())  # type: ignore[attr-defined, no-any-return]

    @display(description="Logo")
    def seen(self, logo: Logo) -> SafeString:
        return picture_of(logo, 40)

    @display(description="Name")
    def called(self, logo: Logo) -> SafeString:
        address = reverse("admin:outreach_logo_change", args=[logo.pk])
        return format_html('<a class="underline" href="{}">{}</a>', address, logo.name)

    @display(description="Permission")
    def stands(self, logo: Logo) -> str:
        return standing_of(logo)[1]


@admin.register(Logo)
class LogoAdmin(AuditedModelAdmin):
    """Logos of partners. A file is never changed: a permission was given for what was seen."""

    list_display = ["called", "seen", "agency", "stands", "kind"]
    list_display_links = ["called"]
    list_filter = [
        StandingFilter,
        ("agency", AutocompleteSelectFilter),
        ("content_type", ChoicesDropdownFilter),
        ("retired_at", admin.EmptyFieldListFilter),
    ]
    list_filter_submit = True
    list_select_related = ["agency"]
    list_per_page = 50
    search_fields = ["name", "alt_text", "agency__name", "agency__acronym"]
    search_help_text = "Name of the logo or of its agency"
    autocomplete_fields = ["agency"]
    actions = ["retire", "bring_back"]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        permission = "<int:pk>/permissions/<int:permission>"
        return [
            path("<int:pk>/preview.png", wrap(logo_views.preview), name="outreach_logo_preview"),
            path(f"{permission}/document/", wrap(logo_views.document), name="outreach_logo_document"),
            path(f"{permission}/revoke/", wrap(self.revoke), name="outreach_logo_revoke"),
            path(f"{permission}/approve/", wrap(self.approve), name="outreach_logo_approve"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Logo]:
        return Logo.objects.with_standing(timezone.localdate())

    def get_ordering(self, request: HttpRequest) -> list[str]:
        return ["agency__name", "name", "pk"]

    def get_form(self, request: HttpRequest, obj: Logo | None = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = LogoForm if obj else NewLogoForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Logo | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["agency", "upload", ("name", "alt_text")], "description": LAW})]
        return [
            (
                None,
                {"fields": ["seen_large", ("agency", "kind"), ("name", "alt_text"), "stands_now"], "description": LAW},
            )
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Logo | None = None) -> list[str]:
        return ["seen_large", "agency", "kind", "stands_now"] if obj else []

    def get_inlines(self, request: HttpRequest, obj: Logo | None = None) -> list[Any]:
        return [RecordedInline, NewPermissionInline] if obj else [NewPermissionInline]

    def has_delete_permission(self, request: HttpRequest, obj: Logo | None = None) -> bool:
        """A logo that is out of use is retired: posters that carry it may still hang."""
        return False

    def save_model(self, request: HttpRequest, obj: Logo, form: Any, change: bool) -> None:  # type: ignore[override]
        if not change:
            picture, shown = form.cleaned_data["upload"]
            obj.uploaded_by = actor_of(request)
            logo_rights.attach(obj, picture=picture, preview=shown)
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for added in formset.forms:
            if "paper" in getattr(added, "cleaned_data", {}):
                added.instance.recorded_by = actor_of(request)
                logo_rights.file_document(added.instance, *added.cleaned_data["paper"])
        super().save_formset(request, form, formset, change)

    @display(description="Logo", ordering="name")
    def called(self, logo: Logo) -> str:
        return logo.name

    @display(description="Picture")
    def seen(self, logo: Logo) -> SafeString:
        return picture_of(logo, 40)

    @display(description="Picture")
    def seen_large(self, logo: Logo) -> SafeString:
        return picture_of(logo, min(160, round(480 / logo.ratio)))

    @display(description="Kind", ordering="content_type")
    def kind(self, logo: Logo) -> str:
        if logo.content_type == Logo.Kind.SVG:
            return "Drawing (SVG): sharp at every size"
        return (
            f"Picture (PNG), {logo.width:,.0f} × {logo.height:,.0f} pixels: sharp up to {logo.width / 300:.1f} in wide"
        )

    @display(description="Permission", ordering=F("valid_until").desc(nulls_last=True), label=STANDINGS)
    def stands(self, logo: Logo) -> tuple[str, str]:
        return standing_of(logo)

    @display(description="Permission")
    def stands_now(self, logo: Logo) -> str:
        return standing_of(logo)[1]

    @action(description="Retire: keep the record, print it no more", permissions=["change"])
    def retire(self, request: HttpRequest, logos: QuerySet[Logo]) -> None:
        count = self._move(request, logos.filter(retired_at=None), retired_at=timezone.now())
        self.message_user(request, f"{count} retired. Posters that carry it stay as they are.", messages.SUCCESS)

    @action(description="Bring back from retirement", permissions=["change"])
    def bring_back(self, request: HttpRequest, logos: QuerySet[Logo]) -> None:
        taken = logos.filter(agency__logos__retired_at=None, agency__logos__name=F("name")).values_list("pk", flat=True)
        if blocked := set(taken) & set(logos.exclude(retired_at=None).values_list("pk", flat=True)):
            said = f"{len(blocked)} stay retired: the agency has another logo of the same name."
            self.message_user(request, said, messages.ERROR)
        chosen = logos.exclude(retired_at=None).exclude(pk__in=blocked)
        self.message_user(request, f"{self._move(request, chosen, retired_at=None)} brought back.", messages.SUCCESS)

    def _move(self, request: HttpRequest, logos: QuerySet[Logo], *, retired_at: dt.datetime | None) -> int:
        verb = "retired" if retired_at else "brought back"
        with transaction.atomic():
            chosen = list(Logo.objects.select_for_update().filter(pk__in=[logo.pk for logo in logos]))
            for logo in chosen:
                before = trail.snapshot(logo)
                logo.retired_at = retired_at
                logo.save(update_fields=["retired_at"])
                trail.record(actor=actor_of(request), verb=verb, target=logo, before=before, after=trail.snapshot(logo))
        return len(chosen)

    def approve(self, request: HttpRequest, pk: int, permission: int) -> HttpResponse:
        """Shows a second person what was recorded beside its paper; by POST it counts from then on."""
        if not request.user.has_perm(APPROVE):
            raise PermissionDenied
        related = ("logo__agency", "recorded_by")
        recorded = get_object_or_404(LogoPermission.objects.select_related(*related), pk=permission, logo=pk)
        if request.method == "POST":
            try:
                logo_rights.approve(permission_id=recorded.pk, by=actor_of(request))
            except logo_rights.NotPossible as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            else:
                self.message_user(
                    request, "Approved. The logo may be used by it from its first day on.", messages.SUCCESS
                )
            return redirect("admin:outreach_logo_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Approve: {recorded}",
            "permission": recorded,
            "recorded_by": showing.called(recorded.recorded_by, reader=actor_of(request), nobody=COMMAND),
            "refusal": logo_rights.cannot_approve(recorded, actor_of(request)),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/outreach/agency/approve_permission.html", context)

    def revoke(self, request: HttpRequest, pk: int, permission: int) -> HttpResponse:
        """Asks once why a permission ends, and ends it."""
        if not request.user.has_perm("outreach.change_logopermission"):
            raise PermissionDenied
        recorded = get_object_or_404(LogoPermission.objects.select_related("logo__agency"), pk=permission, logo=pk)
        form: forms.Form = RevokeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            logo_rights.revoke(permission=recorded, why=form.cleaned_data["why"], by=actor_of(request))
            self.message_user(request, "Revoked. From now on nothing new prints the logo by it.", messages.SUCCESS)
            return redirect("admin:outreach_logo_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Revoke the permission of {recorded.granted_by} for {recorded.logo}",
            "button": "Revoke it",
            "says": "It ends at once. The record and its paper stay. Posters that hang already stay as they are.",
            "form": form,
            "opts": self.opts,
            "back": reverse("admin:outreach_logo_change", args=[pk]),
        }
        return TemplateResponse(request, "admin/outreach/verb.html", context)
