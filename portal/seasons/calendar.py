"""The campaign's deadlines, counted back from the day on which posters must hang.

The rule in words: posters hang on 31 December, the day before the campaign begins. Envelopes
leave 17 days before, files are at the print shop 27 days before, designs and texts are
approved 41 days before. A deadline that falls on a weekend or a federal holiday moves to the
last working day before it, never after.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

SHIP_DAYS = 17
PRINT_DAYS = 27
APPROVE_DAYS = 41

_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of one season, named as the season's fields are."""

    starts_on: dt.date
    ends_on: dt.date
    approve_by: dt.date
    print_by: dt.date
    ship_by: dt.date
    hang_by: dt.date


def dates(year: int) -> Dates:
    """The days of the campaign of January ``year``."""
    eve = dt.date(year - 1, 12, 31)
    return Dates(
        starts_on=dt.date(year, 1, 1),
        ends_on=dt.date(year, 1, 31),
        approve_by=_working_day(eve - dt.timedelta(days=APPROVE_DAYS)),
        print_by=_working_day(eve - dt.timedelta(days=PRINT_DAYS)),
        ship_by=_working_day(eve - dt.timedelta(days=SHIP_DAYS)),
        hang_by=_working_day(eve),
    )


def is_working_day(day: dt.date) -> bool:
    """Whether federal offices work: neither weekend nor (observed) federal holiday."""
    # New Year's Day of the next year may be observed on 31 December of this one.
    return day.weekday() < _SATURDAY and day not in {*federal_holidays(day.year), *federal_holidays(day.year + 1)}


def federal_holidays(year: int) -> Iterator[dt.date]:
    """The days on which federal offices close for the holidays of ``year`` (5 USC 6103).

    A holiday on a Saturday is observed on the Friday before, one on a Sunday on the Monday after.
    """
    for month, day in ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25)):
        yield _observed(dt.date(year, month, day))
    yield _nth(year, 1, _MONDAY, 3)  # Martin Luther King
    yield _nth(year, 2, _MONDAY, 3)  # Washington's Birthday
    yield _nth(year, 6, _MONDAY, 1) - dt.timedelta(days=7)  # Memorial Day, the last Monday of May
    yield _nth(year, 9, _MONDAY, 1)  # Labor Day
    yield _nth(year, 10, _MONDAY, 2)  # Columbus Day
    yield _nth(year, 11, _THURSDAY, 4)  # Thanksgiving


def _working_day(day: dt.date) -> dt.date:
    """The day itself, or the last working day before it."""
    while not is_working_day(day):
        day -= dt.timedelta(days=1)
    return day


def _observed(day: dt.date) -> dt.date:
    return day + dt.timedelta(days={_SATURDAY: -1, _SUNDAY: 1}.get(day.weekday(), 0))


def _nth(year: int, month: int, weekday: int, nth: int) -> dt.date:
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
