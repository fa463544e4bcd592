"""What to ask agencies for: the new presenters who would serve the most priority, one after the other."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from .changes import NEW_RADIUS
from .diary import Diary
from .fitting import Fitting
from .model import Availability, Mode, Plan, Presenter, Problem, Reason, Request
from .scoring import score_of
from .travel import miles_between, positions
from .words import counted, language_name, listed, topic_name

DAYS_ASKED, PER_DAY, IN_CAMPAIGN, ROAD_MINUTES = 3, 2, 6, 240
TRIED = 12
OPENS, CLOSES = dt.time(7), dt.time(18)
NEW = "new presenter"


@dataclass(frozen=True, slots=True)
class Recruit:
    """A presenter worth asking for: skills, place (near a school; None if all is by video), radius, dates.

    ``requests`` would be served by her alone, all else left as it is; ``priority`` adds theirs up, ``gain`` is what
    the plan's score would win.
    """

    language: str
    topics: tuple[str, ...]
    near: str | None
    lat: float | None
    lon: float | None
    radius_miles: int
    days: tuple[dt.date, ...]
    virtual: bool
    requests: tuple[str, ...]
    priority: float
    gain: float
    text: str


def recruitment(problem: Problem, plan: Plan, *, most: int = 10) -> list[Recruit]:
    """The presenters to ask agencies for, the one who serves the most priority first.

    A greedy cover: each is tried for real on what those before leave unserved, with 2 seminars a day on 3 days.
    Requests whose dates are all closed are left out: nobody new would help them.
    """
    left = {row.request: problem.request_of[row.request] for row in plan.unserved if row.reason != Reason.LOW_VALUE}
    left = {key: request for key, request in left.items() if _open_days(problem, request)}
    found: list[Recruit] = []
    while left and len(found) < most:
        best = max(
            (_tried(problem, list(left.values()), who, days) for who, days in _profiles(problem, left)),
            key=lambda recruit: recruit.priority,
            default=None,
        )
        if best is None or not best.requests:
            break
        found.append(best)
        for key in best.requests:
            del left[key]
    return found


def _open_days(problem: Problem, request: Request) -> list[dt.date]:
    return [wish.date for wish in request.preferences if problem.campaign.holds(wish.date)]


def _profiles(problem: Problem, left: dict[str, Request]) -> list[tuple[Presenter, list[dt.date]]]:
    """The likeliest profiles: at the school of each request, with what those around it need; few are tried out."""
    rows = list(left.values())
    spots = positions(rows)
    near = miles_between(spots, spots) <= NEW_RADIUS
    weight = np.array([row.priority for row in rows])
    skills = np.array([f"{row.language}\n{row.topic}" for row in rows])
    in_person = np.array([row.mode != Mode.VIRTUAL for row in rows])
    guesses: list[tuple[float, int, bool]] = []
    for number, row in enumerate(rows):
        same = skills == skills[number]
        if row.mode != Mode.VIRTUAL:
            guesses.append((_most(weight[same & near[number] & in_person]), number, False))
        if row.mode != Mode.IN_PERSON:
            guesses.append((_most(weight[same & ~in_person]), number, True))
    guesses.sort(key=lambda guess: (-guess[0], guess[1]))
    chosen: list[tuple[Presenter, list[dt.date]]] = []
    seen: set[tuple[str, bool, int, int]] = set()
    for _, number, virtual in guesses:
        row = rows[number]
        key = (str(skills[number]), virtual, *((0, 0) if virtual else (round(row.lat), round(row.lon))))
        if key in seen:
            continue
        seen.add(key)
        chosen.append(_profile(problem, rows, near[number], row, virtual))
        if len(chosen) == TRIED:
            break
    return chosen


def _most(weights: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return float(np.sort(weights)[-IN_CAMPAIGN:].sum())


def _profile(
    problem: Problem, rows: list[Request], near: np.ndarray[tuple[int], np.dtype[np.bool_]], row: Request, virtual: bool
) -> tuple[Presenter, list[dt.date]]:
    """Somebody at that school with its language and topic, another topic if asked for there, and the best days."""
    there = [
        other
        for other, close in zip(rows, near.tolist(), strict=True)
        if other.language == row.language and (other.mode != Mode.IN_PERSON if virtual else close)
    ]
    topics = Counter[str]()
    for other in there:
        topics[other.topic] += int(other.priority)
    second = [topic for topic, _ in topics.most_common() if topic != row.topic][:1]
    wanted: Counter[dt.date] = Counter()
    for other in there:
        if other.topic in (row.topic, *second):
            for rank, day in enumerate(_open_days(problem, other)):
                wanted[day] += int(other.priority * (10 - rank))
    days = sorted(day for day, _ in sorted(wanted.items(), key=lambda item: (-item[1], item[0]))[:DAYS_ASKED])
    who = Presenter(
        id=NEW,
        lat=row.lat,
        lon=row.lon,
        time_zone=row.time_zone,
        languages=frozenset({row.language}),
        topics=frozenset({row.topic, *second}),
        virtual=virtual,
        max_per_day=PER_DAY,
        max_seminars=IN_CAMPAIGN,
        radius_miles=0.0 if virtual else float(NEW_RADIUS),
        max_travel_minutes=ROAD_MINUTES,
        availability=tuple(Availability(day, OPENS, CLOSES) for day in days),
    )
    return who, days


def _tried(problem: Problem, rows: list[Request], who: Presenter, days: list[dt.date]) -> Recruit:
    """What that presenter would serve, tried with the rules and the score."""
    mine = [replace(row, previous=None) for row in rows if row.language in who.languages and row.topic in who.topics]
    small = Problem(problem.name, problem.campaign, (who,), tuple(mine))
    diary = Fitting(small).fill(Diary(small))
    served = tuple(diary.placed)
    topics = tuple(sorted({small.request_of[key].topic for key in served}))
    virtual = all(seminar.mode == Mode.VIRTUAL for seminar in diary.placed.values())
    priority = sum(small.request_of[key].priority for key in served)
    near = min(mine, key=lambda row: (row.lat - who.lat) ** 2 + (row.lon - who.lon) ** 2).id if mine else None
    used = tuple(day for number, day in enumerate(days) if diary.on(who.id, number))
    where = "by video" if virtual else f"within {NEW_RADIUS} miles of {near}"
    language = language_name(next(iter(who.languages)))
    text = (
        f"A{'n' if language[0] in 'AEIOU' else ''} {language}-speaking presenter {where} who gives {listed([topic_name(topic) for topic in topics])}, on "
        f"{listed([f'{day:%B} {day.day}' for day in used])}: serves {counted(len(served), 'request')}"
    )
    return Recruit(
        language=next(iter(who.languages)),
        topics=topics,
        near=None if virtual else near,
        lat=None if virtual else who.lat,
        lon=None if virtual else who.lon,
        radius_miles=0 if virtual else NEW_RADIUS,
        days=used,
        virtual=virtual,
        requests=served,
        priority=priority,
        gain=score_of(diary),
        text=text,
    )
