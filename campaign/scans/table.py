"""What a segment of the journal holds: a table of codes and numbers in plain text that keeps no order.

A row is ``CODE`` and a number in ``ROW`` bytes. Which bucket of rows a code stands in is drawn by
a salted hash, and its row in the bucket by lot, so that nothing tells which code came first.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from campaign.links import codes

#: The code, a blank, the number, a line's end. A page of the disk holds whole rows, so that no kill tears one.
ROW: Final = 32
DIGITS: Final = ROW - codes.LENGTH - 2
BUCKET: Final = 32 * ROW
EMPTY: Final = b" " * (ROW - 1) + b"\n"
#: A number goes no further within one segment: nobody scans that often, and the database's own limit is far.
MOST: Final = 10_000_000

Rows = Sequence[tuple[bytes, int]]


def read(content: bytes) -> Counter[str]:
    """Codes and numbers of a table; a row that is damaged is none."""
    scans: Counter[str] = Counter()
    for code, number in rows(content):
        with suppress(codes.BadCode):
            scans[codes.read(code.decode("ascii")).code] += number
    return scans


def rows(content: bytes) -> Iterator[tuple[bytes, int]]:
    """The rows that are taken."""
    for place in range(0, len(content) - ROW + 1, ROW):
        row = content[place : place + ROW]
        if is_taken(row) and row.isascii() and (number := number_of(row)):
            yield row[: codes.LENGTH], min(number, MOST)


def row_of(code: bytes, number: int) -> bytes:
    """A row."""
    return code + b" " + str(min(number, MOST)).rjust(DIGITS).encode() + b"\n"


def is_taken(row: bytes) -> bool:
    """Whether a code stands in a row."""
    return row[:1] not in (b" ", b"\0", b"")


def number_of(row: bytes) -> int:
    """A row's number, 0 where there is none."""
    try:
        return max(int(row[codes.LENGTH + 1 : -1]), 0)
    except ValueError:
        return 0


def bucket_of(code: bytes, salt: bytes, size: int) -> int:
    """Where a code's bucket begins in a table of ``size`` bytes. The salt keeps codes from being made up for one."""
    digest = hashlib.blake2b(code, key=salt, digest_size=4).digest()
    return int.from_bytes(digest) % (size // BUCKET) * BUCKET


def empty(size: int) -> bytes:
    """A table of ``size`` bytes without a code."""
    return EMPTY * (size // ROW)


def of_rows(taken: Rows, salt: bytes, size: int) -> bytes | None:
    """A table of ``size`` bytes with these rows; None where a bucket has no room."""
    table = bytearray(empty(size))
    free: dict[int, list[int]] = {}
    for code, number in taken:
        start = bucket_of(code, salt, size)
        places = free.setdefault(start, list(range(start, start + BUCKET, ROW)))
        if not places:
            return None
        place = places.pop(secrets.randbelow(len(places)))
        table[place : place + ROW] = row_of(code, number)
    return bytes(table)
