"""Fixtures of paper."""

import pytest

from portal.seasons.models import Season
from tests.campaign.printing.network import Network, build


@pytest.fixture
def network(season: Season) -> Network:
    """The small railway, planned and ready to print."""
    return build(season)
