"""Fixtures of the tests of schools, seminars, bookings and agencies."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from tests.outreach.registration.house import House
from tests.servers import Postgres, running


@pytest.fixture(autouse=True)
def spoken_english() -> Iterator[None]:
    """Every test begins in English: a page in another language leaves its thread there."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="module")
def sqlite_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A copy of the portal on SQLite."""
    house = House(tmp_path_factory.mktemp("sqlite"))
    house.migrate()
    return house


@pytest.fixture(scope="module")
def postgres_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A copy of the portal on PostgreSQL."""
    folder = tmp_path_factory.mktemp("postgres")
    with running(server := Postgres(folder)):
        house = House(folder, server.make("house"))
        house.migrate()
        yield house


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def house(request: pytest.FixtureRequest) -> House:
    """A copy of the portal on each engine."""
    found: House = request.getfixturevalue(f"{request.param}_house")
    return found
