"""A school's window in words, on its own clock, which is named."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from portal.areas import clocks


def spoken(day: dt.date, start: dt.time, end: dt.time, *, zone: str) -> str:
    """``Tuesday 12 January 2027, 9:00 a.m. to 12:00 p.m. (Central Time)``; ``zone`` may be "" where it isn't known."""
    known = zone or "UTC"
    begins, ends = (dt.datetime.combine(day, time, tzinfo=ZoneInfo(known)) for time in (start, end))
    return _("%(day)s, %(start)s to %(end)s (%(clock)s)") % {
        "day": clocks.spoken_day(begins, known),
        "start": clocks.spoken_time(begins, known),
        "end": clocks.spoken_time(ends, known),
        "clock": clocks.clock_name(zone) if zone else _("the school’s own clock"),
    }
