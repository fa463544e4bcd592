"""Writes the trail: who did what to which record, before and after."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from portal.audit.digests import content_digest, new_salt
from portal.audit.models import Entry

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
    entry = note(actor=actor, verb=verb, target=target, before=before, after=after, label=label)
    entry.save(force_insert=True)
    return entry


def note(
    *,
    actor: "User | None",
    verb: str,
    target: models.Model | None,
    before: Fields | None = None,
    after: Fields | None = None,
    label: str = "",
) -> Entry:
    """The entry that ``record`` would add, of the target as it is now; for ``record_all``."""
    old, new = (_plain(fields) for fields in difference(before or {}, after or {}))
    label = _storable(label or str(getattr(target, "trail_label", target or "")))[:200]
    salt = new_salt()
    return Entry(
        actor=actor,
        verb=verb,
        object_type=target._meta.label_lower if target else "",
        object_id=str(target.pk) if target else "",
        object_label=label,
        before=old,
        after=new,
        salt=salt,
        content_digest=content_digest(salt=salt, label=label, before=old, after=new),
    )


def record_all(entries: Iterable[Entry]) -> None:
    """Adds many entries at once, in their order and in the caller's transaction."""
    Entry.objects.bulk_create(entries)


def _plain(fields: Fields) -> Fields:
    """The same, of JSON's own types: what a field cannot say in JSON is written as text."""
    plain: Fields = json.loads(json.dumps(fields, cls=_Encoder), parse_constant=str)
    return {name: _mended(value) for name, value in plain.items()}


def _mended(value: object) -> object:
    match value:
        case str():
            return _storable(value)
        case list():
            return [_mended(each) for each in value]
        case dict():
            return {_storable(key): _mended(each) for key, each in value.items()}
        case _:
            return value


def _storable(text: str) -> str:
    """The text without NUL and halves of characters, which PostgreSQL refuses: a hostile word must not stop a trail."""
    if text.isascii():
        return text.replace("\0", "\ufffd")
    return text.replace("\0", "\ufffd").encode(errors="surrogatepass").decode(errors="replace")


class _Encoder(DjangoJSONEncoder):
    def default(self, o: object) -> object:
        try:
            return super().default(o)
        except TypeError:
            return str(o)
