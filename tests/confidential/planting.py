"""A canary in every confidential field of every row: a word that stands nowhere else, and says from where it comes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.timezone import now

from outreach.agencies.models import Contact
from portal.keeping import register

OURS = {"portal", "outreach", "campaign", "post_office"}
CANARY = re.compile(r"zq[0-9a-z]{4}qz", re.IGNORECASE)
PLACE = re.compile(r"\b31\.77\d{4}\b")

# What no rule of the register names, since it is of no person, and what is the desk's own all the same.
OF_THE_DESK: Mapping[str, frozenset[str]] = {
    "outreach.agreement": frozenset({"title", "reference", "ended_why"}),
    "outreach.participation": frozenset({"note"}),
    "outreach.channel": frozenset({"note"}),
    "outreach.logopermission": frozenset({"granted_by", "revoked_why"}),
    "outreach.seminar": frozenset({"reason"}),
    "portal.entry": frozenset({"object_label"}),
    "portal.redaction": frozenset({"reason"}),
}
# Why a field that could name somebody gets no canary.
NOT_PLANTED: Mapping[tuple[str, str], str] = {
    ("portal.user", "password"): "a digest, and asked at sign-in",
    ("portal.tries", "key"): "a keyed digest",
    ("portal.accountinvitation", "purpose"): "a word of ours",
    ("portal.accountinvitation", "roles"): "words of ours",
    ("portal.accountinvitation", "payload"): "keys",
    ("outreach.planversion", "curve"): "figures; not in the trail for its size",
    ("outreach.schoolpack", "digests"): "digests of papers",
    ("outreach.proposal", "before"): "fields of an agency, read by name",
    ("outreach.proposal", "fields"): "fields of an agency, read by name",
    ("portal.takenimport", "header"): "columns of a register; not in the trail for its size",
    ("portal.takenimport", "rows"): "keys; not in the trail for their size",
    ("portal.importpage", "content"): "rows of a register of schools; not in the trail for its size",
    ("portal.mail", "about"): "keys",
}
# Rows that are meant for the public, so that nothing of theirs is planted.
PUBLIC_ROWS: Mapping[str, Q] = {"outreach.contact": Q(pk__in=Contact.objects.public())}
TEXT = (models.CharField, models.TextField, models.JSONField)
LENGTH = len("zq0000qz")


@dataclass(frozen=True, slots=True)
class Canary:
    """Where a word was planted."""

    label: str
    pk: Any
    field: str

    def __str__(self) -> str:
        return f"{self.label}.{self.field}"


Planted = dict[str, Canary]


def confidential(label: str) -> frozenset[str]:
    """The fields of a model that not everybody may read."""
    model = apps.get_model(label)
    named = {name for rule in register.rules() if rule.model == label for name in rule.fields}
    fields = {field.name for field in model._meta.concrete_fields}
    private = frozenset(getattr(model, "NOT_IN_TRAIL", ()))
    return frozenset((named | private | OF_THE_DESK.get(label, frozenset())) & fields)


@cache
def all_confidential() -> dict[str, frozenset[str]]:
    """By model."""
    labels = (model._meta.label_lower for model in apps.get_models() if model._meta.app_label in OURS)
    return {label: fields for label in labels if (fields := confidential(label))}


def plant() -> Planted:
    """Writes a canary into every confidential text of every row, past all forms; each canary with its place.

    Where the database refuses it (an adult's booking has no group), the row stays as it was.
    """
    planted: Planted = {}
    for label, names in all_confidential().items():
        model = apps.get_model(label)
        rows = model._base_manager.exclude(PUBLIC_ROWS.get(label, Q(pk__in=[])))
        for row in rows.order_by("pk"):
            for name in sorted(names):
                if found := _canary(row, name, len(planted)):
                    word, value = found
                    try:
                        with transaction.atomic():
                            model._base_manager.filter(pk=row.pk).update(**{name: value})
                    except IntegrityError:
                        continue
                    planted[word] = Canary(label, row.pk, name)
    return planted


def unplanted(planted: Planted) -> set[str]:
    """Confidential texts of which no row of the world holds a canary, and of which nothing says why."""
    held = {str(canary) for canary in planted.values()}
    wanted = {
        f"{label}.{name}"
        for label, names in all_confidential().items()
        for name in names
        if _has_room(apps.get_model(label)._meta.get_field(name)) and (label, name) not in NOT_PLANTED
    }
    return wanted - held


def _canary(row: models.Model, name: str, number: int) -> tuple[str, object] | None:
    """A new word and the value that holds it; ``None`` for a field that holds no text of its own."""
    field = row._meta.get_field(name)
    assert isinstance(field, models.Field)
    if (row._meta.label_lower, name) in NOT_PLANTED or field.choices:
        return None
    if isinstance(field, models.FloatField):
        value = round(31.77 + (number % 10_000) / 1_000_000, 6)
        return (f"{value:.6f}", value) if getattr(row, name) is not None else None
    if not _has_room(field):
        return None
    word = f"zq{_base36(number):0>4}qz"
    return word, _holding(word, field, getattr(row, name))


def _has_room(field: object) -> bool:
    """Whether a word fits into the field: into a ZIP code none does."""
    return isinstance(field, TEXT) and (field.max_length or LENGTH) >= LENGTH


def _holding(word: str, field: models.Field[Any, Any], old: object) -> object:
    """A value of the field that holds the word."""
    if isinstance(field, models.JSONField):
        return [word] if isinstance(old, list) else {"note": [word]}
    if isinstance(field, models.URLField) or field.name == "join_url":
        return f"https://example.org/{word}"
    if isinstance(field, models.EmailField) or field.name in ("to", "cc", "bcc", "from_email"):
        return f"{word}@example.org"
    if field.name == "ticket":
        return word.upper()
    room = field.max_length or 100
    return word if room < 40 else f"{word} <b>{now():%Y}"[:room]


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits


def found_in(text: str, planted: Planted) -> set[Canary]:
    """The canaries in a text, whatever its case, with calendars' folded lines and mails' soft line ends undone."""
    if "\r\n " in text:
        text += text.replace("\r\n ", "")
    if "=\n" in text or "=\r\n" in text:
        text += re.sub(r"=\r?\n", "", text)
    words = {word.lower() for word in CANARY.findall(text)} | set(PLACE.findall(text))
    return {planted[word] for word in words if word in planted}
