"""Deadlines are counted back from 31 December and never fall on a day without work."""

import datetime as dt

import pytest

from portal.seasons.calendar import dates, federal_holidays, is_working_day


def test_dates_of_2027_are_those_of_the_seeded_season() -> None:
    counted = dates(2027)
    assert counted.approve_by == dt.date(2026, 11, 20)
    assert counted.print_by == dt.date(2026, 12, 4)
    assert counted.ship_by == dt.date(2026, 12, 14)
    assert counted.hang_by == dt.date(2026, 12, 31)


def test_dates_move_before_weekends_and_observed_holidays() -> None:
    counted = dates(2028)
    # New Year's Day 2028 is a Saturday, so offices close on Friday 31 December 2027.
    assert counted.hang_by == dt.date(2027, 12, 30)
    assert counted.print_by == dt.date(2027, 12, 3)
    assert counted.approve_by == dt.date(2027, 11, 19)


@pytest.mark.parametrize("year", range(2026, 2060))
def test_dates_of_every_year_are_working_days_in_order(year: int) -> None:
    counted = dates(year)
    deadlines = [counted.approve_by, counted.print_by, counted.ship_by, counted.hang_by]
    assert deadlines == sorted(deadlines)
    assert all(is_working_day(day) for day in deadlines)


def test_federal_holidays_of_2027() -> None:
    assert sorted(federal_holidays(2027)) == [
        dt.date(2027, 1, 1),
        dt.date(2027, 1, 18),
        dt.date(2027, 2, 15),
        dt.date(2027, 5, 31),
        dt.date(2027, 6, 18),
        dt.date(2027, 7, 5),
        dt.date(2027, 9, 6),
        dt.date(2027, 10, 11),
        dt.date(2027, 11, 11),
        dt.date(2027, 11, 25),
        dt.date(2027, 12, 24),
    ]
