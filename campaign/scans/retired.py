"""Codes that were taken out of use, in a local file: the request path knows them without a query.

A code is retired once in a while (a mistaken batch), so the list is short. A retired code
still counts and still shows help, the nation's instead of an area's.
"""

from functools import cache
from pathlib import Path

from campaign.links import codes
from campaign.links.models import Link
from portal.files.kept import Kept, in_data, write_whole


def is_retired(code: str) -> bool:
    """Whether a code, as ``codes.read`` gives it, was taken out of use. No query; never raises."""
    return code in _kept(path()).read()


def refresh() -> bool:
    """Writes the list from the database; returns whether it changed. Raises ``DatabaseError`` or ``OSError``."""
    # As the partial index says it: of a million links only the retired are read.
    retired = Link.objects.filter(retired_at__isnull=False).order_by("code").values_list("code", flat=True)
    return write_whole(path(), "".join(f"{code}\n" for code in retired).encode())


def path() -> Path:
    """Where the list lies."""
    return in_data("help", "retired.txt")


def parse(content: bytes) -> frozenset[str]:
    """Reads the list. Raises ``ValueError`` where it is damaged."""
    lines = content.decode("ascii").split()
    if any(len(line) != codes.LENGTH for line in lines):
        raise ValueError("a line is no code")
    return frozenset(lines)


@cache
def _kept(path: Path) -> Kept[frozenset[str]]:
    return Kept(path, parse=parse, floor=frozenset())
