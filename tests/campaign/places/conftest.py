"""Fixtures of the places: feeds as files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from campaign.places.gtfs import Feed, read_feed
from tests.campaign.places.feeds import FeedBuilder

Read = Callable[..., Feed]


@pytest.fixture
def feed() -> FeedBuilder:
    """The built-in line, ready to be bent."""
    return FeedBuilder()


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Writes a builder's feed and reads it back."""

    def run(builder: FeedBuilder, **options: object) -> Feed:
        return read_feed(builder.write(tmp_path / "feed.zip"), **options)  # type: ignore[arg-type]

    return run
