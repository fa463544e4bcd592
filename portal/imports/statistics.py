"""What the database should know after much was written at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, models

ROOM_KIB: Final = 32 * 1024


def tell_planner(*tables: type[models.Model]) -> None:
    """Lets PostgreSQL count these tables now, in the caller's transaction.

    Its planner learns of new rows only minutes later, and joins thousands of them row by row until then.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table._meta.db_table)}")


@contextmanager
def room_for_many_rows() -> Iterator[None]:
    """Lets SQLite hold the indexes of a large table in memory while much is written to them.

    Its usual two megabytes have it read and write the same pages again and again, under its only write lock: a
    fifth of the time.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = -{ROOM_KIB}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {int(before)}")
