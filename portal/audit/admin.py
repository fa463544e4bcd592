"""The base of every admin page: whatever a person changes there is written to the trail."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db import connection, models, transaction
from django.forms import BaseModelForm, BaseModelFormSet, Field
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from portal.audit import trail
from portal.audit.models import Entry, Seal

if TYPE_CHECKING:
    from portal.people.models import User


def actor_of(request: HttpRequest) -> User | None:
    """The signed-in account, if any."""
    user: User | AnonymousUser = request.user
    return None if isinstance(user, AnonymousUser) else user


def may(permission: str) -> Callable[..., bool]:
    """A ``has_<verb>_permission`` method of an admin that asks the roles for one of their verbs.

    Actions name it without the prefix: with a dotted name Unfold's checks would look for a row.
    """

    def allowed(self: ModelAdmin, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm(permission)

    return allowed


class AuditedModelAdmin(ModelAdmin):
    """Unfold's admin; adding, changing and deleting leave an entry with before and after.

    A form saves nothing that went stale: its record is read anew, under lock, before it is changed.
    """

    compressed_fields = True
    list_filter_sheet = False
    warn_unsaved_form = True

    @staticmethod
    def is_among(object_id: int | str, rows: models.QuerySet[Any]) -> bool:
        """Whether the key in an address is that of one of ``rows``; what is no key at all is none."""
        try:
            return rows.filter(pk=object_id).exists()
        except ValueError:
            return False

    @display(description="Demo", label={"Demo": "warning"})
    def demo_mark(self, obj: models.Model) -> str | None:
        return "Demo" if getattr(obj, "is_demo", False) else None

    def get_list_display(self, request: HttpRequest) -> list[str | Callable[..., object]]:
        """The columns; while the demo is there, the mark of the rows that it made."""
        columns = list(super().get_list_display(request))
        is_marked = any(field.name == "is_demo" for field in self.model._meta.concrete_fields)
        if is_marked and self.model._default_manager.filter(is_demo=True).exists():
            columns.append("demo_mark")
        return columns

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Field | None:
        """An address typed without a scheme means ``https``."""
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        field: Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        return field

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The record; for a form that is sent, locked until it is saved, since a save writes every field."""
        record = super().get_object(request, object_id, from_field)
        if record is None or request.method != "POST" or not connection.in_atomic_block:
            return record
        return type(record)._default_manager.select_for_update().get(pk=record.pk)

    def save_model(self, request: HttpRequest, obj: models.Model, form: BaseModelForm[Any], change: bool) -> None:
        with transaction.atomic():
            before = _stored(obj) if change else {}
            super().save_model(request, obj, form, change)
            trail.record(
                actor=actor_of(request),
                verb="changed" if change else "added",
                target=obj,
                before=before,
                after=trail.snapshot(obj),
            )

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        with transaction.atomic():
            trail.record(actor=actor_of(request), verb="deleted", target=obj, before=trail.snapshot(obj))
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        with transaction.atomic():
            for obj in queryset:
                trail.record(actor=actor_of(request), verb="deleted", target=obj, before=trail.snapshot(obj))
            super().delete_queryset(request, queryset)

    def save_formset(
        self, request: HttpRequest, form: BaseModelForm[Any], formset: BaseModelFormSet[Any, Any], change: bool
    ) -> None:
        """Rows edited beneath a record are written to the trail one by one."""
        with transaction.atomic():
            formset.save(commit=False)
            befores = {obj.pk: _stored(obj) for obj, _ in formset.changed_objects}
            for obj in formset.deleted_objects:
                trail.record(actor=actor_of(request), verb="deleted", target=obj, before=trail.snapshot(obj))
                obj.delete()
            for obj in [*formset.new_objects, *(obj for obj, _ in formset.changed_objects)]:
                before = befores.get(obj.pk, {})
                obj.save()
                trail.record(
                    actor=actor_of(request),
                    verb="changed" if before else "added",
                    target=obj,
                    before=before,
                    after=trail.snapshot(obj),
                )
            formset.save_m2m()


def _stored(obj: models.Model) -> trail.Fields:
    """The record as the database has it now."""
    return trail.snapshot(type(obj)._default_manager.get(pk=obj.pk))


class ReadOnlyAdmin(ModelAdmin):
    """Rows that nobody writes by hand, superusers included."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """The trail, newest first."""

    list_display = ["at", "who", "verb", "record", "what", "changed"]
    list_display_links = ["at"]
    list_filter = [("at", RangeDateFilter), "verb", "object_type"]
    list_filter_submit = True
    list_select_related = ["actor"]
    search_fields = ["object_label", "object_id", "object_type", "verb", "actor__username", "actor__last_name"]
    show_full_result_count = False
    fields = [("at", "who"), ("verb", "what"), "record", "differences"]
    readonly_fields = ["who", "what", "record", "differences"]

    @display(description="Who", ordering="actor")
    def who(self, entry: Entry) -> str:
        return str(entry.actor) if entry.actor else "The system or the public"

    @display(description="Record", ordering="object_label")
    def record(self, entry: Entry) -> str:
        return entry.object_label or "–"

    @display(description="Kind", ordering="object_type")
    def what(self, entry: Entry) -> str:
        name = entry.object_type.partition(".")[2] or "–"
        return f"{name} {entry.object_id}".strip()

    @display(description="Fields")
    def changed(self, entry: Entry) -> str:
        names = sorted({*entry.before, *entry.after})
        return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "") if names else "–"

    @display(description="Before → after")
    def differences(self, entry: Entry) -> SafeString | str:
        names = sorted({*entry.before, *entry.after})
        return (
            format_html_join(
                "",
                "<div><b>{}</b>: {} → {}</div>",
                ((name, _shown(entry.before, name), _shown(entry.after, name)) for name in names),
            )
            or "–"
        )


@admin.register(Seal)
class SealAdmin(ReadOnlyAdmin):
    """One digest a day; each covers the day before it."""

    list_display = ["day", "entries", "digest"]
    date_hierarchy = "day"


def _shown(fields: trail.Fields, name: str) -> str:
    value = fields.get(name)
    return "nothing" if value in (None, "") else str(value)
