"""Fixtures of paper."""

import pytest

from campaign import tasks
from portal.seasons.models import Season
from tests.campaign.printing.network import Network, build

assert tasks, "the door registers the runners, as it does in a worker"


@pytest.fixture
def network(season: Season) -> Network:
    """The small railway, planned and ready to print."""
    return build(season)
