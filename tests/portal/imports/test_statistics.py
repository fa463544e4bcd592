"""PostgreSQL's planner knows what was just written."""

import pytest
from django.db import connection

from campaign.links.models import Link
from portal.imports.statistics import tell_planner


@pytest.mark.skipif(connection.vendor != "postgresql", reason="not on SQLite: its planner needs no count")
@pytest.mark.django_db
def test_planner_counts_rows_of_the_same_transaction() -> None:
    Link.objects.issue([("MS", "en")] * 500)
    tell_planner(Link)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [Link._meta.db_table])
        assert cursor.fetchone() == (500,)
