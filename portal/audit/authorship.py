"""Who wrote what stands in a record and no second person has looked at yet.

A column names whoever wrote last. The trail names all: whoever mends a word takes the rest from nobody.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db import models

from portal.audit.models import Entry

TAKEN_IN: Final = "imported"
PUT_BACK: Final = "put back, its import undone"
WITH: Final = "written_with"
"""Where an entry names the accounts whose words came along unseen, from the record that this one is a copy of."""


@dataclass(slots=True)
class _Writing:
    """Whose words stand in one record, entry by entry."""

    by: frozenset[int] = frozenset()
    is_seen: bool = False
    before_imports: list[tuple[frozenset[int], bool]] = field(default_factory=list)

    def goes_on(self, entry: Entry, fields: Collection[str], seen: str) -> None:
        if entry.verb == PUT_BACK and self.before_imports:
            self.by, self.is_seen = self.before_imports.pop()
            return
        if entry.verb == TAKEN_IN:
            self.before_imports.append((self.by, self.is_seen))
        if entry.verb == seen:
            self.is_seen = True
        # What a redacted entry said is gone: it may have been a word.
        elif entry.redacted_at or not {*entry.before, *entry.after}.isdisjoint(fields):
            former = frozenset[int]() if self.is_seen else self.by
            self.by = former | ({entry.actor_id} if entry.actor_id else set()) | set(entry.after.get(WITH, ()))
            self.is_seen = False


def writers(rows: Sequence[models.Model], *, fields: Collection[str], seen: str = "") -> Mapping[int, frozenset[int]]:
    """The accounts that wrote any of ``fields`` as they stand, by the key of each row of one model; in one statement.

    ``seen`` is the verb of a second person who looked at the whole record: what was written before it is theirs no
    more once somebody writes anew. Until then the writers stay the same, so that nobody vouches for their own words.
    """
    return {key: writing.by for key, writing in _writings(rows, fields, seen).items()}


def unseen(row: models.Model, *, fields: Collection[str], seen: str) -> frozenset[int]:
    """The accounts that wrote what nobody has looked at yet: what a copy of the record takes along (``WITH``)."""
    writing = _writings([row], fields, seen)[row.pk]
    return frozenset() if writing.is_seen else writing.by


def _writings(rows: Sequence[models.Model], fields: Collection[str], seen: str) -> Mapping[int, _Writing]:
    found = {row.pk: _Writing() for row in rows}
    if not found:
        return {}
    told = Entry.objects.filter(object_type=rows[0]._meta.label_lower, object_id__in=list(map(str, found)))
    for entry in told.order_by("id"):
        found[int(entry.object_id)].goes_on(entry, fields, seen)
    return found
