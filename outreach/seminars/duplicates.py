"""Requests that may be the same wish, written twice: staff see them side by side and decide."""

from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Lower

from outreach.seminars.models import Request

MOST_SHOWN = 5
"""Of one request, the oldest first."""


def of(requests: Iterable[Request]) -> dict[int, list[Request]]:
    """Other requests of the season from the same school, e-mail address, or name and city, by key; in one statement.

    Requests that were taken back are no doubles. Those without any stand in the answer with an empty list.
    """
    wanted = list(requests)
    if not wanted:
        return {}
    near = (
        Request.objects.filter(season__in={request.season_id for request in wanted})
        .exclude(state=Request.State.WITHDRAWN)
        .annotate(address=Lower("contact_email"), place=Lower("city"))
    )
    alike = near.filter(
        Q(school__in={request.school_id for request in wanted} - {None})
        | Q(address__in=_lowered(request.contact_email for request in wanted))
        | Q(place__in=_lowered(request.city for request in wanted))
    )
    by_key: dict[tuple[object, ...], list[Request]] = {}
    for other in alike.select_related("area").order_by("created_at", "pk"):
        for key in _keys(other):
            by_key.setdefault(key, []).append(other)
    found: dict[int, list[Request]] = {}
    for request in wanted:
        others = {other.pk: other for key in _keys(request) for other in by_key.get(key, ()) if other.pk != request.pk}
        found[request.pk] = sorted(others.values(), key=lambda other: (other.created_at, other.pk))[:MOST_SHOWN]
    return found


def _keys(request: Request) -> list[tuple[object, ...]]:
    """What two requests of one wish have in common, one of them at least."""
    season = request.season_id
    keys: list[tuple[object, ...]] = [
        ("address", season, request.contact_email.casefold()),
        ("name", season, _folded(request.school_name), _folded(request.city), request.area_id),
    ]
    if request.school_id is not None:
        keys.append(("school", season, request.school_id))
    return keys


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _lowered(texts: Iterable[str]) -> set[str]:
    """As either engine lowers them: SQLite changes A to Z alone."""
    return {
        lowered
        for text in texts
        for lowered in (text.lower(), "".join(letter.lower() if letter.isascii() else letter for letter in text))
    }
