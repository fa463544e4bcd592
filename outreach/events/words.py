"""The list of events in words: its filters, its months, and what is asked for."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.events import standing
from outreach.events.listing import Choice, Events, Filters
from outreach.events.standing import Standing
from outreach.seminars.choices import Language, Mode
from outreach.seminars.models import Seminar
from portal.areas import clocks
from portal.areas.register import BY_CODE

_LABELS: Final[dict[str, str | Promise]] = {
    "state": gettext_lazy("State or territory"),
    "audience": gettext_lazy("For whom"),
    "language": gettext_lazy("Language"),
    "mode": gettext_lazy("In person or by video"),
}
_AUDIENCES: Final[dict[str, str | Promise]] = {
    Seminar.Audience.ADULTS: gettext_lazy("Adults"),
    Seminar.Audience.COMMUNITY: gettext_lazy("Everyone in the community"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """A filter as a list to choose from: (value, words) each; ``chosen`` is the value asked for."""

    name: str
    label: str | Promise
    options: list[tuple[str, str]]
    chosen: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month as a link: its words, where it leads, how many events, and whether it is the one shown."""

    words: str
    query: str
    count: int
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """An event in the list: its day on a leaf of the calendar, and where it stands."""

    event: Seminar
    weekday: str
    day: int
    standing: Standing


def fields(found: Events, filters: Filters) -> list[Field]:
    """The filters that can tell events apart, and those that are asked for."""
    shown = []
    for name, label in _LABELS.items():
        chosen = getattr(filters, name)
        values = {choice.value for choice in found.choices(filters, name)} | ({chosen} if chosen else set())
        if len(values) > 1 or chosen:
            options = sorted(((value, words) for value in values if (words := _value(name, value))), key=_by_words)
            shown.append(Field(name=name, label=label, options=options, chosen=chosen))
    return shown


def months(found: Events, filters: Filters) -> list[Month]:
    """The months in which something takes place, as links; none where all of it is in one."""
    choices: list[Choice] = found.choices(filters, "month")
    asked = filters.month or filters.day[:7]
    if len(choices) < 2 and not asked:
        return []
    open_to_all = filters.without("month").without("day")
    links = [Month(words=_("All"), query=open_to_all.query(), count=-1, is_shown=not asked)]
    for choice in choices:
        narrowed = Filters(**(open_to_all.asked | {"month": choice.value}))
        links.append(Month(month(choice.value), narrowed.query(), choice.count, choice.value == asked))
    return links


def by_month(events: Sequence[Seminar], now: dt.datetime) -> list[tuple[str, list[Listed]]]:
    """A page's events under the months in which they take place."""
    # The first of a month in Guam begins before the last of the month before ends in Hawaii.
    ordered = sorted(events, key=_month_of)
    return [(month(key), [_listed(event, now) for event in those]) for key, those in groupby(ordered, key=_month_of)]


def said(filters: Filters) -> str:
    """What is asked for, in words: ``Mississippi · By video``; empty where all is open."""
    return " · ".join(value(name, asked) for name, asked in filters.asked.items())


def value(name: str, asked: str) -> str:
    """A filter's value in words."""
    return _value(name, asked) or asked


def month(text: str) -> str:
    """``January 2027`` of ``2027-01``."""
    first = dt.date.fromisoformat(f"{text}-01")
    spoken = formats.date_format(first, _("F Y"))
    return spoken[:1].upper() + spoken[1:]


def _value(name: str, asked: str) -> str:
    match name:
        case "state":
            return BY_CODE[asked].name if asked in BY_CODE else ""
        case "month":
            return month(asked)
        case "day":
            return formats.date_format(dt.date.fromisoformat(asked), _("l j F Y"))
        case "audience":
            return str(_AUDIENCES.get(asked, ""))
        case "language":
            return str(Language(asked).label) if asked in set(Language) else ""
    return str(Mode(asked).label)


def _listed(event: Seminar, now: dt.datetime) -> Listed:
    day = _day(event)
    return Listed(event=event, weekday=formats.date_format(day, "D"), day=day.day, standing=standing.of(event, now))


def _day(event: Seminar) -> dt.date:
    return clocks.local(event.starts_at, event.time_zone).date()


def _month_of(event: Seminar) -> str:
    return f"{_day(event):%Y-%m}"


def _by_words(option: tuple[str, str]) -> str:
    return option[1].casefold()
