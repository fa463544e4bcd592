"""A presenter's time: drives, set-up and wrap-up take it, and nothing else may."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outreach.seminars import occupancy, publishing
from outreach.seminars.models import BookedInstant, Presenter, Seminar
from outreach.seminars.occupancy import DoubleBooked
from portal.people.models import User
from portal.seasons.models import Season
from tests.outreach import factories
from tests.outreach.seminars.plans import rows

pytestmark = pytest.mark.django_db
TEN = dt.time(16)  # in UTC; ten in Jackson


def given(robin: Presenter, *, hour: int = 16, minute: int = 0, days: int = 30, **fields: Any) -> Seminar:
    """A seminar of the presenter at an hour (UTC), at home unless told otherwise."""
    start = factories.in_days(days, hour=hour).replace(minute=minute)
    return factories.seminar(presenter=robin, starts_at=start, **{"latitude": 32.3, "longitude": -90.18} | fields)


def taken(seminar: Seminar) -> dict[str, int]:
    """Minutes by part, as marks of five."""
    marks = BookedInstant.objects.filter(seminar=seminar).values_list("part", flat=True)
    return {part: 5 * list(marks).count(part) for part in sorted(set(marks))}


def test_book_takes_set_up_seminar_and_wrap_up(season: Season) -> None:
    robin = rows.offers()
    seminar = given(robin)
    occupancy.book(presenter_ids=[robin.pk])
    assert taken(seminar) == {"seminar": 60, "set_up": 15, "wrap_up": 10}
    first = BookedInstant.objects.filter(part="seminar").order_by("mark").first()
    assert first is not None
    assert first.mark * 300 == seminar.starts_at.timestamp()


def test_book_takes_the_drive_there_and_home(season: Season) -> None:
    robin = rows.offers()
    far = given(robin, latitude=32.3, longitude=-89.5)  # about forty miles east: some hour by road
    occupancy.book(presenter_ids=[robin.pk])
    assert taken(far)["drive"] in range(110, 150)


def test_book_takes_no_drive_by_video_or_without_a_position(season: Season) -> None:
    robin = rows.offers()
    video = given(robin, mode="virtual", latitude=32.3, longitude=-89.5)
    lost = given(robin, days=31, latitude=None, longitude=None)
    occupancy.book(presenter_ids=[robin.pk])
    assert "drive" not in taken(video)
    assert "drive" not in taken(lost)


@pytest.mark.parametrize(("gap", "fits"), [(20, False), (25, True)])
def test_two_at_one_place_need_wrap_up_and_set_up_between(season: Season, gap: int, fits: bool) -> None:
    robin = rows.offers()
    given(robin)
    given(robin, hour=17, minute=gap)
    if fits:
        occupancy.book(presenter_ids=[robin.pk])
        assert BookedInstant.objects.filter(part="seminar").count() == 24
    else:
        with pytest.raises(DoubleBooked, match="cannot give both"):
            occupancy.book(presenter_ids=[robin.pk])


def test_drive_between_two_that_is_too_long_is_refused_with_both_named(season: Season) -> None:
    robin = rows.offers()
    given(robin, venue="Library")
    given(robin, hour=18, venue="Town hall", latitude=32.3, longitude=-89.3)
    with pytest.raises(DoubleBooked) as refusal:
        occupancy.book(presenter_ids=[robin.pk])
    assert "Library" in str(refusal.value)
    assert "Town hall" in str(refusal.value)
    assert "with the drive" in str(refusal.value)
    assert "10:00" in str(refusal.value)
    assert "Central Time" in str(refusal.value)


def test_book_again_changes_no_row(season: Season) -> None:
    robin = rows.offers()
    given(robin)
    occupancy.book(presenter_ids=[robin.pk])
    before = set(BookedInstant.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as queries:
        occupancy.book(presenter_ids=[robin.pk])
    assert set(BookedInstant.objects.values_list("pk", flat=True)) == before
    assert not [query for query in queries if query["sql"].startswith(("INSERT", "DELETE"))]


def test_cancelled_seminar_gives_its_time_back(season: Season, scheduler: User) -> None:
    robin = rows.offers()
    seminar = given(robin)
    occupancy.book(presenter_ids=[robin.pk])
    publishing.cancel(seminar_id=seminar.pk, by=scheduler, reason="The library is closed.")
    assert not BookedInstant.objects.exists()


def test_another_in_between_lays_the_day_out_anew(season: Season) -> None:
    robin = rows.offers()
    first = given(robin, latitude=32.3, longitude=-89.5)
    occupancy.book(presenter_ids=[robin.pk])
    before = taken(first)
    given(robin, hour=21, latitude=32.3, longitude=-89.5)
    occupancy.book(presenter_ids=[robin.pk])
    assert taken(first)["drive"] < before["drive"]  # on to the next, which is next door, and home from there


def test_what_is_over_takes_no_time(season: Season) -> None:
    robin = rows.offers()
    given(robin, days=-3)
    occupancy.book(presenter_ids=[robin.pk])
    assert not BookedInstant.objects.exists()


def test_book_asks_as_often_for_three_presenters_as_for_one(season: Season) -> None:
    people = [rows.offers() for _ in range(3)]
    for robin in people:
        given(robin)
    counts = []
    for chosen in (people[:1], people):
        BookedInstant.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            occupancy.book(presenter_ids=[robin.pk for robin in chosen])
        counts.append(len(queries))
    assert counts[0] == counts[1]
