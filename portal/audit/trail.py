"""Writes the trail: who did what to which record, before and after."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from portal.audit.models import Entry, Seal

if TYPE_CHECKING:
    from portal.people.models import User

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A value that tells a change from none, and is never written: the trail is kept longer than personal data."""

    value: object

    def __str__(self) -> str:
        return "(not kept here)"


def snapshot(instance: models.Model) -> Fields:
    """The stored fields of a record by name; passwords are left out.

    What the model names in ``NOT_IN_TRAIL`` (names, addresses, private links) is withheld.
    """
    private: frozenset[str] = getattr(instance, "NOT_IN_TRAIL", frozenset())
    fields = {
        field.name: field.value_from_object(instance)
        for field in instance._meta.concrete_fields
        if field.name != "password"
    }
    return {name: Withheld(value) if name in private and value else value for name, value in fields.items()}


def difference(before: Fields, after: Fields) -> tuple[Fields, Fields]:
    """Only what differs, on both sides."""
    names = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    names.sort()
    return (
        {name: before[name] for name in names if name in before},
        {name: after[name] for name in names if name in after},
    )


def record(
    *,
    actor: "User | None",
    verb: str,
    target: models.Model | None,
    before: Fields | None = None,
    after: Fields | None = None,
    label: str = "",
) -> Entry:
    """Adds one entry, in the caller's transaction so that change and trail stand or fall together.

    ``actor`` is ``None`` for a command, a task or a member of the public. A model whose name for
    people names a person has a ``trail_label`` that doesn't.
    """
    old, new = difference(before or {}, after or {})
    return Entry.objects.create(
        actor=actor,
        verb=verb,
        object_type=target._meta.label_lower if target else "",
        object_id=str(target.pk) if target else "",
        object_label=(label or str(getattr(target, "trail_label", target or "")))[:200],
        before=_plain(old),
        after=_plain(new),
    )


def seal(through: dt.date) -> list[Seal]:
    """Seals every finished day up to ``through`` that has no seal yet, oldest first; days are UTC.

    Each digest covers the day's entries and the digest before it, so no row can be changed,
    added or taken away later without breaking every seal that follows.
    """
    seals = []
    with transaction.atomic():
        last = Seal.objects.select_for_update().order_by("day").last()
        first = Entry.objects.order_by("id").first()
        if first is None:
            return []
        day = last.day + dt.timedelta(days=1) if last else first.at.astimezone(dt.UTC).date()
        while day <= min(through, timezone.now().date() - dt.timedelta(days=1)):
            last = Seal.objects.create(**_sealed(day, last))
            seals.append(last)
            day += dt.timedelta(days=1)
    return seals


def broken_seals() -> list[dt.date]:
    """The days whose entries no longer match their seal."""
    broken, previous = [], None
    for kept in Seal.objects.order_by("day"):
        fresh = _sealed(kept.day, previous)
        if (fresh["digest"], fresh["entries"]) != (kept.digest, kept.entries):
            broken.append(kept.day)
        previous = kept
    return broken


def _sealed(day: dt.date, previous: Seal | None) -> dict[str, Any]:
    start = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
    rows = Entry.objects.filter(at__gte=start, at__lt=start + dt.timedelta(days=1)).order_by("id")
    digest = hashlib.sha256((previous.digest if previous else "").encode())
    count, last_id = 0, previous.last_entry_id if previous else 0
    for row in rows.values_list(
        "id", "at", "actor_id", "verb", "object_type", "object_id", "object_label", "before", "after"
    ).iterator():
        digest.update(json.dumps(row, cls=DjangoJSONEncoder, sort_keys=True).encode())
        count, last_id = count + 1, row[0]
    return {
        "day": day,
        "last_entry_id": last_id,
        "entries": count,
        "previous": previous.digest if previous else "",
        "digest": digest.hexdigest(),
    }


def _plain(fields: Fields) -> Fields:
    """The same, of JSON's own types: what a field cannot say in JSON is written as text."""
    plain: Fields = json.loads(json.dumps(fields, cls=_Encoder))
    return plain


class _Encoder(DjangoJSONEncoder):
    def default(self, o: object) -> object:
        try:
            return super().default(o)
        except TypeError:
            return str(o)
