"""What the room's public forms are made of: sections, days, and the decoy that keeps machines out."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


@dataclass(slots=True)
class Day:
    """Fields of one day, or of days in a row, each with the word that suffices under the heading."""

    title: str | Promise
    is_needed: bool
    fields: list[tuple[str, forms.BoundField]]


@dataclass(slots=True)
class Fold:
    """What few need: shut until something stands in it."""

    title: str | Promise
    days: list[Day] = field(default_factory=list)
    intro: str | Promise = ""
    fields: list[forms.BoundField] = field(default_factory=list)
    free_text: bool = False

    @property
    def is_open(self) -> bool:
        """Whether something was written in it, or is wrong with it."""
        return any(bound.errors or bound.value() for bound in self.all_fields())

    def all_fields(self) -> Iterator[forms.BoundField]:
        """Its fields from top to bottom."""
        yield from self.fields
        for day in self.days:
            for _label, bound in day.fields:
                yield bound


@dataclass(slots=True)
class Section:
    """Fields that are asked together under one heading, in one of the steps."""

    step: str
    name: str
    title: str | Promise
    fields: list[forms.BoundField]
    intro: str | Promise = ""
    free_text: bool = False
    warning: str | Promise = ""
    days: list[Day] = field(default_factory=list)
    folds: list[Fold] = field(default_factory=list)

    def all_fields(self) -> Iterator[forms.BoundField]:
        """Its fields from top to bottom, those of its days included."""
        yield from self.fields
        for day in self.days:
            for _label, bound in day.fields:
                yield bound
        for fold in self.folds:
            yield from fold.all_fields()


class DecoyMixin(forms.Form):
    """Keeps machines out without puzzles: people never meet the field, whoever fills it is a machine.

    ``nonce`` makes a form that is sent twice one wish; a page without one gets a fresh one.
    """

    website = forms.CharField(
        required=False,
        label=gettext_lazy("Leave this empty"),
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    nonce = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"nonce": uuid.uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def clean_nonce(self) -> uuid.UUID:
        """Of the form, or a new one."""
        sent: uuid.UUID | None = self.cleaned_data["nonce"]
        return sent or uuid.uuid4()

    @property
    def is_from_a_machine(self) -> bool:
        """Whether the decoy was filled."""
        return bool(self.data.get("website"))


class DateInput(forms.DateInput):
    """The browser's own day picker."""

    input_type = "date"

    def __init__(self, first: dt.date | None = None, last: dt.date | None = None) -> None:
        attrs = {name: f"{day:%Y-%m-%d}" for name, day in (("min", first), ("max", last)) if day}
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """The browser's own clock."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")
