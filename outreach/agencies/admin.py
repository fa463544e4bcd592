"""Partner agencies in the admin: the tree, their contacts, in and out of spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import StackedInline
from unfold.decorators import action, display

from outreach.agencies.imports import AgencyResource
from outreach.agencies.logo_admin import LogoInline
from outreach.agencies.models import Agency, Contact, tree_order
from portal.audit import trail
from portal.audit.admin import actor_of
from portal.imports.admin import ExchangeAdmin


class ContactInline(StackedInline):
    """Whom to ask there. Confidential unless the box is cleared; never part of an export."""

    model = Contact
    extra = 0
    fields = [("role", "name"), ("email", "phone"), "is_confidential"]


@admin.register(Agency)
class AgencyAdmin(ExchangeAdmin):
    """The tree of departments, offices and programmes, and the partners beside it."""

    resource_classes = [AgencyResource]
    inlines = [ContactInline, LogoInline]
    list_display = ["in_tree", "acronym", "kind", "level", "where", "in_use"]
    list_display_links = ["in_tree"]
    list_filter = ["kind", "level", "jurisdictions", ("retired_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "acronym", "description", "parent__name", "parent__acronym"]
    search_help_text = "Name or acronym, its own or that of the office above"
    autocomplete_fields = ["parent", "jurisdictions"]
    list_per_page = 100
    actions = ["retire", "bring_back"]
    fieldsets = [
        (None, {"fields": ["name", "acronym", "parent", ("kind", "level"), "jurisdictions"]}),
        ("What it does", {"fields": ["description", "website"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agency]:
        return Agency.objects.as_tree().prefetch_related("jurisdictions")

    def get_ordering(self, request: HttpRequest) -> Sequence[OrderBy]:
        return tree_order()

    @display(description="Agency", ordering="name")
    def in_tree(self, agency: Agency) -> SafeString:
        depth: int = agency.depth  # type: ignore[attr-defined]
        return format_html('<span class="tree tree-{}">{}</span>', depth, agency.name)

    @display(description="Where")
    def where(self, agency: Agency) -> str:
        return ", ".join(sorted(area.code for area in agency.jurisdictions.all())) or "–"

    @display(description="In use", ordering="retired_at", label={"Retired": "warning"})
    def in_use(self, agency: Agency) -> str:
        return "Retired" if agency.retired_at else "Yes"

    def has_delete_permission(self, request: HttpRequest, obj: Agency | None = None) -> bool:
        """An agency that is no more is retired, so that what it did keeps its name."""
        return False

    @action(description="Retire: keep the record, offer it no more", permissions=["change"])
    def retire(self, request: HttpRequest, agencies: QuerySet[Agency]) -> None:
        count = self._move(request, agencies.filter(retired_at=None), "retired")
        self.message_user(request, f"{count} retired. Whatever names them stays as it is.", messages.SUCCESS)

    @action(description="Bring back from retirement", permissions=["change"])
    def bring_back(self, request: HttpRequest, agencies: QuerySet[Agency]) -> None:
        count = self._move(request, agencies.exclude(retired_at=None), "brought back")
        self.message_user(request, f"{count} brought back.", messages.SUCCESS)

    def _move(self, request: HttpRequest, agencies: QuerySet[Agency], verb: str) -> int:
        with transaction.atomic():
            chosen = list(Agency.objects.select_for_update().filter(pk__in=[agency.pk for agency in agencies]))
            for agency in chosen:
                before = trail.snapshot(agency)
                if verb == "retired":
                    agency.retire()
                else:
                    agency.bring_back()
                after = trail.snapshot(agency)
                trail.record(actor=actor_of(request), verb=verb, target=agency, before=before, after=after)
        return len(chosen)
