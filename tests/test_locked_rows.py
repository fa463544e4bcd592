"""A row that is locked is read without joins.

Whoever waited for a row on PostgreSQL gets it as it stands now, beside the joined rows as they stood before the wait: a
reference that was set meanwhile comes back as nothing. ``prefetch_related`` and plain references are read afterwards.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOMS = ("campaign", "outreach", "portal")


def chain(call: ast.expr) -> Iterator[str]:
    """The names called on one another: ``rows.filter().first()`` gives first, filter."""
    while isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
        yield call.func.attr
        call = call.func.value


def locks_with_joins(source: str) -> set[int]:
    """The lines of calls that lock rows of one table and join others."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return {call.lineno for call in calls if {"select_for_update", "select_related"} <= set(chain(call))}


def test_finds_a_join() -> None:
    wrong = 'row = Batch.objects.select_for_update(of=("self",)).select_related("job").get(pk=1)'
    assert locks_with_joins(wrong) == {1}
    assert locks_with_joins(wrong.replace("select_related", "prefetch_related")) == set()


def test_locked_rows_are_read_without_joins() -> None:
    root = Path(settings.BASE_DIR)
    files = [file for room in ROOMS for file in sorted((root / room).rglob("*.py"))]
    found = [
        f"{file.relative_to(root)}:{line}" for file in files for line in sorted(locks_with_joins(file.read_text()))
    ]
    assert found == []
    assert len(files) > 300
