"""The next January is made from this one."""

import pytest

from portal.areas.models import Area
from portal.audit.models import Entry
from portal.people.models import User
from portal.seasons import cloning
from portal.seasons.models import FocusArea, Season

pytestmark = pytest.mark.django_db


@pytest.fixture
def focused(season: Season) -> Season:
    """The season of 2027 with goals and two focus areas."""
    season.goals = "Every restroom of every station."
    season.save()
    for code, level in (("TX", FocusArea.Level.FEDERAL), ("MS", FocusArea.Level.STATE)):
        area = Area.objects.get(code=code)
        FocusArea.objects.create(season=season, area=area, name=area.name, level=level)
    return season


def test_start_next_copies_what_lives_on_and_counts_the_deadlines_anew(focused: Season) -> None:
    clone = cloning.start_next(season=focused, by=None)

    assert clone.year == 2028
    assert (clone.theme, clone.goals) == (focused.theme, focused.goals)
    assert f"{clone.hang_by} {clone.ship_by}" == "2027-12-30 2027-12-14"
    assert not clone.is_current
    assert Season.objects.current() == focused
    assert list(clone.focus_areas.values_list("area", "level")) == [("MS", "state"), ("TX", "federal")]
    assert focused.focus_areas.count() == 2


def test_start_next_writes_to_the_trail(season: Season) -> None:
    by = User.objects.create_superuser("root")
    cloning.start_next(season=season, by=by)
    entry = Entry.objects.get(verb="started")
    assert (entry.actor, entry.object_label, entry.after["hang_by"]) == (by, "January 2028", "2027-12-30")


def test_start_next_twice_says_that_it_is_there(season: Season) -> None:
    cloning.start_next(season=season, by=None)
    with pytest.raises(cloning.AlreadyStarted, match="January 2028 is there already"):
        cloning.start_next(season=season, by=None)
    assert Season.objects.count() == 2


def test_make_current_moves_the_work_over(season: Season) -> None:
    clone = cloning.start_next(season=season, by=None)
    cloning.make_current(season=clone, by=None)
    assert Season.objects.current() == clone
    assert set(Entry.objects.values_list("verb", flat=True)) >= {"closed", "made current"}
