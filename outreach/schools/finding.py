"""Finds a school by what somebody types of its name, city, state or id."""

from django.db.models import Case, IntegerField, Q, Value, When

from outreach.schools.folding import fold
from outreach.schools.models import School

SHORTEST = 3
"""Letters below which nothing is looked for."""
MOST_WORDS = 8


def find(*, text: str, area: str = "", limit: int = 20) -> list[School]:
    """Open schools in which each word of ``text`` begins a word of name, city, state or id; best first, one query.

    The school with that very id comes first, then names that begin with the text, then the rest by name.
    ``area`` is the USPS code of a state. Fewer than three letters find nothing.
    """
    words = fold(text[:200]).split()[:MOST_WORDS]
    if len("".join(words)) < SHORTEST:
        return []
    wanted = Q(*(Q(search__contains=f" {word}") for word in words), retired_at=None)
    if area:
        wanted &= Q(state=area)
    rank = Case(
        When(source_id__iexact=text.strip()[:20], then=Value(0)),
        When(search__startswith=f" {' '.join(words)}", then=Value(1)),
        When(search__startswith=f" {words[0]}", then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    found = School.objects.filter(wanted).select_related("state").order_by(rank, "name", "city", "pk")
    return list(found[:limit])
