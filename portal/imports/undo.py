"""Undoing an import: every row as it was, all or none, and only where nobody changed it since."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from portal.audit import authorship, trail
from portal.audit.models import Entry
from portal.audit.redaction import EMPTIED
from portal.imports.models import TakenImport
from portal.people.models import User

Fields = dict[str, Any]


class NotPossible(Exception):
    """An import stays as it is: sentences that say which rows are in the way, and what to do."""


@dataclass(frozen=True, slots=True)
class Way:
    """How rows of a model go back.

    ``refuse`` answers why a row (locked, not yet written) must not take its former fields, or nothing; ``remove``
    takes out of service all rows that the import made, and raises ``NotPossible``.
    """

    refuse: Callable[[models.Model, Fields], str]
    remove: Callable[[Sequence[models.Model]], None]


WAYS: dict[str, Way] = {}
"""By ``app.model``; only imports of these models are kept and can be undone."""


@dataclass(frozen=True, slots=True)
class Undone:
    """How many rows are as they were, and how many that the import made are out of service."""

    restored: int
    removed: int


def remember(
    *, model: type[models.Model], pairs: Iterable[tuple[models.Model | None, models.Model]], file_name: str, by: Any
) -> TakenImport | None:
    """Keeps what an import did, as (before, after) of each row, and tells the trail of each; in its transaction."""
    rows, entries = [], []
    for before, after in pairs:
        old, new = (fields_of(before) if before else None), fields_of(after)
        if old is not None:
            old, new = trail.difference(old, new)
        rows.append({"pk": after.pk, "name": str(after)[:200], "before": old, "after": new})
        was = trail.snapshot(before) if before else {}
        entries.append(
            trail.note(actor=by, verb=authorship.TAKEN_IN, target=after, before=was, after=trail.snapshot(after))
        )
    if not rows:
        return None
    trail.record_all(entries)
    return TakenImport.objects.create(model=model._meta.label_lower, file_name=file_name[:200], by=by, rows=rows)


def undo(*, taken: TakenImport, by: User | None) -> Undone:
    """Puts every row of an import back as it was. Raises ``NotPossible``; nothing has changed then."""
    with transaction.atomic():
        taken = TakenImport.objects.select_for_update().get(pk=taken.pk)
        if taken.undone_at:
            raise NotPossible(f"This import was undone already, by {taken.undone_by or 'the system'}.")
        way = WAYS.get(taken.model)
        if way is None:
            raise NotPossible(f"Imports of {taken.model} cannot be undone in this release.")
        rows = apps.get_model(taken.model)._default_manager.select_for_update().order_by("pk")
        found = rows.in_bulk([row["pk"] for row in taken.rows])
        if told := [reason for row in taken.rows if (reason := _in_the_way(row, found.get(row["pk"]), way))]:
            more = f" And {len(told) - 5} more." if len(told) > 5 else ""
            raise NotPossible(f"{' '.join(told[:5])}{more} Nothing was undone: mend these rows by hand.")
        old = [(row["before"], found[row["pk"]]) for row in taken.rows if row["before"] is not None]
        made = [found[row["pk"]] for row in taken.rows if row["before"] is None]
        entries = [_put_back(before, now, by) for before, now in old]
        trail.record_all([*entries, *_removed(made, way, by)])
        taken.undone_at, taken.undone_by = timezone.now(), by
        taken.state = TakenImport.State.UNDONE
        taken.save(update_fields=["undone_at", "undone_by", "state"])
        done = Undone(restored=len(old), removed=len(made))
        trail.record(
            actor=by,
            verb="undid import",
            target=taken,
            after={"restored": done.restored, "removed": done.removed},
        )
    return done


def fields_of(row: models.Model) -> Fields:
    """The stored fields of a row, of JSON's types."""
    fields = {field.attname: field.value_from_object(row) for field in row._meta.concrete_fields}
    found: Fields = json.loads(json.dumps(fields, cls=DjangoJSONEncoder))
    return found


def _in_the_way(row: dict[str, Any], now: models.Model | None, way: Way) -> str:
    if now is None:
        return f"{row['name']} is gone."
    if EMPTIED in (row["before"] or {}).values():
        return f"What {now} was is redacted since."
    fields = fields_of(now)
    changed = sorted(name for name, value in row["after"].items() if fields.get(name) != value)
    if changed:
        return f"{now} was changed since ({', '.join(changed)})."
    return way.refuse(now, row["before"]) if row["before"] is not None else ""


def _put_back(before: Fields, now: models.Model, by: User | None) -> Entry:
    told = trail.snapshot(now)
    fields = [field for field in now._meta.concrete_fields if field.attname in before]
    for field in fields:
        setattr(now, field.attname, field.to_python(before[field.attname]))
    try:
        now.validate_constraints()
    except ValidationError as error:
        raise NotPossible(f"{now} cannot go back: {' '.join(error.messages)}") from error
    now.save(update_fields=[field.name for field in fields])
    return trail.note(actor=by, verb=authorship.PUT_BACK, target=now, before=told, after=trail.snapshot(now))


def _removed(made: list[models.Model], way: Way, by: User | None) -> list[Entry]:
    told = [trail.snapshot(row) for row in made]
    way.remove(made)
    verb = "removed, its import undone"
    return [
        trail.note(actor=by, verb=verb, target=row, before=before, after=trail.snapshot(row))
        for row, before in zip(made, told, strict=True)
    ]
