"""What tests of plans begin with."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from portal.people.models import RoleGrant, User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests.outreach import factories


@pytest.fixture
def ahead(season: Season) -> Season:
    """A season that has not begun."""
    return factories.season_ahead()


@pytest.fixture
def scheduler(db: None) -> User:
    """Somebody who may plan; signs in without a password, whose hash takes longer than most tests here."""
    user = User.objects.create_user(username="scheduler", password=None, is_staff=True)
    RoleGrant.objects.create(user=user, role=Role.SCHEDULER)
    return user


@pytest.fixture
def optimiser(tmp_path: Path, settings: Settings) -> Callable[[str], None]:
    """Puts another program in the optimiser's place, to see what comes of one that fails."""

    def replace(program: str) -> None:
        (tmp_path / "manage.py").write_text(program, encoding="utf-8")
        settings.BASE_DIR = tmp_path

    return replace
