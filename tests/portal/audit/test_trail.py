"""The trail says what changed, and shows when it was tampered with."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from portal.audit import trail
from portal.audit.models import Entry, Seal
from portal.people.models import User
from portal.people.roles import Role
from portal.seasons.models import Season

pytestmark = pytest.mark.django_db


def test_record_keeps_only_what_differs(season: Season, user_with: Callable[..., User]) -> None:
    before = trail.snapshot(season)
    season.theme = "New"
    entry = trail.record(
        actor=user_with(Role.COORDINATOR), verb="changed", target=season, before=before, after=trail.snapshot(season)
    )
    entry.refresh_from_db()
    assert entry.after == {"theme": "New"}
    assert list(entry.before) == ["theme"]
    assert (entry.object_type, entry.object_id) == ("portal.season", "2027")


def test_snapshot_never_holds_a_password(user_with: Callable[..., User]) -> None:
    assert "password" not in trail.snapshot(user_with())


def _entries(days: int) -> dt.date:
    """Three entries on each of some past days; returns the last of them."""
    today = timezone.now().replace(hour=12)
    for ago in range(days, 0, -1):
        for number in range(3):
            entry = trail.record(actor=None, verb="did", target=None, label=f"{ago}-{number}")
            Entry.objects.filter(pk=entry.pk).update(at=today - dt.timedelta(days=ago, minutes=-number))
    return (today - dt.timedelta(days=1)).date()


def test_seal_covers_every_finished_day_once() -> None:
    last = _entries(3)
    assert [seal.entries for seal in trail.seal(last)] == [3, 3, 3]
    assert trail.seal(last) == []
    assert trail.broken_seals() == []


@pytest.mark.parametrize("spoil", ["changed", "deleted", "added"])
def test_broken_seals_names_the_spoiled_day(spoil: str) -> None:
    last = _entries(3)
    days = [seal.day for seal in trail.seal(last)]
    victim = Entry.objects.get(object_label="2-1")
    match spoil:
        case "changed":
            Entry.objects.filter(pk=victim.pk).update(verb="did not")
        case "deleted":
            victim.delete()
        case "added":
            extra = trail.record(actor=None, verb="did", target=None)
            Entry.objects.filter(pk=extra.pk).update(at=victim.at)
    assert trail.broken_seals() == days[1:2]


def test_seal_leaves_today_open() -> None:
    trail.record(actor=None, verb="did", target=None)
    assert trail.seal(timezone.now().date()) == []
    assert not Seal.objects.exists()
