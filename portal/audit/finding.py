"""Finds entries in a trail of any length: by record and by account along its indexes, by words in what they say."""

import json
from collections.abc import Iterable
from typing import Final, Literal

from django.db import connection
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from portal.audit.models import Entry

STEPS: Final = (
    "WITH RECURSIVE step(value) AS ("
    " SELECT MIN({field}) FROM {table}"
    " UNION ALL SELECT (SELECT MIN({field}) FROM {table} WHERE {field} > step.value) FROM step"
    " WHERE step.value IS NOT NULL"
    ") SELECT value FROM step WHERE value IS NOT NULL"
)
"""From each value of an index to the next: DISTINCT would read every row."""


def distinct(field: Literal["verb", "object_type"]) -> list[str]:
    """The values of a field that begins an index, in order."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(STEPS.format(field=quote(field), table=quote(Entry._meta.db_table)))
        return [value for (value,) in cursor.fetchall()]


def of_record(entries: QuerySet[Entry], *, kind: str, key: str) -> QuerySet[Entry]:
    """Those of the record with a key, of a kind (``agency``, ``outreach.agency``) or of any."""
    name = kind.lower().rpartition(".")[2]
    kinds = [each for each in distinct("object_type") if not name or each.rpartition(".")[2] == name]
    return entries.filter(object_type__in=kinds, object_id=key)


def with_values(entries: QuerySet[Entry], words: str) -> QuerySet[Entry]:
    """Those whose values before or after, or whose fields' names, hold the words, in either case."""
    return _as_text(entries).filter(_in_values(words))


def that_say(entries: QuerySet[Entry], words: Iterable[str]) -> QuerySet[Entry]:
    """Those whose label or values hold any of the words; none without words."""
    found = Q(pk__in=[])
    for each in words:
        found |= Q(object_label__icontains=each) | _in_values(each)
    return _as_text(entries).filter(found)


def _as_text(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    return entries.alias(text_before=Cast("before", TextField()), text_after=Cast("after", TextField()))


def _in_values(words: str) -> Q:
    """SQLite keeps JSON as it was written, with letters beyond ASCII escaped; PostgreSQL keeps the letters."""
    found = Q()
    for spelling in {json.dumps(words)[1:-1], json.dumps(words, ensure_ascii=False)[1:-1]}:
        found |= Q(text_before__icontains=spelling) | Q(text_after__icontains=spelling)
    return found
