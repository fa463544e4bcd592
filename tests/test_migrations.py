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


@pytest.mark.slow
def test_agencies_of_one_name_in_other_letters_are_told_before_anything_changes(tmp_path: Path) -> None:
    before, after = "0035_agencies_have_an_address", "0036_agencies_are_named_once_in_either_case"
    house = House(tmp_path)
    house.migrate("outreach", before)
    agencies = (
        "from django.db import connection\n"
        "from django.db.migrations.executor import MigrationExecutor\n"
        "executor = MigrationExecutor(connection)\n"
        f"state = executor.loader.project_state([('outreach', '{before}')])\n"
        "Agency = state.apps.get_model('outreach', 'Agency')\n"
        "def add(name, parent=None):\n"
        "    return Agency.objects.create(name=name, kind='ngo', level='private', parent_id=parent).pk\n"
        f"names = lambda: list(Agency.objects.order_by('pk').values_list('name', flat=True))\n"
        f"is_done = lambda: ('outreach', '{after}') in executor.loader.applied_migrations\n"
    )
    lamp, lower, _, desk, lower_desk = house.tell(
        f"{agencies}lamp, lower, roof = add('Lamp Street'), add('LAMP street'), add('Roof')\n"
        "print(json.dumps([lamp, lower, roof, add('Desk', roof), add('desk', roof)]))\n"
        # The same name elsewhere in the tree is another office.
        "add('Desk', lamp), add('Roof', lamp)"
    )
    found = house.tell(f"{agencies}print(json.dumps(names()))")

    with pytest.raises(subprocess.CalledProcessError) as refused:
        house.migrate("outreach", after)

    told = refused.value.stderr.splitlines()[-1]
    assert f"“Lamp Street” (key {lamp}) and “LAMP street” (key {lower})" in told
    assert f"“Desk” (key {desk}) and “desk” (key {lower_desk})" in told
    assert told.count("(key") == 4
    assert "“Roof”" not in told
    assert "Look-alikes" in told
    assert house.tell(f"{agencies}print(json.dumps([names(), is_done()]))") == [found, False]

    house.tell(
        f"{agencies}Agency.objects.filter(pk={lower}).update(name='Lamp Street West')\n"
        f"Agency.objects.filter(pk={lower_desk}).delete()\nprint('{{}}')"
    )
    house.migrate("outreach", after)
    assert house.tell(f"{agencies}print(json.dumps(is_done()))")
