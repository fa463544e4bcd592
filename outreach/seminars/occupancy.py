"""A presenter's time that real seminars take: set-up, wrap-up and drives included, in marks of five minutes.

The only writer of :class:`BookedInstant`. Whoever gives a seminar another presenter, start, length, place or
state calls :func:`book` in the same transaction; the database then refuses two at once, whoever else books at
that moment. Locks are taken in one order: plan, requests, presenters, seminars.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from outreach.seminars.models import BookedInstant, Presenter, Seminar
from outreach.seminars.refusals import NotPossible
from portal.areas import clocks

STEP: Final = 5
SET_UP, WRAP_UP = 15, 10
LONGEST_DRIVE: Final = 12 * 60
"""Minutes. Whoever goes farther doesn't drive: that journey is arranged by hand, and takes no marks."""
LIVE: Final = (Seminar.State.DRAFT, Seminar.State.OPEN)
PAST: Final = dt.timedelta(days=1)
"""What began before that is over: its time is free to be forgotten."""

Part = BookedInstant.Part


class DoubleBooked(NotPossible):
    """A presenter would be in two places at once; the text names both and their times, for staff."""

    def __init__(self, text: str, *, presenter_id: int, seminar_ids: tuple[int, ...] = ()) -> None:
        super().__init__(text)
        self.presenter_id, self.seminar_ids = presenter_id, seminar_ids


class Position(NamedTuple):
    """Degrees, WGS 84."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time that a seminar takes of its presenter, in whole minutes since 1970 (UTC); ``ends`` is not part of it."""

    seminar: Seminar
    part: BookedInstant.Part
    begins: int
    ends: int

    @property
    def marks(self) -> range:
        """Every step of five minutes that it touches."""
        return range(self.begins // STEP, -(-self.ends // STEP))


def hold(presenter_ids: Iterable[int]) -> list[Presenter]:
    """Locks presenters, in the order of their keys, until the caller's transaction ends.

    Whoever also locks seminars holds their presenters first. The lock leaves the rows free to be referred to:
    a seminar that another transaction is about to insert would else wait for us, and we for it.
    """
    return list(
        Presenter.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=set(presenter_ids)).order_by("pk")
    )


def book(*, presenter_ids: Collection[int | None]) -> None:
    """Takes these presenters' time as their live seminars need it now, in the caller's transaction.

    A whole day is laid out anew, since a drive depends on its neighbours. Raises ``DoubleBooked``.
    """
    presenters = hold(pk for pk in presenter_ids if pk is not None)
    if not presenters:
        return
    wanted: dict[tuple[int, int], Stretch] = {}
    for presenter, seminars in _live(presenters):
        for stretch in day_plan(presenter, seminars):
            for mark in stretch.marks:
                other = wanted.setdefault((presenter.pk, mark), stretch)
                if other is not stretch:
                    raise _clash(presenter, other, stretch)
    taken = BookedInstant.objects.filter(presenter__in=presenters)
    stale, kept = [], set()
    for pk, presenter_id, mark, seminar_id, part in taken.values_list("pk", "presenter", "mark", "seminar", "part"):
        need = wanted.get((presenter_id, mark))
        if need is not None and (need.seminar.pk, need.part) == (seminar_id, part):
            kept.add((presenter_id, mark))
        else:
            stale.append(pk)
    for begin in range(0, len(stale), 500):
        BookedInstant.objects.filter(pk__in=stale[begin : begin + 500]).delete()
    rows = [
        BookedInstant(presenter_id=presenter_id, mark=mark, seminar=stretch.seminar, part=stretch.part)
        for (presenter_id, mark), stretch in wanted.items()
        if (presenter_id, mark) not in kept
    ]
    try:
        with transaction.atomic():
            BookedInstant.objects.bulk_create(rows, batch_size=2000)
    except IntegrityError as error:  # somebody wrote without holding the presenter: the database is the last word
        text = f"{presenters[0]} was booked by somebody else at the same moment. Look again, then choose another time."
        raise DoubleBooked(text, presenter_id=presenters[0].pk) from error


def day_plan(presenter: Presenter, seminars: Iterable[Seminar]) -> Iterator[Stretch]:
    """What a presenter's seminars take, in order of time; each local day begins and ends at home.

    A virtual seminar is given from home. Where a position is not known no drive is counted.
    """
    home = _position(presenter)
    in_order = sorted(seminars, key=lambda seminar: (seminar.starts_at, seminar.pk))
    for _, day in groupby(in_order, key=lambda seminar: clocks.local(seminar.starts_at, presenter.time_zone).date()):
        yield from _stretches(home, list(day))


def _stretches(home: Position | None, day: list[Seminar]) -> Iterator[Stretch]:
    places = [home if seminar.is_virtual else place_of(seminar) for seminar in day]
    first, last = day[0], day[-1]
    begins = _minute(first.starts_at) - SET_UP
    if drive := _drive(home, places[0]):
        yield Stretch(first, Part.DRIVE, begins - drive, begins)
    for seminar in day:
        start = _minute(seminar.starts_at)
        yield Stretch(seminar, Part.SET_UP, start - SET_UP, start)
        yield Stretch(seminar, Part.SEMINAR, start, start + seminar.minutes)
        yield Stretch(seminar, Part.WRAP_UP, start + seminar.minutes, _free_at(seminar))
    for (before, here), (_, there) in pairwise(zip(day, places, strict=True)):
        if drive := _drive(here, there):
            yield Stretch(before, Part.DRIVE, _free_at(before), _free_at(before) + drive)
    if drive := _drive(places[-1], home):
        yield Stretch(last, Part.DRIVE, _free_at(last), _free_at(last) + drive)


def place_of(seminar: Seminar) -> Position | None:
    """Where it is given: its own position, else its school's, else its request's."""
    for place in (seminar, seminar.school, seminar.request):
        if place is not None and (found := _position(place)):
            return found
    return None


def _position(place: object) -> Position | None:
    latitude, longitude = getattr(place, "latitude", None), getattr(place, "longitude", None)
    return None if latitude is None or longitude is None else Position(latitude, longitude)


def _live(presenters: list[Presenter]) -> Iterator[tuple[Presenter, list[Seminar]]]:
    seminars = (
        Seminar.objects.filter(presenter__in=presenters, state__in=LIVE, starts_at__gt=timezone.now() - PAST)
        .select_related("school", "request")
        .order_by("presenter", "starts_at")
    )
    of = {presenter.pk: presenter for presenter in presenters}
    for key, theirs in groupby(seminars, key=lambda seminar: seminar.presenter_id):
        yield of[key or 0], list(theirs)


def _drive(start: Position | None, end: Position | None) -> int:
    if start is None or end is None or start == end:
        return 0
    from outreach.seminars.scheduling import travel  # brings numpy, which most pages don't need

    minutes = travel.minutes(start, end)
    return minutes if minutes <= LONGEST_DRIVE else 0


def _minute(moment: dt.datetime) -> int:
    return int(moment.timestamp()) // 60


def _free_at(seminar: Seminar) -> int:
    return _minute(seminar.starts_at) + seminar.minutes + WRAP_UP


def _clash(presenter: Presenter, one: Stretch, other: Stretch) -> DoubleBooked:
    first, second = sorted((one.seminar, other.seminar), key=lambda seminar: seminar.starts_at)
    zone = presenter.time_zone
    told = [
        f"{seminar.venue or seminar.title}, {seminar.city or seminar.area_id} ({clocks.short_day(seminar.starts_at, zone)}, "
        f"{clocks.spoken_time(seminar.starts_at, zone)} to {clocks.spoken_time(seminar.ends_at, zone)})"
        for seminar in (first, second)
    ]
    why = "with the drive, set-up and wrap-up" if Part.DRIVE in {one.part, other.part} else "with set-up and wrap-up"
    return DoubleBooked(
        f"{presenter} cannot give both {told[0]} and {told[1]}: {why} they overlap. "
        f"Times are {clocks.clock_name(zone)}, the presenter's. Choose another start or somebody else.",
        presenter_id=presenter.pk,
        seminar_ids=(first.pk, second.pk),
    )
