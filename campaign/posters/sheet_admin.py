"""Sheets in the admin: sizes of paper and frames, which differ by operator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import action, display

from campaign.posters.design_views import suits
from campaign.posters.forms import SheetForm
from campaign.posters.models import Design, Sheet
from portal.audit import trail
from portal.audit.admin import AuditedModelAdmin, actor_of

MEASURES: Final = ("unit", "width", "height", "bleed", "safe")
HOLDERS: Final[list[Callable[[Sheet], bool]]] = []
"""Rooms above add what says whether theirs hold a sheet to its measures: what is half printed must not change its size."""


@admin.register(Sheet)
class SheetAdmin(AuditedModelAdmin):
    """What posters can be printed on. A size that is no more is retired: batches name it."""

    form = SheetForm
    list_filter = ["is_press", ("retired_at", admin.EmptyFieldListFilter)]
    list_per_page = 50
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    actions = ["retire", "bring_back"]
    fieldsets = [
        (None, {"fields": [("name", "slug"), ("width", "height", "unit"), ("bleed", "safe"), "is_press", "position"]}),
        ("Designs", {"fields": ["suited"]}),
    ]
    readonly_fields = ["suited"]

    def get_list_display(self, request: HttpRequest) -> list[str | Callable[..., object]]:
        """The columns; designs are read once for all rows."""
        designs = list(Design.objects.approved().defer("kit"))

        @display(description="Designs that suit it")
        def suiting(sheet: Sheet) -> str:
            return _suiting(sheet, designs)

        return ["name", "measures", "margins", suiting, "in_use"]

    def get_readonly_fields(self, request: HttpRequest, obj: Sheet | None = None) -> list[str]:
        """The measures too, once something was ordered on it: retire it, and add a sheet of the new size."""
        is_held = obj is not None and any(holds(obj) for holds in HOLDERS)
        return [*self.readonly_fields, *(MEASURES if is_held else ())]

    def has_delete_permission(self, request: HttpRequest, obj: Sheet | None = None) -> bool:
        """Batches name the sheet that they were printed on."""
        return False

    @display(description="Size", ordering="width")
    def measures(self, sheet: Sheet) -> str:
        return sheet.size

    @display(description="Bleed, safe")
    def margins(self, sheet: Sheet) -> str:
        return f"{sheet.bleed.normalize():f}, {sheet.safe.normalize():f} {sheet.unit}"

    @display(description="In use", ordering="retired_at", label={"● Retired": "warning", "● Yes": "success"})
    def in_use(self, sheet: Sheet) -> str:
        return "● Retired" if sheet.retired_at else "● Yes"

    @display(description="Approved designs that suit it")
    def suited(self, sheet: Sheet) -> str:
        if sheet._state.adding:
            return "Save the sheet to see."
        return _suiting(sheet, list(Design.objects.approved().defer("kit")))

    @action(description="Retire: offer it no more", permissions=["change"])
    def retire(self, request: HttpRequest, sheets: QuerySet[Sheet]) -> None:
        count = self._move(request, sheets.filter(retired_at=None), is_retired=True)
        self.message_user(request, f"{count} retired. What was printed on it stays as it is.", messages.SUCCESS)

    @action(description="Bring back from retirement", permissions=["change"])
    def bring_back(self, request: HttpRequest, sheets: QuerySet[Sheet]) -> None:
        count = self._move(request, sheets.exclude(retired_at=None), is_retired=False)
        self.message_user(request, f"{count} brought back.", messages.SUCCESS)

    def _move(self, request: HttpRequest, sheets: QuerySet[Sheet], *, is_retired: bool) -> int:
        verb = "retired" if is_retired else "brought back"
        with transaction.atomic():
            chosen = list(Sheet.objects.select_for_update().filter(pk__in=[sheet.pk for sheet in sheets]))
            for sheet in chosen:
                before = trail.snapshot(sheet)
                sheet.retired_at = timezone.now() if is_retired else None
                sheet.save(update_fields=["retired_at"])
                after = trail.snapshot(sheet)
                trail.record(actor=actor_of(request), verb=verb, target=sheet, before=before, after=after)
        return len(chosen)


def _suiting(sheet: Sheet, designs: list[Design]) -> str:
    if sheet.is_press:
        return "Press sheet: takes several posters"
    return ", ".join(design.name for design in designs if suits(design, [sheet])) or "None: add a layout to one"
