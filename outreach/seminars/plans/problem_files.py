"""A plan's problem as a private file, in the documented format: what it was worked out from, to be looked at again.

It holds no name of a person; positions of schools and kinds of presenters are for staff alone.
"""

from __future__ import annotations

import gzip
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from portal.files.models import StoredFile

if TYPE_CHECKING:
    from outreach.seminars.scheduling import model

CONTENT_TYPE = "application/gzip"


def packed(problem: model.Problem) -> bytes:
    """The problem as gzipped JSON, ``seminar-schedule/1``; equal problems give equal bytes."""
    text = json.dumps(as_json(problem), ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), mtime=0)


def store(problem: model.Problem, *, name: str) -> StoredFile:
    """Keeps the problem as a private file."""
    return StoredFile.objects.put(packed(problem), name=name, content_type=CONTENT_TYPE)


def load(file: StoredFile) -> model.Problem:
    """The problem of a plan. Raises ``FileNotFoundError`` where the storage lost it.

    The last few are kept in memory: they never change, and a plan's page asks for one again and again.
    """
    return _load(file.sha256, file.pk)


@lru_cache(maxsize=3)
def _load(sha256: str, pk: int) -> model.Problem:
    from outreach.seminars.scheduling import problem_file

    with StoredFile.objects.get(pk=pk).open() as stored:
        return problem_file.problem_from(json.loads(gzip.decompress(stored.read())))


def as_json(problem: model.Problem) -> dict[str, Any]:
    """The problem in the format ``seminar-schedule/1``."""
    campaign = problem.campaign
    return {
        "format": "seminar-schedule/1",
        "name": problem.name,
        "campaign": {
            "start": campaign.start.isoformat(),
            "end": campaign.end.isoformat(),
            "closed_days": [day.isoformat() for day in sorted(campaign.closed_days)],
        },
        "presenters": [_presenter(row) for row in problem.presenters],
        "requests": [_request(row) for row in problem.requests],
    }


def _presenter(row: model.Presenter) -> dict[str, Any]:
    return {
        "id": row.id,
        "lat": row.lat,
        "lon": row.lon,
        "time_zone": row.time_zone,
        "languages": sorted(row.languages),
        "topics": sorted(row.topics),
        "virtual": row.virtual,
        "max_per_day": row.max_per_day,
        "max_seminars": row.max_seminars,
        "radius_miles": row.radius_miles,
        "max_travel_minutes": row.max_travel_minutes,
        "availability": [
            {"date": day.date.isoformat(), "start": f"{day.start:%H:%M}", "end": f"{day.end:%H:%M}"}
            for day in row.availability
        ],
    }


def _request(row: model.Request) -> dict[str, Any]:
    old = row.previous
    return {
        "id": row.id,
        "lat": row.lat,
        "lon": row.lon,
        "time_zone": row.time_zone,
        "mode": str(row.mode),
        "language": row.language,
        "topic": row.topic,
        "audience": row.audience,
        "priority": row.priority,
        "minutes": row.minutes,
        "preferences": [
            {
                "date": wish.date.isoformat(),
                "earliest": f"{wish.earliest:%H:%M}",
                "latest_end": f"{wish.latest_end:%H:%M}",
            }
            for wish in row.preferences
        ],
    } | (
        {
            "previous": {
                "presenter": old.presenter,
                "start": old.start.isoformat(timespec="minutes"),
                "mode": str(old.mode),
                "confirmed": old.confirmed,
            }
        }
        if old
        else {}
    )
