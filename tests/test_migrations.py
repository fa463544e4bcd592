"""Migrations run forward, back to nothing, and forward again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.outreach.registration.house import House

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
def test_migrations_reverse_and_return(tmp_path: Path) -> None:
    def migrate(*argv: str) -> None:
        ran = subprocess.run(
            [sys.executable, "manage.py", "migrate", *argv],
            cwd=ROOT,
            env={**os.environ, "WAYPOST_DATA": str(tmp_path), "WAYPOST_DATABASE_URL": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr

    migrate()
    for app in ("campaign", "outreach"):
        migrate(app, "zero")
    migrate("portal", "0001_initial")
    migrate()


@pytest.mark.slow
def test_posters_reverse_and_return_with_data(tmp_path: Path) -> None:
    """Back to Foundation and forward again: what was printed is kept, and there is a design to print with."""
    house = House(tmp_path)
    house.migrate()
    house.tell("from django.core.management import call_command; call_command('demo', verbosity=0); print('{}')")
    counts = (
        "from campaign.models import Batch, Design, Sheet, TextSet\n"
        "print(json.dumps([Batch.objects.count(), Batch.objects.filter(sheet__slug='letter').count(),"
        " Design.objects.approved().count(), TextSet.objects.approved().count(), Sheet.objects.count()]))"
    )
    before = house.tell(counts)
    assert before[0] > 0
    house.migrate("campaign", "0002_seed_first_poster")
    house.migrate()
    assert house.tell(counts) == before
