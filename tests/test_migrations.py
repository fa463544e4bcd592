"""Migrations run forward, back to nothing, and forward again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
