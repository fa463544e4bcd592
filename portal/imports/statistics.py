"""What the database should know after much was written at once."""

from django.db import connection, models


def tell_planner(*tables: type[models.Model]) -> None:
    """Lets PostgreSQL count these tables now, in the caller's transaction.

    Its planner learns of new rows only minutes later, and joins thousands of them row by row until then.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table._meta.db_table)}")
