"""Small tables that people keep in a spreadsheet, whichever of CSV, XLSX and JSON they come in.

What a file as a whole is refused for is raised as ``FileRefused``; what is wrong with a row is told with the row.
"""

import codecs
import datetime as dt
import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, ClassVar, Final

from portal.imports.kept_cells import Unread
from portal.imports.problems import FileRefused, Problem
from portal.imports.sheets import refused

MOST_BYTES: Final = 16 * 1024**2
MOST_ROWS: Final = 10_000
MOST_COLUMNS: Final = 200
REASON: Final = "problem"
"""A column that files of errors have, and that is not read."""
AS_IT_STANDS: Final = ""
"""In place of columns: a row that is broken, and is written as it stands."""
BEYOND: Final = " "
"""In place of a column: the list of a row's cells that stand under none, behind the others."""
LONGEST_RAW: Final = 250_000

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(slots=True)
class Line:
    """One row. ``cells`` by column, only those that the file has; ``wrong`` says why it cannot be read at all.

    ``raw`` is the row as it stands, where it could not be cut into cells; ``lacks`` the columns that it ends before,
    where it has too few; ``beyond`` its cells to the right of the last column; ``unknown`` what it says under names
    that are no columns.
    """

    number: int
    cells: dict[str, Any]
    wrong: str = ""
    column: str = ""
    raw: str = ""
    lacks: tuple[str, ...] = ()
    beyond: tuple[Any, ...] = ()
    unknown: dict[str, Any] = field(default_factory=dict)


class Table(ABC):
    """A file's rows. ``number`` counts the lines of a text, the header's being 1, and a workbook's rows."""

    format: ClassVar[str]
    header: list[str]
    """The columns that the file names; of JSON all that there are."""
    separator: str = ","
    """Of a text's cells: its file of errors is written with the same."""

    @abstractmethod
    def __iter__(self) -> Iterator[Line]:
        """The rows below the header that aren't empty."""

    def where(self, number: int, column: str) -> str:
        """The column as people find it: in a workbook with its cell."""
        return column


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 and UTF-32 by their marks, else UTF-8, else Windows-1252.

    Raises ``FileRefused`` with the line for what is neither, or both.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                name = encoding.removesuffix("-sig").upper()
                raise refused(f"It begins as {name} and goes on otherwise: save it as “CSV UTF-8”.") from None
            return _without_nul(text)
    if b"\0" in content:
        half = len(content[:4096]) // 2
        zeros = max(content[:4096:2].count(0), content[1:4096:2].count(0))
        if half > 1 and zeros > half * 0.6:
            raise refused("Its letters are UTF-16 without the mark that says so: save it as “CSV UTF-8”.")
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        problem = Problem(line, "", "", "Holds a NUL byte, which no text has: delete it, or save it as “CSV UTF-8”.")
        raise FileRefused([problem])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _of_windows(content)


_UTF8 = re.compile(rb"[\xc0-\xc3][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf7][\x80-\xbf]{3}")
"""What in Windows-1252 nobody writes: two letters such as “Ã±”."""


def _of_windows(content: bytes) -> str:
    """A text that is no UTF-8: Windows-1252, unless some of its lines are UTF-8 all the same."""
    utf8 = other = 0
    for number, line in enumerate(BytesIO(content), 1):
        if line.isascii():
            continue
        if _is(line, "utf-8"):
            utf8 = utf8 or number
        elif not _is(line, "cp1252"):
            says = "Its letters are neither UTF-8 nor Windows-1252: save the file as “CSV UTF-8”."
            raise FileRefused([Problem(number, "", "", says)])
        elif _UTF8.search(line):
            says = "Its letters are UTF-8 and Windows-1252 at once: save the file as “CSV UTF-8”."
            raise FileRefused([Problem(number, "", "", says)])
        else:
            other = other or number
    if utf8:
        says = f"This line is Windows-1252, and line {utf8} UTF-8: open it in a spreadsheet and save it as “CSV UTF-8”."
        raise FileRefused([Problem(other, "", "", says)])
    return content.decode("cp1252")


def _is(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _without_nul(text: str) -> str:
    if "\0" not in text:
        return text
    line = text.count("\n", 0, text.index("\0")) + 1
    raise FileRefused([Problem(line, "", "", "Holds a NUL character, which no text has: delete it.")])


def require_header(names: list[str], *, known: Collection[str], row: int) -> list[str]:
    """The columns that a first row names, without empty ones at its end. Raises ``FileRefused``."""
    found = [name.strip().casefold() for name in names]
    while found and not found[-1]:
        found.pop()
    if len(found) > MOST_COLUMNS:
        raise refused(
            f"{len(found):,} columns, where a table has at most {MOST_COLUMNS}: delete those that it needs not."
        )
    names_told = ", ".join(name for name in known if name != REASON)
    if not set(found) & (set(known) - {REASON}):
        raise refused(f"Its first line names none of the columns: {names_told}.")
    problems = []
    for place, name in enumerate(found, 1):
        if not name:
            problems.append(Problem(row, "", "", f"Column {place} has no name: write one, or delete the column."))
        elif name not in known:
            told = f"None of the columns: delete it, or name it as one of {names_told}."
            problems.append(Problem(row, shown(name), "", told))
        elif name in found[: place - 1]:
            problems.append(Problem(row, name, "", "This column stands twice in the header: delete one."))
    if problems:
        raise FileRefused(problems[:5])
    return found


def without_blank_end(cells: Iterable[Any]) -> tuple[Any, ...]:
    """The cells up to the last that says something."""
    found = list(cells)
    while found and found[-1] in (None, ""):
        found.pop()
    return tuple(found)


def shown(value: object, longest: int = 60) -> str:
    """A cell in a message: short, on one line, nothing invisible."""
    match value:
        case bool():
            text = str(value).upper()
        case dt.datetime() if value.time() == dt.time():
            text = str(value.date())
        case str() | int() | float() | dt.date() | dt.time() | Unread():
            text = str(value).strip()[:longest]
        case _:
            text = "…"
    return text if text.isprintable() else ascii(text)[1:-1][:longest]
