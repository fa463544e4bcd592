"""Operators with a help page of their own, ``near/on/amtrak/``: a local file, so that the page asks no database."""

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from campaign.places.models import Operator as Row
from portal.files.kept import Kept, in_data, write_whole

#: More than ever run trains here; a file that holds more is not ours.
MOST = 1000


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs the trains: ``slug`` of its page, ``key`` as channels name it, and its own name."""

    slug: str
    key: str
    name: str


def path() -> Path:
    """Where the list lies."""
    return in_data("help", "operators.json")


def of(slug: str) -> Operator | None:
    """The operator of a page's address. No query; never raises."""
    return _kept(path()).read().get(slug)


def refresh() -> bool:
    """Writes the list from the database; returns whether it changed. Raises ``DatabaseError`` or ``OSError``."""
    rows = Row.objects.exclude(help_slug="").order_by("help_slug")[:MOST]
    listed = [asdict(Operator(slug=row.help_slug, key=row.key, name=row.name)) for row in rows]
    return write_whole(path(), json.dumps(listed, ensure_ascii=False, indent=1).encode())


def parse(content: bytes) -> dict[str, Operator]:
    """Reads the list. Raises ``ValueError`` where it is not one."""
    rows = json.loads(content)
    try:
        found = [Operator(**row) for row in rows[:MOST]]
    except (TypeError, KeyError) as error:
        raise ValueError(f"not a list of operators: {error}") from error
    if not all(isinstance(text, str) and text for row in found for text in (row.slug, row.key, row.name)):
        raise ValueError("not a list of operators: a name is missing")
    return {row.slug: row for row in found}


@cache
def _kept(path: Path) -> Kept[dict[str, Operator]]:
    return Kept(path, parse=parse, floor={})
