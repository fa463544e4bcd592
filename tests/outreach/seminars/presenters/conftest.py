"""A presenter with a season ahead, and a seminar for students that is theirs."""

import datetime as dt
from typing import Any

import pytest

from outreach.seminars.models import Presenter, Seminar
from portal.seasons.models import Season
from tests.outreach import factories


@pytest.fixture
def ahead(db: None) -> Season:
    """A season that has not begun."""
    return factories.season_ahead()


@pytest.fixture
def robin(ahead: Season) -> Presenter:
    """An educator in Jackson."""
    return factories.presenter(email="robin@lamp.example.org")


def approved(presenter: Presenter, **fields: Any) -> Seminar:
    """A seminar for students at a school that chose educators; its presenter was asked."""
    asked = fields.pop("request", None) or factories.request(season=Season.objects.current(), state="planned")
    values: dict[str, Any] = {
        "season": asked.season,
        "request": asked,
        "presenter": presenter,
        "audience": Seminar.Audience.STUDENTS,
        "venue": "Pearl River High School",
        "address": "12 Main Street",
        "answer": Seminar.Answer.ASKED,
        "approved_at": dt.datetime(2026, 12, 1, tzinfo=dt.UTC),
    }
    return factories.seminar(**values | fields)
