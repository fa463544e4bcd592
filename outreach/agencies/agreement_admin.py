"""Agreements in the admin: recorded with their paper, approved by a second person, ended with a reason."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from outreach.agencies import agreements, logo_rights
from outreach.agencies.agreement_models import STANDINGS, Agreement
from outreach.agencies.desk_forms import AgreementForm, EndForm, NewAgreementForm
from portal.audit import trail
from portal.audit.admin import AuditedModelAdmin, actor_of
from portal.pages.asking import asked_once

WAYS = (
    "A signed paper counts once a second person approved it. Its terms then stay as they are: it is ended, or another "
    "one renews it. Notices go out 90, 30 and 7 days ahead and on its last day. When one on co-branding is over, "
    "nothing new carries the agency’s logos."
)


class StandingFilter(DropdownFilter):
    """How agreements stand today."""

    title = "standing"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("force", "In force"),
            ("waiting", "Waits for a second person"),
            ("ending", "Ends within 90 days"),
            ("over", "Expired or ended"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = timezone.localdate()
        rows = Agreement.objects.all()
        match self.value():
            case "force":
                rows = rows.in_force(today)
            case "waiting":
                rows = rows.waiting()
            case "ending":
                rows = rows.in_force(today).filter(expires_on__lte=today + dt.timedelta(days=90))
            case "over":
                rows = rows.filter(Q(expires_on__lt=today) | Q(ended_on__lte=today))
            case _:
                return queryset
        return queryset.filter(pk__in=rows.values("pk"))


@admin.register(Agreement)
class AgreementAdmin(AuditedModelAdmin):
    """Agreements with partners."""

    list_display = ["title", "agency", "kind", "stands", "from_when", "co_branding"]
    list_filter = [
        StandingFilter,
        ("kind", ChoicesDropdownFilter),
        ("agency", AutocompleteSelectFilter),
        "allows_co_branding",
    ]
    list_filter_submit = True
    list_select_related = ["agency"]
    list_per_page = 50
    search_fields = ["title", "reference", "agency__name", "agency__acronym"]
    search_help_text = "Title, number, or the agency’s name"
    autocomplete_fields = ["agency", "renews"]
    change_form_outer_before_template = "admin/outreach/agency/_agreement.html"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/document/", wrap(document), name="outreach_agreement_document"),
            path("<int:pk>/approve/", wrap(self.approve), name="outreach_agreement_approve"),
            path("<int:pk>/end/", wrap(self.end), name="outreach_agreement_end"),
            *super().get_urls(),
        ]

    def get_form(self, request: HttpRequest, obj: Agreement | None = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = AgreementForm if obj else NewAgreementForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Agreement | None = None) -> Any:
        return [
            (
                None,
                {
                    "fields": ["agency", ("kind", "reference"), "title", *([] if obj else ["paper"])],
                    "description": "" if obj else WAYS,
                },
            ),
            ("When", {"fields": [("signed_on", "effective_on"), ("expires_on", "renews")]}),
            ("What it allows", {"fields": [("allows_co_branding", "is_confidential")]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Agreement | None = None) -> list[str]:
        """Once it is approved or ended its terms stay."""
        if obj and (obj.approved_at or obj.ended_on):
            return [str(name) for name in AgreementForm.Meta.fields]
        return ["agency"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """From the page of an agreement that ends: the one that renews it, filled in."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        old = Agreement.objects.filter(pk__in=[key for key in [initial.get("renews")] if str(key).isdecimal()]).first()
        if old is None:
            return initial
        return {
            "agency": old.agency_id,
            "kind": old.kind,
            "title": old.title,
            "effective_on": old.last_day and old.last_day + dt.timedelta(days=1),
            "allows_co_branding": old.allows_co_branding,
            "is_confidential": old.is_confidential,
            **initial,
        }

    def has_delete_permission(self, request: HttpRequest, obj: Agreement | None = None) -> bool:
        """An agreement stays on record: it is ended."""
        return False

    def save_model(self, request: HttpRequest, obj: Agreement, form: Any, change: bool) -> None:  # type: ignore[override]
        """Whoever typed the terms last recorded them, so that nobody approves terms of their own; a save that changes
        nothing leaves all as it is, as does one of terms that stay."""
        if change and not form.has_changed():
            return
        by = actor_of(request)
        assert by is not None, "the admin lets nobody in who is not signed in"
        # Of approved terms nothing can change: who presses Save recorded nothing.
        if not change or form.changed_data:
            obj.recorded_by = by
        if not change:
            agreements.file_paper(obj, *form.cleaned_data["paper"])
        super().save_model(request, obj, form, change)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        agreement = Agreement.objects.filter(pk=object_id).first() if object_id and object_id.isdecimal() else None
        if agreement and request.user.has_perm("outreach.view_agreement"):
            today = timezone.localdate()
            standing, words = agreement.standing(today)
            approving = request.user.has_perm("outreach.approve_agreement") and not agreement.approved_at
            extra_context = {
                **(extra_context or {}),
                "agreement": agreement,
                "standing": standing,
                "stands": words,
                "paper_kind": logo_rights.ENDS[agreement.document.content_type].upper(),
                "may_approve": approving and not agreement.ended_on,
                "cannot": agreements.cannot_approve(agreement, actor_of(request), on=today) if approving else "",
                "may_end": request.user.has_perm("outreach.change_agreement") and not agreement.ended_on,
                "renewal": Agreement.objects.filter(renews=agreement).first(),
                "today": today,
            }
        return super().changeform_view(request, object_id, form_url, extra_context)

    @display(description="Stands", ordering="expires_on", label=STANDINGS)
    def stands(self, agreement: Agreement) -> tuple[str, str]:
        return agreement.standing(timezone.localdate())

    @display(description="From", ordering="effective_on")
    def from_when(self, agreement: Agreement) -> str:
        return f"{agreement.effective_on:%-d %b %Y}"

    @display(description="Co-branding", ordering="allows_co_branding", boolean=True)
    def co_branding(self, agreement: Agreement) -> bool:
        return agreement.allows_co_branding

    def approve(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Puts it in force, if a second person asks; by POST alone, asked once before."""
        if not request.user.has_perm("outreach.approve_agreement"):
            raise PermissionDenied
        agreement = get_object_or_404(Agreement.objects.select_related("agency"), pk=pk)
        if request.method == "POST":
            try:
                agreements.approve(agreement_id=pk, by=actor_of(request))
            except agreements.NotPossible as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            else:
                self.message_user(request, "Approved. It counts from its first day on.", messages.SUCCESS)
            return redirect("admin:outreach_agreement_change", pk)
        cannot = agreements.cannot_approve(agreement, actor_of(request), on=timezone.localdate())
        return TemplateResponse(
            request,
            "admin/outreach/agency/approve.html",
            {
                **self.admin_site.each_context(request),
                "title": f"Approve: {agreement}",
                "agreement": agreement,
                "refusal": cannot,
                "opts": self.opts,
            },
        )

    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks once when and why it ends, and ends it."""
        if not request.user.has_perm("outreach.change_agreement"):
            raise PermissionDenied
        agreement = get_object_or_404(Agreement.objects.select_related("agency"), pk=pk)
        form = EndForm(request.POST or None, effective_on=agreement.effective_on)
        if request.method == "POST" and form.is_valid():
            try:
                agreements.end(agreement_id=pk, by=actor_of(request), **form.cleaned_data)
            except agreements.NotPossible as refusal:
                form.add_error(None, str(refusal))
            else:
                self.message_user(request, "Ended. The record and its paper stay.", messages.SUCCESS)
                return redirect("admin:outreach_agreement_change", pk)
        return asked_once(
            request,
            title=f"End: {agreement}",
            button="End it",
            says="The record and its paper stay. Posters that hang already stay as they are; nothing new is made by it.",
            form=form,
            opts=self.opts,
            back=reverse("admin:outreach_agreement_change", args=[pk]),
        )


@require_GET
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """An agreement's paper, as a download. Who fetched it is written to the trail."""
    if not request.user.has_perm("outreach.view_agreement"):
        raise PermissionDenied
    agreement = get_object_or_404(Agreement.objects.select_related("document", "agency"), pk=pk)
    trail.record(actor=actor_of(request), verb="downloaded", target=agreement)
    response = HttpResponse(agreement.content(), content_type=agreement.document.content_type)
    disposition = content_disposition_header(as_attachment=True, filename=agreement.document.name)
    response["Content-Disposition"] = disposition or "attachment"
    return response
