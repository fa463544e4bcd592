"""The last known good copy of the lines: a local file, so that help needs no database.

It is written anew after every change of a channel, by a task each minute, and by whatever
keeps a web host's journal. Web processes only read it, and know the nation's lines without it.
"""

import datetime as dt
import json
import logging
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from outreach.channels.directory import HelpLines, help_lines
from outreach.channels.lines import FLOOR, Line, from_channel, from_dict
from outreach.channels.models import Channel
from portal.areas.register import NATION
from portal.files.kept import Kept, write_whole

logger = logging.getLogger(__name__)

VERSION = 1


class Directory:
    """The lines of all areas. Two directories are equal only if they are the same one."""

    __slots__ = ("lines",)

    def __init__(self, lines: tuple[Line, ...]) -> None:
        self.lines = lines


BUILT_IN = Directory(FLOOR)


def path() -> Path:
    """Where the copy lies."""
    return Path(settings.DATA_DIR) / "help" / "lines.json"


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
    return help_lines(directory.lines, NATION.code, on)


def refresh() -> bool:
    """Writes the copy from the database; returns whether it changed.

    A line that begins tomorrow is in it, one that ended is not. Raises ``DatabaseError``
    or ``OSError``; the copy of before stays then.
    """
    today = timezone.localdate()
    rows = Channel.objects.sure().filter(transit_operator="", retired_at=None).exclude(valid_to__lt=today)
    lines = [from_channel(row).as_dict() for row in rows]
    document = {"version": VERSION, "lines": lines}
    return write_whole(path(), json.dumps(document, ensure_ascii=False, indent=1).encode())


def parse(content: bytes) -> Directory:
    """Reads a copy; a line that makes no sense is left out. Raises ``ValueError`` if nothing does."""
    document = json.loads(content)
    if not isinstance(document, dict) or document.get("version") != VERSION:
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
    return Directory(tuple(lines))


@cache
def _kept(path: Path) -> Kept[Directory]:
    return Kept(path, parse=parse, floor=BUILT_IN)
