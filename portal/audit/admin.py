"""The base of every admin page: whatever a person changes there is written to the trail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.admin.utils import unquote
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import connection, models, transaction
from django.forms import BaseModelForm, BaseModelFormSet, Field
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin
from unfold.decorators import display

from portal.audit import showing, trail
from portal.audit.choosing import ChoosesByKey
from portal.audit.models import Entry

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


class TrailAdmin(ModelAdmin):
    """Unfold's admin, whose history of a record is the trail's. Django's own log is not written: it could not be
    redacted, sealed or found with the rest."""

    history_per_page = 50

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What the trail tells of a record, newest first; values for those who may read the trail, else only names."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            gone: HttpResponse = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
            return gone
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        entries = Entry.objects.filter(object_type=self.opts.label_lower, object_id=str(record.pk))
        newest_first = entries.select_related("actor").order_by("-pk")
        page = Paginator(newest_first, self.history_per_page).get_page(request.GET.get("p"))
        reader = actor_of(request)
        with_values = request.user.has_perm(showing.READS_THE_TRAIL)
        context = {
            **self.admin_site.each_context(request),
            "title": f"What happened: {record}",
            "object": record,
            "opts": self.opts,
            "page": page,
            "rows": [
                (
                    entry,
                    showing.called(entry.actor, reader=reader),
                    showing.differences(entry) if with_values else _names(entry),
                )
                for entry in page
            ],
            "with_values": with_values,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/portal/history.html", context)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return []


class AuditedModelAdmin(ChoosesByKey, TrailAdmin):
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
            joined = _joined(form)
            if change:
                before |= {name: _keys(getattr(obj, name).all()) for name in joined}
            super().save_model(request, obj, form, change)
            trail.record(
                actor=actor_of(request),
                verb="changed" if change else "added",
                target=obj,
                before=before,
                after=trail.snapshot(obj) | joined,
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


def _joined(form: BaseModelForm[Any]) -> trail.Fields:
    """What a form joins its record to, by key: stored only after the record, told with it."""
    names = {field.name for field in form._meta.model._meta.many_to_many} & form.cleaned_data.keys()
    return {name: _keys(form.cleaned_data[name]) for name in sorted(names)}


def _keys(rows: Iterable[models.Model]) -> list[Any]:
    """Sorted, so that the order in which they were chosen is no change."""
    return sorted((row.pk for row in rows), key=str)


def _names(entry: Entry) -> str:
    """Which fields an entry tells of."""
    return "Redacted" if entry.redacted_at else ", ".join(showing.field_names(entry)) or "–"


class ReadOnlyAdmin(TrailAdmin):
    """Rows that nobody writes by hand, superusers included."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
