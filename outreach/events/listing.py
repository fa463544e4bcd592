"""The list of events: what is asked for in an address, what is found, and what there is to choose from.

An address holds only what is known, in one order: a CDN keeps one page for each, and nobody can make it keep more.
Months and days are those of the place: half past midnight in Guam is the day before in New York.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Final, NamedTuple
from urllib.parse import urlencode

from outreach.seminars.choices import Language, Mode
from outreach.seminars.models import Seminar
from portal.areas import clocks
from portal.areas.register import BY_CODE, NATION

_MONTH: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
#: Nothing is planned further ahead: so many addresses of days there are.
AHEAD: Final = dt.timedelta(days=550)


class Row(NamedTuple):
    """What finding needs to know of an event."""

    pk: int
    starts_at: dt.datetime
    time_zone: str
    area: str
    audience: str
    language: str
    mode: str

    @property
    def day(self) -> dt.date:
        """The day, where it takes place."""
        return clocks.local(self.starts_at, self.time_zone).date()


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; empty: any. ``month`` is ``2027-01``, ``day`` is ``2027-01-12``; a day says its month."""

    state: str = ""
    month: str = ""
    day: str = ""
    audience: str = ""
    language: str = ""
    mode: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str], *, today: dt.date) -> "Filters":
        """What is known of an address; the rest is as if nobody had written it."""
        day = _day(asked.get("day", ""), today)
        return cls(
            state=_one_of(asked.get("state", "").upper(), BY_CODE.keys() - {NATION.code}),
            month="" if day else _month(asked.get("month", ""), today),
            day=day,
            audience=_one_of(asked.get("audience", ""), {Seminar.Audience.ADULTS, Seminar.Audience.COMMUNITY}),
            language=_one_of(asked.get("language", ""), set(Language)),
            mode=_one_of(asked.get("mode", ""), {Mode.IN_PERSON, Mode.VIRTUAL}),
        )

    @property
    def asked(self) -> dict[str, str]:
        """What is not left open, by name."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    def query(self, *, page: int = 1) -> str:
        """The one way to write it in an address: ``?state=MS&mode=virtual``; empty where all is open."""
        written = urlencode(self.asked | ({"page": str(page)} if page > 1 else {}))
        return f"?{written}" if written else ""

    def without(self, name: str) -> "Filters":
        """The same with one thing left open."""
        return replace(self, **{name: ""})

    def take(self, row: Row) -> bool:
        """Whether an event is what is asked for."""
        if any(
            value and value != found
            for value, found in (
                (self.state, row.area),
                (self.audience, row.audience),
                (self.language, row.language),
                (self.mode, row.mode),
            )
        ):
            return False
        when = self.day or self.month
        return not when or row.day.isoformat().startswith(when)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter that some event has, and how many of those found with all other filters."""

    value: str
    count: int


class Events:
    """The events to come that stand in lists, and what can be asked of them. One query."""

    def __init__(self, now: dt.datetime) -> None:
        found = Seminar.objects.listed().upcoming(now).order_by("starts_at", "pk")
        self.rows = [Row(*row) for row in found.values_list(*Row._fields)]

    def find(self, filters: Filters) -> list[int]:
        """The keys of what is asked for, soonest first."""
        return [row.pk for row in self.rows if filters.take(row)]

    def choices(self, filters: Filters, name: str) -> list[Choice]:
        """The values of a filter among all events, in order; each with what it would find."""
        value: Callable[[Row], str] = _VALUES[name]
        others = filters.without(name).without("day") if name == "month" else filters.without(name)
        counts = dict.fromkeys(sorted({value(row) for row in self.rows}), 0)
        for row in self.rows:
            if others.take(row):
                counts[value(row)] += 1
        return [Choice(value=each, count=count) for each, count in counts.items()]

    def instead(self, filters: Filters) -> Iterable[tuple[str, Filters, int]]:
        """What to leave out where nothing was found: its name, what is asked then, and how much there is."""
        for name in filters.asked:
            wider = filters.without(name)
            if count := len(self.find(wider)):
                yield name, wider, count


_VALUES: Final[dict[str, Callable[[Row], str]]] = {
    "state": lambda row: row.area,
    "month": lambda row: row.day.isoformat()[:7],
    "audience": lambda row: row.audience,
    "language": lambda row: row.language,
    "mode": lambda row: row.mode,
}


def _one_of(value: str, known: Iterable[str]) -> str:
    return next((str(each) for each in known if each == value), "")


def _month(text: str, today: dt.date) -> str:
    parts = _MONTH.fullmatch(text)
    if parts is None or not 1 <= int(parts[2]) <= 12:
        return ""
    return text if f"{today - dt.timedelta(days=1):%Y-%m}" <= text <= f"{today + AHEAD:%Y-%m}" else ""


def _day(text: str, today: dt.date) -> str:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return ""
    # The day before is still today somewhere.
    near = today - dt.timedelta(days=1) <= day <= today + AHEAD
    return text if near and day.isoformat() == text else ""
