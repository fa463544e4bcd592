"""Problems small enough to try every plan, and that trial: it shares no code with the search."""

import datetime as dt
import itertools
import random
from collections.abc import Iterator
from typing import Any

from outreach.seminars.scheduling import (
    Availability,
    Campaign,
    Mode,
    Preference,
    Presenter,
    Previous,
    Problem,
    Request,
)
from outreach.seminars.scheduling.instants import local_time, minute_of
from outreach.seminars.scheduling.travel import miles, minutes

DAY = dt.date(2027, 1, 11)
CAMPAIGN = Campaign(dt.date(2027, 1, 4), dt.date(2027, 1, 29), frozenset({dt.date(2027, 1, 18)}))


def clock(text: str) -> dt.time:
    return dt.time.fromisoformat(text)


def presenter(key: str = "P", **fields: Any) -> Presenter:
    """Somebody in Phoenix who offers 11 January, unless told otherwise."""
    plain: dict[str, Any] = {
        "lat": 33.45,
        "lon": -112.07,
        "time_zone": "America/Phoenix",
        "languages": frozenset({"en"}),
        "topics": frozenset({"general"}),
        "virtual": True,
        "max_per_day": 3,
        "max_seminars": 9,
        "radius_miles": 80.0,
        "max_travel_minutes": 240,
        "availability": (Availability(DAY, clock("07:00"), clock("18:00")),),
    }
    return Presenter(id=key, **(plain | fields))


def request(key: str = "R", **fields: Any) -> Request:
    """A school in Phoenix that wants an hour on 11 January, unless told otherwise."""
    plain: dict[str, Any] = {
        "lat": 33.50,
        "lon": -112.0,
        "time_zone": "America/Phoenix",
        "mode": Mode.IN_PERSON,
        "language": "en",
        "topic": "general",
        "priority": 100.0,
        "minutes": 60,
        "preferences": (Preference(DAY, clock("08:30"), clock("15:00")),),
    }
    return Request(id=key, **(plain | fields))


def problem(presenters: list[Presenter], requests: list[Request], campaign: Campaign = CAMPAIGN) -> Problem:
    return Problem("tiny", campaign, tuple(presenters), tuple(requests))


def drawn(seed: int, *, again: bool = False) -> Problem:
    """One to three presenters with one or two days, up to five requests, all close in place and time."""
    chance = random.Random(seed)
    spots = [(33.45 + chance.uniform(-0.5, 0.5), -112.07 + chance.uniform(-0.5, 0.5)) for _ in range(4)]
    # Some lie next door to each other, where a detour can be shorter than the way.
    spots += [(lat + 0.0003, lon + 0.0003) for lat, lon in spots[:2]]
    days = [DAY, DAY + dt.timedelta(days=1)]
    people = []
    for number in range(chance.choice([1, 2, 2, 3])):
        lat, lon = chance.choice(spots)
        people.append(
            presenter(
                f"P{number}",
                lat=lat,
                lon=lon,
                languages=frozenset(chance.choice([["en"], ["en", "es"]])),
                virtual=chance.random() < 0.6,
                max_per_day=chance.choice([1, 2, 2, 3]),
                max_seminars=chance.choice([1, 2, 3, 5]),
                radius_miles=chance.choice([20.0, 60.0]),
                max_travel_minutes=chance.choice([40, 120, 240]),
                availability=tuple(
                    Availability(day, *map(clock, chance.choice([("07:00", "18:00"), ("09:00", "13:00")])))
                    for day in sorted(chance.sample(days, chance.choice([0, 1, 1, 2])))
                ),
            )
        )
    requests = []
    for number in range(chance.randint(1, 5)):
        lat, lon = chance.choice(spots)
        windows = [("08:30", "15:00"), ("08:30", "11:30"), ("12:00", "15:00"), ("09:00", "10:30")]
        requests.append(
            request(
                f"R{number}",
                lat=lat,
                lon=lon,
                mode=chance.choice(list(Mode)),
                language=chance.choice(["en", "en", "es"]),
                priority=chance.choice([3.0, 20.0, 60.0, 120.5]),
                minutes=chance.choice([45, 60, 90]),
                preferences=tuple(
                    Preference(chance.choice([*days, dt.date(2027, 1, 18)]), *map(clock, chance.choice(windows)))
                    for _ in range(chance.choice([1, 2, 3]))
                ),
            )
        )
    found = problem(people, requests)
    return _again(found, chance) if again else found


def _again(before: Problem, chance: random.Random) -> Problem:
    """The same with places of an earlier plan, some of them confirmed."""
    requests, taken = list(before.requests), set[tuple[str, int]]()
    for number, row in enumerate(requests):
        ways = [(who, day, start, mode) for who, day, start, mode, _ in ways_of(before, row)]
        if not ways or chance.random() < 0.3:
            continue
        who, day, start, mode = chance.choice(ways)
        confirmed = (who.id, day) not in taken and chance.random() < 0.4 and _alone(before, row, who, day, start, mode)
        if confirmed and sum(1 for key, _ in taken if key == who.id) + 1 > who.max_seminars:
            confirmed = False
        if confirmed:
            taken.add((who.id, day))
        old = Previous(who.id, local_time(start, row.time_zone), mode, confirmed)
        requests[number] = Request(**{**row.__dict__, "previous": old})
    return problem(list(before.presenters), requests)


def _alone(before: Problem, row: Request, who: Presenter, day: int, start: int, mode: Mode) -> bool:
    return day_points(before, who, day, ((row.id, mode, start, 0.0),)) is not None


def ways_of(tiny: Problem, row: Request) -> Iterator[tuple[Presenter, int, int, Mode, float]]:
    """Each presenter, day, start and way that the rules allow by themselves, on every 5-minute mark, with points."""
    for who in tiny.presenters:
        if row.language not in who.languages or row.topic not in who.topics:
            continue
        for mode in (Mode.IN_PERSON, Mode.VIRTUAL):
            if row.mode not in (mode, Mode.EITHER) or (mode == Mode.VIRTUAL and not who.virtual):
                continue
            if mode == Mode.IN_PERSON and miles(who, row) > who.radius_miles:
                continue
            for day, entry in enumerate(who.availability):
                opens = minute_of(entry.date, entry.start, who.time_zone) + 15
                closes = minute_of(entry.date, entry.end, who.time_zone) - 10
                for start in range(opens, closes - row.minutes + 1, 5):
                    ranks = [
                        rank
                        for rank, wish in enumerate(row.preferences)
                        if tiny.campaign.holds(wish.date)
                        and minute_of(wish.date, wish.earliest, row.time_zone) <= start
                        and start + row.minutes <= minute_of(wish.date, wish.latest_end, row.time_zone)
                    ]
                    if ranks:
                        points = row.priority * (1 - 0.1 * ranks[0])
                        points *= 0.85 if mode == Mode.VIRTUAL and row.mode == Mode.EITHER else 1
                        yield who, day, start, mode, points + 25 * _kept(row, who, start, mode)


def _kept(row: Request, who: Presenter, start: int, mode: Mode) -> bool:
    old = row.previous
    if old is None or old.confirmed:
        return False
    return (old.presenter, old.mode, int(old.start.timestamp()) // 60) == (who.id, mode, start)


def day_points(
    tiny: Problem, who: Presenter, day: int, given: tuple[tuple[str, Mode, int, float], ...]
) -> float | None:
    """Points of a day with those seminars (request, way, start, points); None if it breaks a rule."""
    if len(given) > who.max_per_day:
        return None
    entry = who.availability[day]
    free, here, travel, points = minute_of(entry.date, entry.start, who.time_zone), who, 0, 0.0
    for key, mode, start, worth in sorted(given, key=lambda row: row[2]):
        row = tiny.request_of[key]
        there = who if mode == Mode.VIRTUAL else row
        drive = minutes(here, there)
        if free + drive + 15 > start:
            return None
        free, here, travel, points = start + row.minutes + 10, there, travel + drive, points + worth  # type: ignore[assignment]
    travel += minutes(here, who)
    if free + minutes(here, who) > minute_of(entry.date, entry.end, who.time_zone) or travel > who.max_travel_minutes:
        return None
    return points - 0.1 * travel


def best_score(tiny: Problem) -> float:
    """The score of the best plan, by trying them all. Starts matter only as the earliest, a window's, or as before."""
    days = [(who, day) for who in tiny.presenters for day in range(len(who.availability))]
    tables = [_day_table(tiny, who, day) for who, day in days]
    confirmed = frozenset(row.id for row in tiny.requests if row.previous and row.previous.confirmed)
    before = -25.0 * sum(1 for row in tiny.requests if row.previous and not row.previous.confirmed)
    best = -1e9
    states: dict[tuple[frozenset[str], tuple[int, ...]], float] = {(frozenset(), (0,) * len(tiny.presenters)): 0.0}
    for (who, _), table in zip(days, tables, strict=True):
        number = tiny.presenters.index(who)
        following = dict(states)
        for (served, loads), points in states.items():
            for given, more in table.items():
                if given & served or loads[number] + len(given) > who.max_seminars:
                    continue
                now = (*loads[:number], loads[number] + len(given), *loads[number + 1 :])
                key = (served | given, now)
                following[key] = max(following.get(key, -1e9), points + more)
        states = following
    for (served, loads), points in states.items():
        if not confirmed <= served:
            continue
        for who, load in zip(tiny.presenters, loads, strict=True):
            offer = min(who.max_seminars, who.max_per_day * len(who.availability))
            if offer:
                points -= 20 * max(0.0, load - offer / 2) ** 2 / offer
        best = max(best, points)
    return best + before


def _day_table(tiny: Problem, who: Presenter, day: int) -> dict[frozenset[str], float]:
    """The best points of every set of requests that the day can hold."""
    ways: dict[str, list[tuple[str, Mode, int, float]]] = {}
    for row in tiny.requests:
        for other, number, start, mode, points in ways_of(tiny, row):
            if other is who and number == day and _allowed(row, who, start, mode):
                ways.setdefault(row.id, []).append((row.id, mode, start, points))
    table: dict[frozenset[str], float] = {}
    for count in range(1, who.max_per_day + 1):
        for chosen in itertools.permutations(ways, count):
            found = _in_order(tiny, who, day, [ways[key] for key in chosen])
            if found is not None:
                key = frozenset(chosen)
                table[key] = max(table.get(key, -1e9), found)
    return table


def _allowed(row: Request, who: Presenter, start: int, mode: Mode) -> bool:
    old = row.previous
    if old is None or not old.confirmed:
        return True
    return (old.presenter, old.mode, int(old.start.timestamp()) // 60) == (who.id, mode, start)


def _in_order(tiny: Problem, who: Presenter, day: int, ways: list[list[tuple[str, Mode, int, float]]]) -> float | None:
    """The best points in that order: of each way and worth, only the first start after the one before is tried."""
    best: float | None = None
    entry = who.availability[day]
    opens = minute_of(entry.date, entry.start, who.time_zone)
    stack: list[tuple[int, int, object, tuple[tuple[str, Mode, int, float], ...]]] = [(0, opens, who, ())]
    while stack:
        level, free, here, given = stack.pop()
        if level == len(ways):
            points = day_points(tiny, who, day, given)
            best = points if best is None or (points is not None and points > best) else best
            continue
        first: dict[tuple[Mode, float], tuple[str, Mode, int, float]] = {}
        for way in ways[level]:
            there = who if way[1] == Mode.VIRTUAL else tiny.request_of[way[0]]
            if free + minutes(here, there) + 15 <= way[2]:  # type: ignore[arg-type]
                known = first.get((way[1], way[3]))
                if known is None or way[2] < known[2]:
                    first[way[1], way[3]] = way
        for way in first.values():
            row = tiny.request_of[way[0]]
            there = who if way[1] == Mode.VIRTUAL else row
            stack.append((level + 1, way[2] + row.minutes + 10, there, (*given, way)))
    return best
