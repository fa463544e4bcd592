"""Fixtures of all tests. The data folder is a temporary one, so no test touches a person's own."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.utils import translation
from pytest_django.fixtures import Settings

from portal.pages.limits import Limit
from portal.people import account_pages
from portal.people.models import RoleGrant, User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests import entering, migrated

SHARED_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
IN_MEMORY = "file:waypost?mode=memory&cache=shared"
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}


def pytest_configure() -> None:
    """A password's hash is meant to be slow, a third of a second each: the accounts of tests need none of that."""
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def require(present: object, reason: str) -> None:
    """Skips a test whose part is missing; in CI a missing part is a failure."""
    if not present:
        if IN_CI:
            pytest.fail(f"{reason} (under CI nothing is skipped)")
        pytest.skip(reason)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> Iterator[None]:
    """Migrating writes the local copy of the lines: into a folder of the run. On SQLite it finds all migrations done."""
    django_settings.DATA_DIR = tmp_path_factory.mktemp("data")
    if connection.vendor != "sqlite":
        yield
        return
    connection.settings_dict["TEST"]["NAME"] = IN_MEMORY
    with closing(sqlite3.connect(IN_MEMORY, uri=True)) as database:
        migrated.copy_into(database)
        yield


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, settings: Settings) -> Path:
    """A data folder of the test's own."""
    folder = tmp_path / "data"
    folder.mkdir()
    settings.DATA_DIR = folder
    settings.MEDIA_ROOT = folder / "media"
    settings.EMAIL_FILE_PATH = str(folder / "mail")
    return folder


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A page in Spanish leaves its language active; the next test begins in English all the same."""
    with translation.override(django_settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom a test signs in by ``force_login`` has a second factor and proved it. Tests of signing in say otherwise."""
    without = Client.force_login

    def force_login(client: Client, user: User, backend: str | None = None) -> None:
        without(client, user, backend)
        entering.prove(client, user)

    monkeypatch.setattr(Client, "force_login", force_login)
    # All tests come from one address.
    monkeypatch.setattr(account_pages, "LIMIT", Limit(name="t", per_minute=60, burst=60, ceiling_per_minute=1_200))


@pytest.fixture
def shared_data() -> Path:
    """The folder of real feeds, beside the checkout."""
    require(SHARED_DATA.is_dir(), "the real feeds are not on this machine: ../shared/data")
    return SHARED_DATA


@pytest.fixture
def season(db: None) -> Season:
    """The seeded season of January 2027."""
    return Season.objects.current()


@pytest.fixture
def user_with(db: None) -> Callable[..., User]:
    """Makes a staff account that holds the given roles."""

    def make(*roles: Role, is_staff: bool = True) -> User:
        name = "-".join(roles) or "nobody"
        user = User.objects.create_user(
            username=f"{name}-{User.objects.count()}", password="a long enough passphrase", is_staff=is_staff
        )
        RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role) for role in roles)
        return user

    return make
