"""Fixtures of the tests of schools, seminars and bookings."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def spoken_english() -> Iterator[None]:
    """Every test begins in English: a page in another language leaves its thread there."""
    with translation.override("en"):
        yield
