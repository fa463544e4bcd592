"""The world in which addresses are asked, and who asks."""

from collections.abc import Callable

import pytest
from django.test import Client

from outreach.partners import memberships
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season
from tests.outreach.agencies.conftest import office
from tests.outreach.partners.conftest import Desk, furnish
from tests.test_roles_by_url import ANYBODY, NO_ROLE, SUPERUSER, world

__all__ = ["world"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how much was asked: person × address × method, each a check."""
    told = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    if checks := sum(int(dict(report.user_properties).get("checks", 0)) for report in told):
        terminalreporter.write_line(f"Roles: {checks:,} checks of who gets in where, and of what is refused.")


@pytest.fixture
def desk(world: Season) -> Desk:
    """An agency with a row of everything, in a world with a row of everything else."""
    return furnish(office("Lamp Street Center"), world)


@pytest.fixture
def other_desk(desk: Desk, world: Season) -> Desk:
    """An agency that is no business of the first."""
    return furnish(office("Harbor House"), world)


@pytest.fixture
def browser_as(desk: Desk, user_with: Callable[..., User]) -> Callable[[str], Client]:
    """A browser in which that person is signed in; the partner belongs to the agency of ``desk``. Errors are answers."""

    def make(person: str) -> Client:
        client = Client(raise_request_exception=False)
        if person == SUPERUSER:
            client.force_login(User.objects.create_superuser("matrix-root"))
        elif person != ANYBODY:
            user = user_with(*([] if person == NO_ROLE else [Role(person)]))
            if person == Role.PARTNER:
                memberships.grant(user=user, agency=desk.agency, may="edit", by=None)
            client.force_login(user)
        return client

    return make
