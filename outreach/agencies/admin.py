"""Partner agencies in the admin: the tree, what stands beneath each, in and out of spreadsheets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter, RelatedDropdownFilter
from unfold.decorators import action, display

from outreach.agencies import agreement_admin, desk, desk_views, exchange_views, placing
from outreach.agencies.agreement_models import STANDINGS, Agreement
from outreach.agencies.desk_forms import AgencyForm, ParticipationForm
from outreach.agencies.desk_inlines import (
    AgreementInline,
    ContactInline,
    NoteInline,
    ParticipationInline,
    TaskInline,
)
from outreach.agencies.desk_models import Note, Participation, Task
from outreach.agencies.logo_admin import LogoInline
from outreach.agencies.models import Agency, FormerName, Part, part_labels, tree_order
from portal.audit import trail
from portal.audit.admin import AuditedModelAdmin, actor_of, may
from portal.imports.admin import ExchangeAdmin
from portal.seasons.models import Season

__all__ = ["AgencyAdmin", "ParticipationAdmin", "agreement_admin"]

LOUDEST = ["in force", "ending", "expired", "waiting", "ahead", "ended"]
"""Of several agreements the first of these speaks for the agency."""


class PartFilter(DropdownFilter):
    """What an agency does in the campaign."""

    title = "part"
    parameter_name = "part"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(part.value, part.label) for part in Part]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in Part.values:
            return queryset
        return queryset.filter(pk__in=Agency.objects.with_part(str(self.value())).values("pk"))


class BeneathFilter(DropdownFilter):
    """An office and all that lies beneath it."""

    title = "office and all beneath it"
    parameter_name = "beneath"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        above = Agency.objects.as_tree().filter(pk__in=Agency.objects.exclude(parent=None).values("parent"))
        return [(str(office.pk), office.path) for office in above]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        key = str(self.value() or "")
        return queryset.filter(pk__in=Agency.objects.within(int(key)).values("pk")) if key.isdecimal() else queryset


class DeskFilter(DropdownFilter):
    """What waits at the desk."""

    title = "desk"
    parameter_name = "desk"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = [("tasks", "Open tasks"), ("overdue", "Overdue tasks")] if _may(request, "view_task") else []
        if _may(request, "view_agreement"):
            found += [("in_force", "An agreement in force"), ("none_in_force", "None in force")]
        return found

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = timezone.localdate()
        asked = self.value() if self.value() in dict(self.lookups(request, None)) else None
        match asked:
            case "tasks":
                return queryset.filter(pk__in=Task.objects.open().values("agency"))
            case "overdue":
                return queryset.filter(pk__in=Task.objects.open().filter(due_on__lt=today).values("agency"))
            case "in_force":
                return queryset.filter(pk__in=Agreement.objects.in_force(today).values("agency"))
            case "none_in_force":
                return queryset.exclude(pk__in=Agreement.objects.in_force(today).values("agency"))
        return queryset


@admin.register(Agency)
class AgencyAdmin(ExchangeAdmin):
    """The tree of departments, offices and programmes, and the partners beside it."""

    form = AgencyForm
    inlines = [ContactInline, AgreementInline, ParticipationInline, TaskInline, NoteInline, LogoInline]
    list_display = ["in_tree", "acronym", "kind", "does", "where", "agreed", "in_use"]
    list_display_links = ["in_tree"]
    list_filter = [
        ("kind", ChoicesDropdownFilter),
        ("level", ChoicesDropdownFilter),
        BeneathFilter,
        PartFilter,
        DeskFilter,
        ("jurisdictions", RelatedDropdownFilter),
        ("retired_at", admin.EmptyFieldListFilter),
    ]
    list_filter_submit = True
    search_fields = [
        "name",
        "legal_name",
        "acronym",
        "description",
        "former_names__name",
        "parent__name",
        "parent__acronym",
        "parent__parent__name",
        "parent__parent__acronym",
        "parent__parent__parent__name",
        "parent__parent__parent__acronym",
    ]
    search_help_text = "Name, acronym or former name, its own or that of an office above"
    autocomplete_fields = ["parent", "jurisdictions"]
    list_per_page = 100
    actions = ["retire", "bring_back", "invite", "take_out"]
    actions_list = ["look_alike"]
    change_form_outer_before_template = "admin/outreach/agency/_card.html"
    fieldsets = [
        (None, {"fields": [("name", "acronym"), "legal_name", "parent", ("kind", "level"), "jurisdictions"]}),
        ("In the campaign", {"fields": ["parts", "needs_agreement", "is_listed"]}),
        ("What it does", {"fields": ["description", "website", "postal_address"]}),
    ]

    has_invite_permission = may("outreach.add_participation")
    has_merge_permission = may("outreach.merge_agencies")
    has_import_permission = may("outreach.import_agencies")

    def get_urls(self) -> list[URLPattern]:
        wrap, views = self.admin_site.admin_view, desk_views
        return [
            path("duplicates/", wrap(views.look_alike), name="outreach_agency_duplicates"),
            path("duplicates/apart/", wrap(views.apart), name="outreach_agency_apart"),
            path("tasks/<int:task>/done/", wrap(views.task_done), name="outreach_agency_task_done"),
            path("merges/<int:record>/undo/", wrap(views.undo_merge), name="outreach_agency_undo_merge"),
            path("<int:pk>/timeline/", wrap(views.timeline), name="outreach_agency_timeline"),
            path("<int:pk>/merge/", wrap(views.merge), name="outreach_agency_merge"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agency]:
        return Agency.objects.as_tree().prefetch_related("jurisdictions", "agreements")

    def get_ordering(self, request: HttpRequest) -> Sequence[OrderBy]:
        return tree_order()

    def get_list_display(self, request: HttpRequest) -> list[str | Callable[..., object]]:
        """Agreements are for who may see them."""
        shown = super().get_list_display(request)
        return [name for name in shown if name != "agreed" or _may(request, "view_agreement")]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """For a form that is sent the tree is locked first, so that two moves cannot make a circle."""
        _lock_tree(request)
        return super().get_object(request, object_id, from_field)

    def get_form(self, request: HttpRequest, obj: Agency | None = None, change: bool = False, **kwargs: Any) -> Any:
        _lock_tree(request)
        return super().get_form(request, obj, change, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        asked = Agency.objects.select_related("parent__parent__parent", "merged_into")
        agency = asked.filter(pk=object_id).first() if object_id and object_id.isdecimal() else None
        if agency and _may(request, "view_agency"):
            extra_context = {**(extra_context or {}), **desk_views.card(request, agency)}
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Agency, form: Any, change: bool) -> None:  # type: ignore[override]
        """A name that it loses is kept: imports and searches still find it by that."""
        super().save_model(request, obj, form, change)
        former = form.initial.get("name", "")
        if change and former and former.lower() != obj.name.lower():
            FormerName.objects.get_or_create(agency=obj, name__iexact=former, defaults={"name": former})

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is Note:
            for added in formset.forms:
                added.instance.author = actor_of(request)
        super().save_formset(request, form, formset, change)

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Asks for a table; the preview, and the taking, are those of all imports."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        return exchange_views.import_page(request)

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Leads to where a table is taken by now."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:outreach_agency_import"))

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """What of the list as it is filtered leaves, and in which format."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        return exchange_views.export_page(request, agencies=self.get_export_queryset(request))

    @action(description="Export", permissions=["export"])
    def take_out(self, request: HttpRequest, agencies: QuerySet[Any]) -> HttpResponse:
        """The same of the rows that were chosen."""
        shown = self.get_export_queryset(request)
        keys = list(agencies.values_list("pk", flat=True))
        # All of a list needs no keys, of which no form holds more than a thousand.
        return exchange_views.export_page(request, agencies=shown, chosen=keys if len(keys) < shown.count() else [])

    @display(description="Agency", ordering="name")
    def in_tree(self, agency: Agency) -> SafeString:
        depth: int = agency.depth  # type: ignore[attr-defined]
        return format_html('<span class="tree tree-{}">{}</span>', depth, agency.name)

    @display(description="Parts")
    def does(self, agency: Agency) -> str:
        return ", ".join(agency.part_labels) or "–"

    @display(description="Where")
    def where(self, agency: Agency) -> str:
        return ", ".join(sorted(area.code for area in agency.jurisdictions.all())) or "–"

    @display(description="Agreement", label=STANDINGS)
    def agreed(self, agency: Agency) -> tuple[str, str] | None:
        today = timezone.localdate()
        theirs = [each.standing(today) for each in agency.agreements.all()]
        if theirs:
            return min(theirs, key=lambda standing: LOUDEST.index(standing[0]))
        return ("expired", "Needed, none on record") if agency.needs_agreement else None

    @display(description="In use", ordering="retired_at", label={"Retired": "warning", "Merged": "warning"})
    def in_use(self, agency: Agency) -> str:
        return "Merged" if agency.merged_into_id else "Retired" if agency.retired_at else "Yes"

    def has_delete_permission(self, request: HttpRequest, obj: Agency | None = None) -> bool:
        """An agency that is no more is retired, so that what it did keeps its name."""
        return False

    @action(description="Retire: keep the record, offer it no more", permissions=["change"])
    def retire(self, request: HttpRequest, agencies: QuerySet[Agency]) -> None:
        count = self._move(request, agencies.filter(retired_at=None), "retired")
        self.message_user(request, f"{count} retired. Whatever names them stays as it is.", messages.SUCCESS)

    @action(description="Bring back from retirement", permissions=["change"])
    def bring_back(self, request: HttpRequest, agencies: QuerySet[Agency]) -> None:
        if merged := agencies.exclude(merged_into=None).count():
            said = f"{merged} stay retired, since they were merged: undo the merge on the other agency’s timeline."
            self.message_user(request, said, messages.ERROR)
        count = self._move(request, agencies.exclude(retired_at=None).filter(merged_into=None), "brought back")
        self.message_user(request, f"{count} brought back.", messages.SUCCESS)

    @action(description="Invite to the current January", permissions=["invite"])
    def invite(self, request: HttpRequest, agencies: QuerySet[Agency]) -> None:
        season = Season.objects.filter(is_current=True).first()
        if season is None:
            self.message_user(request, "No January is the current one: choose it under Seasons.", messages.ERROR)
            return
        count = desk.invite(agencies=agencies, season=season, by=actor_of(request))
        self.message_user(request, f"{count} recorded as invited to {season}. No mail was sent.", messages.SUCCESS)

    @action(description="Look-alikes", permissions=["merge"])
    def look_alike(self, request: HttpRequest) -> HttpResponse:
        """Leads to the pairs that may be the same."""
        return HttpResponseRedirect(reverse("admin:outreach_agency_duplicates"))

    def _move(self, request: HttpRequest, agencies: QuerySet[Agency], verb: str) -> int:
        keys = [agency.pk for agency in agencies]
        with transaction.atomic():
            # In the order of keys, as the tree is locked: neither waits for the other.
            chosen = list(Agency.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
            for agency in chosen:
                before = trail.snapshot(agency)
                if verb == "retired":
                    agency.retire()
                else:
                    agency.bring_back()
                after = trail.snapshot(agency)
                trail.record(actor=actor_of(request), verb=verb, target=agency, before=before, after=after)
        return len(chosen)


@admin.register(Participation)
class ParticipationAdmin(AuditedModelAdmin):
    """Who takes part in which January."""

    form = ParticipationForm
    list_display = ["agency", "season", "stands", "does"]
    list_filter = [("season", RelatedDropdownFilter), ("state", ChoicesDropdownFilter)]
    list_filter_submit = True
    list_select_related = ["agency", "season"]
    search_fields = ["agency__name", "agency__acronym"]
    search_help_text = "The agency’s name"
    autocomplete_fields = ["agency", "season"]
    fields = ["agency", ("season", "state"), "parts", "note"]

    def has_delete_permission(self, request: HttpRequest, obj: Participation | None = None) -> bool:
        """An answer stays on record: whoever leaves withdraws."""
        return False

    @display(
        description="Stands",
        ordering="state",
        label={"invited": "info", "agreed": "success", "declined": "", "withdrawn": "warning"},
    )
    def stands(self, row: Participation) -> tuple[str, str]:
        return row.state, row.get_state_display()

    @display(description="Parts")
    def does(self, row: Participation) -> str:
        return ", ".join(part_labels(row.parts)) or "–"


def _may(request: HttpRequest, verb: str) -> bool:
    return request.user.has_perm(f"outreach.{verb}")


def _lock_tree(request: HttpRequest) -> None:
    if request.method == "POST" and connection.in_atomic_block:
        placing.lock()
