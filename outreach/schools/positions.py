"""Where schools are, and what that tells of places near them: positions are WGS 84, in degrees."""

import math
from collections.abc import Mapping
from functools import lru_cache

from django.db.models import Avg, Count, Max

from outreach.schools.models import School

Position = tuple[float, float]

LAST_OF_ZIP = "-9999"


def at_postal_code(code: str) -> Position | None:
    """The middle of the register's schools in a ZIP code; where it has none, of those that share its first three digits.

    For distances of miles, not for doors. None for what is no ZIP code, and where no school is near.
    """
    digits = code.strip()[:5]
    if not (len(digits) == 5 and digits.isascii() and digits.isdigit()):
        return None
    return _middle(digits, digits) or _middle(digits[:3] + "00", digits[:3] + "99")


def cells(*, degrees: float = 0.5) -> tuple[Position, ...]:
    """The middle of each square of so many degrees in which an open school stands: the land, as a map's dots."""
    known = School.objects.open().exclude(latitude=None)
    mark = known.aggregate(count=Count("pk"), last=Max("pk"))
    return _cells(degrees, mark["count"], mark["last"] or 0)


def middles() -> Mapping[str, Position]:
    """The middle of the open schools of each state and territory, by its code: where a map writes its letters."""
    known = School.objects.open().exclude(latitude=None)
    mark = known.aggregate(count=Count("pk"), last=Max("pk"))
    return _middles(mark["count"], mark["last"] or 0)


def _middle(first: str, last: str) -> Position | None:
    schools = School.objects.filter(postal_code__gte=first, postal_code__lte=last + LAST_OF_ZIP)
    middle = schools.exclude(latitude=None).aggregate(latitude=Avg("latitude"), longitude=Avg("longitude"))
    return None if middle["latitude"] is None else (middle["latitude"], middle["longitude"])


@lru_cache(maxsize=4)
def _middles(count: int, last: int) -> Mapping[str, Position]:
    known = School.objects.open().exclude(latitude=None).exclude(state=None)
    rows = known.order_by().values_list("state").annotate(latitude=Avg("latitude"), longitude=Avg("longitude"))
    return {str(code): (latitude, longitude) for code, latitude, longitude in rows}


@lru_cache(maxsize=4)
def _cells(degrees: float, count: int, last: int) -> tuple[Position, ...]:
    """Kept while the register has as many schools: looking through all of them takes a tenth of a second."""
    positions = School.objects.open().exclude(latitude=None).values_list("latitude", "longitude").iterator()
    squares = {
        (math.floor(latitude / degrees), math.floor(longitude / degrees))
        for latitude, longitude in positions
        if latitude is not None and longitude is not None
    }
    return tuple(((south + 0.5) * degrees, (west + 0.5) * degrees) for south, west in sorted(squares))
