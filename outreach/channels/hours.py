"""When a line is answered: openings as HSDS writes them, and as people type them, ``MO-FR 08:00-17:00``."""

import re
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
_TYPED = re.compile(r"(?P<days>[A-Z,\s-]+?)\s+(?P<opens>\d{1,2}:\d\d)\s*[-–]\s*(?P<closes>\d{1,2}:\d\d)")


@dataclass(frozen=True, slots=True)
class Opening:
    """Some days of the week with the time of day, ``HH:MM``. One that closes before it opens ends on the next day."""

    days: tuple[str, ...]
    opens_at: str
    closes_at: str

    def as_hsds(self) -> dict[str, str]:
        """As channels store it: ``{"byday": "MO,TU", "opens_at": "08:00", "closes_at": "17:00"}``."""
        return {"byday": ",".join(self.days), "opens_at": self.opens_at, "closes_at": self.closes_at}

    @property
    def is_whole_day(self) -> bool:
        """From midnight to midnight."""
        return self.opens_at == "00:00" and self.closes_at in ("00:00", "24:00")


def openings(rows: Iterable[Mapping[str, Any]]) -> tuple[Opening, ...]:
    """The openings of a stored schedule. Raises ``ValueError`` for anything else."""
    found = []
    for row in rows:
        try:
            days = tuple(day.strip() for day in row["byday"].split(","))
            opening = Opening(days=days, opens_at=row["opens_at"], closes_at=row["closes_at"])
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"no opening: {row!r}") from error
        _check(opening)
        found.append(opening)
    return tuple(found)


def readable(rows: object) -> tuple[Opening, ...]:
    """The openings of a stored schedule, none where it makes no sense: a line is worth more than its hours."""
    try:
        return openings(rows if isinstance(rows, list | tuple) else ())
    except ValueError:
        return ()


def parse(text: str) -> list[dict[str, str]]:
    """A schedule as it is typed, ``MO-FR 08:00-17:00; SA 09:00-12:00``, as it is stored.

    Raises ``ValueError`` with a sentence for whoever typed it.
    """
    found = []
    for part in filter(None, (part.strip() for part in text.upper().split(";"))):
        typed = _TYPED.fullmatch(part)
        if typed is None:
            raise ValueError(f"“{part}” is no opening. Write days and times: MO-FR 08:00-17:00; SA 09:00-12:00.")
        opening = Opening(_days(typed["days"], part), typed["opens"].zfill(5), typed["closes"].zfill(5))
        _check(opening)
        found.append(opening.as_hsds())
    return found


def write(schedule: Iterable[Mapping[str, Any]]) -> str:
    """A stored schedule as it is typed; empty where it makes no sense."""
    try:
        rows = openings(schedule)
    except ValueError:
        return ""
    return "; ".join(f"{','.join(opening.days)} {opening.opens_at}-{opening.closes_at}" for opening in rows)


def wrong_with(schedule: Any, time_zone: str) -> list[str]:
    """What is wrong with a stored schedule and its zone, in sentences for whoever typed them."""
    if not isinstance(schedule, list):
        return ["The schedule is no list of openings. Write days and times: MO-FR 08:00-17:00."]
    told = []
    try:
        openings(schedule)
    except ValueError as error:
        told.append(str(error))
    if time_zone and time_zone not in zoneinfo.available_timezones():
        told.append(f"There is no time zone “{time_zone}”. Write its IANA name: America/New_York.")
    if schedule and not time_zone:
        told.append("The schedule needs its time zone, as America/New_York: whoever calls may be in another.")
    return told


def _days(text: str, part: str) -> tuple[str, ...]:
    found: list[str] = []
    for piece in text.replace(" ", "").split(","):
        first, _, last = piece.partition("-")
        if first not in DAYS or (last and last not in DAYS):
            raise ValueError(f"“{piece}” in “{part}” is no day. Days are MO, TU, WE, TH, FR, SA, SU.")
        start, end = DAYS.index(first), DAYS.index(last or first)
        found += DAYS[start : end + 1] if start <= end else (*DAYS[start:], *DAYS[: end + 1])
    return tuple(day for day in DAYS if day in found)


def _check(opening: Opening) -> None:
    if not opening.days or not set(opening.days) <= set(DAYS):
        raise ValueError(f"“{','.join(opening.days)}” are no days. Days are MO, TU, WE, TH, FR, SA, SU.")
    for clock in (opening.opens_at, opening.closes_at):
        if not isinstance(clock, str) or not _CLOCK.fullmatch(clock):
            raise ValueError(f"“{clock}” is no time of day. Write it with 24 hours: 08:00, 17:30.")
    if opening.opens_at == opening.closes_at and not opening.is_whole_day:
        raise ValueError(f"It opens and closes at {opening.opens_at}. Write 00:00-24:00 for a whole day.")
