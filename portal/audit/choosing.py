"""Choosing a row from a list that is searched while one types. What was sent and is no key of such a row chooses nothing."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import ModelChoiceField, ModelMultipleChoiceField
from django.http import HttpRequest


def is_key(value: object, field: Any) -> bool:
    """Whether a value that was sent could be what a foreign key points at: of its kind, and in its range."""
    return _could_be(value, field.target_field)


def _could_be(value: object, key: Any) -> bool:
    try:
        key.clean(value, None)
    except (ValidationError, ValueError, OverflowError):
        return False
    return "\0" not in str(value)


class RowsByKey(ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Many rows, chosen elsewhere. What is no key is refused before the database is asked, which would fail at it."""

    def clean(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            key = self.queryset.model._meta.pk  # type: ignore[union-attr]  # it is never asked without one
            for each in value:
                if not _could_be(each, key):
                    raise ValidationError(
                        self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": str(each)[:40]}
                    )
        return super().clean(value)


class _Known:
    """Django's widget asks the database for whatever was sent, also when the form is shown again because it is wrong."""

    field: Any

    def optgroups(self, name: str, value: list[str], attr: dict[str, Any] | None = None) -> Any:
        keys = [each for each in value if is_key(each, self._pointer())]
        return super().optgroups(name, keys, attr)  # type: ignore[misc]

    def _pointer(self) -> Any:
        """The foreign key, or of many rows that of the table between."""
        field = self.field
        return (
            field.remote_field.through._meta.get_field(field.m2m_reverse_field_name()) if field.many_to_many else field
        )


class KnownRow(_Known, AutocompleteSelect):  # type: ignore[misc]  # its value is typed as anything
    """One row."""


class KnownRows(_Known, AutocompleteSelectMultiple):  # type: ignore[misc]  # its value is typed as anything
    """Many rows."""


class ChoosesByKey:
    """An admin page, or the rows beneath one, whose ``autocomplete_fields`` take any input."""

    admin_site: Any

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs.setdefault("widget", KnownRow(db_field, self.admin_site, using=kwargs.get("using")))
        found: ModelChoiceField[Any] | None = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        return found

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField[Any] | None:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs.setdefault("widget", KnownRows(db_field, self.admin_site, using=kwargs.get("using")))
        kwargs.setdefault("form_class", RowsByKey)
        found: ModelMultipleChoiceField[Any] | None = super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]
        return found
