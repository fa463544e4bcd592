"""The base of every admin page: whatever a person changes there is written to the trail."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.forms import BaseModelForm, BaseModelFormSet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from portal.audit import trail
from portal.people.models import User


def actor_of(request: HttpRequest) -> User | None:
    """The signed-in account, if any."""
    user: User | AnonymousUser = request.user
    return user if isinstance(user, User) else None


class AuditedModelAdmin(ModelAdmin):
    """Unfold's admin; adding, changing and deleting leave an entry with before and after."""

    compressed_fields = True
    list_filter_sheet = False
    warn_unsaved_form = True

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
