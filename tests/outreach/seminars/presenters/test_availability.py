"""What a presenter offers: the week, the dates on which it doesn't hold, and the background check."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from outreach.seminars.models import Availability, Presenter, Seminar
from outreach.seminars.presenters import assignments, availability
from outreach.seminars.presenters.availability import AS_THE_WEEK, AWAY, Day, Hours, days, set_away, set_day, set_week
from outreach.seminars.refusals import NotPossible
from portal.audit.models import Entry
from tests.outreach import factories

pytestmark = pytest.mark.django_db

NINE_TO_FIVE = Hours(dt.time(9), dt.time(17))
MONDAY = dt.date(2027, 1, 4)

several = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
dates = st.dates(dt.date(2026, 12, 28), dt.date(2027, 2, 7))
hours = st.builds(Hours, st.times(max_value=dt.time(11, 59)), st.times(min_value=dt.time(12)))


@given(
    week=st.dictionaries(st.integers(0, 6), hours),
    exceptions=st.dictionaries(dates, hours | st.just(AWAY)),
    cleared_until=dates,
    span=st.tuples(dates, dates),
)
@several
def test_days_are_the_week_but_for_dates_of_their_own_until_the_check_ends(
    robin: Presenter,
    week: dict[int, Hours],
    exceptions: dict[dt.date, availability.OneDay],
    cleared_until: dt.date,
    span: tuple[dt.date, dt.date],
) -> None:
    with transaction.atomic():
        set_week(presenter_id=robin.pk, week=week)
        for date, what in exceptions.items():
            set_day(presenter_id=robin.pk, date=date, hours=what)
        presenter = Presenter.objects.get(pk=robin.pk)
        presenter.clearance_expires_on = cleared_until
        found = days(presenter, *span)
        anybody = days(presenter, *span, with_minors=False)
        transaction.set_rollback(True)

    first, last = span
    shown = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    offers = {date: exceptions.get(date, week.get(date.weekday())) for date in shown}
    expected = [Day(date, what.start, what.end) for date, what in offers.items() if isinstance(what, Hours)]
    assert anybody == expected
    assert found == [day for day in expected if day.date <= cleared_until]


def test_nobody_meets_minors_without_a_background_check(robin: Presenter) -> None:
    set_week(presenter_id=robin.pk, week={0: NINE_TO_FIVE})
    robin.clearance_expires_on = None

    assert days(robin, MONDAY, MONDAY) == []
    assert days(robin, MONDAY, MONDAY, with_minors=False) == [Day(MONDAY, dt.time(9), dt.time(17))]


def test_who_retired_offers_nothing(robin: Presenter) -> None:
    set_week(presenter_id=robin.pk, week={0: NINE_TO_FIVE})
    robin.retired_at = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
    assert days(robin, MONDAY, MONDAY, with_minors=False) == []


@pytest.mark.parametrize("count", [1, 3])
def test_days_of_many_take_as_many_queries_as_of_one(
    robin: Presenter, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count - 1):
        factories.presenter(email=f"p{number}@lamp.example.org")
    for presenter in Presenter.objects.all():
        set_week(presenter_id=presenter.pk, week={0: NINE_TO_FIVE})
    with django_assert_num_queries(3):
        found = [
            days(presenter, MONDAY, MONDAY) for presenter in Presenter.objects.prefetch_related(*availability.PREFETCH)
        ]
    assert found == [[Day(MONDAY, dt.time(9), dt.time(17))]] * count


@pytest.mark.parametrize("end", [dt.time(9), dt.time(8)])
def test_hours_that_end_before_they_begin_are_refused(robin: Presenter, end: dt.time) -> None:
    set_week(presenter_id=robin.pk, week={0: NINE_TO_FIVE})
    with pytest.raises(NotPossible, match="must end after it begins"):
        set_week(presenter_id=robin.pk, week={1: Hours(dt.time(9), end)})
    with pytest.raises(NotPossible, match="must end after it begins"):
        set_day(presenter_id=robin.pk, date=MONDAY, hours=Hours(dt.time(9), end))
    assert list(robin.weekly_hours.values_list("weekday", flat=True)) == [0]
    assert not robin.availability.exists()


def test_ticked_days_are_away_and_others_keep_what_they_have(robin: Presenter) -> None:
    tuesday, wednesday, thursday = (MONDAY + dt.timedelta(days=number) for number in (1, 2, 3))
    set_day(presenter_id=robin.pk, date=MONDAY, hours=AWAY)
    set_day(presenter_id=robin.pk, date=tuesday, hours=NINE_TO_FIVE)
    set_day(presenter_id=robin.pk, date=thursday, hours=AWAY)

    set_away(presenter_id=robin.pk, shown=[MONDAY, tuesday, wednesday], away=[wednesday, dt.date(2027, 3, 1)])

    rows = {row.date: (row.is_away, row.start) for row in Availability.objects.all()}
    assert rows == {tuesday: (False, dt.time(9)), wednesday: (True, None), thursday: (True, None)}


def test_a_day_goes_by_the_week_again(robin: Presenter) -> None:
    set_day(presenter_id=robin.pk, date=MONDAY, hours=AWAY)
    set_day(presenter_id=robin.pk, date=MONDAY, hours=AS_THE_WEEK)
    assert not robin.availability.exists()
    assert Entry.objects.filter(verb="changed a day").count() == 2


ZONES = (
    "Pacific/Guam",
    "America/Phoenix",
    "America/Indiana/Tell_City",
    "America/Indiana/Indianapolis",
    "America/Denver",
)


@given(
    own=st.sampled_from(ZONES),
    theirs=st.sampled_from(ZONES),
    minutes=st.integers(0, 89 * 24 * 12).map(lambda steps: steps * 5),
)
@several
def test_whoever_is_not_free_is_away_on_their_own_date(robin: Presenter, own: str, theirs: str, minutes: int) -> None:
    start = dt.datetime(2027, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
    with transaction.atomic():
        Presenter.objects.filter(pk=robin.pk).update(time_zone=own)
        set_week(presenter_id=robin.pk, week=dict.fromkeys(range(7), NINE_TO_FIVE))
        event = factories.seminar(presenter=robin, starts_at=start, time_zone=theirs, answer="asked")
        assignments.answer(
            presenter_key=robin.key, seminar_uid=event.uid, answer=Seminar.Answer.DECLINED, reason="not_free"
        )
        offered = {
            day.date for day in days(Presenter.objects.get(pk=robin.pk), dt.date(2026, 12, 30), dt.date(2027, 4, 2))
        }
        transaction.set_rollback(True)

    date = start.astimezone(ZoneInfo(own)).date()
    assert date not in offered
    assert {date - dt.timedelta(days=1), date + dt.timedelta(days=1)} <= offered
