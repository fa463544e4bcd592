"""The last known good copy of the lines: a local file, so that help needs no database.

It is written anew after every change of a channel, by a task each minute, and by whatever
keeps a web host's journal. Web processes only read it, and know the nation's lines without it.
"""

import datetime as dt
import json
import logging
import time
from collections.abc import Collection
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

from django.db.models import Q
from django.utils import timezone

from outreach.channels.directory import HelpLines, help_lines
from outreach.channels.lines import FLOOR, Line, from_channel, from_dict
from outreach.channels.models import Channel
from portal.areas.register import NATION
from portal.files.kept import Kept, in_data, one_writer, write_whole

logger = logging.getLogger(__name__)

VERSION = 2
READABLE = (1, 2)
"""While a release is rolled out, a host may still hold a copy of the release before."""


class Directory:
    """The lines of all areas, and the keys of values that nobody may see again.

    Two directories are equal only if they are the same one.
    """

    __slots__ = ("failed", "lines")

    def __init__(self, lines: tuple[Line, ...], failed: frozenset[str] = frozenset()) -> None:
        self.lines = lines
        self.failed = failed

    def help_lines(self, area: str, on: dt.date, *, operator: str = "") -> HelpLines:
        """What the page of an area shows on a day; ``operator`` is the key of a transit operator. No query."""
        return help_lines(self.lines, area, on, failed=self.failed, operator=operator)


LONGEST_CHAIN = 50
"""So many values of one line, each in place of the one before, are followed."""

BUILT_IN = Directory(FLOOR)


def path() -> Path:
    """Where the copy lies."""
    return in_data("help", "lines.json")


def current() -> Directory:
    """The newest good copy, else the lines built in. No query; never raises."""
    return _kept(path()).read()


def national(on: dt.date) -> HelpLines:
    """The nation's lines of a day, for pages outside an area. No query; never raises."""
    try:
        return _national(current(), on)
    except Exception:
        logger.exception("The local copy of the lines makes no page: showing what is built in.")
        return _national(BUILT_IN, on)


# The day's and yesterday's.
@lru_cache(maxsize=2)
def _national(directory: Directory, on: dt.date) -> HelpLines:
    return directory.help_lines(NATION.code, on)


def refresh() -> bool:
    """Writes the copy from the database; returns whether it changed.

    A line that begins tomorrow is in it, one that ended is not, unless it stands in for a value that nobody confirmed
    yet. Raises ``DatabaseError`` or ``OSError``; the copy of before stays then.
    """
    # Locked over the reading too: whoever read before a change must not write after the one who read behind it.
    with one_writer(path()):
        today = timezone.localdate()
        shown = list(Channel.objects.on_pages(today).select_related("area", "replaced_by"))
        document = {
            "version": VERSION,
            "lines": [_line(row).as_dict() for row in shown],
            "failed": sorted(_never_again(shown)),
        }
        changed = write_whole(path(), json.dumps(document, ensure_ascii=False, indent=1).encode())
        _heartbeat().touch()
    return changed


def age() -> float | None:
    """Seconds since the copy was last compared with the database; ``None`` if it never was. Never raises."""
    try:
        return max(0.0, time.time() - _heartbeat().stat().st_mtime)
    except OSError:
        return None


def parse(content: bytes) -> Directory:
    """Reads a copy; a line that makes no sense is left out. Raises ``ValueError`` if nothing does."""
    document = json.loads(content)
    if not isinstance(document, dict) or document.get("version") not in READABLE:
        raise ValueError("not a copy of this release")
    rows = document.get("lines")
    lines = []
    for row in rows if isinstance(rows, list) else []:
        try:
            lines.append(from_dict(row))
        except ValueError:
            continue
    if not lines:
        raise ValueError("no line in it")
    failed = document.get("failed")
    keys = failed if isinstance(failed, list) else []
    return Directory(tuple(lines), frozenset(key for key in keys if isinstance(key, str)))


def _line(row: Channel) -> Line:
    """The line of a row; one that stands in for its successor has no end."""
    line = from_channel(row)
    return replace(line, valid_to=None) if row.stands_in else line


def _never_again(shown: Collection[Channel]) -> set[str]:
    """Keys that the built-in lines must not bring back: what failed, and what a value that is shown replaced."""
    present = {row.pk for row in shown}
    rows = Channel.objects.filter(Q(failed_on__isnull=False) | Q(replaced_by__isnull=False))
    successor = dict(rows.values_list("pk", "replaced_by"))

    def is_replaced(pk: int | None) -> bool:
        for _ in range(LONGEST_CHAIN):
            pk = successor.get(pk) if pk else None
            if pk in present:
                return True
        return False

    gone = {row.value_key for row in rows if row.failed_on or is_replaced(row.pk)}
    return gone - {row.value_key for row in shown}


def _heartbeat() -> Path:
    """An empty file whose time is that of the last refresh: equal content leaves the copy itself alone."""
    return path().with_name("refreshed")


@cache
def _kept(path: Path) -> Kept[Directory]:
    return Kept(path, parse=parse, floor=BUILT_IN)
