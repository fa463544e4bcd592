"""Problems of any size in the documented format, and the changes after which one plans anew. All from a seed."""

import datetime as dt
import math
import random
from typing import Any

START, END, CLOSED = dt.date(2027, 1, 4), dt.date(2027, 1, 29), dt.date(2027, 1, 18)
PEAK = dt.date(2027, 1, 11)
# Cities by their weight, latitude, longitude and zone.
METROS: list[tuple[float, float, float, str]] = [
    (20, 40.71, -74.01, "America/New_York"),
    (13, 34.05, -118.24, "America/Los_Angeles"),
    (9, 41.88, -87.63, "America/Chicago"),
    (8, 32.78, -96.80, "America/Chicago"),
    (7, 29.76, -95.37, "America/Chicago"),
    (6, 38.91, -77.04, "America/New_York"),
    (6, 39.95, -75.17, "America/New_York"),
    (6, 33.75, -84.39, "America/New_York"),
    (6, 25.76, -80.19, "America/New_York"),
    (5, 33.45, -112.07, "America/Phoenix"),
    (5, 42.36, -71.06, "America/New_York"),
    (4, 37.77, -122.42, "America/Los_Angeles"),
    (4, 42.33, -83.05, "America/Detroit"),
    (4, 47.61, -122.33, "America/Los_Angeles"),
    (3, 44.98, -93.27, "America/Chicago"),
    (3, 39.74, -104.99, "America/Denver"),
    (3, 38.63, -90.20, "America/Chicago"),
    (2, 39.77, -86.16, "America/Indiana/Indianapolis"),
    (2, 38.25, -85.76, "America/Kentucky/Louisville"),
    (2, 30.27, -97.74, "America/Chicago"),
    (2, 36.17, -115.14, "America/Los_Angeles"),
    (1, 43.62, -116.20, "America/Boise"),
    (1, 32.30, -90.18, "America/Chicago"),
    (1, 21.31, -157.86, "Pacific/Honolulu"),
    (0.6, 61.22, -149.90, "America/Anchorage"),
    (0.4, 13.47, 144.75, "Pacific/Guam"),
]
TOPICS = [("general", 55), ("online_safety", 20), ("survivor_voice", 15), ("law_enforcement", 10)]
LANGUAGES = [("en", 80), ("es", 16), ("vi", 4)]


def problem(*, name: str, requests: int, presenters: int, seed: int) -> dict[str, Any]:
    """A problem like the national ones: presenters near metros, 30 % of schools far from them."""
    chance = random.Random(seed)
    return {
        "format": "seminar-schedule/1",
        "name": name,
        "campaign": {"start": START.isoformat(), "end": END.isoformat(), "closed_days": [CLOSED.isoformat()]},
        "presenters": [_presenter(chance, f"P{number + 1:03}") for number in range(presenters)],
        "requests": [request(chance, f"R{number + 1:05}") for number in range(requests)],
    }


def _drawn(chance: random.Random, table: list[tuple[str, int]]) -> str:
    return chance.choices([word for word, _ in table], [weight for _, weight in table])[0]


def _near(chance: random.Random, lat: float, lon: float, miles: float) -> tuple[float, float]:
    far, angle = miles * math.sqrt(chance.random()), chance.uniform(0, 2 * math.pi)
    north, east = far * math.sin(angle) / 69, far * math.cos(angle) / (69 * math.cos(math.radians(lat)))
    return round(lat + north, 4), round(lon + east, 4)


def _metro(chance: random.Random) -> tuple[float, float, str]:
    _, lat, lon, zone = chance.choices(METROS, [metro[0] for metro in METROS])[0]
    return lat, lon, zone


def _weekdays() -> list[dt.date]:
    days = [START + dt.timedelta(days=number) for number in range((END - START).days + 1)]
    return [day for day in days if day.weekday() < 5 and day != CLOSED]


def _presenter(chance: random.Random, key: str) -> dict[str, Any]:
    lat, lon, zone = _metro(chance)
    lat, lon = _near(chance, lat, lon, 30)
    offered = sorted(chance.sample(_weekdays(), chance.choice([3, 4, 5, 5, 6, 6, 7, 8, 9])))
    hours = [("07:00", "18:00")] * 6 + [("07:00", "13:00"), ("12:00", "18:00"), ("07:00", "16:00")]
    availability = []
    for day in offered:
        start, end = chance.choice(hours)
        availability.append({"date": day.isoformat(), "start": start, "end": end})
    return {
        "id": key,
        "lat": lat,
        "lon": lon,
        "time_zone": zone,
        "languages": chance.choices([["en"], ["en", "es"], ["es"], ["en", "vi"]], [70, 20, 6, 4])[0],
        "topics": sorted({"general", *chance.sample([word for word, _ in TOPICS], chance.choice([0, 1, 1, 2]))}),
        "virtual": chance.random() < 0.5,
        "max_per_day": chance.choice([2, 2, 2, 3, 3, 4]),
        "max_seminars": chance.randint(6, 13),
        "radius_miles": chance.choice([40, 80, 80, 120, 180]),
        "max_travel_minutes": chance.choice([240, 300, 450]),
        "availability": availability,
    }


def request(chance: random.Random, key: str) -> dict[str, Any]:
    """One school's request."""
    lat, lon, zone = _metro(chance)
    lat, lon = _near(chance, lat, lon, 150 if chance.random() < 0.3 else 30)
    days = _weekdays()
    nearness = [1 / (1 + abs((day - PEAK).days)) for day in days]
    dates: list[dt.date] = []
    for _ in range(chance.choice([1, 2, 2, 3, 3, 4])):
        day = chance.choices(days, nearness)[0]
        if day not in dates:
            dates.append(day)
    if chance.random() < 0.04:
        dates[0] = chance.choice([CLOSED, END + dt.timedelta(days=3)])
    windows = [("08:30", "15:00"), ("08:30", "11:30"), ("12:00", "15:00")]
    audience = chance.randint(20, 500)
    preferences = []
    for day in dates:
        earliest, latest = chance.choice(windows)
        preferences.append({"date": day.isoformat(), "earliest": earliest, "latest_end": latest})
    return {
        "id": key,
        "lat": lat,
        "lon": lon,
        "time_zone": zone,
        "mode": chance.choices(["in_person", "virtual", "either"], [74, 14, 12])[0],
        "language": _drawn(chance, LANGUAGES),
        "topic": _drawn(chance, TOPICS),
        "audience": audience,
        "priority": round(60 + audience / 5 + chance.choice([0, 0, 40, 80]) + chance.random() * 20, 1),
        "minutes": chance.choice([45, 60, 60, 90]),
        "preferences": preferences,
    }


def changed(problem: dict[str, Any], plan: dict[str, Any], *, seed: int) -> dict[str, Any]:
    """The same after a week: 14 cancelled, 9 days and a presenter lost, 30 late requests, a third confirmed."""
    chance = random.Random(seed)
    placed = {row["request"]: row for row in plan["assignments"]}
    cancelled = set(chance.sample(sorted(placed), min(14, len(placed) // 10)))
    gone = chance.choice([row["id"] for row in problem["presenters"]])
    presenters = [
        row | {"availability": list(row["availability"])} for row in problem["presenters"] if row["id"] != gone
    ]
    lost: set[tuple[str, str]] = set()
    for row in chance.sample([row for row in presenters if row["availability"]], min(9, len(presenters) // 4)):
        entry = chance.choice(row["availability"])
        row["availability"].remove(entry)
        lost.add((row["id"], entry["date"]))
    requests = []
    for row in problem["requests"]:
        if row["id"] in cancelled:
            continue
        now = dict(row)
        if row["id"] in placed:
            old = placed[row["id"]]
            # A day may begin a date earlier or later where the presenter lives: whatever is near counts as lost.
            dates = {dt.date.fromisoformat(old["start"][:10]) + dt.timedelta(days=shift) for shift in (-1, 0, 1)}
            out = old["presenter"] == gone or any((old["presenter"], day.isoformat()) in lost for day in dates)
            confirmed = not out and chance.random() < 1 / 3
            now["previous"] = {key: old[key] for key in ("presenter", "start", "mode")} | {"confirmed": confirmed}
        requests.append(now)
    late = [request(chance, f"L{number + 1:03}") for number in range(30)]
    return problem | {"name": f"{problem['name']}_again", "presenters": presenters, "requests": requests + late}
